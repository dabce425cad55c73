"""Each morning the reports of the day before are made and numbered, whether anybody asks or not.

They are drawn by the same child as those that are asked for, one at a time; a mine's law wants them
before its head and its chief engineer each day (AQ 1029-2019 as companies quote it; unverified).
"""

import logging

from minesafe.desk import ControlDesk
from minesafe.model.errors import MinesafeError, Refused
from minesafe.model.events import FindingKind, Origin
from minesafe.model.filing import Series
from minesafe.model.filing_acts import FileReport
from minesafe.ports import Clock, Findings, Reporter
from minesafe.proof import MACHINE

LOOK_S = 30.0
"""How often the clock is looked at, in the mine's seconds; a report that waits for another one that
is being written just then is tried again so soon."""

AGAIN_S = 600.0
"""After one that could not be made: each trial may read a day of everything."""

BUSY = "report_busy"

log = logging.getLogger(__name__)


class Morning:
    """Makes what is due; a `ports.Source` to the supervisor."""

    name = "morning"

    def __init__(
        self, desk: ControlDesk, reporter: Reporter, clock: Clock, findings: Findings
    ) -> None:
        self._desk, self._reporter = desk, reporter
        self._clock, self._findings = clock, findings

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._clock.sleep(await self.look())

    async def look(self) -> float:
        """Make all that is due; returns after how long to look again, in the mine's seconds."""
        failed: set[Series] = set()
        for series, day in self._desk.reports_due():
            if series in failed:
                continue
            try:
                await self._make(series, day)
            except (MinesafeError, OSError) as error:
                if isinstance(error, Refused) and error.code == BUSY:
                    return LOOK_S
                failed.add(series)
                self._missing(series, day, error)
        for series in (s for s in Series if s not in failed):  # also what began before a restart
            self._findings.ended(FindingKind.REPORT_MISSING, series)
        return AGAIN_S if failed else LOOK_S

    async def _make(self, series: Series, day: str) -> None:
        listed = frozenset(filed.digest for filed in self._desk.reports())
        drawn = await self._reporter.draw(series, day, listed)
        act = FileReport.of(drawn, series, day, MACHINE, Origin.MACHINE)
        filed = await self._desk.file_report(act)
        log.info("%s made by itself", filed.report)

    def _missing(self, series: Series, day: str, error: Exception) -> None:
        code = error.code if isinstance(error, Refused) else type(error).__name__
        log.error("%s of %s could not be made: %s", series, day, error)
        self._findings.began(FindingKind.REPORT_MISSING, series, f"{day}: {code}")
