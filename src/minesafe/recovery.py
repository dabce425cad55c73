"""After a crash: journal, then snapshot, then spool, and the watch is where the last process was.

Frames the journal has already followed from are judged but not decided again, so nothing is
raised, ordered or told a second time; later ones are decided now.
"""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass

from minesafe.checkpoints import Checkpoints
from minesafe.model.errors import BrokenFrame
from minesafe.model.frame import Frame
from minesafe.ports import Disk, Journal, Snapshots, Spool
from minesafe.recorder import Recorder
from minesafe.watch import Watch

log = logging.getLogger(__name__)

FRAMES = 1_000
"""Read from the spool at a time: what is judged meanwhile waits in memory."""

RECORDS = 10_000
"""Read from the journal at a time."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """Takes a watch that knows nothing to where the last process was."""

    watch: Watch
    recorder: Recorder
    checkpoints: Checkpoints
    disk: Disk
    spool: Spool
    snapshots: Snapshots

    async def take_up(self, journal: Journal) -> int:
        """Returns the frame up to which the engine came from a snapshot; 0 where from none.

        Raises:
            StoreUnavailable: journal or spool cannot be read.
        """
        watch, disk = self.watch, self.disk
        await self.recall(journal)
        restored = await self._restored()
        decided = await disk.run(journal.last_decided)
        last = await disk.run(self.spool.last_seq)
        async for frame in self._spooled(decided):
            watch.judge_again(frame)
        await self.recorder.write(watch.reconcile())
        async for frame in self._spooled(last):
            await self.recorder.write(watch.tick(frame))
        watch.seq = max(watch.seq, last, decided)
        return restored

    async def recall(self, journal: Journal) -> None:
        """The folds: from the newest checkpoint that the journal bears out, else from the start."""
        position = await self.checkpoints.take_up(journal)
        while events := await self.disk.run(journal.read, position, RECORDS):
            self.watch.recall(events)
            position, self.recorder.head = events[-1].position, events[-1].hash
        self.recorder.position = position

    async def _restored(self) -> int:
        """The newest whole snapshot; one of another revision is carried over row by row."""
        newest = await self.disk.run(self.snapshots.newest)
        if newest is None:
            return 0
        seq, data = newest
        try:
            self.watch.restore(data)
        except BrokenFrame as error:
            log.error("snapshot of frame %d: %s; the engine learns anew", seq, error)
            return 0
        self.watch.seq = seq
        return seq

    async def _spooled(self, through: int) -> AsyncIterator[Frame]:
        """Frames after the newest judged, in the rows of the revision in force.

        Frames of the revision the snapshot was carried over from are put into them; those of any
        other say nothing to anybody here.
        """
        passage = self.watch.passage
        while frames := await self.disk.run(self.spool.after, self.watch.seq, FRAMES):
            for frame in frames:
                if frame.seq > through:
                    return
                if frame.revision == self.watch.mine.revision:
                    yield frame
                elif passage is not None and frame.revision == passage.old.revision:
                    yield passage.frame(frame)
                self.watch.seq = frame.seq
