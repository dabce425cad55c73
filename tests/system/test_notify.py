"""From the outbox on disk to the phone and back, over real sockets and a real journal."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest
from disk_outbox import DiskOutbox
from fakes import FindingBook, QuickClock
from notify_mine import SECRET, desk, horn, named_mine, sms
from smsc import Smsc

from device_sims.clock import MineClock
from device_sims.devices.smsc import SmscDevice
from device_sims.diary import Diary
from device_sims.mine import Carrier as SimCarrier
from minesafe.links.smpp import SmppLink, Timings
from minesafe.model.commands import SendText
from minesafe.model.errors import LinkDown
from minesafe.model.events import FindingKind, Noted, ReceiptStatus
from minesafe.model.mine import Carrier
from minesafe.model.signing import link_token
from minesafe.notify import deliver
from minesafe.notify.console import ConsoleChannel
from minesafe.notify.deliver import Courier
from minesafe.notify.horn import HornChannel
from minesafe.notify.sms import SmsChannel

ACCEPTED, DELIVERED, FAILED = (
    ReceiptStatus.ACCEPTED,
    ReceiptStatus.DELIVERED,
    ReceiptStatus.FAILED,
)
PHONE = "13800000001"
TIMINGS = Timings(first_pause_s=0.05, longest_pause_s=0.1, connect_s=0.5)


@dataclass
class Horns:
    """Outputs that remember; `hanging` ones never answer."""

    hanging: bool = False
    away: bool = False
    on: set[str] = field(default_factory=set)

    async def write(self, output: str, on: bool) -> None:
        if self.hanging:
            await asyncio.Event().wait()
        if self.away:
            raise LinkDown(output)
        (self.on.add if on else self.on.discard)(output)


@dataclass
class Desk:
    """A notify room at work."""

    outbox: DiskOutbox
    findings: FindingBook
    link: SmppLink
    replies: list[tuple[str, str]] = field(default_factory=list)

    async def reply(self, sender: str, text: str) -> None:
        self.replies.append((sender, text))


@asynccontextmanager
async def room(
    path: Path, carrier: Carrier, horns: Horns | None = None, consoles: int = 1
) -> AsyncIterator[Desk]:
    async with AsyncExitStack() as stack:
        outbox = await stack.enter_async_context(DiskOutbox(path))
        findings, clock, mine = FindingBook(), QuickClock(), named_mine()
        link = SmppLink(carrier, findings, TIMINGS)
        text = SmsChannel(lambda: mine, link, outbox, outbox.receipt, clock, SECRET)
        channels = (text, HornChannel(horns or Horns()), ConsoleChannel(lambda: consoles))
        here = Desk(outbox, findings, link)
        tasks = [
            asyncio.create_task(Courier(outbox, channels, clock, findings, {}.get).run()),
            asyncio.create_task(link.run(text.received, here.reply)),
        ]
        stack.push_async_callback(_end, tasks)
        yield here


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def trail(receipts: list[Noted]) -> list[tuple[ReceiptStatus, str]]:
    return [(n.status, n.detail) for n in receipts]


async def test_an_order_reaches_the_phone_with_its_link_and_is_seen_delivered(
    tmp_path: Path,
) -> None:
    async with Smsc() as smsc, room(tmp_path / "j", smsc.carrier) as here:
        await here.outbox.ask(sms())
        receipts = await here.outbox.until(ACCEPTED, DELIVERED)
        await smsc.until(2)
    assert trail(receipts) == [(ACCEPTED, ""), (DELIVERED, "")]
    first, second = smsc.to(PHONE)
    assert first.startswith("【停产撤人】")
    assert f"http://10.0.0.5:8600/a/{link_token(SECRET, 'o1', 'P1')}" in second
    assert [s.receipt_asked for s in smsc.inbox] == [True, False]


async def test_a_carrier_that_is_away_fails_at_once_and_delivers_once_it_is_back(
    tmp_path: Path,
) -> None:
    smsc = Smsc()
    await smsc.start()
    await smsc.stop()
    async with room(tmp_path / "j", smsc.carrier) as here:
        await here.outbox.ask(sms())
        await here.outbox.until(FAILED, within_s=2.0)
        assert trail(here.outbox.receipts)[0] == (FAILED, "link_down")
        assert {(FindingKind.LINK_DOWN, "smpp"), (FindingKind.CHANNEL_DOWN, "sms")} <= set(
            here.findings.now
        )
        await smsc.start()
        await here.outbox.until(ACCEPTED, DELIVERED)
        await smsc.until(2)
        await smsc.stop()
    assert len(smsc.to(PHONE)) == 2, "one order, and its link: nobody is told twice"


async def test_a_slow_carrier_fails_the_deadline_and_still_tells_only_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "DEADLINE_S", 0.2)
    async with (
        Smsc(answer_after_s=0.7) as smsc,
        room(tmp_path / "j", smsc.carrier) as here,
    ):
        await here.outbox.ask(sms())
        receipts = await here.outbox.until(FAILED, ACCEPTED, DELIVERED)
        await smsc.until(2)
    assert receipts[0].detail == "deadline"
    assert [t[:6] for t in smsc.to(PHONE)] == ["【停产撤人】", "命令001详"]


async def test_a_carrier_that_drops_after_accepting_may_tell_twice_under_one_number(
    tmp_path: Path,
) -> None:
    """The carrier's own uncertainty: it took the message and did not say so."""
    async with (
        Smsc(drop_after_accept=True) as smsc,
        room(tmp_path / "j", smsc.carrier) as here,
    ):
        await here.outbox.ask(sms())
        await here.outbox.until(FAILED, ACCEPTED, DELIVERED)
        await smsc.until(3)
    one, two, _ = smsc.to(PHONE)
    assert one == two
    assert "001" in one


