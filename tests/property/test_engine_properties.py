"""What holds of the engine whatever the mine sends it."""

import math
import random
from dataclasses import replace
from typing import Any

import pytest
from engine_bench import START
from engine_reference import Reference
from hypothesis import example, given, settings
from hypothesis import strategies as st
from small_mine import REVISION, small_mine, zone
from window_reference import RULES

from minesafe.config.expression import parse
from minesafe.engine import Layout, State, judge
from minesafe.engine import picture as engine_picture
from minesafe.engine.kernels import ARRAYS, Kernels
from minesafe.engine.layout import LIMITS
from minesafe.model.errors import BrokenFrame
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.logic import Logic
from minesafe.model.mine import Duty, Guard, Mine, Shift, ZoneKind
from minesafe.model.picture import Placing
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND
from minesafe.model.verdict import Condition, Transitions

CH4, SLOW, WIND, FAN = small_mine().points
WARNED = replace(CH4, limits=replace(CH4.limits, warn_high=0.8))
BANDED = replace(WIND.limits, restore_low=None, dead_band=0.05, warn_low=0.28)
POINTS = (WARNED, SLOW, replace(WIND, limits=BANDED), FAN)
BASE = START + (24 * 3600 - 40) * SECOND
"""Forty seconds before midnight by the mine's clock, when TODAY's certificates end."""
OLD, TODAY, LONG = "2025-11-20", "2025-11-25", "2026-11-25"
WATCHED: dict[str, dict[str, Any]] = {
    "PORTAL": {"guard": Guard(exit_delay_s=3.0, fence_timeout_s=20.0)},
    "MINE": {"post": ("blaster",), "max_dwell_s": 45.0},
    "FACE": {
        "guard": Guard(exit_tolerance_m=10.0, tolerance_timeout_s=8.0, exit_delay_s=3.0),
        "post": ("blaster", "leader"),
        "certificates": ("gas", "roof"),
        "max_dwell_s": 16.0,
        "still_s": 7.0,
    },
    "BLAST": {"guard": Guard(tolerance_timeout_s=60.0, exit_delay_s=4.0), "near_m": 30.0},
    "STOPE": {"guard": Guard(exit_tolerance_m=2.0, tolerance_timeout_s=9.0, exit_delay_s=1.0)},
    "REFUGE": {
        "guard": Guard(exit_tolerance_m=40.0, tolerance_timeout_s=7.0, exit_delay_s=16.0),
        "post": ("inspector",),
        "near_m": 15.0,
        "certificates": ("gas",),
    },
}
STOPE = ((0, 0), (10_000, 0), (5_000, 5_000), (7_000, 9_000), (0, 5_000))
HELD = ((("gas", LONG), ("roof", TODAY)), (("gas", OLD),), (("gas", TODAY), ("roof", LONG)), ())
"""P1 to P4."""


def busy_mine() -> Mine:
    """The small mine, with everything on that it leaves off."""
    mine = small_mine(points=POINTS)
    stope = replace(zone("STOPE", ZoneKind.KEY, ("B", 0.0, 5.0)), polygon=STOPE, level="L1")
    zones = tuple(replace(z, **WATCHED.get(z.id, {})) for z in (*mine.zones, stope))
    shifts = tuple(
        Shift(micros(start), micros(end), "", ((Duty.LEADER, leader),))
        for start, end, leader in ((-100, 30, "P4"), (30, 60, "P3"), (90, 200, "P4"))
    )
    people = tuple(replace(p, certificates=c) for p, c in zip(mine.people, HELD, strict=True))
    policy = replace(mine.policy, absent_s=15.0, together_s=30.0, ride_m_s=2.0, cage_m_s=6.0)
    drift, shaft = mine.roadways
    roadways = (drift, replace(shaft, kind="shaft"))
    return replace(
        mine, zones=zones, shifts=shifts, policy=policy, people=people, roadways=roadways
    )


def micros(second: float) -> int:
    return BASE + round(second * SECOND)


MINE = busy_mine()
LAYOUT = Layout.of(MINE)

