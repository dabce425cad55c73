"""A state carried into another revision: the same rows give the same bytes, their order nothing."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_mine import REVISION, small_mine
from window_reference import RULES

from minesafe.config.expression import parse
from minesafe.engine import Layout, State, carry, judge
from minesafe.engine.carry import NAMES_ROWS, Passage
from minesafe.engine.register import Register
from minesafe.engine.state import COLUMNS
from minesafe.model.errors import BrokenFrame
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.logic import Logic
from minesafe.model.mine import Guard, Mine
from minesafe.model.time import SECOND

START, OTHER = 1_764_000_000 * SECOND, "fedcba9876543210"
IDS = [p.id for p in small_mine().points]


def busy() -> Mine:
    """Limits, delays, rules over time, a rule of two points, guards, halos, posts, pairs."""
    few = small_mine()
    guard = Guard(10.0, 8.0, 3.0, 20.0)
    watched = {
        "FACE": {"guard": guard, "max_dwell_s": 20.0, "still_s": 9.0, "post": ("blaster",)},
        "BLAST": {"guard": Guard(exit_delay_s=4.0), "near_m": 30.0},
    }
    when = parse("value(CH4) > 0.5 and value(FAN) = 0", IDS)
    return replace(
        few,
        kinds=tuple(replace(k, stuck_s=20.0, noisy=True) for k in few.kinds),
        zones=tuple(replace(z, **watched.get(z.id, {})) for z in few.zones),
        windows=RULES,
        logic=(Logic("L", "", "", "CH4", when, None, 2.0, "II", "", ""),),
        policy=replace(few.policy, absent_s=15.0, together_s=30.0),
    )


MINE = busy()
LAYOUT = Layout.of(MINE)
REGISTER = Register.of(MINE, LAYOUT)


def frames(seed: int, count: int = 12) -> list[Frame]:
    """From one seed: samples, sightings and gaps of all sorts."""
    random = np.random.default_rng(seed)
    now, made = START, list[Frame]()
    for seq in range(1, count + 1):
        now += int(random.choice([0.5, 1, 1, 3, 12, 40]) * SECOND)
        made.append(Frame(seq, now, REVISION, *_rows(random, now)))
    return made


def _rows(random: np.random.Generator, now: int) -> tuple[Readings, Sightings]:
    told = [
        (int(random.integers(-1, 5)), float(random.choice([0.0, 0.2, 0.6, 1.1, 1.7, np.nan])),
         int(random.choice([0, 0, 0, 0, 3, 5])), now - int(random.integers(3)) * SECOND, now)
        for _ in range(random.integers(6))
    ]  # fmt: skip
    seen = [
        (int(random.integers(-1, 4)), int(random.integers(3)), int(random.integers(2)),
         float(random.choice([0, 5, 20, 45, 60, 79, 85, 95])), 0, 1.0, 1.0, 0.0, 1.0,
         int(random.choice([0, 0, 1, 4])), 0, now, now)
        for _ in range(random.integers(6))
    ]  # fmt: skip
    return Readings.of(told), Sightings.of(seen)


def judged(layout: Layout, state: State, said: Sequence[Frame]) -> list[tuple[Any, ...]]:
    return [row for frame in said for row in judge(layout, state, frame).transitions.rows()]


def turned(mine: Mine, turn: Callable[[Sequence[Any]], Sequence[Any]]) -> Mine:
    """The same mine as another revision, every list of it in another order."""
    lists = ("points", "people", "zones", "readers", "roadways", "windows", "logic")
    return replace(
        mine, revision=OTHER, **{name: tuple(turn(getattr(mine, name))) for name in lists}
    )


@given(st.integers(0, 2**32))
def test_to_be_carried_into_the_same_rows_changes_no_byte(seed: int) -> None:
    state = State.fresh(LAYOUT)
    judged(LAYOUT, state, frames(seed))
    again = carry(Passage(REGISTER, Register.of(MINE, LAYOUT)), LAYOUT, state)
    assert again.snapshot() == state.snapshot()


@given(st.integers(0, 2**32), st.integers(0, 12), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_verdict(seed: int, cut: int, random: Any) -> None:
    other = turned(MINE, lambda rows: random.sample(rows, len(rows)))
    layout, said = Layout.of(other), frames(seed)
    passage = Passage(REGISTER, Register.of(other, layout))
    stays, moves = State.fresh(LAYOUT), State.fresh(LAYOUT)
    expected = judged(LAYOUT, stays, said[:cut]) and None
    judged(LAYOUT, moves, said[:cut])
    expected = judged(LAYOUT, stays, said[cut:])
    found = judged(layout, carry(passage, layout, moves), [passage.frame(f) for f in said[cut:]])
    assert by_name(MINE, expected) == by_name(other, found)


def by_name(mine: Mine, rows: Sequence[tuple[Any, ...]]) -> list[str]:
    """Transitions with ids for row numbers, each subject's in its order."""
    told = []
    for condition, subject, zone, on, value, at in rows:
        names = {1: mine.points, 2: mine.zones, 3: mine.people, 4: mine.readers, 5: mine.points}
        of = mine.logic if condition == 60 else names.get(condition // 10, mine.people)
        where = mine.zones[zone].id if zone >= 0 else ""
        told.append((of[subject].id, where, condition, at, on, repr(value)))
    return [repr(row) for row in sorted(told)]


def test_what_holds_row_numbers_is_known() -> None:
    """Whoever adds a column of whole numbers says here whether they are rows of something."""
    numbers = {name for name, (kind, _, _) in COLUMNS.items() if kind in ("<i4", "<i2")}
    assert numbers - set(NAMES_ROWS) == {"steps", "cell", "count"}


@given(st.integers(0, 2**32), st.data())
def test_no_changed_byte_of_a_register_is_taken_for_the_truth(
    seed: int, data: st.DataObject
) -> None:
    written = bytearray(REGISTER.data)
    assert Register.read(bytes(written)).data == REGISTER.data
    at = data.draw(st.integers(0, len(written) - 1))
    written[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BrokenFrame):
        Register.read(bytes(written))
    with pytest.raises(BrokenFrame):
        Register.read(REGISTER.data[:at])
