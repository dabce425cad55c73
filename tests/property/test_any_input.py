"""Nothing a device sends stops the judgement: any number, any quality, any time."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from small_mine import REVISION, small_mine
from window_reference import RULES

from minesafe.config.expression import parse
from minesafe.engine import Layout, State, judge
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