VALUES = st.sampled_from([0.0, 0.1, 0.15, 0.2, 0.25, 0.28, 0.3, 0.5, 0.8, 0.99, 1.0, 1.2, 1.5, 3.0])
ODD_VALUES = st.sampled_from([-1.0, 4.0, 4.1, 40.0, math.nan, math.inf, -math.inf])
QUALITIES = st.sampled_from([0] * 12 + [*range(10), 200])
LAG = st.sampled_from([0.0] * 8 + [-70.0, -60.0, -30.0, -8.0, -2.0, -0.5, 0.5, 5.0, 5.5])
PLACES = st.sampled_from([0.0, 2.0, 4.999, 5.0, 5.001, 7.0, 12.0, math.nan, math.inf, -1e306])
CHAINAGES = st.sampled_from([-3.0, 0.0, 5.0, 10.0, 10.1, 20.0, 40.0, 50.0, 60.0, 79.9, 80.0, 130.0])


@st.composite
def readings(draw: st.DrawFn, now: float) -> tuple[Any, ...]:
    received = now - draw(st.sampled_from([0.0, 0.02, 0.5]))
    value = draw(st.one_of(VALUES, VALUES, VALUES, ODD_VALUES))
    point = draw(st.sampled_from([0, 1, 1, 2, 3, 0, 1, 2, -1, 4]))
    return point, value, draw(QUALITIES), micros(received + draw(LAG)), micros(received)


@st.composite
def sightings(draw: st.DrawFn, now: float) -> tuple[Any, ...]:
    received = now - draw(st.sampled_from([0.0, 0.02, 0.5]))
    return (
        draw(st.sampled_from([-1, 0, 1, 2, 3, 0, 1, 2, 3, 7])),
        draw(st.sampled_from([0, 1, 2, 0, 1, 2, 5, -1])),
        draw(st.sampled_from([0, 0, 0, 0, 1, 1, -1, 2])),
        draw(st.one_of(CHAINAGES, CHAINAGES, st.just(math.nan))),
        draw(st.sampled_from([0, 0, 0, 1, -1])),
        draw(PLACES),
        draw(PLACES),
        3.0,
        draw(st.sampled_from([0.5, 1.0, 2.0, 9.0, math.nan])),
        draw(st.sampled_from([0, 0, 0, 1, 2, 3, 4, 7])),
        draw(QUALITIES),
        micros(received + draw(LAG)),
        micros(received),
    )


@st.composite
def streams(draw: st.DrawFn) -> list[Frame]:
    """Half a dozen frames or more, anything in them: late, twice, out of order, unbelievable."""
    frames, now = [], 0.0
    for seq in range(1, draw(st.integers(2, 14))):
        now += draw(st.sampled_from([0.0, 0.5, 1.0, 3.0, 5.0, 7.0, 16.0, 45.0, 1790.0]))
        told = draw(st.lists(readings(now), max_size=7))
        seen = draw(st.lists(sightings(now), max_size=6))
        frames.append(Frame(seq, micros(now), REVISION, Readings.of(told), Sightings.of(seen)))
    return frames


