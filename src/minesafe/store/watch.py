"""Looks after our own disk: says that the spool is filling and that the disk is full."""

import asyncio

from minesafe.model.events import FindingKind
from minesafe.ports import Findings
from minesafe.store.feeder import Disk

FILLING = 0.7
"""From this share of its cap the spool is a finding."""

DRAINED = 0.6
"""Below this share it is none any more: the gap keeps it from flickering."""


class DiskWatch:
    """Runs under a supervisor, as a source does."""

    name = "disk"

    def __init__(self, disk: Disk, findings: Findings, *, every_s: float = 1.0) -> None:
        """Nothing runs yet. `every_s` is in real seconds."""
        self._disk, self._findings, self._every_s = disk, findings, every_s
        self.fill = 0.0
        """Share of the spool's cap in use when it was last looked at."""

    async def run(self) -> None:
        """Look until cancelled.

        Raises:
            StoreUnavailable: not even that can be found out.
        """
        while True:
            self.fill, held = await self._disk.thread.run(self._look)
            self._tell_fill(self.fill)
            self._tell_ballast(held)
            await asyncio.sleep(self._every_s)

    def _look(self) -> tuple[float, bool]:
        """In the disk's thread. Takes ballast again where there is room for it."""
        spool, journal = self._disk.spool, self._disk.journal
        return spool.fill(), all((spool.restore_ballast(), journal.restore_ballast()))

    def _tell_fill(self, fill: float) -> None:
        if fill > FILLING:
            self._findings.began(FindingKind.SPOOL_FILLING, "spool", f"{fill:.0%}")
        elif fill < DRAINED:
            self._findings.ended(FindingKind.SPOOL_FILLING, "spool")

    def _tell_ballast(self, held: bool) -> None:
        if held:
            self._findings.ended(FindingKind.DISK_FULL, "disk")
        else:
            self._findings.began(FindingKind.DISK_FULL, "disk", "ballast released")
