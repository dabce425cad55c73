"""A test call from its hour to an answer and a finding, over a real broker, outbox and journal."""

import asyncio
import time as seconds
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
from called_devices import brokered, going_on, ready
from fakes import FindingBook
from field import until
from line_on_disk import line
from sim_mine import Pages, sim_mine
from story import START, story_mine

from device_sims.clock import MineClock
from device_sims.devices.broadcaster import BroadcasterDevice
from device_sims.diary import Diary
from device_sims.stage import Stage
from device_sims.world.site import Site
from minesafe.model.events import DevicesCalled, FindingKind, Noted, ReceiptStatus
from minesafe.model.mine import Broadcaster, Broker, CallPolicy, Mine, Name
from minesafe.notify.called import called_channels
from minesafe.notify.deliver import Courier
from minesafe.notify.downlink import Downlink

pytestmark = pytest.mark.needs("mosquitto")

WELL, DEAD = "mine/sim/broadcast/WELL", "mine/sim/broadcast/DEAD"
NO = Name("", "")


def calling_mine() -> Mine:
    """Two loudspeakers, to be called a minute after the story's beginning."""
    base, moment = story_mine(), START // 1_000_000 + 60
    at = time(moment // 3600 % 24, moment // 60 % 60)
    speakers = tuple(
        Broadcaster(ident, NO, "A", 50.0, topic, "", "", ("FACE",))
        for ident, topic in (("WELL", WELL), ("DEAD", DEAD))
    )
    return replace(
        base,
        server=replace(base.server, timezone="UTC"),
        policy=replace(base.policy, test_call=CallPolicy(at, 120.0)),
        broadcasters=speakers,
    )


def below() -> Stage:
    """The simulators' side, by a clock that begins with the story."""
    sims = sim_mine(broadcasters=[{"id": "WELL", "topic": WELL, "zones": []}])
    clock = MineClock(START, seconds.monotonic(), 4.0)
    return Stage(Site.of(sims), clock, Diary(clock, Pages().append), 7)


async def test_the_one_that_answers_is_well_and_the_one_that_does_not_is_found(
    tmp_path: Path,
) -> None:
    mine, sims = calling_mine(), below()
    home, world = brokered(tmp_path), going_on(sims)
    async with home as (host, address), world, line(tmp_path, mine=mine) as here:
        broker = Broker(address.host, address.port, "", "")
        downlink = Downlink(mine, broker, FindingBook(), here.clock)
        channels = list(called_channels(here.desk, downlink, here.outbox, here.pipeline))
        orders = here.pipeline.watch.evacuation.orders
        courier = Courier(here.outbox, channels, here.clock, here.pipeline, orders.get)
        tasks = [asyncio.create_task(work.run()) for work in (downlink, courier)]
        speaker = sims.site.mine.broadcasters[0]
        async with BroadcasterDevice(speaker, sims, broker=address):
            await ready(host, WELL)
            await until(lambda: downlink.connected)
            await here.passes(70)
            await until(lambda: bool(_came(here.bodies(Noted), "WELL")))
            await here.passes(130)
            await here.written()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        failing = {f.subject for f in here.pipeline.watch.findings.of(FindingKind.TEST_CALL_FAILED)}
        assert len(here.bodies(DevicesCalled)) == 1
        assert failing == {"DEAD"}
        tested = {d.id: d.test.last for d in here.desk.devices()}
        assert tested["WELL"]
        assert tested["DEAD"] is None


def _came(receipts: list[Noted], device: str) -> list[Noted]:
    delivered = ReceiptStatus.DELIVERED
    return [n for n in receipts if n.recipient == device and n.status is delivered]
