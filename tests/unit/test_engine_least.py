"""The least mine there is, and any sighting at all: nothing raises, nothing overflows."""

from dataclasses import replace
from typing import Any

import pytest
from engine_bench import START
from hypothesis import given
from hypothesis import strategies as st
from small_mine import REVISION, small_mine

from minesafe.engine import Layout, State, carry, judge, picture
from minesafe.engine.carry import Passage
from minesafe.engine.kernels import ARRAYS, Kernels
from minesafe.engine.kernels.compiled import looks, uncompiled
from minesafe.engine.register import Register
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.mine import Guard, Mine
from minesafe.model.time import SECOND
from minesafe.model.verdict import Condition

FORMS = pytest.mark.parametrize("kernels", [ARRAYS, looks(uncompiled)], ids=["arrays", "loops"])
LAST = 2**63 - 1


def least(**kept: Any) -> Mine:
    """No point, no zone, no reader and nobody, but for what is kept."""
    none: dict[str, Any] = dict.fromkeys(("points", "zones", "readers", "people", "logic"), ())
    mine: Mine = small_mine(**(none | {"shifts": ()} | kept))
    return mine


def seen(tag: int, now: int) -> Sightings:
    place = (0, 60.0, 0, 60.0, 0.0, 0.0, 1.0)
    return Sightings.of([(tag, 0, *place, 1, 0, now, now), (-1, 0, *place, 0, 0, now, now)])


@FORMS
def test_a_mine_of_nothing_is_judged(kernels: Kernels) -> None:
    mine = least()
    layout, told = Layout.of(mine), Readings.of([(0, 1.7, 0, START, START)])
    state = State.fresh(layout)
    for frame in (Frame(1, START, REVISION, told, seen(0, START)), nothing(2, 60)):
        assert not len(judge(layout, state, frame, kernels).transitions)
    shown = picture(layout, state, state.now)
    assert (len(shown.value), len(shown.count), shown.underground) == (0, 0, 0)
    again = carry(Passage(Register.of(mine, layout), Register.of(mine, layout)), layout, state)
    assert again.snapshot() == state.snapshot()


@FORMS
def test_one_tag_in_a_mine_without_points_and_zones_is_seen_and_lost(kernels: Kernels) -> None:
    few = small_mine()
    layout = Layout.of(least(people=few.people[:1], readers=few.readers[:1]))
    state = State.fresh(layout)
    told = judge(layout, state, Frame(1, START, REVISION, Readings.none(), seen(0, START)), kernels)
    assert told.transitions.condition.tolist() == [Condition.SOS]
    later = judge(layout, state, nothing(2, 600), kernels).transitions.condition.tolist()
    assert sorted(later) == [Condition.LOST_CONTACT, Condition.READER_SILENT]


def nothing(seq: int, second: float) -> Frame:
    now = START + round(second * SECOND)
    return Frame(seq, now, REVISION, Readings.none(), Sightings.none())


GUARDED = tuple(
    replace(z, guard=Guard(10.0, 8.0, 3.0, 20.0), max_dwell_s=20.0, still_s=9.0, near_m=10.0)
    if z.id == "FACE" else z
    for z in small_mine().zones
)  # fmt: skip
FULL = Layout.of(
    small_mine(zones=GUARDED, policy=replace(small_mine().policy, together_s=30.0, absent_s=15.0))
)
TIMES = st.one_of(
    st.integers(START, START + 300 * SECOND),
    st.sampled_from([0, 1, -1, LAST, -LAST - 1, LAST // 2, START - 10**15, START + 10**15]),
)
NUMBERS = st.one_of(
    st.floats(0, 110), st.floats(),
    st.sampled_from([5e-324, -0.0, 1.7e308, -1.7e308, float("nan"), float("inf")]),
)  # fmt: skip
ROWS = st.tuples(
    st.integers(-2, 6), st.integers(-2, 6), st.integers(-2, 3), NUMBERS, st.integers(-2, 3),
    NUMBERS, NUMBERS, NUMBERS, st.sampled_from([0.5, 2.0, -1.0, float("nan"), float("inf")]),
    st.integers(0, 255), st.one_of(st.just(0), st.integers(0, 255)), TIMES, TIMES,
)  # fmt: skip


@given(st.lists(st.tuples(TIMES, st.lists(ROWS, max_size=12)), max_size=6))
def test_no_sighting_raises_out_of_the_judgement(said: list[tuple[int, list[Any]]]) -> None:
    """Warnings are errors here, so that nothing overflows unseen either."""
    state = State.fresh(FULL)
    for seq, (now, rows) in enumerate(said):
        judge(FULL, state, Frame(seq, now, REVISION, Readings.none(), Sightings.of(rows)))
    assert State.restore(FULL, state.snapshot()).snapshot() == state.snapshot()
