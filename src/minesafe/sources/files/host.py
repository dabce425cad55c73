"""An installed mine system heard by the files it writes: beside it, and with no wire to it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import FindingKind
from minesafe.model.frame import Batch, Readings, Sightings
from minesafe.model.mine import KjHost, Mine
from minesafe.model.time import NEWEST, OLDEST, SECOND, Micros
from minesafe.ports import Clock, Findings, Intake, Notebook
from minesafe.sources.clocks import DeviceClock
from minesafe.sources.files.decode import HostMap
from minesafe.sources.files.folder import Folder, Found, Look
from minesafe.sources.files.looker import Looker
from minesafe.sources.files.tables import TABLES, Holds
from minesafe.sources.files.told import Told
from minesafe.sources.patience import hear_at_last
from minesafe.sources.positioning.ranges import Roadways
from minesafe.sources.positioning.stations import Calls
from minesafe.sources.strangers import Strangers
from minesafe.sources.wire import Unreadable

LOOK_S = 1.0
"""Mine seconds between two looks."""

HUNG_S = 10.0
"""A look that has not come back in so many real seconds hangs."""

SILENT_PERIODS, LEAST_SILENT_S = 3, 30.0
"""So many periods without a new file of states, but at least so long, and the host is down."""

IN_STEP: Micros = 15 * SECOND
"""How well the times of two files and of their coming must agree for a clock that is only off."""

Brought = tuple[Look, list[tuple[Found, Told | str]]]
"""What a look found, each file decoded, or why it cannot be read."""


class HostWatch:
    """Watches one host's folder; a `ports.Source`.

    Args:
        mine: the revision in force.
        roadways: its graph.
        host: whose folder.
        intake: where what is news goes.
        clock: the mine's clock.
        findings: LINK_DOWN of the host, GARBAGE by type of file, DEFINITION_DIFFERS,
            UNKNOWN_POINT, UNKNOWN_TAG, CLOCK_OFF.
        notebook: which files have been used.
        hung_s: see `HUNG_S`.
    """

    def __init__(
        self,
        mine: Mine,
        roadways: Roadways,
        host: KjHost,
        intake: Intake,
        clock: Clock,
        findings: Findings,
        notebook: Notebook,
        *,
        hung_s: float = HUNG_S,
    ) -> None:
        self.name = f"files of {host.id}"
        self._host, self._hung_s = host, hung_s
        self._map = HostMap(mine, roadways, host)
        self._calls = Calls(host.id, notebook, self._map.calling)
        path, owner = Path(host.folder), f"files/{host.id}"
        self._folder = Folder(path, host.mine_code, notebook, owner, clock.elapsed)
        self._intake, self._clock, self._findings = intake, clock, findings
        self._its_clock = DeviceClock(host.id, findings)
        self._points = Strangers(FindingKind.UNKNOWN_POINT, findings)
        self._tags = Strangers(FindingKind.UNKNOWN_TAG, findings)
        self._faults: dict[str, str] = {}
        self._differs: dict[str, str] = {}
        self._newest: dict[str, tuple[Micros, Micros]] = {}
        """Of each type of states: the time of the last file, and when it came."""
        self._heard = clock.elapsed()
        self._down = ""
        self._told_lost = 0.0

    async def run(self) -> None:
        """Watch until cancelled."""
        looker: Looker[Brought] = Looker(self.name)
        try:
            while True:
                await self.look(looker)
                await self._clock.sleep(LOOK_S)
        finally:
            looker.close()

    async def look(self, looker: Looker[Brought]) -> None:
        """One look, and everything that follows from it."""
        try:
            found, files = await self._brought(looker)
        except (OSError, StoreUnavailable) as error:
            await self._lost(getattr(error, "strerror", "") or str(error))
            return
        self._tell_faults(found, files)
        told = [t for _, t in files if isinstance(t, Told)]
        await self._keep(told)
        for file, _ in files:
            await asyncio.to_thread(self._note, file)
        await self._watch_silence()

    async def _brought(self, looker: Looker[Brought]) -> Brought:
        """What the look brings; one that hangs is told, and waited for all the same."""
        answer = looker.ask(self._look)
        done, _ = await asyncio.wait([answer], timeout=self._hung_s)
        while not done:
            await self._lost("the folder does not answer")
            done, _ = await asyncio.wait([answer], timeout=self._hung_s)
        return answer.result()

    def _look(self) -> Brought:
        """In the looker's thread: find, read and decode."""
        found = self._folder.look()
        return found, [(file, self._decoded(file)) for file in found.found]

    def _decoded(self, file: Found) -> Told | str:
        try:
            return self._map.decode(file.entry.kind, file.data, self._clock.now())
        except Unreadable as error:
            return str(error)

    def _note(self, file: Found) -> None:
        try:
            self._folder.used(file)
        except StoreUnavailable as error:
            self._findings.began(FindingKind.DISK_FULL, "notebook", str(error))
        else:
            self._findings.ended(FindingKind.DISK_FULL, "notebook")

    # --- what is news -----------------------------------------------------------------------

    async def _keep(self, told: Sequence[Told]) -> None:
        """Everything that is news, in the order in which it was."""
        news = [t for t in told if self._is_news(t)]
        readings = sorted((r for t in news for r in t.readings), key=lambda r: r[3])
        sightings = sorted((s for t in news for s in t.sightings), key=lambda s: s[11])
        await self._calls.note()
        if readings or sightings:
            batch = Batch(Readings.of(readings), Sightings.of(sightings))
            await hear_at_last(self._intake, batch)

    def _is_news(self, told: Told) -> bool:
        """Whether a file of states tells how things are now; events have been asked one by one."""
        if TABLES[told.kind].holds is not Holds.STATES or told.at is None:
            return True
        now = self._clock.now()
        before, came = self._newest.get(told.kind, (0, 0))
        self._newest[told.kind] = (told.at, now)
        step = (told.at - before) - (now - came)
        timely = OLDEST <= told.at - now <= NEWEST
        if not timely and not (told.at > before > 0 and abs(step) <= IN_STEP):
            return False  # kept somewhere, and let go at last: it would be judged as of now
        self._its_clock.heard([told.at], now)
        self._heard = self._clock.elapsed()
        self._up()
        return True

    # --- whether the host is there ------------------------------------------------------------

    async def _watch_silence(self) -> None:
        silent = self._clock.elapsed() - self._heard
        most = max(SILENT_PERIODS * self._host.period_s, LEAST_SILENT_S)
        if silent > most + LOOK_S:
            await self._lost(f"no new states for {most:g} s")

    async def _lost(self, why: str) -> None:
        """Silence must not look like calm: each period all of its points are lost anew."""
        if why != self._down:
            self._findings.ended(FindingKind.LINK_DOWN, self._host.id)
            self._findings.began(FindingKind.LINK_DOWN, self._host.id, why)
        elif self._clock.elapsed() - self._told_lost < self._host.period_s:
            return
        self._down, self._told_lost = why, self._clock.elapsed()
        lost = self._map.lost(self._clock.now())
        batch = Batch(Readings.of(lost.readings), Sightings.of(lost.sightings))
        await hear_at_last(self._intake, batch)

    def _up(self) -> None:
        self._down = ""
        self._findings.ended(FindingKind.LINK_DOWN, self._host.id)

    # --- what is wrong ----------------------------------------------------------------------

    def _tell_faults(self, look: Look, files: Sequence[tuple[Found, Told | str]]) -> None:
        faults = dict(look.faults)
        for file, told in files:
            faults.setdefault(file.entry.kind, "")
            faults[file.entry.kind] = _fault(file, told) or faults[file.entry.kind]
            if isinstance(told, Told):
                self._tell(told)
        for kind, what in faults.items():
            self._change(FindingKind.GARBAGE, self._faults, f"{self._host.id}/{kind}", what)

    def _tell(self, told: Told) -> None:
        now, where = self._clock.now(), f"in {told.kind} of {self._host.id}"
        for name in told.unknown_points:
            self._points.saw(name, where, now)
        for name in told.unknown_tags:
            self._tags.saw(name, where, now)
        for subject, words in told.differs.items():
            self._change(FindingKind.DEFINITION_DIFFERS, self._differs, subject, words)

    def _change(self, kind: FindingKind, told: dict[str, str], subject: str, what: str) -> None:
        """Tell at the change only; another word for the same trouble is a change."""
        if told.get(subject, "") == what and subject in told:
            return
        told[subject] = what
        self._findings.ended(kind, subject)
        if what:
            self._findings.began(kind, subject, what)


def _fault(file: Found, told: Told | str) -> str:
    """File and line of the first thing wrong with it, and how many more there are."""
    if isinstance(told, str):
        return f"{file.entry.name}: {told}"
    if not told.faults:
        return ""
    (line, what), *more = told.faults
    others = f" (and {len(more)} more)" if more else ""
    return f"{file.entry.name}:{line}: {what}{others}"
