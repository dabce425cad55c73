"""Positioning base stations: what each has reported, in whichever dialect and whichever way."""

import asyncio
import logging

from minesafe.links.messages import Handler, Message
from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import FindingKind
from minesafe.model.mine import BaseStation, Mine
from minesafe.ports import Clock, Findings, Notebook
from minesafe.sources.clocks import DeviceClock
from minesafe.sources.once import Once
from minesafe.sources.positioning.common import Common
from minesafe.sources.positioning.ranges import Roadways
from minesafe.sources.positioning.sightings import Sighted, StationMap
from minesafe.sources.positioning.snap import Snapper
from minesafe.sources.positioning.spots import SpotMap
from minesafe.sources.strangers import Strangers
from minesafe.sources.wire import Unreadable

log = logging.getLogger(__name__)

OURS = "ranges"
"""The dialect that numbers its reports."""


def decoder_of(
    mine: Mine, roadways: Roadways, snapper: Snapper, station: BaseStation
) -> StationMap | SpotMap:
    """What reads a station's messages, by its dialect."""
    if station.dialect == OURS:
        return StationMap(mine, roadways, station)
    return SpotMap(mine, roadways, snapper, station)


class StationEars:
    """Hears one base station's reports.

    Args:
        mine: the revision in force.
        common: what all stations share.
        station: whom to hear.
        clock: stamps the receipt.
        findings: GARBAGE, GAP, UNKNOWN_TAG, UNKNOWN_POINT for a reader it does not have,
            UNITS_ASSUMED where its units were found out.
    """

    def __init__(
        self, mine: Mine, common: Common, station: BaseStation, clock: Clock, findings: Findings
    ) -> None:
        self.station = station
        self._map = decoder_of(mine, common.roadways, common.snapper, station)
        self._calls: Calls | None = None
        if isinstance(self._map, SpotMap):
            self._calls = Calls(station.id, common.notebook, self._map.memory.calling)
        self._together = common.together
        self._clock = clock
        self._findings = findings
        self._once = Once(station.id, findings)
        self._its_clock = DeviceClock(station.id, findings)
        self._readers = Strangers(FindingKind.UNKNOWN_POINT, findings)
        self._tags = Strangers(FindingKind.UNKNOWN_TAG, findings)
        self._assumed = ""

    @property
    def routes(self) -> dict[str, Handler]:
        """What to subscribe to."""
        return {self.station.topic: self.message}

    async def message(self, message: Message) -> None:
        """One report by MQTT; returns once it need not be sent again."""
        try:
            if message.retained:  # of any age, and the time rule would judge it as of now
                raise Unreadable("a retained message holds no news")
            sighted = self.decode(message.payload)
        except Unreadable:
            return
        await self.keep(sighted, message.payload)

    def decode(self, line: bytes) -> Sighted:
        """Read one report and tell what is wrong with it.

        Raises:
            Unreadable: nothing of it can be used; that has been told.
        """
        now = self._clock.now()
        try:
            sighted = self._map.decode(line, now)
        except Unreadable as error:
            self.garbage(str(error))
            raise
        self._tell(sighted, now)
        return sighted

    async def keep(self, sighted: Sighted, line: bytes) -> None:
        """Return once the report is on disk; a repeat of a numbered one is on it already.

        Others say no number. Heard twice they change nothing: a place is no older for it, and a
        flag no different.
        """
        if self.station.dialect == OURS:
            hear = self._together.hear
            await self._once.hear(sighted.boot, sighted.seq, line, lambda: hear(sighted.rows))
            return
        if self._calls is not None:
            await self._calls.note()
        await self._together.hear(sighted.rows)

    def stored_through(self, boot: int) -> int:
        """The last seq of `boot` the station may forget; 0 after our own restart.

        It then sends again what it still keeps, and the engine drops what it has judged.
        """
        return self._once.stored_through(boot)

    def garbage(self, what: str) -> None:
        """It sent what cannot be read."""
        self._findings.began(FindingKind.GARBAGE, self.station.id, what)

    def _tell(self, sighted: Sighted, now: int) -> None:
        if sighted.garbled:
            self.garbage(sighted.garbled[0])
        else:
            self._findings.ended(FindingKind.GARBAGE, self.station.id)
        self._its_clock.heard((sampled for *_, sampled, _ in sighted.rows), now)
        for reader in sighted.unknown_readers:
            self._readers.saw(f"{self.station.id}/{reader}", "no such reader", now)
        for tag in sighted.unknown_tags:
            self._tags.saw(tag, f"seen by {self.station.id}", now)
        assumed = self._map.units.assumed
        if assumed != self._assumed:
            self._assumed = assumed
            self._findings.began(FindingKind.UNITS_ASSUMED, self.station.id, assumed)


class Calls:
    """Who calls for help at one station, over a restart: a call ends when it is taken back.

    Args:
        station: whose.
        notebook: where it stands.
        calling: the tags, as the decoder has them; filled from the notebook.
    """

    def __init__(self, station: str, notebook: Notebook, calling: set[str]) -> None:
        self._owner, self._notebook, self._calling = f"calls/{station}", notebook, calling
        try:
            calling.update(notebook.notes(self._owner))
        except StoreUnavailable as error:
            log.warning("who called before the restart is not known: %s", error)
        self._noted = set(calling)

    async def note(self) -> None:
        """Write down what has changed; where the disk refuses, the call is heard all the same."""
        new, over = self._calling - self._noted, self._noted - self._calling
        if not new and not over:
            return
        self._noted = set(self._calling)
        try:
            if new:
                await asyncio.to_thread(self._notebook.put, self._owner, dict.fromkeys(new, ""))
            if over:
                await asyncio.to_thread(self._notebook.forget, self._owner, over)
        except StoreUnavailable as error:
            log.warning("a call of %s is not written down: %s", self._owner, error)
