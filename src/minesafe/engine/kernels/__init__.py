"""The looks of a judgement that come in two forms: whole arrays at once, and compiled loops.

Both say the same, byte for byte (tests/property/test_kernels.py). The arrays are always there;
the loops are there as soon as they are compiled, and take over between two frames.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from minesafe.engine import calibration, limits, people, silence, steady
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
    hear_sightings: Sees
    pass_people: Passes


def _find_overdue(layout: Layout, state: State, now: Micros, transcript: Transcript) -> None:
    """Who has not been heard for too long, and whose calibration lasts too long."""
    silence.points(layout, state, now, transcript)
    calibration.pass_time(state, now, transcript)


ARRAYS = Kernels(
    hear_readings=limits.hear,
    run_timers=limits.pass_time,
    find_overdue=_find_overdue,
    hear_steady=steady.hear,
    hear_windows=windows.hear,
    hear_sightings=people.hear,
    pass_people=people.pass_time,
)
"""NumPy's: nothing to compile, and the measure of the other form."""
