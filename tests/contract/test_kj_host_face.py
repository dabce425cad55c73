"""The simulated installed system and the server's eye on its folder understand each other."""

import asyncio
import json
import time
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from fakes import FindingBook, Inbox
from field import until

from device_sims.clock import MineClock as SimClock
from device_sims.devices.kj_host import KjHostDevice
from device_sims.diary import Diary
from device_sims.mine import decode
from device_sims.stage import Stage
from device_sims.world.site import Site
from minesafe.clock import MineClock, wall
from minesafe.config import emit, load, shipped
from minesafe.model.quality import Quality
from minesafe.sources.files.host import HostWatch
from minesafe.sources.positioning.ranges import Roadways
from minesafe.store.notebook import SqliteNotebook


async def test_what_it_writes_is_heard_and_its_definitions_are_ours(tmp_path: Path) -> None:
    mine = load(shipped("demo"))
    host = replace(mine.kj_hosts[0], folder=str(tmp_path / "upload"), period_s=1.0)
    mine = replace(mine, kj_hosts=(host,))
    theirs = decode(json.dumps(emit(mine)).encode())
    clock = SimClock(wall(), time.monotonic(), 1.0)
    stage = Stage(Site.of(theirs), clock, Diary(clock, lambda _line: None), 7)
    device = KjHostDevice(msgspec.structs.replace(theirs.kj_hosts[0], period_s=1.0), stage)
    inbox, book, notes = Inbox(), FindingBook(), SqliteNotebook(tmp_path / "notebook.db")
    ours = MineClock.since(wall(), 1.0)
    watch = HostWatch(mine, Roadways(mine), host, inbox, ours, book, notes)
    async with device:
        run = asyncio.create_task(watch.run())
        rows = set(mine.points_of_device[host.id])
        await until(lambda: {r[0] for r in inbox.readings() if r[2] == Quality.GOOD} >= rows)
        await until(lambda: len({r[3] for r in inbox.readings()}) > 1)
        run.cancel()
        await asyncio.wait([run])
    notes.close()
    assert book.now == {}
    for row, value, *_ in inbox.readings()[: len(rows)]:
        assert value == pytest.approx(stage.shown(row).value, rel=0.2, abs=0.2)