async def test_what_a_carrier_accepts_and_never_delivers_stays_accepted(tmp_path: Path) -> None:
    async with Smsc(receipts=None) as smsc, room(tmp_path / "j", smsc.carrier) as here:
        await here.outbox.ask(sms())
        await here.outbox.until(ACCEPTED)
        await smsc.until(2)
        assert await here.outbox.pending() == []
        assert trail(here.outbox.receipts) == [(ACCEPTED, "")]


async def test_what_the_carrier_took_and_could_not_deliver_is_sent_again_and_once(
    tmp_path: Path,
) -> None:
    """A phone underground: minutes after it was accepted the carrier says that it never arrived."""
    async with Smsc(receipts=None) as smsc, room(tmp_path / "j", smsc.carrier) as here:
        await here.outbox.ask(sms())
        await here.outbox.until(ACCEPTED)
        await smsc.until(2)
        assert await here.outbox.pending() == []
        smsc.receipts = "DELIVRD"
        await smsc.receipt(smsc.inbox[0], "UNDELIV")
        await smsc.receipt(smsc.inbox[0], "UNDELIV")  # carriers repeat themselves
        receipts = await here.outbox.until(ACCEPTED, FAILED, ACCEPTED, DELIVERED)
        await smsc.until(4)
        assert await here.outbox.pending() == []
        assert len(smsc.inbox) == 4, "the order and its link, and both once more"
    assert len({n.key for n in receipts}) == 1
    assert [n.attempt for n in receipts if n.status is ACCEPTED] == [1, 2]


async def test_a_nightly_test_that_did_not_arrive_is_not_sent_again(tmp_path: Path) -> None:
    async with Smsc(receipts="EXPIRED") as smsc, room(tmp_path / "j", smsc.carrier) as here:
        await here.outbox.ask(msgspec.structs.replace(sms(), about="proof"))
        receipts = await here.outbox.until(ACCEPTED, FAILED)
        assert receipts[-1].final
        assert await here.outbox.pending() == []


async def test_a_receipt_that_overtakes_the_answer_is_recorded_after_it(tmp_path: Path) -> None:
    async with Smsc(receipt_first=True) as smsc, room(tmp_path / "j", smsc.carrier) as here:
        await here.outbox.ask(sms())
        receipts = await here.outbox.until(ACCEPTED, DELIVERED)
    assert trail(receipts) == [(ACCEPTED, ""), (DELIVERED, "")]


async def test_a_receipt_after_a_restart_finds_its_command(tmp_path: Path) -> None:
    async with Smsc(receipts=None) as smsc:
        async with room(tmp_path / "j", smsc.carrier) as here:
            await here.outbox.ask(sms())
            await here.outbox.until(ACCEPTED)
        async with room(tmp_path / "j", smsc.carrier) as here:
            async with asyncio.timeout(5):
                while not here.link.bound:  # noqa: ASYNC110  the carrier decides when
                    await asyncio.sleep(0.01)
            await smsc.receipt(smsc.inbox[0], "DELIVRD")
            (receipt,) = await here.outbox.until(DELIVERED)
    assert receipt.key == "o1/0/P1/sms"


async def test_a_crash_while_sending_sends_again_under_the_same_key(tmp_path: Path) -> None:
    async with DiskOutbox(tmp_path / "j") as before:
        await before.ask(sms())
        await before.sending("o1/0/P1/sms", 1)
    async with Smsc() as smsc, room(tmp_path / "j", smsc.carrier) as here:
        receipts = await here.outbox.until(ACCEPTED, DELIVERED)
        await smsc.until(2)
    assert receipts[0].attempt == 2


