"""Substations that hang, lie, stutter and shout: none of them gets a wrong value heard."""

import asyncio
import contextlib
import math
import struct
from collections.abc import AsyncIterator

import pytest
from fakes import FindingBook, HandClock, Inbox
from field import RawSubstation, Request, field_mine, frame, holding, listening, words_of

from minesafe.links.backoff import Backoff
from minesafe.links.modbus import ModbusDevice
from minesafe.model.errors import BadReply, LinkDown
from minesafe.model.events import FindingKind
from minesafe.model.mine import Mine
from minesafe.model.quality import Quality
from minesafe.sources.modbus.poller import MOST_KEEPING, SubstationPoller
from minesafe.sources.modbus.rounds import MOST_LATE

W = asyncio.StreamWriter


async def hangs(d: RawSubstation, r: Request, w: W) -> None:
    """Takes the request and says nothing."""


async def late_with_anothers_id(d: RawSubstation, r: Request, w: W) -> None:
    await asyncio.sleep(0.15)
    w.write(frame(r.tid - 1, r.unit, d.honest(r)))


async def late_with_id_zero(d: RawSubstation, r: Request, w: W) -> None:
    await asyncio.sleep(0.15)
    w.write(frame(0, r.unit, d.honest(r)))


async def id_zero(d: RawSubstation, r: Request, w: W) -> None:
    w.write(frame(0, r.unit, d.honest(r)))


async def another_unit(d: RawSubstation, r: Request, w: W) -> None:
    w.write(frame(r.tid, r.unit + 1, d.honest(r)))


async def too_short(d: RawSubstation, r: Request, w: W) -> None:
    w.write(frame(r.tid, r.unit, struct.pack(">BBH", 3, 2, 7)))


async def another_function(d: RawSubstation, r: Request, w: W) -> None:
    w.write(frame(r.tid, r.unit, b"\x04" + d.honest(r)[1:]))


async def exception_six(d: RawSubstation, r: Request, w: W) -> None:
    w.write(frame(r.tid, r.unit, bytes([0x80 | r.function, 6])))


async def closes(d: RawSubstation, r: Request, w: W) -> None:
    w.close()


async def half_a_frame_then_closes(d: RawSubstation, r: Request, w: W) -> None:
    w.write(frame(r.tid, r.unit, d.honest(r))[:9])
    await w.drain()
    w.close()


async def garbage(d: RawSubstation, r: Request, w: W) -> None:
    w.write(bytes(range(256)))


async def a_byte_at_a_time(d: RawSubstation, r: Request, w: W) -> None:
    for byte in frame(r.tid, r.unit, d.honest(r)):
        w.write(bytes([byte]))
        await asyncio.sleep(0.04)


async def huge_length(d: RawSubstation, r: Request, w: W) -> None:
    w.write(struct.pack(">HHHB", r.tid, 0, 60_000, r.unit) + d.honest(r))


async def unknown_function(d: RawSubstation, r: Request, w: W) -> None:
    w.write(frame(r.tid, r.unit, b"\x7b\x01\x02"))


async def empty_answer(d: RawSubstation, r: Request, w: W) -> None:
    w.write(frame(r.tid, r.unit, b"\x03"))


async def answers_twice(d: RawSubstation, r: Request, w: W) -> None:
    w.write(frame(r.tid, r.unit, d.honest(r)) * 2)


SILENT = [
    hangs,
    late_with_anothers_id,
    late_with_id_zero,
    closes,
    half_a_frame_then_closes,
]
WRONG = [
    id_zero,
    another_unit,
    too_short,
    another_function,
    exception_six,
    garbage,
    a_byte_at_a_time,
    huge_length,
    unknown_function,
    empty_answer,
]


def device_at(port: int, timeout_s: float = 0.1, retries: int = 0) -> ModbusDevice:
    return ModbusDevice(
        "127.0.0.1",
        port,
        1,
        timeout_s=timeout_s,
        retries=retries,
        backoff=Backoff(0.1, 0.1),
    )


