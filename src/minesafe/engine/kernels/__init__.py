"""The looks of a judgement that come in two forms: whole arrays at once, and compiled loops.

Both say the same, byte for byte (tests/property/test_kernels.py). The arrays are always there;
the loops are there as soon as they are compiled, and take over between two frames.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from minesafe.engine import limits, logic, people, silence, steady
from minesafe.engine.kernels import bursts, crowd
from minesafe.engine.layout import Layout
from minesafe.engine.state import State
from minesafe.engine.transcript import Transcript
from minesafe.engine.windows import hearing as windows
from minesafe.model.frame import Readings, Sightings
from minesafe.model.time import Micros

Hears: TypeAlias = Callable[[Layout, State, Readings, Transcript], None]
Sees: TypeAlias = Callable[[Layout, State, Sightings, Transcript], None]
Passes: TypeAlias = Callable[[Layout, State, Micros, Transcript], None]


@dataclass(frozen=True, slots=True)
class Kernels:
    """One form of each look."""

    hear_readings: Hears
    run_timers: Passes
    find_overdue: Passes
    hear_steady: Hears
    hear_windows: Hears
    judge_logic: Passes
    hear_sightings: Sees
    pass_people: Passes
    find_lost: Passes


def _bounded(in_rounds: Hears, one_by_one: Hears) -> Hears:
    """Arrays for what is wide, and the rest sample by sample."""

    def hear(layout: Layout, state: State, readings: Readings, transcript: Transcript) -> None:
        parts = crowd.parted(layout, readings)
        in_rounds(layout, state, parts.in_rounds, transcript)
        if len(parts.one_by_one):
            one_by_one(layout, state, parts.one_by_one, transcript)

    return hear


ARRAYS = Kernels(
    hear_readings=_bounded(limits.hear, crowd.hear_readings),
    run_timers=limits.pass_time,
    find_overdue=silence.points,
    hear_steady=_bounded(steady.hear, crowd.hear_steady),
    hear_windows=_bounded(windows.hear, crowd.hear_windows),
    judge_logic=logic.judge,
    hear_sightings=bursts.hear,
    pass_people=people.pass_time,
    find_lost=people.find_lost,
)
"""NumPy's: nothing to compile, and the measure of the other form."""
