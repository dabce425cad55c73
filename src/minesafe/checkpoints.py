"""Checkpoints of the folds: how a start is spared the journal of years.

The journal is the truth and is never cut. A checkpoint is what the folds made of it up to one
record; it is taken up where the journal bears it out, by that record's hash, and else dropped, and
everything is folded as if there were none.
"""

import logging

from minesafe.model.errors import BrokenFrame, StoreUnavailable
from minesafe.model.fold import Fold, pack, unpack
from minesafe.ports import Disk, Journal, Snapshots
from minesafe.recorder import PATIENCE_S, Recorder
from minesafe.watch import Watch

log = logging.getLogger(__name__)

EVERY = 5_000
"""Records a start may have to fold again: a day of a mine whose line is proven each minute."""


def folds_of(watch: Watch) -> dict[str, Fold]:
    """Everything of a watch but the engine, by name."""
    return watch.folds.by_name


class Checkpoints:
    """Keeps the folds on disk now and then, and takes them up at a start."""

    def __init__(
        self, watch: Watch, recorder: Recorder, disk: Disk, store: Snapshots | None
    ) -> None:
        """Take what it needs; without a store every start folds the whole journal."""
        self._watch = watch
        self._recorder = recorder
        self._disk = disk
        self._store = store
        self.position = 0
        """Of the newest one."""

    @property
    def due(self) -> bool:
        """There is much to fold again, and all the folds were made of is on disk."""
        many = self._recorder.position - self.position >= EVERY
        return self._store is not None and many and self._recorder.settled

    async def keep(self) -> None:
        """Write one of this moment.

        Raises:
            StoreUnavailable: the disk refuses; the one before stands.
        """
        if self._store is None:
            return
        watch, position = self._watch, self._recorder.position
        data = pack(
            folds_of(watch), watch.mine.revision, self._recorder.head, watch.now, watch.approved
        )
        await self._disk.within(PATIENCE_S, self._store.write, position, data)
        self.position = position

    async def take_up(self, journal: Journal) -> int:
        """The position the folds stand at now; 0 where no checkpoint is to be believed."""
        newest = None if self._store is None else await self._newest(self._store)
        if newest is None:
            return 0
        position, data = newest
        watch, head = self._watch, await self._disk.run(journal.read, position - 1, 1)
        try:
            if [event.position for event in head] != [position]:
                raise BrokenFrame("the journal does not reach so far")
            found = unpack(data, folds_of(watch), watch.mine.revision, head[0].hash)
        except BrokenFrame as error:
            log.warning("checkpoint at record %d: %s; all records are folded", position, error)
            return 0
        watch.now, watch.folds.approved = found.now, found.approved
        self.position, self._recorder.head = position, head[0].hash
        return position

    async def _newest(self, store: Snapshots) -> tuple[int, bytes] | None:
        """A checkpoint that cannot be read is none: it only saves time."""
        try:
            return await self._disk.run(store.newest)
        except StoreUnavailable as error:
            log.warning("checkpoints: %s; all records are folded", error)
            return None
