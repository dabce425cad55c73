"""Seeking and playing: what the journal says of a moment, with the picture the history gives of it.

Both by what the room knew then: records taken by that time, rows of frames of that time. Everything
that takes long is done in threads, a few at a time, for beside it a mine is watched.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from minesafe.engine.heads import HeadTable
from minesafe.engine.layout import Layout
from minesafe.engine.recall import Recall
from minesafe.memory import Course, Memory
from minesafe.model.errors import Refused
from minesafe.model.mine import Mine
from minesafe.model.moment import Mark, Moment
from minesafe.model.time import SECOND, Micros
from minesafe.ports import History
from minesafe.replay.then import Then
from minesafe.watch import Revision

AT_ONCE = 2
"""Moments sought at a time; further ones wait their turn."""

PLAYERS = 6
"""Screens that play at a time."""

STRIDE: Micros = 120 * SECOND
"""The most that is played on with at once; what is further is sought."""

REMEMBERED = 4
"""Layouts of earlier revisions: seconds to make, some megabytes each."""


class Replays:
    """Implements `ports.Replays`."""

    def __init__(
        self, memory: Memory, history: History, present: Callable[[], Revision | None]
    ) -> None:
        """Take where the past is kept.

        Args:
            memory: what the journal says.
            history: what was heard.
            present: the revision in force now, if a server runs: it need not be compiled again.
        """
        self._memory, self._history, self._present = memory, history, present
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._playing = 0
        self._layouts: dict[str, Layout] = {}

    async def at(self, at: Micros) -> Then:
        """As `ports.Replays.at`."""
        return (await self._begin(at)).then

    async def recorded(self) -> tuple[Micros, Micros] | None:
        """As `ports.Replays.recorded`."""
        return await self._history.recorded()

    async def marks(self, start: Micros, end: Micros, dots: int) -> Sequence[Mark]:
        """As `ports.Replays.marks`."""
        return await self._history.marks(start, end, dots)

    @asynccontextmanager
    async def play(self, at: Micros) -> AsyncIterator["Tape"]:
        """As `ports.Replays.play`."""
        if self._playing >= PLAYERS:
            raise Refused("too_many_players", most=PLAYERS)
        self._playing += 1
        try:
            yield await self._begin(at)
        finally:
            self._playing -= 1

    async def _begin(self, at: Micros) -> "Tape":
        async with self._turn:
            course, lacking = await self._memory.course(at)
            moment = await self._history.moment(at, rows_of=course.folds.mine.revision)
            layout = await asyncio.to_thread(self._layout_of, course.folds.mine)
            tape = Tape(self, course, lacking, layout, at)
            await asyncio.to_thread(tape.seek, moment)
            return tape

    def _layout_of(self, mine: Mine) -> Layout:
        """Compiled once; the shifts written out in it are those around the moment."""
        present = self._present()
        if present is not None and present.mine.revision == mine.revision:
            layout = present.layout
        elif mine.revision in self._layouts:
            layout = self._layouts[mine.revision]
        else:
            layout = Layout.of(mine)
            kept = [*self._layouts.items()][1 - REMEMBERED :]
            self._layouts = dict([*kept, (mine.revision, layout)])
        return replace(layout, heads=HeadTable.of(mine))

    async def go_on(self, tape: "Tape", at: Micros) -> None:
        """See `Tape.on`."""
        async with self._turn:
            await self._memory.go_on(tape.course, at)
            if tape.course.folds.mine is not tape.mine:
                raise Refused("other_revision")
            more = None
            if tape.moment is not None:
                more = await self._history.since(tape.moment, at)
            await asyncio.to_thread(tape.add, more, at)


class Tape:
    """A moment that is played on. Implements `ports.Tape`."""

    def __init__(
        self, replays: Replays, course: Course, lacking: str, layout: Layout, at: Micros
    ) -> None:
        self._replays, self.course, self._lacking = replays, course, lacking
        self._layout, self._at = layout, at
        self.mine = course.folds.mine
        self.moment: Moment | None = None
        self._recall: Recall | None = None

    def seek(self, moment: Moment | None) -> None:
        """Begin with a moment; None: nothing was stored by then."""
        self.moment = moment
        empty = Moment.empty(self._at, self.mine.revision)
        self._recall = Recall(self._layout, moment or empty)
        self._look()

    def add(self, more: Moment | None, at: Micros) -> None:
        """Later rows, up to a later time."""
        assert self._recall is not None
        self._at = at
        if more is not None:
            self.moment = more
            self._recall.add(more)
        self._look()

    def _look(self) -> None:
        assert self._recall is not None
        self._seen = self._recall.picture(self._at)

    @property
    def then(self) -> Then:
        """The desk as it was where the tape stands."""
        heard = 0 if self.moment is None else self.moment.now
        position, folds = self.course.position, self.course.folds
        return Then(self._at, heard, self._lacking, position, folds, self._seen)

    async def on(self, at: Micros) -> Then:
        """As `ports.Tape.on`."""
        while self._at < at:
            await self._replays.go_on(self, min(at, self._at + STRIDE))
        return self.then
