"""The memory of a data directory: any moment, by when it was true and by when it was known.

Out of the journal and the archive of revisions alone, so that it answers with the database gone,
and beside a server that runs or does not.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from minesafe.memory.course import Course, MineOf
from minesafe.memory.marks import Marks
from minesafe.memory.revisions import Revisions
from minesafe.memory.searching import picked, read_through
from minesafe.memory.walking import walk
from minesafe.model.errors import Refused, StoreUnavailable
from minesafe.model.events import Event
from minesafe.model.mine import Mine
from minesafe.model.past import Past, Walked
from minesafe.model.search import Found, Search
from minesafe.model.time import Micros
from minesafe.ports import History
from minesafe.store.archive import Archive
from minesafe.store.following import LATE, JournalReader
from minesafe.store.thread import thread_of
from minesafe.wording import asked_grams

EVERY = 5_000
"""Records from mark to mark: a tenth of a second of folding."""

SLICE = 200
"""Records folded at a time beside a server that watches a mine: some milliseconds."""

REST = 4
"""It rests so many times as long as it folded, while it is behind."""

IDLE_S = 2.0

PATIENCE_S = 10.0
"""Real seconds one question may take of a server."""


class Memory:
    """Answers, and keeps the marks that make answers quick."""

    def __init__(
        self, data: Path, mine: Callable[[], Mine], history: History | None = None
    ) -> None:
        """Nothing is read yet.

        Args:
            data: the data directory.
            mine: the revision in force now.
            history: where records are found at once, while its database is there.
        """
        self._history = history
        self._journal = data / "journal.db"
        self._archive, self._marks = Archive(data / "files"), Marks(data / "marks")
        self._revisions = Revisions(self._archive, mine)
        self._turn, self._walking = asyncio.Semaphore(1), asyncio.Semaphore(1)
        self._kept: Mapping[str, bytes] = {}
        self._files: Mapping[str, bytes] = {}

    # --- asking -------------------------------------------------------------------------

    async def at(self, valid: Micros, known: Micros) -> Past:
        """As `look`, beside a server, in a thread; one question after the other.

        Raises:
            StoreUnavailable: the journal cannot be read, or it takes longer than people wait.
        """
        async with self._turn:
            until = time.monotonic() + PATIENCE_S
            return await asyncio.to_thread(self.look, valid, known, until)

    def look(self, valid: Micros, known: Micros, until: float = float("inf")) -> Past:
        """What was true at `valid`, by the records taken by `known`. Blocks.

        Args:
            valid: the moment; not before 1970 and not after a roster could be written out.
            known: by when it had been recorded; later than all records: whatever is known today.
            until: when to give up, by the monotonic clock.

        Raises:
            StoreUnavailable: there is no journal, or no time is left.
            BrokenJournal: a record cannot be read.
        """
        with closing(JournalReader(self._journal)) as reader:
            last = reader.last_by(known)
            near = min(last, reader.last_by(valid + LATE))
            course = self._begin(reader, near, valid, lambda a, _: self._revisions.of(a, valid)[0])
            _fold(course, reader, near, valid, until)
            late = reader.late(valid, near, last)
            course.take(late, valid)
        return self._past(course, (valid, known), last, len(late))

    async def course(self, at: Micros) -> tuple[Course, str]:
        """All that was known at a moment, to be gone on from; and what of it is lacking.

        Raises:
            StoreUnavailable: as `at`.
        """
        async with self._turn:
            until = time.monotonic() + PATIENCE_S
            return await asyncio.to_thread(self._course, at, until)

    def _course(self, at: Micros, until: float) -> tuple[Course, str]:
        with closing(JournalReader(self._journal)) as reader:
            last = reader.last_by(at)
            course = self._begin(reader, last, at, lambda a, _: self._revisions.of(a, at)[0])
            _fold(course, reader, last, at, until)
        approved = course.approved
        return course, "" if approved is None else self._revisions.of(approved, at)[1]

    async def go_on(self, course: Course, at: Micros) -> None:
        """Bring a course forward to a later moment.

        Raises:
            StoreUnavailable: as `at`.
        """
        async with self._turn:
            until = time.monotonic() + PATIENCE_S
            await asyncio.to_thread(self._go_on, course, at, until)

    def _go_on(self, course: Course, at: Micros, until: float) -> None:
        with closing(JournalReader(self._journal)) as reader:
            _fold(course, reader, reader.last_by(at), at, until)

    def _begin(
        self, reader: JournalReader, position: int, valid: Micros, mine_of: MineOf
    ) -> Course:
        """From the nearest mark the journal bears out, else from the beginning."""
        for mark in self._marks.before(position, valid):
            head = reader.read(mark.position - 1, 1)
            course = Course(self._revisions.present, mine_of)
            if head and course.take_up(mark, head[0].hash):
                return course
        return Course(self._revisions.present, mine_of)

    def _past(self, course: Course, times: tuple[Micros, Micros], position: int, late: int) -> Past:
        folds, approved = course.folds, course.approved
        mine, tests = folds.mine, folds.mine.self_tests
        lacking = "" if approved is None else self._revisions.of(approved, times[0])[1]
        return Past(
            valid=times[0],
            known=times[1],
            position=position,
            late=late,
            approved=approved,
            since=course.since,
            mine=mine,
            lacking=lacking,
            alarms=[a for a in folds.book.alarms() if a.subject not in tests],
            orders=folds.evacuation.orders.open(),
            findings=folds.findings.open(),
            permits=folds.book.permits.open(),
            blocked=list(folds.evacuation.guide.hazards.blocked.values()),
            shift=folds.duty.corrected.at(times[0]),
        )

    # --- looking for records ------------------------------------------------------------

    async def walk(self) -> Walked:
        """The whole chain, by a child; one after the other.

        Raises:
            StoreUnavailable: there is no journal, or it took too long.
        """
        async with self._walking:
            return await walk(self._journal)

    async def find(self, search: Search) -> Found:
        """A page of records, by the database; while it is away by reading the journal itself.

        Raises:
            Refused: no_words · ask_shorter.
            StoreUnavailable: the journal cannot be read.
        """
        if search.text and not asked_grams(search.text):
            raise Refused("no_words")
        try:
            found = None if self._history is None else await self._history.find(search)
        except StoreUnavailable:
            found = None
        async with self._turn:
            if found is not None:
                return await asyncio.to_thread(picked, self._journal, search, *found)
            until = time.monotonic() + PATIENCE_S
            return await asyncio.to_thread(
                read_through, self._journal, self._revisions.present, search, until
            )

    def search(self, search: Search) -> Iterator[Event]:
        """Records one after the other, as many as asked for, by reading the journal. Blocks.

        Raises:
            Refused: no_words.
            StoreUnavailable: there is no journal.
            BrokenJournal: a record cannot be read.
        """
        if search.text and not asked_grams(search.text):
            raise Refused("no_words")
        left = search.limit
        while left:
            page = read_through(
                self._journal, self._revisions.present, replace(search, limit=left), FOR_EVER
            )
            yield from page.events
            left -= len(page.events)
            if not page.more:
                return
            search = replace(search, after=page.more)

    # --- keeping ------------------------------------------------------------------------

    def keep(self, files: Mapping[str, bytes]) -> None:
        """Remember the files of a revision that has come into force; written by `run`."""
        self._files = files

    async def run(self) -> None:
        """Keep files and marks until cancelled, behind everything else.

        Raises:
            StoreUnavailable: the disk refuses; begun again, it goes on where it was.
        """
        async with thread_of("memory", lambda: JournalReader(self._journal)) as (thread, reader):
            course = await thread.run(self._resume, reader)
            while True:
                await thread.run(self._keep_files)
                began = time.monotonic()
                more = await thread.run(self._advance, course, reader)
                took = time.monotonic() - began
                await asyncio.sleep(REST * took if more else IDLE_S)

    def _keep_files(self) -> None:
        files = self._files
        if files is not self._kept:
            self._archive.keep(files)
            self._kept = files

    def _resume(self, reader: JournalReader) -> Course:
        """From the newest mark."""
        last = reader.last_by(FOR_EVER)
        return self._begin(reader, last, FOR_EVER, lambda a, at: self._revisions.of(a, at)[0])

    def _advance(self, course: Course, reader: JournalReader) -> bool:
        """A slice further, with a mark where one is due; False where there is nothing new."""
        to_mark = EVERY - course.position % EVERY
        events = reader.read(course.position, min(SLICE, to_mark))
        course.take(events, FOR_EVER)
        if events and course.position % EVERY == 0:
            self._marks.keep(course.mark())
        return bool(events)


FOR_EVER: Micros = 1 << 62
"""Later than any record."""


def _fold(course: Course, reader: JournalReader, through: int, valid: Micros, until: float) -> None:
    while course.position < through:
        if time.monotonic() > until:
            raise StoreUnavailable(f"record {course.position} of {through} was reached in time")
        events = reader.read(course.position, min(1_000, through - course.position))
        course.take(events, valid)
