"""A disk that refuses: people are told all the same, and the record comes once it takes it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from line_on_disk import Line, left_by_kill_nine, line

from minesafe.model.commands import Command
from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import (
    AlarmMoved,
    Event,
    FindingBegan,
    FindingEnded,
    FindingKind,
    LoggedIn,
    Noted,
    OrderIssued,
    Origin,
)
from minesafe.model.frame import Batch, Readings
from minesafe.ports import Journal
from minesafe.store.chain import verify


class Sulking:
    """A journal on a disk that refuses some writes; reading goes on."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.writes = 0
        self.refuses: set[int] = set()
        self.broken = False

    def append(self, *bodies: Any, **more: Any) -> list[Event]:
        self._ask()
        return self._journal.append(*bodies, **more)

    def receipt(self, noted: Noted, *, now: int) -> Event:
        self._ask()
        return self._journal.receipt(noted, now=now)

    def sending(self, key: str, attempt: int) -> None:
        self._ask()
        self._journal.sending(key, attempt)

    def _ask(self) -> None:
        self.writes += 1
        if self.broken or self.writes in self.refuses:
            raise StoreUnavailable("no space left on device")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)


class Disk:
    """Gets hold of the journal's wrapper when the line is opened."""

    def __init__(self, *refuses: int) -> None:
        self._refuses = set(refuses)
        self.journal: Sulking

    def __call__(self, journal: Journal) -> Journal:
        self.journal = Sulking(journal)
        self.journal.refuses = self._refuses
        return self.journal  # type: ignore[return-value]  # passes everything else on


async def an_alarms_life(mine: Line, screens: list[str]) -> list[str]:
    """From the first gas to an acknowledged order; what was on the screens, and who was told."""
    mine.desk.on_events(lambda _: screens.append(mine.order.order if _orders(mine) else ""))
    await mine.all_is_well()
    mine.shown.reads("CH4", 1.7)
    await mine.passes()
    await mine.couriers()
    await mine.desk.acknowledge_order(mine.order.order, "P4", Origin.LINK)
    mine.shown.at("P1", "B", 30)
    await mine.passes(2)
    mine.shown.reads("CH4", 0.4)
    await mine.passes(2)
    for _ in range(3):  # whatever was refused is taken by now
        await mine.passes()
        await mine.couriers()
    return sorted(mine.told)


def _orders(mine: Line) -> bool:
    return bool(mine.pipeline.watch.evacuation.orders.all())


def story_of(events: Sequence[Event]) -> list[str]:
    """The records without positions; and without what the disk says about itself."""
    return [repr(e.body) for e in events if not _about_the_disk(e)]


def _about_the_disk(event: Event) -> bool:
    body = event.body
    if isinstance(body, FindingBegan | FindingEnded):
        return body.finding is FindingKind.DISK_FULL
    return isinstance(body, AlarmMoved) and body.condition == FindingKind.DISK_FULL.value


async def test_whichever_write_the_disk_refuses_everyone_is_told_once_and_all_is_recorded(
    tmp_path: Path,
) -> None:
    disk = Disk()
    async with line(tmp_path / "well", wrap=disk) as mine:
        told = await an_alarms_life(mine, [])
        well, writes = story_of(mine.events()), disk.journal.writes
    assert len(told) > 5
    for k in range(1, writes + 1):
        folder = tmp_path / f"refused-{k}"
        async with line(folder, wrap=Disk(k)) as mine:
            assert await an_alarms_life(mine, []) == told
            assert set(mine.told.values()) == {1}
            assert mine.recorder._unwritten == []
            assert story_of(mine.events()) == well
            assert verify(folder / "journal.db") == len(mine.events())


async def test_while_the_disk_refuses_the_siren_sounds_and_the_screens_hear(
    tmp_path: Path,
) -> None:
    disk, screens = Disk(), list[str]()
    async with line(tmp_path, wrap=disk) as mine:
        await mine.all_is_well()
        disk.journal.broken = True
        mine.desk.on_events(lambda _: screens.append(mine.order.order))
        mine.shown.reads("CH4", 1.7)
        await mine.passes()
        assert mine.bodies(OrderIssued) == []
        assert screens
        for _ in range(5):
            await mine.couriers()
            await mine.passes()
        assert {k.split("/")[2] for k in mine.told} >= {"HORN", "P4", "DESK"}
        assert set(mine.told.values()) == {1}, "told again each time, for want of a record"
        await mine.desk.acknowledge_order(mine.order.order, "P4", Origin.LINK)
        assert mine.order.acknowledged_by == "P4"
        disk.journal.broken = False
        await mine.passes(2)
        assert len(mine.bodies(OrderIssued)) == 1
        assert await mine.outbox.pending() == []
        began, ended = mine.bodies(FindingBegan, FindingEnded)[-2:]
        assert (began.subject, ended.subject) == ("journal", "journal")


async def test_what_is_on_disk_and_told_while_it_refuses_is_not_told_again(tmp_path: Path) -> None:
    """The order was written, then the disk failed: its receipts wait, its messages do not."""
    disk = Disk()
    async with line(tmp_path, wrap=disk) as mine:
        await mine.all_is_well()
        mine.shown.reads("CH4", 1.7)
        await mine.passes()
        disk.journal.broken = True
        for _ in range(5):
            await mine.couriers()
            await mine.passes()
        assert set(mine.told.values()) == {1}
        disk.journal.broken = False
        await mine.passes(2)
        await mine.couriers()
        assert set(mine.told.values()) == {1}


