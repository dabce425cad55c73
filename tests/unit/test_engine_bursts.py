"""One tag, seen very often in a frame: a station that empties its memory."""

import time
from dataclasses import replace

import numpy as np
import pytest
from engine_bench import START
from small_mine import REVISION, small_mine

from minesafe.engine import Layout, State, judge, people
from minesafe.engine.kernels import ARRAYS, Kernels
from minesafe.engine.kernels.compiled import looks, uncompiled
from minesafe.model.frame import Column, Frame, Readings, Sightings
from minesafe.model.time import SECOND
from minesafe.model.verdict import Condition

TAGS = 10_000
FEW = small_mine()
MINE = small_mine(
    people=tuple(replace(FEW.people[i % len(FEW.people)], id=f"P-{i}") for i in range(TAGS))
)
LAYOUT = Layout.of(MINE)
EVERYBODY, ONE = np.arange(TAGS), np.zeros(TAGS, np.int32)
AT_REST, AT_WORK = 30.0, 60.0
"""Metres of roadway A: in no key zone, and in the face."""


def seen(seq: int, tag: Column, metres: Column, at: Column) -> Frame:
    n, now = len(tag), int(at[-1])
    none = np.zeros(n)
    rows = Sightings(
        tag=tag, station=np.ones(n), roadway=none, chainage=metres, level=none, x=none, y=none,
        z=none, error=np.ones(n), flags=none, quality=none, sampled=at, received=np.full(n, now),
    )  # fmt: skip
    return Frame(seq, now, REVISION, Readings.none(), rows)


def everybody_at(seq: int, metres: float, second: int) -> Frame:
    return seen(seq, EVERYBODY, np.full(TAGS, metres), np.full(TAGS, START + second * SECOND))


def burst(metres: Column) -> Frame:
    """One tag at these places, a millisecond apart."""
    n = len(metres)
    return seen(2, ONE[:n], metres, START + 20 * SECOND + np.arange(n) * 1_000)


def fastest(frame: Frame, form: Kernels) -> float:
    return min(_seconds(frame, form) for _ in range(3))


def _seconds(frame: Frame, form: Kernels) -> float:
    state = State.fresh(LAYOUT)
    judge(LAYOUT, state, everybody_at(1, AT_REST, 0), form)
    begun = time.perf_counter()
    judge(LAYOUT, state, frame, form)
    return time.perf_counter() - begun


@pytest.fixture(params=["arrays", "compiled"])
def form(request: pytest.FixtureRequest, compiled: Kernels) -> Kernels:
    return ARRAYS if request.param == "arrays" else compiled


TREMBLES = np.where(np.arange(TAGS) // 500 % 2, AT_WORK, AT_REST) + np.arange(TAGS) % 7 / 10
TO_AND_FRO = np.where(np.arange(TAGS) % 2, AT_REST, AT_WORK)


@pytest.mark.parametrize("walk", [TREMBLES, TO_AND_FRO], ids=["trembles", "crosses"])
def test_ten_thousand_sightings_of_one_tag_are_some_storms_of_ten_thousand(
    form: Kernels, walk: Column
) -> None:
    """He stands, trembles and once in a while walks on; or he is in the face and out each time."""
    storm = everybody_at(2, AT_WORK, 20)
    assert fastest(burst(walk), form) < 25 * fastest(storm, form)


def test_every_one_of_them_is_judged_and_in_its_order(form: Kernels) -> None:
    to_and_fro = np.where(np.arange(400) % 2, AT_REST, AT_WORK)
    rounds = replace(ARRAYS, hear_sightings=people.hear)
    told = []
    for one in (rounds, form, looks(uncompiled)):
        state = State.fresh(LAYOUT)
        verdict = judge(LAYOUT, state, burst(to_and_fro), one)
        told.append((verdict.transitions.to_bytes(), state.snapshot()))
    face = MINE.zone_row["FACE"]
    entries = [r for r in verdict.transitions.rows() if r[0] == Condition.INSIDE and r[2] == face]
    assert [on for _, _, _, on, _, _ in entries] == [True, False] * 200
    assert told[0] == told[1] == told[2]
