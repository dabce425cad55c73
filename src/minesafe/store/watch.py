"""Looks after our own disk: the spool's size, how long it waits for the database, what is free."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

from minesafe.model.backlog import Backlog
from minesafe.model.events import FindingKind
from minesafe.model.time import SECOND, Micros
from minesafe.ports import Findings
from minesafe.store.disk import free_bytes
from minesafe.store.ebb import Ebb
from minesafe.store.feeder import Disk, Progress

FILLING, DRAINED = 0.7, 0.6
"""Share of its cap from which the spool is a finding, and below which it is none any more: the
gaps here keep findings from flickering."""

BEHIND_S, CAUGHT_UP_S = 600.0, 60.0
"""Age of the oldest frame the database has not, in the mine's seconds."""

LOW, ENOUGH = 2 << 30, 3 << 30
"""Free bytes of the disk: some days of the journal, and of a middle mine's history."""


class DiskWatch:
    """Runs under a supervisor, as a source does."""

    name = "disk"

    def __init__(
        self,
        disk: Disk,
        findings: Findings,
        progress: Progress,
        now: Callable[[], Micros],
        *,
        every_s: float = 1.0,
    ) -> None:
        """Nothing runs yet.

        Args:
            disk: spool and journal.
            findings: is told what is wrong.
            progress: how far the feeder has come.
            now: the mine's time.
            every_s: how often to look, in real seconds.
        """
        self._disk, self._findings, self._every_s = disk, findings, every_s
        self._progress, self._now, self._ebb = progress, now, Ebb()
        self.backlog = Backlog(0, None, None, 0.0, 0.0, 0, 0, 0, 0)
        """As it was when last looked at."""

    async def run(self) -> None:
        """Look until cancelled.

        Raises:
            StoreUnavailable: not even that can be found out.
        """
        while True:
            found, held = await self._disk.thread.run(self._look)
            since = found.waiting_since
            behind = 0.0 if since is None else max(0.0, (self._now() - since) / SECOND)
            self.backlog = replace(found, behind_s=behind)
            self._tell(self.backlog, held)
            await asyncio.sleep(self._every_s)

    def _look(self) -> tuple[Backlog, bool]:
        """In the disk's thread. Takes ballast again where there is room for it."""
        spool, journal, progress = self._disk.spool, self._disk.journal, self._progress
        oldest = spool.after(progress.stored or 0, 1)
        free = free_bytes(spool.path.parent)
        found = Backlog(
            committed=spool.last_seq(),
            stored=progress.stored,
            waiting_since=oldest[0].now if oldest else None,
            behind_s=0.0,
            spool_fill=spool.fill(),
            free_bytes=free,
            late=progress.late,
            disordered=progress.disordered,
            repeats=0,
            days_left=self._ebb.days_left(time.monotonic(), free),
        )
        return found, all((spool.restore_ballast(), journal.restore_ballast()))

    def _tell(self, found: Backlog, held: bool) -> None:
        fill, behind, free = found.spool_fill, found.behind_s, found.free_bytes
        said = f"{behind:.0f} s, since frame {(found.stored or 0) + 1}"
        left = f"{free >> 20} MiB"
        kind = FindingKind
        self._say(kind.SPOOL_FILLING, "spool", fill > FILLING, fill < DRAINED, f"{fill:.0%}")
        self._say(kind.HISTORY_BEHIND, "history", behind > BEHIND_S, behind < CAUGHT_UP_S, said)
        self._say(kind.DISK_LOW, "disk", free < LOW, free > ENOUGH, left)
        self._say(kind.DISK_FULL, "disk", not held, held, "ballast released")

    def _say(self, kind: FindingKind, subject: str, ill: bool, well: bool, detail: str) -> None:
        """Between ill and well it stays what it was."""
        if ill:
            self._findings.began(kind, subject, detail)
        elif well:
            self._findings.ended(kind, subject)
