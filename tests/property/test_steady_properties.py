"""Stuck and noiseless sensors: the arrays against the plain rules, however the samples come."""

from dataclasses import replace
from typing import Any

from engine_bench import START
from hypothesis import given, settings
from hypothesis import strategies as st
from small_mine import REVISION, small_mine
from steady_reference import SteadyReference

from minesafe.engine import Layout, State, judge
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.time import SECOND
from minesafe.model.verdict import Condition

CH4, WIND = small_mine().kinds
MINE = small_mine(
    kinds=(replace(CH4, stuck_s=20.0, quiet=0.1), replace(WIND, stuck_s=30.0, noisy=True))
)
LAYOUT = Layout.of(MINE)
STEADY = (Condition.STUCK, Condition.NOISELESS)

VALUES = st.sampled_from([0.5] * 8 + [0.0, 0.1, 0.11, 0.505, 0.51, 0.52, -1.0, 99.0, float("nan")])
QUALITIES = st.sampled_from([0] * 14 + [4, 9, 1, 2, 3, 5, 8, 200])


@st.composite
def streams(draw: st.DrawFn) -> list[Frame]:
    frames, now = [], 0.0
    for seq in range(draw(st.integers(1, 8))):
        rows = []
        for _ in range(draw(st.integers(0, 6))):
            now += draw(st.sampled_from([0.0, 1.0, 5.0, 5.0, 10.0, 10.0, 40.0, 90.0]))
            at = START + round((now - draw(st.sampled_from([0.0, 0.0, 0.0, 7.0]))) * SECOND)
            point = draw(st.sampled_from([0, 0, 2, 1, 3, -1, 7]))
            rows.append((point, draw(VALUES), draw(QUALITIES), at, START + round(now * SECOND)))
        frames.append(frame(seq, now, rows))
    return frames


def frame(seq: int, now: float, rows: list[Any]) -> Frame:
    at = START + round(now * SECOND)
    return Frame(seq, at, REVISION, Readings.of(rows), Sightings.none())


def steady(frames: list[Frame], state: State) -> list[tuple[Any, ...]]:
    told = [row for f in frames for row in judge(LAYOUT, state, f).transitions.rows()]
    return [(c, s, on, v, at) for c, s, _, on, v, at in told if c in STEADY]


def in_order(rows: list[Any]) -> list[str]:
    return [repr(row) for row in sorted(rows, key=lambda r: r[1])]


@given(streams())
def test_the_arrays_judge_as_the_plain_rules_do(frames: list[Frame]) -> None:
    reference = SteadyReference(MINE)
    expected = [row for f in frames for row in reference.judge(f)]
    assert in_order(steady(frames, State.fresh(LAYOUT))) == in_order(expected)


@given(streams(), st.integers(0, 8))
def test_neither_frames_nor_a_snapshot_change_what_is_found(frames: list[Frame], cut: int) -> None:
    rows = [(f.now, row) for f in frames for row in f.readings.rows()]
    single = [replace(frames[0], now=now, readings=Readings.of([row])) for now, row in rows]
    first = State.fresh(LAYOUT)
    parts = steady(frames[:cut], first)
    parts += steady(frames[cut:], State.restore(LAYOUT, first.snapshot()))
    assert in_order(steady(single, State.fresh(LAYOUT))) == in_order(parts)


@settings(max_examples=10)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.02, 0.3]), st.integers(500, 700))
def test_noise_that_dies_is_found_as_the_plain_rule_finds_it(
    seed: int, left: float, lives: int
) -> None:
    """A wind sensor flickers, then hardly any more, then again."""
    state, reference = State.fresh(LAYOUT), SteadyReference(MINE)
    draw = [(seed * (i + 7) * 2654435761 >> 7) % 100 / 100 for i in range(lives + 700)]
    share = [left if lives <= i <= lives + 500 else 1 for i in range(len(draw))]
    values = [2.0 + 0.02 * d * s for d, s in zip(draw, share, strict=True)]
    rows = [(2, v, 0, *[START + i * 5 * SECOND] * 2) for i, v in enumerate(values)]
    told = frame(1, 5.0 * len(rows), rows)
    assert in_order(steady([told], state)) == in_order(reference.judge(told))
