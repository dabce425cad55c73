"""People underground are told by loudspeaker, tag and telephone, over a real broker."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiomqtt import Client
from called_devices import brokered, going_on
from fakes import FindingBook, PaperOutbox
from notify_mine import facts
from sim_mine import Pages, sim_mine, stage
from small_mine import small_mine, zone

from device_sims.devices.broadcaster import BroadcasterDevice
from device_sims.devices.called import CalledDevice
from device_sims.devices.paging import PagingDevice
from device_sims.devices.telephone import TelephoneDevice
from device_sims.mine import Address
from device_sims.stage import Stage
from minesafe.model.commands import CallOut, key_of
from minesafe.model.events import FindingKind, Noted, ReceiptStatus
from minesafe.model.mine import (
    Broadcaster,
    Broker,
    Mine,
    Name,
    Paging,
    Person,
    Telephone,
    ZoneKind,
)
from minesafe.notify.called import called_channels
from minesafe.notify.deliver import Courier
from minesafe.notify.downlink import Downlink

pytestmark = pytest.mark.needs("mosquitto")

ACCEPTED, DELIVERED, READ, FAILED = (
    ReceiptStatus.ACCEPTED,
    ReceiptStatus.DELIVERED,
    ReceiptStatus.READ,
    ReceiptStatus.FAILED,
)
BC, TEL, PAGE = "mine/sim/broadcast/BC", "mine/sim/telephone/TEL", "mine/sim/page"


def host_mine() -> Mine:
    """What the server knows of the simulators' small mine."""
    where = (Name("广播", "Speaker"), "FACE", 60.0)
    people = tuple(
        Person(f"P0{n}", f"P0{n}", f"10{n}", "miner", "crew", "", True) for n in range(1, 5)
    )
    return small_mine(
        id="sim",
        zones=(
            zone("Z-FACE", ZoneKind.FACE, ("A", 0.0, 100.0)),
            zone("Z-MINE", ZoneKind.MINE, ("A", 0.0, 100.0)),
        ),
        people=(*people, Person("P05", "P05", "", "dispatcher", "", "", False)),
        broadcasters=(Broadcaster("BC", *where, BC, "", "", ("Z-FACE",)),),
        telephones=(Telephone("TEL", *where, "8001", TEL, "", ""),),
        paging=Paging(PAGE, "", ""),
    )


def call(recipient: str, channel: str, **more: Any) -> CallOut:
    return CallOut(
        key=key_of("o1", 0, recipient, channel),
        channel=channel,
        order="o1",
        step=0,
        recipient=recipient,
        issued=0,
        facts=facts(subject="", zones=("Z-FACE",), condition=""),
        **more,
    )


@dataclass
class PaperDesk:
    mine: Mine = field(default_factory=host_mine)


@dataclass
class Underground:
    """The simulated mine below, the server's channels above, a broker between them."""

    stage: Stage
    host: Client
    address: Address
    outbox: PaperOutbox
    findings: FindingBook
    pages: Pages
    stack: AsyncExitStack

    async def has(self, kind: type[CalledDevice], *, broken: str = "") -> CalledDevice:
        """A device comes to life."""
        mine = self.stage.site.mine
        which = {BroadcasterDevice: mine.broadcasters[0], TelephoneDevice: mine.telephones[0]}
        device = kind(which.get(kind, mine.paging), self.stage, broker=self.address)  # type: ignore[call-arg]  # by its kind
        device.broken = broken
        return await self.stack.enter_async_context(device)

    async def until(self, *wanted: tuple[str, ReceiptStatus]) -> list[Noted]:
        """These have come, whatever else has."""
        receipts = self.outbox.receipts
        while not set(wanted) <= {(n.recipient, n.status) for n in receipts}:
            await self.outbox.until(len(receipts) + 1, within_s=15)
        return receipts

    async def finds(self, kind: FindingKind, detail: str) -> None:
        """The loudspeaker is found so."""
        for _ in range(500):
            if self.findings.now.get((kind, "BC")) == detail:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(self.findings.now)


