"""Tasks that are begun again and again leave no thread behind, whyever they ended."""

import asyncio
import threading
from pathlib import Path

import pytest
from fakes import FindingBook
from field import until
from first_mine import first_mine

from minesafe.memory import Memory
from minesafe.model.errors import StoreUnavailable
from minesafe.store.feeder import Disk, Feeder
from minesafe.store.journal import SqliteJournal
from minesafe.store.spool import SqliteSpool
from minesafe.store.thread import DiskThread, thread_of


def threads(name: str) -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith(name)]


def forget(folder: Path, names: str) -> None:
    for file in folder.glob(names):
        file.unlink()


async def test_a_memory_whose_journal_cannot_be_read_ends_with_its_thread(tmp_path: Path) -> None:
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            await Memory(tmp_path, first_mine).run()
    assert threads("memory") == []


async def test_a_feeder_whose_journal_is_gone_ends_with_its_thread_and_lets_go_of_the_spool(
    tmp_path: Path,
) -> None:
    thread = DiskThread()
    spool = SqliteSpool(tmp_path / "spool.db", cap_mb=16, ballast_mb=0, reserve_mb=0)
    journal = SqliteJournal(tmp_path / "journal.db", ballast_mb=0)
    journal.close()
    forget(tmp_path, "journal.db*")
    feeder = Feeder(Disk(thread, spool, journal), None, FindingBook(), lambda: 0)  # type: ignore[arg-type]  # it comes no further
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            await feeder.run()
    assert threads("feeder") == []
    spool.close()
    thread.close()


class Slow:
    """Takes a while to open, and says when it is closed."""

    def __init__(self, may_open: threading.Event, closed: list[str]) -> None:
        may_open.wait(10)
        self._closed = closed

    def close(self) -> None:
        self._closed.append(threading.current_thread().name)


async def test_what_is_made_while_nobody_waits_any_more_is_closed_in_its_own_thread() -> None:
    may_open, closed = threading.Event(), list[str]()

    async def work() -> None:
        async with thread_of("slow", lambda: Slow(may_open, closed)):
            raise AssertionError("it was given up before")

    task = asyncio.create_task(work())
    await until(lambda: bool(threads("slow")))
    threading.Timer(0.1, may_open.set).start()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert closed
    assert closed[0].startswith("slow")
    assert threads("slow") == []
