"""Arrays, loops and compiled loops say the same, to the byte, whatever the mine sends."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_mine import REVISION, small_mine

from minesafe.embedded.kernels import compiled
from minesafe.engine import Layout, State, judge, remember
from minesafe.engine.kernels import ARRAYS, Kernels
from minesafe.engine.kernels.compiled import looks
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.mine import Mine
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND
from minesafe.model.verdict import Condition

START = 1_764_000_000 * SECOND
POINTS = 300


def grown() -> Mine:
    """Many points of every sort, so that runs, blocks and their ends all occur."""
    few = small_mine().points
    return small_mine(
        points=tuple(
            replace(few[i % len(few)], id=f"{few[i % len(few)].id}-{i}") for i in range(POINTS)
        )
    )


MINE = grown()
LAYOUT = Layout.of(MINE)


@pytest.fixture(scope="session", params=["loops", "compiled"])
def other(request: pytest.FixtureRequest) -> Kernels:
    if request.param == "loops":
        return looks(lambda loop: loop)
    cache = request.config.cache
    assert cache is not None
    return compiled(Path(cache.mkdir("kernels")))


def frames(seed: int, count: int = 10) -> list[Frame]:
    """From one seed: whole images, single samples, doubles, strangers, late and odd ones."""
    random = np.random.default_rng(seed)
    now, made = START, list[Frame]()
    for seq in range(1, count + 1):
        now += int(random.choice([0, 1, 1, 1, 7, 40]) * SECOND)
        made.append(Frame(seq, now, REVISION, readings(random, now), Sightings.none()))
    return made


def readings(random: np.random.Generator, now: int) -> Readings:
    n = int(random.choice([0, 3, POINTS, POINTS, 2 * POINTS]))
    point = np.arange(n) % POINTS if random.random() < 0.6 else random.integers(-1, POINTS + 1, n)
    share = random.choice([0.0, 0.01, 0.3])
    odd = random.random(n) < share
    value = np.where(
        odd,
        random.choice([np.nan, np.inf, -np.inf, -0.0, 1e-310, 1.0, 0.8, 1.5, 4.0, 99.0], n),
        0.25,
    )
    quality = np.where(random.random(n) < share / 10, random.choice(11, n), Quality.GOOD)
    lag = np.where(odd & (random.random(n) < 0.3), random.choice([-61, -60, -9, 5, 6], n), 0)
    received = np.full(n, now)
    return Readings(point, value, quality, received + lag * SECOND, received)


@given(st.integers(0, 2**32))
def test_every_form_gives_the_same_bytes(other: Kernels, seed: int) -> None:
    told = {}
    for form in (ARRAYS, other):
        state = State.fresh(LAYOUT)
        told[form is other] = [judged(state, f, form).hex() for f in frames(seed)]
        told[form is other].append(state.snapshot().hex())
    assert told[True] == told[False]


@given(st.integers(0, 2**32), st.integers(0, 9))
def test_the_form_may_change_between_any_two_frames(other: Kernels, seed: int, cut: int) -> None:
    alone, mixed = State.fresh(LAYOUT), State.fresh(LAYOUT)
    for i, frame in enumerate(frames(seed)):
        form = other if (i >= cut) ^ (i % 4 == 3) else ARRAYS
        assert judged(mixed, frame, form) == judged(alone, frame, ARRAYS)
        if i == cut:
            for state in (alone, mixed):
                remember(LAYOUT, state, frame.now, Condition.SILENT, 1, -1, np.nan)
                remember(LAYOUT, state, frame.now, Condition.ALARM_HIGH, 1, -1, np.nan)
            mixed = State.restore(LAYOUT, mixed.snapshot())
    assert mixed.snapshot() == alone.snapshot()


def judged(state: State, frame: Frame, form: Kernels) -> bytes:
    return judge(LAYOUT, state, frame, form).transitions.to_bytes()


def test_a_frame_read_from_the_disk_at_any_byte_compiles_nothing(other: Kernels) -> None:
    state = State.fresh(LAYOUT)
    for frame in frames(7):
        judge(LAYOUT, state, Frame.from_bytes(frame.to_bytes()), other)