@contextlib.asynccontextmanager
async def polled(
    manner: object,
) -> AsyncIterator[tuple[RawSubstation, SubstationPoller, Inbox, FindingBook]]:
    raw = RawSubstation(manner=manner)  # type: ignore[arg-type]  # any of the above
    raw.registers.update({0: words_of(0.5)[0], 1: words_of(0.5)[1], 10: 215})
    async with listening(raw):
        mine: Mine = field_mine(raw.port)
        inbox, book, device = Inbox(), FindingBook(), device_at(raw.port)
        poller = SubstationPoller(mine, mine.substations[0], device, inbox, HandClock(), book)
        yield raw, poller, inbox, book
        await device.close()


@pytest.mark.parametrize("manner", [*SILENT, *WRONG], ids=lambda m: m.__name__)
async def test_a_bad_answer_is_news_and_never_a_value(manner: object) -> None:
    async with polled(manner) as (raw, poller, inbox, book):
        for _ in range(3):
            await poller.poll()
        rows = inbox.readings()
        assert {r[0] for r in rows} == {0, 1}
        assert all(math.isnan(r[1]) and r[2] == Quality.COMMS_LOST for r in rows)
        kind = FindingKind.LINK_DOWN if manner in SILENT else FindingKind.WRONG_ANSWER
        assert (kind, "FZ01") in book.now

        raw.manner = None
        inbox.batches.clear()
        await asyncio.sleep(0.2)  # what was on its way arrives now, and must meet nobody
        for _ in range(2):
            await poller.poll()
        good = [(r[0], round(r[1], 3), r[2]) for r in inbox.readings()[-2:]]
        assert good == [(0, 0.5, Quality.GOOD), (1, 21.5, Quality.GOOD)]
        assert not book.now, "recovered within two scans"


async def test_a_second_copy_of_an_answer_is_ignored() -> None:
    async with polled(answers_twice) as (_, poller, inbox, book):
        for _n in range(5):
            await poller.poll()
        assert [round(r[1], 3) for r in inbox.readings()] == [0.5, 21.5] * 5
        assert not book.began_ever


async def test_after_a_time_out_the_next_request_goes_out_on_a_new_connection() -> None:
    """F3: the device echoes id 0 and answers each request one request too late."""
    raw = RawSubstation(registers={100: 1, 200: 2, 300: 3}, manner=late_with_id_zero)
    async with listening(raw):
        device = device_at(raw.port)
        for address in (100, 200, 300):
            with pytest.raises((LinkDown, BadReply)):
                await holding(device, address, 1)
            await asyncio.sleep(0.1)
        assert raw.connections == len(raw.requests) == 3
        tids = [r.tid for r in raw.requests]
        assert len(set(tids)) == 3, "an id is not used again on the next connection"
        await device.close()


async def test_a_cancelled_request_takes_its_connection_with_it() -> None:
    raw = RawSubstation(registers={0: 1}, manner=hangs)
    async with listening(raw):
        device = device_at(raw.port, timeout_s=5)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await holding(device, 0, 1)
        raw.manner = None
        assert await holding(device, 0, 1) == [1]
        assert raw.connections == 2
        await device.close()


async def test_a_request_takes_no_longer_than_its_budget() -> None:
    async with listening(RawSubstation(manner=hangs)) as raw:
        device = device_at(raw.port, timeout_s=0.15, retries=2)
        began = asyncio.get_running_loop().time()
        with pytest.raises(LinkDown):
            await holding(device, 0, 1)
        took = asyncio.get_running_loop().time() - began
        assert took < device.budget_s + 0.2
        assert len(raw.requests) >= 2, "silence was tried again"
        await device.close()


async def test_a_dead_device_is_not_called_more_than_ten_times_a_second() -> None:
    async with listening(RawSubstation(manner=closes)) as raw:
        device = device_at(raw.port)
        end = asyncio.get_running_loop().time() + 0.55
        while asyncio.get_running_loop().time() < end:
            with pytest.raises(LinkDown):
                await holding(device, 0, 1)
            await asyncio.sleep(0)
        assert raw.connections <= 7
        await device.close()


