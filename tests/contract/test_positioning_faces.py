"""Whatever dialect a simulated station speaks, the same people are heard at the same places."""

import asyncio
import json
import time
from dataclasses import replace
from functools import cache

import msgspec
import pytest
from fakes import FindingBook, HandClock, Inbox, Notes
from field import free_port, until

from device_sims.clock import MineClock
from device_sims.devices.station import StationDevice
from device_sims.diary import Diary
from device_sims.mine import Address
from device_sims.mine import decode as sim_decode
from device_sims.stage import Stage
from device_sims.world.site import Site
from minesafe.config import emit, load, shipped
from minesafe.model.mine import BaseStation, Mine
from minesafe.model.time import SECOND
from minesafe.sources.positioning.build import DOORS
from minesafe.sources.positioning.common import Common
from minesafe.sources.positioning.sightings import Sighted
from minesafe.sources.positioning.stations import StationEars, decoder_of

DIALECTS = {
    "ranges": ("m", "ms"),
    "kj": ("m", "auto"),
    "nooploop": ("m", "ms"),
    "pozyx": ("mm", "s"),
    "omlox": ("m", "auto"),
}
PLACED = [d for d in DIALECTS if d != "kj"]


@cache
def demo() -> Mine:
    return load(shipped("demo"))


def speaking(dialect: str, transport: str = "mqtt", port: int = 0) -> Mine:
    """The demo mine with one station, at the face, in a dialect."""
    length, moments = DIALECTS[dialect]
    face = next(s for s in demo().stations if s.id == "BS4")
    station: BaseStation = replace(
        face, dialect=dialect, length=length, time=moments, transport=transport, port=port
    )
    station = replace(station, peer="127.0.0.1")
    readers = tuple(r for r in demo().readers if r.station == "BS4")
    return replace(demo(), stations=(station,), readers=readers)


@cache
def site() -> Site:
    return Site.of(sim_decode(json.dumps(emit(demo())).encode()))


def stage_of(mine: Mine, speed: float = 0.0) -> Stage:
    """Amid a shift, by a clock that stands."""
    began = (mine.shifts[0].start + mine.shifts[0].end) // 2
    clock = MineClock(began, time.monotonic(), speed)
    return Stage(site(), clock, Diary(clock, lambda _line: None), 7)


def device(mine: Mine, stage: Stage) -> StationDevice:
    """The station's other side."""
    ours, host = mine.stations[0], Address(host="127.0.0.1", port=0)
    about = {"dialect": ours.dialect, "transport": ours.transport, "port": ours.port}
    its = next(s for s in stage.site.mine.stations if s.id == ours.id)
    return StationDevice(msgspec.structs.replace(its, **about), stage, host=host, boot=1)


def heard(mine: Mine, stage: Stage) -> Sighted:
    """Everything one report says."""
    says = device(mine, stage)
    says.report()
    common = Common.of(mine, Inbox(), Notes())
    at = decoder_of(mine, common.roadways, common.snapper, mine.stations[0])
    whole = Sighted(0, 0, [], [], [], [])
    for message in says.backlog.take():
        part = at.decode(message, stage.clock.now())
        whole.rows.extend(part.rows)
        whole.garbled.extend(part.garbled)
        whole.unknown_tags.extend(part.unknown_tags)
        whole.unknown_readers.extend(part.unknown_readers)
    return whole


@pytest.mark.parametrize("dialect", DIALECTS)
def test_everybody_near_is_heard_and_nothing_is_garbled(dialect: str) -> None:
    mine = speaking(dialect)
    stage = stage_of(mine)
    got = heard(mine, stage)
    assert (got.garbled, got.unknown_tags, got.unknown_readers) == ([], [], [])
    tags = {mine.people[row[0]].tag for row in got.rows if row[0] >= 0}
    plain = speaking("ranges")
    ours = heard(plain, stage_of(plain)).rows
    assert tags == {mine.people[row[0]].tag for row in ours if row[0] >= 0}
    assert len(tags) > 5
    living = {mine.readers[row[1]].id for row in got.rows if row[0] < 0}
    assert living == {r.id for r in mine.readers}
    assert all(abs(row[11] - stage.clock.now()) < 2 * SECOND for row in got.rows)


@pytest.mark.parametrize("dialect", PLACED)
def test_people_are_where_they_are(dialect: str) -> None:
    mine = speaking(dialect)
    stage = stage_of(mine)
    where = {w.tag: w.tag_at(stage.world.now) for w in stage.world.walkers}
    right = total = 0
    for row in heard(mine, stage).rows:
        if row[0] >= 0 and row[8] < 3:
            spot, total = where[mine.people[row[0]].tag], total + 1
            near = abs(row[3] - spot.chainage_m) < 2.5
            right += near and mine.roadways[row[2]].id == spot.roadway
    assert total > 5
    assert right >= 0.9 * total, "but for those within a step of a junction"


@pytest.mark.parametrize("transport", ["udp", "tcp", "http"])
async def test_a_simulated_host_speaks_at_its_own_door(transport: str) -> None:
    port = free_port()
    mine = speaking("nooploop", transport, port)
    stage, inbox, book = stage_of(mine, speed=1.0), Inbox(), FindingBook()
    clock = HandClock(stage.clock.now())
    ears = StationEars(mine, Common.of(mine, inbox, Notes()), mine.stations[0], clock, book)
    door = DOORS[transport]("127.0.0.1", ears, clock, book)
    run = asyncio.create_task(door.run())
    await door.listening.wait()
    try:
        async with device(mine, stage):
            await until(lambda: len({r[0] for r in inbox.sightings() if r[0] >= 0}) > 5)
            assert not any(subject == "BS4" for _, subject in book.now)
    finally:
        run.cancel()
        await asyncio.wait([run])