@asynccontextmanager
async def underground(folder: Path, speed: float = 60.0) -> AsyncIterator[Underground]:
    pages = Pages()
    below = stage(
        sim_mine(
            broadcasters=[{"id": "BC", "topic": BC, "zones": ["Z-FACE"]}],
            telephones=[{"id": "TEL", "roadway": "FACE", "chainage_m": 60.0, "topic": TEL}],
            paging={"topic": PAGE},
        ),
        speed=speed,
        pages=pages,
    )
    outbox, findings = PaperOutbox(), FindingBook()
    async with AsyncExitStack() as stack:
        host, address = await stack.enter_async_context(brokered(folder))
        await stack.enter_async_context(going_on(below))
        desk = PaperDesk()
        broker = Broker(address.host, address.port, "", "")
        downlink = Downlink(desk.mine, broker, findings, below.clock)
        channels = list(called_channels(desk, downlink, outbox, findings))  # type: ignore[arg-type]  # on paper
        courier = Courier(outbox, channels, below.clock, findings, {}.get)
        tasks = [asyncio.create_task(work.run()) for work in (downlink, courier)]
        stack.push_async_callback(_ended, tasks)
        yield Underground(below, host, address, outbox, findings, pages, stack)


async def _ended(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def of(receipts: list[Noted], recipient: str) -> list[ReceiptStatus]:
    return [n.status for n in receipts if n.recipient == recipient and n.detail != "away"]


async def test_an_order_is_spoken_and_every_step_of_it_comes_back(tmp_path: Path) -> None:
    async with underground(tmp_path) as mine:
        await mine.has(BroadcasterDevice)
        mine.outbox.put(call("BC", "broadcast"))
        receipts = await mine.until(("BC", DELIVERED))
    assert of(receipts, "BC") == [ACCEPTED, DELIVERED]
    assert {n.carrier_id for n in receipts if n.status is not FAILED} == {"o1/0/BC/broadcast"}
    assert {"P02", "P03"} <= {e["person"] for e in mine.pages.of("told")}
    assert (FindingKind.OUTPUT_FAILED, "BC") not in mine.findings.now


async def test_everybody_in_a_zone_answers_with_his_own_tag_and_then_its_button(
    tmp_path: Path,
) -> None:
    async with underground(tmp_path) as mine:
        await mine.has(PagingDevice)
        mine.outbox.put(call("Z-FACE", "tag"))
        receipts = await mine.until(("P02", READ), ("P03", READ))
    assert of(receipts, "Z-FACE") == [ACCEPTED]
    assert of(receipts, "P02") == [DELIVERED, READ]
    assert {n.key for n in receipts if n.recipient == "P02"} == {"o1/0/P02/tag"}


async def test_several_by_name_join_one_call_and_who_is_out_of_reach_is_called_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minesafe.notify.paging.RECEIVED_S", 0.5)
    async with underground(tmp_path) as mine:
        await mine.has(PagingDevice)
        await mine.host.subscribe(f"{PAGE}/call")
        wanted = ("P01", "P02", "P03", "P05")
        mine.outbox.put(*(call(p, "tag") for p in wanted))
        receipts = await mine.until(("P02", READ), ("P03", READ), ("P05", FAILED))
        named = await _calls(mine.host)
    assert {"102", "103"} <= set(named[0]["tags"]), "one call for several"
    untagged = next(n for n in receipts if n.recipient == "P05")
    assert (untagged.detail, untagged.final) == ("no_tag", True)


async def _calls(host: Client) -> list[dict[str, Any]]:
    heard = []
    try:
        async with asyncio.timeout(0.3):
            async for message in host.messages:
                if str(message.topic) == f"{PAGE}/call":
                    assert isinstance(message.payload, bytes)
                    heard.append(json.loads(message.payload))
    except TimeoutError:
        pass
    return heard


TOWARDS = "The way has changed! Go towards junction of A and B, to refuge at B!"


async def test_two_who_are_sent_different_ways_are_told_so_on_their_own_tags(
    tmp_path: Path,
) -> None:
    async with underground(tmp_path) as mine:
        await mine.has(PagingDevice)
        toward = {"about": "way", "destination": "N2"}
        mine.outbox.put(
            call("P02", "tag", toward="N1", **toward), call("P03", "tag", toward="N0", **toward)
        )
        await mine.until(("P02", DELIVERED), ("P03", DELIVERED))
        shown = {tuple(c["tags"]): c["en"] for c in await _calls(mine.host)}
    assert set(shown) == {("102",), ("103",)}
    assert shown["102",] == TOWARDS


async def test_the_whole_mine_is_one_call(tmp_path: Path) -> None:
    async with underground(tmp_path) as mine:
        await mine.has(PagingDevice)
        mine.outbox.put(call("Z-MINE", "tag"))
        receipts = await mine.until(*((f"P0{n}", DELIVERED) for n in (2, 3, 4)))
        [whole] = await _calls(mine.host)
    assert whole["all"] is True
    assert of(receipts, "Z-MINE") == [ACCEPTED]


async def test_a_telephone_rings_and_says_whether_somebody_was_told(tmp_path: Path) -> None:
    async with underground(tmp_path) as mine:
        await mine.has(TelephoneDevice)
        mine.outbox.put(call("TEL", "telephone"))
        receipts = await mine.until(("TEL", DELIVERED))
    assert of(receipts, "TEL") == [ACCEPTED, ACCEPTED, DELIVERED]


async def test_a_test_call_is_answered_by_the_terminals_themselves(tmp_path: Path) -> None:
    """Nobody hears it, nobody picks up, and it is as short as can be."""
    async with underground(tmp_path) as mine:
        await mine.has(BroadcasterDevice)
        await mine.has(TelephoneDevice)
        mine.outbox.put(call("BC", "broadcast", about="test"))
        mine.outbox.put(call("TEL", "telephone", about="test"))
        receipts = await mine.until(("BC", DELIVERED), ("TEL", DELIVERED))
    assert of(receipts, "BC") == of(receipts, "TEL") == [DELIVERED]
    assert mine.pages.of("told") == []


async def test_a_device_that_went_away_fails_at_once_and_is_called_when_it_is_back(
    tmp_path: Path,
) -> None:
    async with underground(tmp_path) as mine:
        will = json.dumps({"online": False})
        await mine.host.publish(f"{BC}/state", will, qos=1, retain=True)
        await mine.finds(FindingKind.LINK_DOWN, "its last will")
        mine.outbox.put(call("BC", "broadcast"))
        [away, *_] = await mine.until(("BC", FAILED))
        assert (away.detail, away.final) == ("away", False)
        await mine.has(BroadcasterDevice)
        await mine.until(("BC", DELIVERED))
        assert (FindingKind.LINK_DOWN, "BC") not in mine.findings.now
    assert FindingKind.CHANNEL_DOWN not in {kind for kind, *_ in mine.findings.began_ever}


async def test_a_transmitter_that_takes_calls_and_says_nothing_is_a_channel_that_is_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minesafe.notify.paging.CALLING_S", 0.2)
    async with underground(tmp_path) as mine:
        mine.outbox.put(call("P02", "tag"), call("Z-FACE", "tag"))
        receipts = await mine.until(("P02", FAILED), ("Z-FACE", FAILED))
        while not {"silent"} <= {n.detail for n in receipts}:
            await mine.outbox.until(len(receipts) + 1)
        assert mine.findings.now[FindingKind.CHANNEL_DOWN, "tag"] == "silent"
        await mine.has(PagingDevice)
        await mine.until(("P02", READ))
        assert (FindingKind.CHANNEL_DOWN, "tag") not in mine.findings.now


async def test_a_broken_amplifier_is_a_finding_until_it_speaks(tmp_path: Path) -> None:
    async with underground(tmp_path) as mine:
        device = await mine.has(BroadcasterDevice, broken="amplifier")
        mine.outbox.put(call("BC", "broadcast"))
        await mine.until(("BC", FAILED))
        await mine.finds(FindingKind.OUTPUT_FAILED, "amplifier")
        device.broken = ""
        await mine.until(("BC", DELIVERED))
    assert (FindingKind.OUTPUT_FAILED, "BC") not in mine.findings.now


async def test_asked_again_after_a_crash_nothing_is_spoken_twice(tmp_path: Path) -> None:
    async with underground(tmp_path) as mine:
        await mine.has(BroadcasterDevice)
        mine.outbox.put(call("BC", "broadcast"))
        await mine.until(("BC", DELIVERED))
        again = [n for n in mine.outbox.receipts if n.status is DELIVERED]
        mine.outbox.done.clear()  # the receipts were lost with the server
        mine.outbox.receipts.clear()
        mine.outbox.put()
        [taken] = await mine.until(("BC", DELIVERED))
    assert taken.carrier_id == again[0].carrier_id
    assert len(mine.pages.of("call")) == 1


async def test_noise_from_a_device_is_a_finding_and_stops_nothing(tmp_path: Path) -> None:
    async with underground(tmp_path) as mine:
        await mine.has(BroadcasterDevice)
        await asyncio.sleep(0.1)
        deep = b'{"x":' + b"[" * 16_000
        for noise in (
            b"\xff\x00",
            b"[]",
            b'{"call":7}',
            b'{"online":"perhaps"}',
            b"x" * 20_000,
            deep,
        ):
            await mine.host.publish(f"{BC}/state", noise, qos=1)
        strange = {"call": "nobody's", "state": "levitating"}
        await mine.host.publish(f"{BC}/state", json.dumps(strange), qos=1)
        mine.outbox.put(call("BC", "broadcast"))
        await mine.until(("BC", DELIVERED))
        assert mine.findings.now == {}
    assert [s for kind, s, _ in mine.findings.began_ever if kind is FindingKind.GARBAGE] == ["BC"]