async def test_good_substations_keep_their_period_beside_a_zoo() -> None:
    """Ten good ones at 5 Hz beside fourteen bad ones; tasks and connections stay flat."""
    clock_start = asyncio.get_running_loop().time()

    class RealClock(HandClock):
        def now(self) -> int:
            return int((asyncio.get_running_loop().time() - clock_start) * 1e6)

        def elapsed(self) -> float:
            return asyncio.get_running_loop().time() - clock_start

        async def sleep(self, seconds: float) -> None:
            await asyncio.sleep(max(0.0, seconds))

    clock = RealClock()
    async with contextlib.AsyncExitStack() as stack:
        devices, runs, inboxes = [], [], []
        for manner in [None] * 10 + SILENT + WRONG:
            raw = RawSubstation(registers={10: 215}, manner=manner)
            await stack.enter_async_context(listening(raw))
            mine, inbox = field_mine(raw.port), Inbox()
            device = device_at(raw.port)
            poller = SubstationPoller(
                mine, mine.substations[0], device, inbox, clock, FindingBook()
            )
            devices.append((device, raw))
            inboxes.append(inbox)
            runs.append(asyncio.create_task(poller.run()))
        await asyncio.sleep(1.0)
        tasks = len(asyncio.all_tasks())
        await asyncio.sleep(2.0)
        assert len(asyncio.all_tasks()) <= tasks + 10
        assert all(raw.open_now <= 8 for _, raw in devices), "bad ones do not pile up"
        for run in runs:
            run.cancel()
        await asyncio.gather(*runs, return_exceptions=True)
        for device, _ in devices:
            await device.close()
    for inbox in inboxes[:10]:
        times = [r[3] for r in inbox.readings() if r[0] == 1]
        assert 13 <= len(times) <= 17
        assert all(r[1] == 21.5 for r in inbox.readings() if r[0] == 1)
    for inbox in inboxes[10:]:
        assert all(math.isnan(r[1]) for r in inbox.readings())


async def test_a_slow_disk_makes_no_holes_and_a_hung_one_is_waited_for() -> None:
    """What was read waits for the disk by itself, a few answers at most."""
    asked: list[int] = []

    class Answers:
        async def read(self, function: int, address: int, count: int) -> bytes:
            asked.append(address)
            return bytes(2 * count)

    mine, clock, inbox = field_mine(), HandClock(), Inbox()
    unit = mine.substations[0]
    poller = SubstationPoller(mine, unit, Answers(), inbox, clock, FindingBook())
    inbox.gate.clear()
    task = asyncio.create_task(poller.run())
    for _ in range(MOST_KEEPING + 5):
        await asyncio.sleep(0.001)
        clock.turn(unit.period_s)
    assert len(asked) == MOST_KEEPING + 1, "the next answer has nowhere to wait"
    assert inbox.batches == []
    inbox.gate.set()
    await asyncio.sleep(0.01)
    assert len(asked) == len(inbox.batches) == MOST_KEEPING + 6, "late, and no period left out"
    clock.turn((MOST_LATE + 2) * unit.period_s)
    await asyncio.sleep(0.01)
    assert len(asked) == len(inbox.batches) == MOST_KEEPING + 7, "after a long absence, once"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_wall_clock_that_is_set_back_silences_no_substation() -> None:
    class Answers:
        async def read(self, function: int, address: int, count: int) -> bytes:
            return bytes(2 * count)

    mine, clock, inbox = field_mine(), HandClock(), Inbox()
    unit = mine.substations[0]
    poller = SubstationPoller(mine, unit, Answers(), inbox, clock, FindingBook())
    task = asyncio.create_task(poller.run())
    await asyncio.sleep(0.001)
    clock.set_back(3600)
    for _ in range(5):
        clock.turn(unit.period_s)
        await asyncio.sleep(0.001)
    assert len(inbox.batches) == 6
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
