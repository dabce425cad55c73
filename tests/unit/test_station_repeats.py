"""What a device sends twice is heard once, and acknowledged twice, but never too early."""

import asyncio

import pytest
from fakes import FindingBook

from minesafe.model.events import FindingKind
from minesafe.sources.once import KEPT, QUIET_AFTER, Once


class Device:
    def __init__(self) -> None:
        self.book = FindingBook()
        self.once = Once("BS1", self.book)
        self.heard: list[tuple[int, int]] = []
        self.disk = asyncio.Event()
        self.disk.set()

    async def send(self, seq: int, boot: int = 1, data: bytes = b"") -> None:
        async def store() -> None:
            await self.disk.wait()
            self.heard.append((boot, seq))

        await self.once.hear(boot, seq, data or b"%d" % seq, store)

    @property
    def gap(self) -> str | None:
        return self.book.now.get((FindingKind.GAP, "BS1"))


async def test_a_repeat_waits_for_the_first_to_be_on_disk() -> None:
    d = Device()
    d.disk.clear()
    first, again = asyncio.create_task(d.send(1)), asyncio.create_task(d.send(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not again.done(), "acknowledged now, a crash would lose it"
    assert d.once.stored_through(1) == 0
    d.disk.set()
    await asyncio.gather(first, again)
    assert d.heard == [(1, 1)]
    assert d.once.stored_through(1) == 1
    assert d.book.repeats == 1


async def test_when_the_first_fails_its_repeat_takes_its_place() -> None:
    d = Device()
    d.disk.clear()
    first, again = asyncio.create_task(d.send(1)), asyncio.create_task(d.send(1))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait([first])
    d.disk.set()
    await again
    assert d.heard == [(1, 1)]


async def test_only_what_has_no_hole_below_it_may_be_forgotten_by_the_device() -> None:
    d = Device()
    for seq in (1, 2, 4):
        await d.send(seq)
    assert d.once.stored_through(1) == 2
    await d.send(3)
    assert d.once.stored_through(1) == 4
    assert d.once.stored_through(2) == 0


async def test_a_second_hole_does_not_hide_the_first() -> None:
    d = Device()
    for seq in (1, 2, 4, 5, 8):
        await d.send(seq)
    assert d.gap == "missing 3, 6, 7"
    assert d.once.stored_through(1) == 2, "else the device would forget 3, which nobody has"
    for seq in (6, 7):
        await d.send(seq)
    assert d.once.stored_through(1) == 2
    await d.send(3)
    assert d.once.stored_through(1) == 8
    assert d.gap is None


async def test_a_device_that_lost_its_boot_counter_is_still_heard() -> None:
    d = Device()
    for seq in range(1, 4):
        await d.send(seq, data=b"old %d" % seq)
    for seq in range(1, 4):
        await d.send(seq, data=b"new %d" % seq)
    assert len(d.heard) == 6


async def test_missing_numbers_are_named_until_they_come_or_are_given_up() -> None:
    d = Device()
    await d.send(5)
    assert d.gap is None, "where we came in is no gap"
    await d.send(8)
    assert d.gap == "missing 6, 7"
    await d.send(6)
    assert d.gap == "missing 6, 7"
    await d.send(7)
    assert d.gap is None
    await d.send(100)
    assert d.gap == "missing 9, 10, 11, 12, 13, 14, 15, 16 … 99"
    for seq in range(101, 101 + QUIET_AFTER):
        await d.send(seq)
    assert d.gap is None


async def test_a_new_boot_starts_at_one() -> None:
    d = Device()
    await d.send(9)
    await d.send(1, boot=2)
    assert d.gap is None
    await d.send(3, boot=3)
    assert d.gap == "missing 1, 2"


async def test_what_is_remembered_is_bounded() -> None:
    d = Device()
    for seq in (*range(1, 3 * KEPT), 2**53):
        await d.send(seq)
    assert len(d.once._heard) <= KEPT
    assert len(d.once._missing) <= KEPT


async def test_a_failing_disk_is_not_taken_for_heard() -> None:
    d = Device()

    async def fails() -> None:
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011  any will do
        await d.once.hear(1, 1, b"1", fails)
    await d.send(1)
    assert d.heard == [(1, 1)]
