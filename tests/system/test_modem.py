"""A 4G modem on a serial line: orders out, reports and replies in, and everything that breaks."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
from fakes import FindingBook, PaperOutbox
from notify_mine import SECRET, call, named_mine, sms

from device_sims.clock import MineClock
from device_sims.devices import sms_pdu
from device_sims.devices.modem import SLOTS, ModemDevice
from device_sims.diary import Diary
from device_sims.mine import Modem as SimModem
from minesafe.links.modem import ModemLink, Timings
from minesafe.model.commands import SendText, key_of
from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import FindingKind, Noted, ReceiptStatus
from minesafe.model.mine import Modem
from minesafe.notify.calling import CallChannel, MobileChannel
from minesafe.notify.deliver import Courier
from minesafe.notify.sms import SmsChannel

ACCEPTED, DELIVERED, FAILED = (
    ReceiptStatus.ACCEPTED,
    ReceiptStatus.DELIVERED,
    ReceiptStatus.FAILED,
)
PHONE = "13800000001"
DOWN = (FindingKind.LINK_DOWN, "modem")
SPEED = 20.0
QUICK = Timings(
    answer_s=0.4, send_s=1.0, look_s=0.1, dial_s=2.0, ring_s=0.6, call_look_s=0.02,
    first_pause_s=0.05, longest_pause_s=0.1,
)  # fmt: skip


@dataclass
class Desk:
    """The server's end and the modem's, with a serial line between them."""

    device: ModemDevice
    link: ModemLink
    outbox: PaperOutbox
    findings: FindingBook
    replies: list[tuple[str, str]] = field(default_factory=list)
    disk_full: bool = False

    async def reply(self, sender: str, text: str) -> None:
        if self.disk_full:
            raise StoreUnavailable("no space left")
        self.replies.append((sender, text))

    async def until(self, *wanted: ReceiptStatus) -> list[Noted]:
        """Receipts with these statuses, in this order, among all there are."""
        receipts = self.outbox.receipts
        while not _in_order([n.status for n in receipts], wanted):
            await self.outbox.until(len(receipts) + 1, within_s=10)
        return receipts

    async def once(self, what: str, true: Callable[[], object]) -> None:
        for _ in range(500):
            if true():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(what)

    async def is_well(self) -> None:
        await self.once("the modem is ready", lambda: self.link._line and not self.link._trouble)


def _in_order(seen: list[ReceiptStatus], wanted: tuple[ReceiptStatus, ...]) -> bool:
    left = iter(seen)
    return all(status in left for status in wanted)


@asynccontextmanager
async def desk(folder: Path, *, plugged: bool = True, **faults: bool) -> AsyncIterator[Desk]:
    port = str(folder / "ttyUSB2")
    clock = MineClock.from_now(SPEED)
    device = ModemDevice(SimModem(port=port), clock, Diary(clock, lambda _: None))
    device.faults = set(faults)
    outbox, findings = PaperOutbox(), FindingBook()
    link = ModemLink(Modem(port, 115_200), findings, QUICK)
    text = SmsChannel(named_mine, link, outbox, outbox.receipt, clock, SECRET, name="modem")
    calls = CallChannel(lambda: [MobileChannel(named_mine, link, outbox.receipt)])
    here = Desk(device, link, outbox, findings)
    courier = Courier(outbox, [text, calls], clock, findings, {}.get)
    if plugged:
        await device.start()
    tasks = [
        asyncio.create_task(link.run(text.received, here.reply)),
        asyncio.create_task(courier.run()),
    ]
    try:
        yield here
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await device.stop()


def by_modem(person: str = "P1", **more: Any) -> SendText:
    command = sms(person, **more)
    key = key_of(command.order, command.step, person, "modem")
    return msgspec.structs.replace(command, channel="modem", key=key)


# --- out and back ---------------------------------------------------------------------------------


async def test_an_order_and_its_link_reach_the_phone_and_the_report_comes_back(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as here:
        here.outbox.put(by_modem())
        receipts = await here.until(ACCEPTED, DELIVERED)
        await here.once("both messages", lambda: len(here.device.inbox.of(PHONE)) == 2)
    first, second = here.device.inbox.of(PHONE)
    assert first.text.startswith("【停产撤人】")
    assert "http://10.0.0.5:8600/a/" in second.text, "in parts, and whole again"
    assert {n.carrier_id for n in receipts if n.status is not FAILED} == {f"{PHONE}/1"}
    assert here.findings.now == {}


async def test_a_modem_that_keeps_reports_in_a_memory_of_their_own_is_read_there(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path, stores_reports=True) as here:
        here.outbox.put(by_modem())
        await here.until(ACCEPTED, DELIVERED)
        await here.once("taken off", lambda: not here.device._reports)
        here.device.reply(PHONE, "1")
        await here.once("and replies still come", lambda: here.replies == [(PHONE, "1")])


async def test_replies_come_in_whole_or_in_parts_and_leave_the_sim(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await here.is_well()
        here.device.reply("+86" + PHONE, "1 001")
        here.device.reply(PHONE, "在路", (7, 2, 1))
        here.device.reply(PHONE, "上了", (7, 2, 2))
        await here.once("both", lambda: len(here.replies) == 2)
        await here.once("nothing left on the SIM", lambda: not here.device._sim)
    assert sorted(here.replies) == [("+86" + PHONE, "1 001"), (PHONE, "在路上了")]


async def test_a_reply_from_while_we_were_away_is_found_on_the_sim(tmp_path: Path) -> None:
    async with desk(tmp_path, plugged=False) as here:
        here.device._sim[3] = "nonsense"
        here.device._sim[4] = sms_pdu.deliver(PHONE, "1")
        await here.device.start()
        await here.once("it", lambda: here.replies == [(PHONE, "1")])
        await here.once("nothing left on the SIM", lambda: not here.device._sim)
    assert FindingKind.GARBAGE in {kind for kind, *_ in here.findings.began_ever}


async def test_a_reply_the_disk_refuses_stays_on_the_sim_until_it_is_taken(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await here.is_well()
        here.disk_full = True
        here.device.reply(PHONE, "1")
        await asyncio.sleep(0.3)
        assert here.device._sim
        here.disk_full = False
        await here.once("it", lambda: here.replies == [(PHONE, "1")])


async def test_a_sim_full_of_advertisements_is_emptied(tmp_path: Path) -> None:
    async with desk(tmp_path, plugged=False) as here:
        here.device.fill_sim()
        assert len(here.device._sim) == SLOTS
        assert not here.device.reply(PHONE, "1"), "the network keeps it"
        await here.device.start()
        await here.once("room again", lambda: not here.device._sim)
        assert here.device.reply(PHONE, "1")
        await here.once("it", lambda: (PHONE, "1") in here.replies)


# --- calls ----------------------------------------------------------------------------------------


async def test_a_mobile_rings_and_is_picked_up(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.device.answers_after_s = 4.0
        here.outbox.put(call("P1"))
        await here.until(ACCEPTED, DELIVERED)
    assert here.device.dialled == [PHONE]


async def test_nobody_picks_up_and_the_ladder_hears_it(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.outbox.put(call("P1"))
        receipts = await here.until(ACCEPTED, FAILED)
    assert (receipts[-1].detail, receipts[-1].final) == ("unanswered", True)


@pytest.mark.parametrize("fault", ["busy", "no_carrier"])
async def test_a_call_that_does_not_come_about_says_why_and_is_tried_again(
    tmp_path: Path, fault: str
) -> None:
    async with desk(tmp_path, **{fault: True}) as here:
        await here.is_well()
        here.outbox.put(call("P1"))
        [first, *_] = await here.until(FAILED)
        assert (first.detail, first.final) == (fault, False)
        here.device.faults.clear()
        await here.until(ACCEPTED)
    assert (FindingKind.CHANNEL_DOWN, "call") not in here.findings.now


async def test_two_are_called_one_after_the_other_while_messages_go_out(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.device.answers_after_s = 2.0
        here.outbox.put(call("P1"), call("P2"), by_modem("P3", phone="13800000003"))
        await here.once("both", lambda: len(set(here.device.dialled)) == 2)
        await here.once("it", lambda: here.device.inbox.of("13800000003"))


# --- trouble --------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["garbage", "half_lines", "slow"])
async def test_chatter_pieces_and_slowness_cost_nothing(tmp_path: Path, fault: str) -> None:
    async with desk(tmp_path, **{fault: True}) as here:
        here.outbox.put(by_modem(), by_modem("P2", phone="13800000002"))
        await here.until(ACCEPTED, ACCEPTED, DELIVERED, DELIVERED)
        await here.once("four", lambda: len(here.device.inbox.messages) == 4)
    texts = [m.text for m in here.device.inbox.of(PHONE)]
    assert len(texts) == len(set(texts)) == 2, "nobody is told twice"


@pytest.mark.parametrize("fault", ["error", "cms_error"])
async def test_a_refused_message_is_tried_again(tmp_path: Path, fault: str) -> None:
    async with desk(tmp_path, **{fault: True}) as here:
        await here.is_well()
        here.outbox.put(by_modem())
        [first, *_] = await here.until(FAILED)
        assert first.detail.startswith("refused_")
        here.device.faults.clear()
        await here.until(ACCEPTED, DELIVERED)


async def test_a_modem_that_hangs_is_left_and_found_again(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await here.is_well()
        here.device.faults.add("hang")
        here.outbox.put(by_modem())
        await here.until(FAILED)
        await here.once("found", lambda: DOWN in here.findings.now)
        here.device.faults.clear()
        await here.until(ACCEPTED, DELIVERED)
        assert DOWN not in here.findings.now


async def test_unplugged_and_back_it_goes_on(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await here.is_well()
        here.device.pull_out()
        await here.once("found", lambda: DOWN in here.findings.now)
        here.outbox.put(by_modem())
        await here.until(FAILED)
        here.device.plug_in()
        await here.until(ACCEPTED, DELIVERED)


async def test_no_network_and_no_signal_are_said_before_anybody_needs_it(tmp_path: Path) -> None:
    async with desk(tmp_path, unregistered=True) as here:
        await here.once("no network", lambda: here.findings.now.get(DOWN) == "not registered")
        here.outbox.put(by_modem())
        [first, *_] = await here.until(FAILED)
        assert first.detail == "link_down"
        here.device.faults.clear()
        here.device.signal = 2
        await here.until(ACCEPTED)  # a weak signal is tried all the same
        await here.once("no signal", lambda: here.findings.now.get(DOWN) == "no signal")
        here.device.signal = 21
        await here.once("well", lambda: DOWN not in here.findings.now)
