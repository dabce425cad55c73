"""The mine's clocks: as fast as told, and steady whatever the machine's wall clock does."""

import asyncio
import time

import pytest

from minesafe.clock import MineClock, WallClock, wall
from minesafe.model.time import SECOND


def test_a_demo_clock_runs_as_many_times_as_fast_as_told() -> None:
    start = 1_764_000_000 * SECOND
    slow, fast = MineClock(start, 100.0), MineClock(start, 100.0, speed=60.0)
    moment = time.monotonic() - 100.0
    assert fast.elapsed() == pytest.approx(60 * moment, abs=60)
    assert fast.now() - start == pytest.approx(60 * (slow.now() - start), abs=60 * SECOND)


def test_a_clock_begins_at_its_start() -> None:
    start = 1_764_000_000 * SECOND
    assert 0 <= MineClock.since(start, 25.0).now() - start < 25 * SECOND


def test_a_clock_tells_another_process_how_to_show_the_same() -> None:
    clock = MineClock.since(1_764_000_000 * SECOND, 2.5)
    now, speed, real = clock.told().split(":")
    assert abs(int(now) - clock.now()) < 5 * SECOND
    assert speed == "2.5"
    assert abs(int(real) - wall()) < 5 * SECOND


def test_the_wall_clock_is_the_machines() -> None:
    clock = WallClock()
    before, elapsed = clock.now(), clock.elapsed()
    assert abs(before - wall()) < SECOND
    assert clock.elapsed() >= elapsed


async def test_a_minute_of_the_demo_is_slept_in_its_own_time() -> None:
    clock = MineClock.since(0, speed=6000.0)
    async with asyncio.timeout(5):
        await clock.sleep(60.0)
    assert clock.elapsed() >= 60.0 * 0.9
    await WallClock().sleep(0.001)