async def test_a_snapshot_never_runs_ahead_of_the_journal(tmp_path: Path) -> None:
    """Killed while the journal refuses: the frames are judged again, and gas is found again."""
    disk = Disk()
    async with line(tmp_path / "one", wrap=disk) as mine:
        await mine.all_is_well()
        disk.journal.broken = True
        mine.shown.reads("CH4", 1.7)
        await mine.passes(15)
        assert mine.order.subject == "CH4"
        left = left_by_kill_nine(tmp_path / "one", tmp_path / "two")
        clock, shown = mine.clock, mine.shown
    async with line(left, clock=clock, shown=shown) as mine:
        assert mine.order.subject == "CH4"
        await mine.couriers()
        assert any("HORN" in key for key in mine.told)


async def test_a_full_spool_answers_its_senders_and_judges_all_the_same(tmp_path: Path) -> None:
    async with line(tmp_path, cap_mb=1) as mine:
        await mine.all_is_well()
        rows = [(99, 1.0, 0, mine.clock.now(), mine.clock.now())] * 20_000  # nobody's point
        for _ in range(3):
            mine.clock.turn(1)
            (refused,) = await mine.hears(Batch.of_readings(Readings.of(rows)))
        assert isinstance(refused, StoreUnavailable)
        mine.shown.reads("CH4", 1.7)
        mine.clock.turn(1)
        await mine.hears(Batch.of_readings(Readings.of(rows)), mine.batch())
        assert mine.order.subject == "CH4"
        await mine.couriers()
        assert any("HORN" in key for key in mine.told)
        assert any(f.subject == "spool" for f, _ in mine.desk.findings())
        await mine.disk.run(mine.spool.drop_through, mine.pipeline.watch.seq)  # history has them
        await mine.passes(2)
        assert not any(f.subject == "spool" for f, _ in mine.desk.findings())


async def test_a_screen_that_breaks_stands_between_nobody_and_the_siren(tmp_path: Path) -> None:
    heard: list[int] = []

    def breaks(_: Sequence[Event]) -> None:
        raise RuntimeError("a page with a fault")

    async with line(tmp_path) as mine:
        await mine.all_is_well()
        mine.desk.on_events(breaks)
        mine.desk.on_events(lambda events: heard.extend(e.position for e in events))
        mine.shown.reads("CH4", 1.7)
        await mine.passes()
        async with asyncio.timeout(5):
            await mine.outbox.wait()
        assert heard
        assert heard == sorted(heard)


async def test_whoever_loses_patience_takes_nobody_elses_record_along(tmp_path: Path) -> None:
    """A page is closed while its act, and an alarm behind it, are on their way to disk."""
    disk, heard = Disk(), list[int]()
    async with line(tmp_path, wrap=disk) as mine:
        await mine.all_is_well()
        mine.desk.on_events(lambda events: heard.extend(e.position for e in events))
        for broken in (False, True):
            disk.journal.broken = broken
            acts = [
                asyncio.ensure_future(mine.desk.note(LoggedIn(user=f"{i}", address="")))
                for i in range(4)
            ]
            await asyncio.sleep(0)
            acts[0].cancel()
            await asyncio.gather(*acts, return_exceptions=True)
        disk.journal.broken = False
        await mine.passes(2)
        users = [b.user for b in mine.bodies(LoggedIn)]
        assert users == ["0", "1", "2", "3"] * 2
        assert set(heard) >= {e.position for e in mine.events() if isinstance(e.body, LoggedIn)}
        assert mine.desk.position == mine.events()[-1].position


async def test_many_at_once_are_written_in_the_order_they_were_decided(tmp_path: Path) -> None:
    async with line(tmp_path) as mine:
        await mine.all_is_well()
        heard: list[str] = []
        mine.desk.on_events(
            lambda events: heard.extend(e.body.user for e in events if isinstance(e.body, LoggedIn))
        )
        wanted = [f"{i}" for i in range(200)]
        await asyncio.gather(*(mine.desk.note(LoggedIn(user=u, address="")) for u in wanted))
        assert [b.user for b in mine.bodies(LoggedIn)] == wanted == heard


async def test_a_command_of_an_unwritten_outcome_keeps_its_count_of_attempts(
    tmp_path: Path,
) -> None:
    disk = Disk()
    async with line(tmp_path, wrap=disk) as mine:
        await mine.all_is_well()
        disk.journal.broken = True
        mine.shown.reads("CH4", 1.7)
        await mine.passes()
        (command, attempts), *_ = await mine.outbox.pending()
        assert attempts == 0
        await mine.outbox.sending(command.key, 1)
        assert dict(_by_key(await mine.outbox.pending()))[command.key] == 1


def _by_key(pending: list[tuple[Command, int]]) -> list[tuple[str, int]]:
    keys = [(command.key, attempts) for command, attempts in pending]
    assert len(dict(keys)) == len(keys), "a key twice"
    return keys


@pytest.mark.parametrize("rows", [1, 100])
async def test_a_sender_is_answered_once_its_batch_is_on_disk_and_not_before(
    tmp_path: Path, rows: int
) -> None:
    async with line(tmp_path) as mine:
        now = mine.clock.now()
        batch = Batch.of_readings(Readings.of([(0, 0.5, 0, now, now)] * rows))
        sender = asyncio.ensure_future(mine.pipeline.hear(batch))
        await asyncio.sleep(0.01)
        assert not sender.done()
        assert await mine.disk.run(mine.spool.last_seq) == 0
        answered_at: list[int] = []
        sender.add_done_callback(lambda _: answered_at.append(mine.spool.last_seq()))
        await mine.pipeline._turn()
        await sender
        assert answered_at == [1]
        (frame,) = await mine.disk.run(mine.spool.after, 0, 10)
        assert len(frame.readings) == rows
