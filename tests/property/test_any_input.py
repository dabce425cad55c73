"""Nothing a device sends stops the judgement: any number, any quality, any time."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_mine import REVISION, small_mine
from window_reference import RULES

from minesafe.config.expression import parse
from minesafe.engine import Layout, State, judge
from minesafe.engine.kernels import ARRAYS
from minesafe.engine.kernels.compiled import looks, uncompiled
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.logic import Logic
from minesafe.model.time import SECOND

POINTS = [p.id for p in small_mine().points]
EXPRESSION = (
    "value(CH4) / (value(WIND) - value(CH4)) > age(FAN) * 9 or rising(CH4) and not lost(FAN)"
)
KINDS = tuple(replace(k, stuck_s=20.0, noisy=True) for k in small_mine().kinds)
MINE = small_mine(
    kinds=KINDS,
    windows=RULES,
    logic=(Logic("L", "", "", "CH4", parse(EXPRESSION, POINTS), None, 1.0, "II", "", ""),),
)
LAYOUT = Layout.of(MINE)

START = 1_764_000_000 * SECOND
LAST = 2**63 - 1
TIMES = st.one_of(
    st.integers(START, START + 300 * SECOND),
    st.sampled_from([0, 1, -1, LAST, -LAST - 1, LAST // 2, START - 10**15, START + 10**15]),
)
VALUES = st.one_of(
    st.floats(0, 4),
    st.floats(),
    st.sampled_from([5e-324, -0.0, 1.7e308, -1.7e308, float("nan"), float("inf")]),
)
ROWS = st.tuples(
    st.one_of(st.integers(0, 3), st.integers(-(2**31), 2**31 - 1)),
    VALUES,
    st.one_of(st.just(0), st.integers(0, 255)),
    TIMES,
    TIMES,
)


@given(st.lists(st.tuples(TIMES, st.lists(ROWS, max_size=12)), max_size=6))
def test_no_reading_raises_out_of_the_judgement(said: list[tuple[int, list[Any]]]) -> None:
    """Warnings are errors here, so that nothing overflows unseen either."""
    state = State.fresh(LAYOUT)
    for seq, (now, rows) in enumerate(said):
        judge(LAYOUT, state, Frame(seq, now, REVISION, Readings.of(rows), Sightings.none()))
    again = State.restore(LAYOUT, state.snapshot())
    assert again.snapshot() == state.snapshot()


BARE = Layout.of(small_mine())


@given(TIMES, st.lists(ROWS, min_size=1, max_size=6))
def test_nor_does_one_that_is_said_many_times_in_a_frame(now: int, said: list[Any]) -> None:
    frame = Frame(1, now, REVISION, Readings.of([*said * 12]), Sightings.none())
    for layout in (LAYOUT, BARE):
        judge(layout, State.fresh(layout), frame)


FORMS = {"arrays": ARRAYS, "loops": looks(uncompiled)}
FARTHEST = 2**62
ENDS = st.one_of(
    st.integers(START, START + 300 * SECOND),
    st.sampled_from([LAST, -LAST - 1, FARTHEST, -FARTHEST, FARTHEST - 1, 1 - FARTHEST, 0, 1]),
)
ROW_NUMBERS = st.one_of(st.integers(0, 3), st.sampled_from([-1, 2**31 - 1, -(2**31)]))
SIGHTS = st.tuples(
    ROW_NUMBERS,
    st.one_of(st.integers(0, 2), st.sampled_from([-1, 2**31 - 1, -(2**31)])),
    st.one_of(st.integers(0, 1), st.sampled_from([-1, 2**31 - 1, -(2**31)])),
    VALUES,
    st.sampled_from([0, 1, -1, 2**15 - 1, -(2**15)]),
    *[VALUES] * 3,
    st.sampled_from([0.0, 1.0, 3e38, float("inf"), float("nan")]),
    *[st.integers(0, 255)] * 2,
    ENDS,
    ENDS,
)
POLICED = replace(MINE, policy=replace(MINE.policy, ride_m_s=2.0, together_s=30.0))
WATCHED = Layout.of(POLICED)


def at_their_ends(state: State, end: str) -> State:
    """The same with every number that counts something as far as it goes."""
    for name in ("steps", "count", "doubts", "window_reach"):
        column = getattr(state, name)
        column[:] = getattr(np.iinfo(column.dtype), end)
    return state


@pytest.mark.parametrize("form", FORMS)
@given(st.lists(st.tuples(ENDS, st.lists(SIGHTS, max_size=12)), max_size=4), st.booleans())
def test_no_sighting_does_either(form: str, said: list[tuple[int, list[Any]]], again: bool) -> None:
    state = State.fresh(WATCHED)
    for back, (now, rows) in enumerate(said):
        seen = Sightings.of(rows * (12 if again else 1))
        frame = Frame(LAST - back, now, REVISION, Readings.none(), seen)
        judge(WATCHED, state, frame, FORMS[form])
    assert State.restore(WATCHED, state.snapshot()).snapshot() == state.snapshot()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("end", ["min", "max"])
@given(st.lists(st.tuples(ENDS, st.lists(ROWS, max_size=8)), min_size=1, max_size=4))
def test_counters_that_have_come_to_their_end_stop_nothing(
    form: str, end: str, said: list[tuple[int, list[Any]]]
) -> None:
    state = at_their_ends(State.fresh(LAYOUT), end)
    for back, (now, rows) in enumerate(said):
        seen = [
            (i % 4, 0, 0, 70.0, 0, 0.0, 0.0, 0.0, 1.0, 7, 0, now, now) for i in range(len(rows))
        ]
        frame = Frame(LAST - back, now, REVISION, Readings.of(rows * 9), Sightings.of(seen))
        judge(LAYOUT, state, frame, FORMS[form])
    assert State.restore(LAYOUT, state.snapshot()).snapshot() == state.snapshot()


@pytest.mark.parametrize("rows", [50_000, pytest.param(1_000_000, marks=pytest.mark.soak)])
def test_a_batch_of_very_many_rows_is_a_batch(rows: int) -> None:
    """Of any points and people, out of any order; it leaves what its last rows say."""
    random, now = np.random.default_rng(3), START + 60 * SECOND
    at = np.sort(random.integers(START, now, rows))
    point, tag = (np.append(random.integers(-1, 5, rows - 4), range(4)) for _ in range(2))
    none, here = np.zeros(rows), np.full(rows, now)
    told = Readings(point, random.uniform(0, 2, rows), none, at, here)
    seen = Sightings(
        tag=tag, station=tag % 3, roadway=none, chainage=np.full(rows, 30.0), level=none, x=none,
        y=none, z=none, error=np.ones(rows), flags=none, quality=none, sampled=at, received=here,
    )  # fmt: skip
    state = State.fresh(BARE)
    judge(BARE, state, Frame(1, now, REVISION, told, seen))
    assert state.value.tolist() == told.value[-4:].tolist()
    assert state.judged.tolist() == state.seen.tolist() == at[-4:].tolist()
