"""The courier on a hand clock, with channels that fail in every way a mine has seen."""

import asyncio
import dataclasses
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from fakes import FindingBook, HandClock, PaperOutbox
from notify_mine import call, desk, horn, sms

from minesafe.model.commands import Command
from minesafe.model.events import FindingKind, Noted, OrderKind, Origin, ReceiptStatus
from minesafe.model.mine import Severity
from minesafe.model.order import Order
from minesafe.notify import deliver
from minesafe.notify.deliver import Courier
from minesafe.notify.receipt import noted

ACCEPTED, FAILED = ReceiptStatus.ACCEPTED, ReceiptStatus.FAILED
DOWN = (FindingKind.CHANNEL_DOWN, "sms")

Outcome = Callable[[Command, int], Awaitable[Noted]]


async def accept(command: Command, attempt: int) -> Noted:
    return noted(command, ACCEPTED, attempt=attempt, carrier_id=f"c{attempt}")


async def fail(command: Command, attempt: int) -> Noted:
    return noted(command, FAILED, attempt=attempt, detail="link_down")


async def refuse(command: Command, attempt: int) -> Noted:
    return noted(command, FAILED, attempt=attempt, detail="refused_0b", final=True)


async def hang(command: Command, attempt: int) -> Noted:
    await asyncio.Event().wait()
    raise AssertionError


async def hang_in_cleanup(command: Command, attempt: int) -> Noted:
    try:
        return await hang(command, attempt)
    finally:
        await asyncio.shield(asyncio.sleep(0.3))


async def break_down(command: Command, attempt: int) -> Noted:
    raise KeyError(command.key)


@dataclass
class ScriptedChannel:
    """Does what its script says, the last line over and over."""

    name: str
    script: list[Outcome]
    told: list[str] = field(default_factory=list)
    began: asyncio.Event = field(default_factory=asyncio.Event)

    async def deliver(self, command: Command, attempt: int) -> Noted:
        self.began.set()
        self.told.append(command.key)
        outcome = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        return await outcome(command, attempt)


@dataclass
class Room:
    outbox: PaperOutbox
    clock: HandClock = field(default_factory=HandClock)
    findings: FindingBook = field(default_factory=FindingBook)
    orders: dict[str, Order] = field(default_factory=dict)

    @asynccontextmanager
    async def courier(self, *channels: ScriptedChannel) -> AsyncIterator[None]:
        running = asyncio.create_task(
            Courier(self.outbox, channels, self.clock, self.findings, self.orders.get).run()
        )
        yield
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    async def turn_until(self, receipts: int) -> list[Noted]:
        """Turn the clock second by second until so many receipts are in."""
        async with asyncio.timeout(10):
            while len(self.outbox.receipts) < receipts:
                await asyncio.sleep(0.001)
                self.clock.turn(1.0)
        return self.outbox.receipts


def statuses(receipts: list[Noted]) -> list[tuple[ReceiptStatus, str, int, bool]]:
    return [(n.status, n.detail, n.attempt, n.final) for n in receipts]


async def test_an_attempt_is_on_disk_before_it_begins_and_its_receipt_after() -> None:
    room = Room(PaperOutbox(sms()))
    seen: list[list[tuple[str, int]]] = []

    async def look(command: Command, attempt: int) -> Noted:
        seen.append(list(room.outbox.began))
        return await accept(command, attempt)

    async with room.courier(ScriptedChannel("sms", [look])):
        (receipt,) = await room.outbox.until(1)
    assert seen == [[("o1/0/P1/sms", 1)]]
    assert (receipt.status, receipt.carrier_id) == (ACCEPTED, "c1")


