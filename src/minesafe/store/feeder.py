"""Takes what is on our own disk over into the history, and lets go of what is safe there.

The alarm path knows nothing of it. With the database away it tries again and again, holds
nothing in memory, and the frames wait in the spool.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import Protocol

from minesafe.links.backoff import Backoff
from minesafe.model.errors import SecondWriter, StoreUnavailable
from minesafe.model.events import Event, FindingKind
from minesafe.model.frame import Frame
from minesafe.ports import Findings
from minesafe.store.disorder import Tally
from minesafe.store.following import JournalReader
from minesafe.store.journal import SqliteJournal
from minesafe.store.pace import Pace
from minesafe.store.spool import SpoolReader, SqliteSpool
from minesafe.store.thread import DiskThread, thread_of

EVENTS = 500
"""How many at a time: part of a second's work for the database."""

DROP = 250
"""Frames forgotten in one call: about 6 ms of the disk's thread, which the journal needs."""

PAUSES_S = (0.5, 2.5)
"""Between tries while the database is away: with a connection's time-out of 2 s, the first write
comes within 5 s of its return."""


AWAY = (FindingKind.DATABASE_DOWN, FindingKind.SECOND_WRITER)


class Memory(Protocol):
    """What the feeder needs of the history."""

    tally: Tally
    """What of it came late."""

    async def write(self, frames: Sequence[Frame]) -> None:
        """As `ports.History.write`."""

    async def stored_through(self) -> int:
        """As `ports.History.stored_through`."""

    async def project(self, events: Sequence[Event]) -> int:
        """As `write`, for events of the journal; returns how far they are stored."""

    async def projected_through(self) -> int:
        """As `stored_through`, for the journal."""


@dataclass(frozen=True, slots=True)
class Disk:
    """Our own stores and the one thread that may use them."""

    thread: DiskThread
    spool: SqliteSpool
    journal: SqliteJournal


@dataclass(slots=True)
class Progress:
    """How far the feeder has come; for whoever looks after the disk."""

    stored: int | None = None
    """The newest frame the database has said it has."""
    late: int = 0
    disordered: int = 0


class Feeder:
    """Spool and journal → history. Runs under a supervisor, as a source does."""

    name = "feeder"

    def __init__(
        self,
        disk: Disk,
        history: Memory,
        findings: Findings,
        covered: Callable[[], int],
        *,
        progress: Progress | None = None,
        idle_s: float = 0.25,
        backoff: Backoff | None = None,
    ) -> None:
        """Nothing runs yet.

        Args:
            disk: where frames and events lie; frames are dropped through its thread.
            history: where they go.
            findings: is told when the database is away.
            covered: frames up to here are in the engine's snapshots (`Snapshots.covered`).
            progress: kept up to date for others to look at.
            idle_s: real seconds to rest when it has caught up: the database's commits ask the same
                disk for what the spool needs, and few large ones cost less than many small ones.
            backoff: pauses while the database is away; `PAUSES_S` where none is given.
        """
        self._disk, self._history, self._findings = disk, history, findings
        self._covered, self._idle_s = covered, idle_s
        self._backoff = backoff or Backoff(*PAUSES_S)
        self._pace = Pace()
        self._progress = progress or Progress()

    async def run(self) -> None:
        """Feed until cancelled.

        Raises:
            StoreUnavailable: our own disk cannot be read or drained.
        """
        async with thread_of("feeder", lambda: _Readers(self._disk)) as (thread, readers):
            while True:
                try:
                    await self._feed(thread, readers)
                except _Away as away:
                    self._findings.began(away.kind, "history", str(away))
                    await asyncio.sleep(self._backoff.next_s())

    async def _feed(self, thread: DiskThread, readers: "_Readers") -> None:
        """Until the database is away."""
        with _away():
            stored = await self._history.stored_through()
            projected = await self._history.projected_through()
            await self._check_ours(thread, readers, stored)
        while True:
            self._reached()
            frames = await thread.run(readers.spool.after, stored, self._pace.frames)
            events = await thread.run(readers.journal.read, projected, EVENTS)
            full = len(frames) >= self._pace.frames or len(events) >= EVENTS
            with _away():
                stored = await self._write(frames) or stored
                projected = await self._history.project(events) if events else projected
            self._note(stored)
            await self._drop(stored)
            await thread.run(readers.spool.forget_broken, min(stored, self._covered()))
            self._tell_broken(readers.spool.broken)
            if not full:
                await asyncio.sleep(self._idle_s)

    def _note(self, stored: int) -> None:
        self._progress.stored, tally = stored, self._history.tally
        self._progress.late, self._progress.disordered = tally.late, tally.disordered

    def _reached(self) -> None:
        for kind in AWAY:
            self._findings.ended(kind, "history")
        self._backoff.reset()

    async def _write(self, frames: Sequence[Frame]) -> int:
        if not frames:
            return 0
        begin = time.monotonic()
        try:
            await self._history.write(frames)
        except StoreUnavailable:
            self._pace.failed()
            raise
        self._pace.took(time.monotonic() - begin, len(frames))
        return frames[-1].seq

    async def _check_ours(self, thread: DiskThread, readers: "_Readers", stored: int) -> None:
        """The last frame the database has of us is given to it again, if we still hold it.

        It is passed over when it is the same. Where it is another, somebody writes under our name
        (a copied data directory), and dropping "what is stored" would lose what is only here.

        Raises:
            StoreUnavailable: the database's frames are not ours.
        """
        ours = await self._disk.thread.run(self._disk.spool.last_seq)
        if stored > ours:
            raise StoreUnavailable(
                f"the database has frames of ours up to {stored}, our spool has counted to {ours}: "
                "it is an older copy, and what it numbers anew would be taken for stored"
            )
        await self._history.write(await thread.run(readers.spool.after, max(0, stored - 1), 1))

    async def _drop(self, stored: int) -> None:
        """Slice by slice, so that whoever needs the disk's thread comes in between."""
        safe = min(stored, self._covered())
        spool, run = self._disk.spool, self._disk.thread.run
        first = await run(spool.first_seq)
        for seq in range(first + DROP - 1, safe + DROP, DROP) if first else ():
            await run(spool.drop_through, min(seq, safe))

    def _tell_broken(self, broken: dict[int, str]) -> None:
        if broken:
            seq, why = min(broken.items())
            detail = f"{len(broken)} frames cannot be read, the first is {seq}: {why}"
            self._findings.began(FindingKind.GARBAGE, "spool", detail)
        else:
            self._findings.ended(FindingKind.GARBAGE, "spool")


class _Away(Exception):
    """The database, and not our own disk, is what failed."""

    @property
    def kind(self) -> FindingKind:
        """What it is told as."""
        second = isinstance(self.__cause__, SecondWriter)
        return FindingKind.SECOND_WRITER if second else FindingKind.DATABASE_DOWN


@contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except StoreUnavailable as error:
        raise _Away(str(error)) from error


class _Readers:
    """Connections of the feeder's own thread."""

    def __init__(self, disk: Disk) -> None:
        with ExitStack() as stack:
            self.spool = stack.enter_context(closing(SpoolReader(disk.spool.path)))
            self.journal = JournalReader(disk.journal.path)
            stack.pop_all()  # both are there

    def close(self) -> None:
        self.spool.close()
        self.journal.close()
