"""The database stopped, frozen and started again while the mine goes on: nothing is lost."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fakes import FindingBook, HandClock
from history_line import ALWAYS, DOWN, Line, ask, disk_at, running, until
from small_mine import REVISION
from store_samples import START, finding, large_frame
from system.parts import new_database, open_folder, proxied

from minesafe.embedded.cluster import Cluster
from minesafe.links.backoff import Backoff
from minesafe.model.events import FindingKind
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND
from minesafe.store.feeder import PAUSES_S, Disk, Progress
from minesafe.store.watch import DiskWatch

AN_HOUR = 3600
"""Frames: one a second."""


@pytest.fixture
async def disk(tmp_path: Path) -> AsyncIterator[Disk]:
    async with disk_at(tmp_path) as disk:
        yield disk


async def test_what_is_spooled_gets_stored_and_then_leaves_the_spool(disk: Disk) -> None:
    line = Line(disk, new_database())
    line.covered = 600
    await line.commit(1, 1200)
    await disk.thread.run(disk.journal.append, [(finding(1), START)], now=START)
    async with running(line.feeder):
        await line.stored(1200)
        await until(lambda: line.holds_at_most(600))
        assert await line.held() == 600, "what no snapshot covers stays"
        line.covered = 1 << 60
        await until(lambda: line.holds_at_most(0))
        assert await line.history.projected_through() == 1
    await line.history.close()


async def test_a_database_that_was_stopped_and_started_again_misses_nothing(disk: Disk) -> None:
    cluster = Cluster(open_folder())
    line = Line(disk, await asyncio.to_thread(cluster.start))
    async with running(line.feeder):
        await line.commit(1, 50)
        await line.stored(50)
        await asyncio.to_thread(cluster.stop)
        await line.commit(51, 51 + AN_HOUR)
        await until(lambda: DOWN in line.findings.now)
        await disk.thread.run(disk.journal.append, [(finding(1), START)], now=START)
        assert await line.held() == 1 + AN_HOUR
        await asyncio.to_thread(cluster.start)
        await line.stored(51 + AN_HOUR)
        await until(lambda: DOWN not in line.findings.now)
    begun = [kind for kind, _, _ in line.findings.began_ever]
    assert begun == [FindingKind.DATABASE_DOWN], "told once, at the change"
    await line.history.close()
    await asyncio.to_thread(cluster.stop)


async def test_a_server_without_a_database_starts_and_catches_up_when_it_comes(
    disk: Disk,
) -> None:
    cluster = Cluster(open_folder())
    dsn = await asyncio.to_thread(cluster.start)
    await asyncio.to_thread(cluster.stop)
    line = Line(disk, dsn)
    async with running(line.feeder):
        await line.commit(1, 10)
        await until(lambda: DOWN in line.findings.now)
        await asyncio.to_thread(cluster.start)
        await line.stored(10)
    await line.history.close()
    await asyncio.to_thread(cluster.stop)


async def test_a_link_that_swallows_everything_holds_nothing_up(disk: Disk) -> None:
    """F6: no error, no end of connection, only silence; first write within 5 s of its return."""
    async with proxied(new_database()) as (proxy, dsn):
        line = Line(disk, dsn, Backoff(*PAUSES_S))
        async with running(line.feeder):
            await line.commit(1, 20)
            await line.stored(20)
            tasks = len(asyncio.all_tasks())
            proxy.black_hole()
            await line.commit(21, 300)
            await until(lambda: DOWN in line.findings.now, within_s=30)
            await asyncio.sleep(3)
            proxy.heal()
            await line.stored(300, within_s=5)
            await until(lambda: DOWN not in line.findings.now)
            assert len(asyncio.all_tasks()) <= tasks + 4, "nothing is left hanging"
        await line.history.close()


async def test_a_feeder_killed_at_any_moment_stores_everything_once(disk: Disk) -> None:
    dsn = new_database()
    await Line(disk, dsn).commit(1, 3000)
    for turn in range(8):
        line = Line(disk, dsn)
        line.covered = 0
        async with running(line.feeder):
            await asyncio.sleep(0.03 * turn)
        await line.history.close()
    line = Line(disk, dsn)
    async with running(line.feeder):
        await line.stored(3000)
    await line.history.close()


async def test_a_filling_spool_says_so_and_is_well_when_drained(disk: Disk) -> None:
    findings, filling = FindingBook(), (FindingKind.SPOOL_FILLING, "spool")
    fill, commit = disk.spool.fill, disk.spool.commit
    async with running(DiskWatch(disk, findings, Progress(), lambda: START, every_s=0.02)):
        seq = 0
        while await disk.thread.run(fill) <= 0.7:
            assert filling not in findings.now
            seq += 1
            await disk.thread.run(commit, [large_frame(seq, 2000)])
        await until(lambda: filling in findings.now)
        await disk.thread.run(disk.spool.drop_through, seq)
        await until(lambda: filling not in findings.now)


async def test_how_far_the_history_is_behind_is_known_and_told(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, clock = Line(disk, new_database()), HandClock(START)
    watch = DiskWatch(disk, line.findings, line.progress, clock.now, every_s=0.02)
    behind = (FindingKind.HISTORY_BEHIND, "history")
    await line.commit(1, 5)
    async with running(watch):
        clock.turn(400)
        await until(lambda: watch.backlog.behind_s == 399)
        assert (watch.backlog.stored, watch.backlog.waiting_since) == (None, START + SECOND)
        assert behind not in line.findings.now
        clock.turn(300)
        await until(lambda: line.findings.now.get(behind, "") == "699 s, since frame 1")
        async with running(line.feeder):
            await until(lambda: behind not in line.findings.now)
        await until(lambda: watch.backlog.stored == watch.backlog.committed == 5)
        low = (FindingKind.DISK_LOW, "disk")
        monkeypatch.setattr("minesafe.store.watch.free_bytes", lambda _: 1 << 30)
        await until(lambda: line.findings.now.get(low) == "1024 MiB")
        monkeypatch.setattr("minesafe.store.watch.free_bytes", lambda _: 5 << 30)
        await until(lambda: low not in line.findings.now)
    await line.history.close()


async def test_samples_that_come_late_and_out_of_order_are_counted_by_their_frame(
    disk: Disk,
) -> None:
    """A gateway hands over what it kept for two minutes, newest first, after a live sample."""
    line = Line(disk, new_database())
    kept = [(0, 0.5, Quality.CLOCK, START - 120 * SECOND - n * SECOND, START) for n in range(10)]
    live = Readings.of([(0, 0.7, 0, START, START), (1, 0.7, 0, START - 9 * SECOND, START)])
    for seq, readings in enumerate((live, Readings.of(kept), live), 1):
        whole = Frame(seq, START, REVISION, readings, Sightings.none())
        await disk.thread.run(disk.spool.commit, [whole])
    async with running(line.feeder):
        await until(lambda: line.progress.stored == 3)
    assert (line.progress.late, line.progress.disordered) == (10, 10)
    counts = "SELECT array_agg(late || ' ' || disordered ORDER BY seq) FROM frames"
    assert await ask(line.dsn, counts) == ["0 0", "10 10", "0 0"]
    assert len(await line.history.values(0, *ALWAYS, 100)) == 12
    await line.history.close()


async def test_a_frame_that_cannot_be_read_is_named_and_does_not_stop_the_rest(
    disk: Disk,
) -> None:
    line = Line(disk, new_database())
    line.covered = 0
    await line.commit(1, 9)
    spoil = "UPDATE frames SET frame = CAST(x'00' || substr(frame, 2) AS BLOB) WHERE seq = 4"
    await disk.thread.run(disk.spool._connection.execute, spoil)
    garbage = (FindingKind.GARBAGE, "spool")
    async with running(line.feeder):
        await until(lambda: garbage in line.findings.now)
        assert "the first is 4" in line.findings.now[garbage]
        await until(lambda: line.reaches(9))
        values = (await line.history.values(0, *ALWAYS, 100)).value.tolist()
        assert values == [1, 2, 3, 5, 6, 7, 8, 9]
        line.covered = 9
        await until(lambda: garbage not in line.findings.now)
    await line.history.close()