async def test_the_first_failure_is_told_at_once_and_tried_again_after_1_2_5_10_seconds() -> None:
    room = Room(PaperOutbox(sms()))
    began: list[int] = []

    async def fail_and_note_when(command: Command, attempt: int) -> Noted:
        began.append((room.clock.now() - command.issued) // 1_000_000)
        return await fail(command, attempt)

    async with room.courier(ScriptedChannel("sms", [fail_and_note_when])):
        await room.outbox.until(1)
        assert statuses(room.outbox.receipts) == [(FAILED, "link_down", 1, False)]
        await room.turn_until(60)
    gaps = [b - a for a, b in itertools.pairwise(began)]
    assert all(gap >= least for gap, least in zip(gaps, (1, 2, 5, 10, 10), strict=False))
    assert statuses(room.outbox.receipts)[-1] == (FAILED, "link_down", 60, True)
    assert len(room.outbox.receipts) == 60
    assert await room.outbox.pending() == []


def order(kind: OrderKind) -> Order:
    return Order(
        "o1", 1, kind, Severity.I, (), "", "", "", None, None, 0, None, Origin.RULE, False, None,
        (), {}, {},
    )  # fmt: skip


async def test_an_evacuation_is_tried_until_the_carrier_is_back_however_long_that_is() -> None:
    room = Room(PaperOutbox(sms()), orders={"o1": order(OrderKind.EVACUATE)})
    away = ScriptedChannel("sms", [*[fail] * 199, accept])
    async with room.courier(away):
        receipts = await room.turn_until(200)
    assert not any(n.final for n in receipts)
    assert receipts[-1].status is ACCEPTED
    minutes = (room.clock.now() - sms().issued) / 60_000_000
    assert minutes > 25, "the pauses stay ten seconds"


async def test_what_stops_work_only_is_given_up_as_before() -> None:
    room = Room(PaperOutbox(sms()), orders={"o1": order(OrderKind.STOP_WORK)})
    async with room.courier(ScriptedChannel("sms", [fail])):
        receipts = await room.turn_until(60)
    assert receipts[-1].final


async def test_nobody_is_called_out_after_the_all_clear_because_a_carrier_came_back() -> None:
    room = Room(PaperOutbox(sms()), orders={"o1": order(OrderKind.EVACUATE)})
    channel = ScriptedChannel("sms", [fail])
    async with room.courier(channel):
        await room.turn_until(5)
        room.orders["o1"] = dataclasses.replace(room.orders["o1"], closed=room.clock.now())
        tried = len(channel.told)
        all_clear = sms(step=9900, about="all_clear")
        room.outbox.put(all_clear)
        channel.script[:] = [accept]
        receipts = await room.turn_until(tried + 2)
    ends = {n.step: (n.status, n.detail) for n in receipts}
    assert ends == {0: (FAILED, "order_closed"), 9900: (ACCEPTED, "")}
    assert channel.told[tried:] == [all_clear.key]


async def test_a_tag_out_of_reach_says_nothing_about_tag_paging() -> None:
    async def nobody(command: Command, attempt: int) -> Noted:
        return noted(command, FAILED, attempt=attempt, detail="no_answer")

    room = Room(PaperOutbox(call()))
    async with room.courier(ScriptedChannel("call", [nobody])):
        await room.turn_until(10)
    assert room.findings.began_ever == []


async def test_a_channel_the_mine_does_not_have_fails_at_once_and_for_good() -> None:
    room = Room(PaperOutbox(call()))
    async with room.courier(ScriptedChannel("sms", [accept])):
        await room.outbox.until(1)
    assert statuses(room.outbox.receipts) == [(FAILED, "no_such_channel", 1, True)]
    assert room.outbox.began == []


async def test_a_refusal_of_the_carrier_is_final_and_says_nothing_about_the_channel() -> None:
    room = Room(PaperOutbox(sms()))
    async with room.courier(ScriptedChannel("sms", [refuse])):
        await room.outbox.until(1)
    assert statuses(room.outbox.receipts) == [(FAILED, "refused_0b", 1, True)]
    assert room.findings.began_ever == []


@pytest.mark.parametrize("hanging", [hang, hang_in_cleanup])
async def test_a_channel_that_hangs_has_failed_by_its_deadline(
    hanging: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "DEADLINE_S", 0.05)
    room = Room(PaperOutbox(sms()))
    async with room.courier(ScriptedChannel("sms", [hanging, accept])):
        await room.outbox.until(1)
        assert statuses(room.outbox.receipts) == [(FAILED, "deadline", 1, False)]
        await room.turn_until(2)
    assert room.outbox.receipts[1].status is ACCEPTED


async def test_a_hanging_channel_delays_no_other() -> None:
    commands = [sms(f"P{i}") for i in range(500)]
    room = Room(PaperOutbox(*commands, horn(), desk()))
    channels = (
        ScriptedChannel("sms", [hang]),
        ScriptedChannel("horn", [accept]),
        ScriptedChannel("console", [accept]),
    )
    async with room.courier(*channels):
        receipts = await room.outbox.until(2, within_s=2.0)
    assert {n.channel for n in receipts} == {"horn", "console"}


async def test_a_channel_that_goes_down_and_comes_back_is_a_finding_from_and_to() -> None:
    room = Room(PaperOutbox(sms()))
    async with room.courier(ScriptedChannel("sms", [fail, fail, accept])):
        await room.outbox.until(1)
        assert room.findings.now[DOWN] == "link_down"
        await room.turn_until(3)
    assert room.findings.now == {}
    assert len(room.findings.began_ever) == 1


async def test_a_channel_with_a_fault_of_ours_is_a_failed_channel_with_a_finding() -> None:
    room = Room(PaperOutbox(sms(), horn()))
    async with room.courier(
        ScriptedChannel("sms", [break_down, accept]), ScriptedChannel("horn", [accept])
    ):
        await room.turn_until(3)
    assert (FindingKind.TASK_CRASHED, "channel:sms") in room.findings.now
    assert [n.status for n in room.outbox.receipts if n.channel == "sms"] == [FAILED, ACCEPTED]


async def test_after_a_crash_what_was_being_sent_is_sent_again_under_the_same_key() -> None:
    outbox = PaperOutbox(sms())
    await outbox.sending("o1/0/P1/sms", 1)
    room = Room(outbox)
    channel = ScriptedChannel("sms", [accept])
    async with room.courier(channel):
        await outbox.until(1)
    assert channel.told == ["o1/0/P1/sms"]
    assert outbox.receipts[0].attempt == 2


async def test_a_command_is_told_once_however_often_the_outbox_rings() -> None:
    room = Room(PaperOutbox())
    channel = ScriptedChannel("sms", [accept])
    async with room.courier(channel):
        for i in range(50):
            room.outbox.put(sms(f"P{i}"), sms("P0"))
            await asyncio.sleep(0)
        await room.outbox.until(50)
        await asyncio.sleep(0.02)
    assert sorted(channel.told) == sorted({c.key for c, _ in room.outbox.rows.values()})


async def test_a_lost_wake_up_costs_a_moment_and_not_an_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deliver, "LOOK_AGAIN_S", 0.05)
    room = Room(PaperOutbox())
    async with room.courier(ScriptedChannel("sms", [accept])):
        await asyncio.sleep(0.01)
        command = sms()
        room.outbox.rows[command.key] = (command, 0)
        await room.outbox.until(1)


async def test_a_full_disk_silences_nobody_and_tells_nobody_twice() -> None:
    room = Room(PaperOutbox(sms()))
    room.outbox.broken = True
    channel = ScriptedChannel("sms", [accept])
    async with room.courier(channel):
        await asyncio.wait_for(channel.began.wait(), 5)
        room.outbox.broken = False
        await room.turn_until(1)
    assert channel.told == ["o1/0/P1/sms"]
    assert room.outbox.receipts[0].status is ACCEPTED


async def test_stopping_leaves_what_was_not_done_in_the_outbox() -> None:
    room = Room(PaperOutbox(sms()))
    channel = ScriptedChannel("sms", [hang])
    async with room.courier(channel):
        await asyncio.wait_for(channel.began.wait(), 5)
    assert len(await room.outbox.pending()) == 1
    assert room.outbox.receipts == []
