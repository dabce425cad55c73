"""Positioning base stations: what each has reported, whichever way it came."""

from minesafe.links.messages import Handler, Message
from minesafe.model.events import FindingKind
from minesafe.model.frame import Batch, Sightings
from minesafe.model.mine import BaseStation, Mine
from minesafe.ports import Clock, Findings, Intake
from minesafe.sources.clocks import DeviceClock
from minesafe.sources.once import Once
from minesafe.sources.patience import hear_at_last
from minesafe.sources.positioning.ranges import Roadways
from minesafe.sources.positioning.sightings import Sighted, StationMap
from minesafe.sources.strangers import Strangers
from minesafe.sources.wire import Unreadable


class StationEars:
    """Hears one base station's reports.

    Args:
        mine: the revision in force.
        roadways: its roadway graph, shared by all stations.
        station: whom to hear.
        intake: where sightings go.
        clock: stamps the receipt.
        findings: GARBAGE, GAP, UNKNOWN_TAG, and UNKNOWN_POINT for a reader it does not have.
    """

    def __init__(
        self,
        mine: Mine,
        roadways: Roadways,
        station: BaseStation,
        intake: Intake,
        clock: Clock,
        findings: Findings,
    ) -> None:
        self.station = station
        self._map = StationMap(mine, roadways, station)
        self._intake = intake
        self._clock = clock
        self._findings = findings
        self._once = Once(station.id, findings)
        self._its_clock = DeviceClock(station.id, findings)
        self._readers = Strangers(FindingKind.UNKNOWN_POINT, findings)
        self._tags = Strangers(FindingKind.UNKNOWN_TAG, findings)

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
        """Return once the report is on disk; a repeat is on it already."""
        await self._once.hear(sighted.boot, sighted.seq, line, lambda: self._store(sighted))

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

    async def _store(self, sighted: Sighted) -> None:
        if sighted.rows:
            await hear_at_last(self._intake, Batch.of_sightings(Sightings.of(sighted.rows)))