def by_subject(rows: "list[tuple[Any, ...]]") -> list[str]:
    """Transitions of each subject in their order; which subject comes first means nothing."""
    return [repr(row) for row in sorted(rows, key=lambda r: (r[0] // 10, r[1]))]


@st.composite
def walks(draw: st.DrawFn) -> list[Frame]:
    """People who mostly walk beside each other, along roadways and round corners."""
    frames, now = list[Frame](), 0.0
    for seq in range(1, draw(st.integers(3, 9))):
        now += draw(st.sampled_from([5.0, 10.0, 10.0, 15.0, 25.0]))
        way = draw(st.sampled_from([0, 0, 0, 1]))
        metres = draw(st.sampled_from([0.0, 20.0, 45.0, 70.0, 30.5]))
        rows = []
        for tag in range(4):
            aside = draw(st.sampled_from([0.0, 0.0, 0.4, 0.9, 1.0, 1.3]))
            road = draw(st.sampled_from([way] * 5 + [0]))
            if draw(st.sampled_from([True] * 5 + [False])):
                spot = (road, metres + aside, 0, 0.0, 0.0, 0.0, 1.0)
                rows.append((tag, 1, *spot, 0, 0, micros(now), micros(now)))
        frames.append(Frame(seq, micros(now), REVISION, Readings.none(), Sightings.of(rows)))
    return frames


def transitions(frames: list[Frame], state: State) -> list[Transitions]:
    return [judge(LAYOUT, state, frame).transitions for frame in frames]


def sampled(seq: int, second: float, *values: tuple[int, float]) -> Frame:
    """A frame with these points' values, sampled and received as it ends."""
    now = micros(second)
    rows = Readings.of([(point, value, 0, now, now) for point, value in values])
    return Frame(seq, now, REVISION, rows, Sightings.none())


def seen(seq: int, second: float, roadway: int, chainage: float) -> Frame:
    """A frame in which the last of the people is somewhere."""
    now = micros(second)
    rows = [(3, 0, roadway, chainage, 0, 0.0, 0.0, 0.0, 0.5, 0, 0, now, now)]
    return Frame(seq, now, REVISION, Readings.none(), Sightings.of(rows))


@example([seen(1, 0, 0, 130.0), seen(2, 45, 1, 0.0), sampled(3, 52)])  # round a zone's very corner
@settings(max_examples=4 * settings().max_examples)
@given(st.one_of(streams(), streams(), walks()))
def test_the_arrays_judge_as_the_plain_rules_do(frames: list[Frame]) -> None:
    state, reference = State.fresh(LAYOUT), Reference(MINE)
    for frame in frames:
        verdict = judge(LAYOUT, state, frame)
        assert by_subject(verdict.transitions.rows()) == by_subject(reference.judge(frame))
        picture = engine_picture(LAYOUT, state, frame.now)
        assert picture.count.tolist() == reference.heads()
        words = [Placing(code).name.lower() for code in picture.placing]
        assert words == [t.placing for t in reference.tags]
        assert picture.out.tolist() == [t.out for t in reference.tags]
        assert picture.sampled.tolist() == [g.judged for g in reference.gauges]


@given(streams(), st.integers(0, 14))
def test_a_snapshot_in_the_middle_changes_no_verdict(frames: list[Frame], cut: int) -> None:
    whole, first = State.fresh(LAYOUT), State.fresh(LAYOUT)
    told = transitions(frames, whole)
    before = transitions(frames[:cut], first)
    after = transitions(frames[cut:], State.restore(LAYOUT, first.snapshot()))
    assert [t.to_bytes() for t in told] == [t.to_bytes() for t in before + after]


@given(streams())
def test_head_counts_are_the_sum_of_the_tags(frames: list[Frame]) -> None:
    state = State.fresh(LAYOUT)
    transitions(frames, state)
    picture = engine_picture(LAYOUT, state, state.now)
    counted = picture.inside[LAYOUT.people.counts].sum(axis=0)
    assert picture.count.tolist() == counted.tolist()
    assert not picture.inside[picture.out].any()


@given(streams())
def test_what_begins_has_not_begun_and_what_ends_has(frames: list[Frame]) -> None:
    state, holding = State.fresh(LAYOUT), set[tuple[int, int, int]]()
    for told in transitions(frames, state):
        for condition, subject, where, on, _, _ in told.rows():
            key = (condition, subject, where)
            assert condition == Condition.BUTTON or (key in holding) is not on
            holding ^= {key} if condition != Condition.BUTTON else set()


def parts(frame: Frame, chance: random.Random) -> list[Frame]:
    """The frame's rows over up to six of the same moment, cut anywhere.

    Then a sweep of that moment: a part without rows is none, and no sweep comes before rows.
    """
    many = chance.randint(1, 6)
    told = cut(frame.readings.rows(), many, chance)
    seen = cut(frame.sightings.rows(), many, chance)
    cuts = [
        replace(frame, readings=Readings.of(t), sightings=Sightings.of(s))
        for t, s in zip(told, seen, strict=True)
    ]
    return [
        *(part for part in cuts if not part.is_sweep),
        replace(frame, readings=Readings.none(), sightings=Sightings.none()),
    ]


def cut(rows: list[Any], many: int, chance: random.Random) -> list[list[Any]]:
    """Rows in their order, in so many pieces."""
    ends = sorted(chance.randint(0, len(rows)) for _ in range(many - 1))
    return [rows[a:b] for a, b in zip([0, *ends], [*ends, len(rows)], strict=True)]


@st.composite
def mines(draw: st.DrawFn) -> Mine:
    """The busy mine with other delays, guards and patience, and rules over time and of several."""
    seconds = st.sampled_from([0.0, 0.3, 1.0, 5.0, 12.0])
    limits = [
        replace(p.limits, on_delay_s=draw(seconds), off_delay_s=draw(seconds)) for p in MINE.points
    ]
    guard = st.builds(Guard, seconds, seconds, seconds, seconds)
    policy = {"lost_contact_s": draw(st.sampled_from([7.0, 90.0])), "absent_s": draw(seconds)}
    kinds = (replace(k, stuck_s=20.0, noisy=True) for k in MINE.kinds)
    return replace(
        MINE,
        points=tuple(replace(p, limits=r) for p, r in zip(MINE.points, limits, strict=True)),
        zones=tuple(replace(z, guard=draw(guard)) for z in MINE.zones),
        policy=replace(MINE.policy, ride_m_s=draw(st.sampled_from([0.0, 2.0])), **policy),
        kinds=tuple(replace(k, stale_s=draw(st.sampled_from([4.0, k.stale_s]))) for k in kinds),
        windows=RULES,
        logic=(Logic("L", "", "", "CH4", SEVERAL, None, draw(seconds), "II", "", ""),),
    )


SEVERAL = parse("value(CH4) > 0.9 or lost(CH4-SLOW) and value(WIND) < 1", MINE.point_row)


@st.composite
def late(draw: st.DrawFn) -> list[Frame]:
    """A frame a second of one gas sensor and two people at a border, heard out of order."""
    frames, lag = list[Frame](), st.sampled_from([0.0, 0.3, 0.7, 1.5, 4.0])
    qualities = st.sampled_from([0] * 6 + [Quality.COMMS_LOST, Quality.CALIBRATING])
    rows = st.lists(st.tuples(lag, st.sampled_from([0.5, 1.2]), qualities, lag), max_size=4)
    for second in range(1, draw(st.integers(2, 12))):
        now = micros(second)
        told = [(1, v, q, micros(second - ago), now) for ago, v, q, _ in draw(rows)]
        seen = [
            (2 + (q > 0), 0, 0, 49.5 * v, 0, 0.0, 0.0, 0.0, 0.5, 0, 0, micros(second - ago), now)
            for _, v, q, ago in draw(rows)
        ]
        frames.append(Frame(second, now, REVISION, Readings.of(told), Sightings.of(seen)))
    return frames


@pytest.mark.parametrize("form", ["arrays", "compiled"])
@settings(max_examples=2 * settings().max_examples)
@given(mines(), st.one_of(late(), late(), streams()), st.integers(0, 2**32))
def test_a_split_frame_is_judged_as_the_whole_one(
    form: str, compiled: Kernels, mine: Mine, frames: list[Frame], seed: int
) -> None:
    """Who, what, where, value and time of all that each moment tells; and all that is known then.

    Late rows, odd ones, silences and who is lost included; nothing is made punctual for it.
    """
    layout, chance = Layout.of(mine), random.Random(seed)
    kernels = ARRAYS if form == "arrays" else compiled
    joined, split = State.fresh(layout), State.fresh(layout)
    for whole in frames:
        told = judge(layout, joined, whole, kernels).transitions
        of_parts = [judge(layout, split, p, kernels).transitions for p in parts(whole, chance)]
        assert of_each(Transitions.joined(of_parts)) == of_each(told)
        assert joined.snapshot() == split.snapshot()


def of_each(told: Transitions) -> list[str]:
    """What is told of each subject and place, in its order."""
    return [repr(row) for row in sorted(told.rows(), key=lambda row: row[:3])]


@pytest.mark.parametrize("seconds", [0.02, 1.0])
def test_splitting_makes_nobody_missed_later(seconds: float) -> None:
    """Silent in the first frame after the stale time, lost in that after ninety seconds."""
    layout, late = Layout.of(small_mine()), dict[Condition, float]()
    state, now = State.fresh(layout), micros(0)
    rows = [(0, 0, 0, 30.0, 0, 0.0, 0.0, 0.0, 0.5, 0, 0, now, now)]
    first = replace(sampled(1, 0, (0, 0.5)), sightings=Sightings.of(rows))
    after = [sampled(2 + k, 14 + k * seconds, (3, 1.0)) for k in range(int(80 / seconds))]
    for frame in [first, *after]:
        for condition, _, _, on, _, at in judge(layout, state, frame).transitions.rows():
            if condition in SILENCES and on:
                late.setdefault(Condition(condition), (frame.now - at) / SECOND)
    assert set(late) == set(SILENCES)
    assert max(late.values()) <= seconds


SILENCES = (Condition.SILENT, Condition.READER_SILENT, Condition.LOST_CONTACT)


@given(streams(), st.lists(st.integers(0, 80), max_size=20))
def test_more_sweeps_raise_and_clear_no_limit(frames: list[Frame], seconds: list[int]) -> None:
    frames = [punctual(f) for f in frames]
    none = (Readings.none(), Sightings.none())
    sweeps = [Frame(0, micros(s), REVISION, *none) for s in seconds if micros(s) <= frames[-1].now]
    swept = sorted([*frames, *sweeps], key=lambda f: f.now)
    assert limit_rows(frames) == limit_rows(swept)


def punctual(frame: Frame) -> Frame:
    """The same readings, each sampled and received at the frame's `now`."""
    told = [(p, v, q, frame.now, frame.now) for p, v, q, _, _ in frame.readings.rows()]
    return replace(frame, readings=Readings.of(told), sightings=Sightings.none())


def limit_rows(frames: list[Frame]) -> list[str]:
    told = Transitions.joined(transitions(frames, State.fresh(LAYOUT))).rows()
    return sorted(repr(row) for row in told if row[0] in LIMITS)


@given(st.lists(st.floats(0.8, 0.9999), max_size=40))
def test_between_restore_and_limit_nothing_ever_chatters(values: list[float]) -> None:
    limits = replace(MINE.points[1].limits, on_delay_s=0.0, off_delay_s=0.0)
    mine = small_mine(points=(replace(MINE.points[1], limits=limits),))
    layout = Layout.of(mine)
    state = State.fresh(layout)
    rows = [(0, v, 0, micros(i), micros(i)) for i, v in enumerate([1.1, *values])]
    frame = Frame(1, micros(len(rows)), REVISION, Readings.of(rows), Sightings.none())
    told = judge(layout, state, frame).transitions.rows()
    assert [r[:4] for r in told if r[0] in LIMITS] == [(Condition.ALARM_HIGH, 0, -1, True)]


@given(streams(), st.data())
def test_no_changed_byte_of_a_snapshot_is_taken_for_the_truth(
    frames: list[Frame], data: st.DataObject
) -> None:
    state = State.fresh(LAYOUT)
    transitions(frames, state)
    snapshot = bytearray(state.snapshot())
    snapshot[data.draw(st.integers(0, len(snapshot) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(BrokenFrame):
        State.restore(LAYOUT, bytes(snapshot))


def test_a_snapshot_of_another_mine_or_cut_short_is_refused() -> None:
    snapshot = State.fresh(LAYOUT).snapshot()
    other = Layout.of(small_mine(revision="f" * 16))
    smaller = Layout.of(small_mine(points=MINE.points[:2]))
    for layout, data in ((other, snapshot), (smaller, snapshot), (LAYOUT, snapshot[:-1])):
        with pytest.raises(BrokenFrame):
            State.restore(layout, data)


def test_a_mine_without_readers_people_or_points_can_be_judged() -> None:
    layout = Layout.of(small_mine(points=(), readers=(), people=(), zones=()))
    told = judge(layout, State.fresh(layout), Frame(1, START, REVISION, *_strangers()))
    assert len(told.transitions) == 0


def _strangers() -> tuple[Readings, Sightings]:
    place = (0, 1.0, 0, 0.0, 0.0, 0.0, 1.0)
    return (
        Readings.of([(0, 1.0, 0, START, START)]),
        Sightings.of([(0, 0, *place, 0, 0, START, START)]),
    )
