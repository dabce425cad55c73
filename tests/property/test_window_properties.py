"""Rules over time: sums in bins against all samples kept, however the samples come."""

import math
from dataclasses import replace
from typing import Any

import pytest
from engine_bench import START
from hypothesis import given, settings
from hypothesis import strategies as st
from small_mine import REVISION, small_mine
from window_reference import RULES, WindowReference

from minesafe.engine import Layout, State, judge
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.time import SECOND
from minesafe.model.windows import CONDITIONS

TOLD = tuple(CONDITIONS.values())

MINE = small_mine(windows=RULES)
LAYOUT = Layout.of(MINE)

VALUES = st.sampled_from([0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.9, 1.3, 2.2, 3.9])
ODD = st.sampled_from([-1.0, 99.0, math.nan, math.inf, 5e-324, -0.0, -math.inf, 1e308])
QUALITIES = st.sampled_from([0] * 14 + [4, 9, 1, 2, 3, 5, 7, 8, 200])


@st.composite
def streams(draw: st.DrawFn) -> list[Frame]:
    """Values that climb, fall or jump about, with gaps, some of them late or not to be believed."""
    frames, now, climb = [], 0.0, draw(st.sampled_from([0.0, 0.03, 0.07, -0.05]))
    for seq in range(draw(st.integers(1, 6))):
        rows = []
        for _ in range(draw(st.integers(0, 12))):
            now += draw(st.sampled_from([0.0, 2.0, 5.0, 5.0, 7.0, 10.0, 40.0]))
            at = START + round((now - draw(st.sampled_from([0.0, 0.0, 0.0, 8.0]))) * SECOND)
            value = draw(st.one_of(VALUES, VALUES, ODD))
            if climb and draw(st.integers(0, 9)):
                value = (1.0 + climb * now) % 4.0
            point = draw(st.sampled_from([0, 0, 0, 1, 2, 2, 3, -1, 9]))
            rows.append((point, value, draw(QUALITIES), at, START + round(now * SECOND)))
        frames.append(frame(seq, now, rows))
    return frames


def frame(seq: int, now: float, rows: list[Any]) -> Frame:
    at = START + round(now * SECOND)
    return Frame(seq, at, REVISION, Readings.of(rows), Sightings.none())


def windows(frames: list[Frame], state: State) -> list[tuple[Any, ...]]:
    told = [row for f in frames for row in judge(LAYOUT, state, f).transitions.rows()]
    return [(c, s, on, v, at) for c, s, _, on, v, at in told if c in TOLD]


def in_order(rows: list[Any]) -> list[Any]:
    return sorted(rows, key=lambda r: (r[1], r[0], r[4]))


@settings(max_examples=3 * settings().max_examples)
@given(streams())
def test_the_arrays_judge_as_the_plain_rules_do(frames: list[Frame]) -> None:
    reference = WindowReference(MINE)
    expected = in_order([row for f in frames for row in reference.judge(f)])
    found = in_order(windows(frames, State.fresh(LAYOUT)))
    assert [(r[:3], r[4]) for r in found] == [(r[:3], r[4]) for r in expected]
    assert [r[3] for r in found] == pytest.approx([r[3] for r in expected], abs=1e-6)


@given(streams(), st.integers(0, 6))
def test_neither_frames_nor_a_snapshot_change_what_is_found(frames: list[Frame], cut: int) -> None:
    rows = [(f.now, row) for f in frames for row in f.readings.rows()]
    single = [replace(frames[0], now=now, readings=Readings.of([row])) for now, row in rows]
    first, whole = State.fresh(LAYOUT), State.fresh(LAYOUT)
    parts = windows(frames[:cut], first)
    second = State.restore(LAYOUT, first.snapshot())
    parts += windows(frames[cut:], second)
    assert in_order(windows(single, whole)) == in_order(parts)
    assert whole.window_bins.tobytes() == second.window_bins.tobytes()


def test_a_row_remembers_no_more_than_six_hundred_bytes() -> None:
    state = State.fresh(LAYOUT)
    columns = [name for name in State.__slots__ if name.startswith("window_")]
    held = sum(getattr(state, name).nbytes for name in columns)
    assert held <= 600 * len(LAYOUT.windows.point)