async def test_what_was_handed_over_before_a_restart_is_not_handed_over_again(
    tmp_path: Path,
) -> None:
    async with Smsc() as smsc:
        async with room(tmp_path / "j", smsc.carrier) as here:
            await here.outbox.ask(sms())
            await here.outbox.until(ACCEPTED, DELIVERED)
            await smsc.until(2)
        async with room(tmp_path / "j", smsc.carrier) as here:
            await here.outbox.ask(sms(), sms("P2", phone="13800000002"))
            await here.outbox.until(ACCEPTED, DELIVERED)
            await smsc.until(4)
    assert len(smsc.to(PHONE)) == 2


async def test_horn_phone_and_desk_are_told_together_though_the_horn_hangs(tmp_path: Path) -> None:
    async with Smsc() as smsc, room(tmp_path / "j", smsc.carrier, Horns(hanging=True)) as here:
        began = time.monotonic()
        await here.outbox.ask(horn(), sms(), desk())
        await here.outbox.until(DELIVERED, within_s=5.0)
        took = time.monotonic() - began
    assert {n.channel for n in here.outbox.receipts} == {"sms", "console"}
    assert took < 5.0


async def test_a_horn_that_comes_back_sounds_and_is_read_back(tmp_path: Path) -> None:
    horns = Horns(away=True)
    async with Smsc() as smsc, room(tmp_path / "j", smsc.carrier, horns) as here:
        await here.outbox.ask(horn())
        await here.outbox.until(FAILED)
        horns.away = False
        await here.outbox.until(FAILED, DELIVERED)
    assert horns.on == {"H1"}


async def test_a_console_that_opens_later_is_told_then(tmp_path: Path) -> None:
    async with Smsc() as smsc, room(tmp_path / "j", smsc.carrier, consoles=0) as here:
        await here.outbox.ask(desk())
        await here.outbox.until(FAILED, FAILED)
        assert here.findings.now[FindingKind.CHANNEL_DOWN, "console"] == "no_console"


async def test_a_reply_reaches_the_desk(tmp_path: Path) -> None:
    async with Smsc() as smsc, room(tmp_path / "j", smsc.carrier) as here:
        await here.outbox.ask(sms())
        await here.outbox.until(ACCEPTED, DELIVERED)
        assert await smsc.reply(PHONE, "1 001") == 0
    assert here.replies == [(PHONE, "1 001")]


async def test_the_simulated_carrier_of_the_demo_is_spoken_with_as_a_real_one(
    tmp_path: Path,
) -> None:
    clock = MineClock.from_now(20.0)
    config = SimCarrier(host="127.0.0.1", port=0, system_id="mine", password="secret")
    async with SmscDevice(config, clock, Diary(clock, lambda _line: None)) as peer:
        carrier = Carrier("127.0.0.1", peer.port, "mine", "secret", "10690001")
        async with room(tmp_path / "j", carrier) as here:
            await here.outbox.ask(sms(missing=("P2", "P3", "P4", "P1")))
            await here.outbox.until(ACCEPTED, DELIVERED)
            async with asyncio.timeout(5):
                while len(peer.inbox.of(PHONE)) < 2:  # noqa: ASYNC110  its own time runs there
                    await asyncio.sleep(0.01)
            peer.reply(PHONE, "1")
            async with asyncio.timeout(5):
                while not here.replies:  # noqa: ASYNC110  as above
                    await asyncio.sleep(0.01)
    first, second = (s.text for s in peer.inbox.of(PHONE))
    assert first.endswith("回1 001确认")
    assert second.endswith("李卫东、王强、赵敏、张建国")
    assert here.replies == [(PHONE, "1")]


def to_everyone(people: int) -> list[SendText]:
    return [sms(f"P{i}", phone=f"138{i:08}") for i in range(people)]


async def test_three_hundred_people_are_handed_to_the_carrier_within_ten_seconds(
    tmp_path: Path,
) -> None:
    """Each carrier answer takes 50 ms; the window is what makes it quick."""
    commands = to_everyone(300)
    async with (
        Smsc(answer_after_s=0.05) as smsc,
        room(tmp_path / "j", smsc.carrier) as here,
    ):
        began = time.monotonic()
        await here.outbox.ask(*commands)
        await here.outbox.until(*[ACCEPTED] * 300, within_s=30.0)
        took = time.monotonic() - began
        await smsc.until(600)
        await here.outbox.until(*[DELIVERED] * 300)
    assert took < 10.0
    assert {len(smsc.to(c.phone)) for c in commands} == {2}
