"""The desk of a moment of the past: what could be seen at it, and nothing that could be done."""

from collections.abc import Sequence
from dataclasses import dataclass

from minesafe.alarms.flood import grouped
from minesafe.evacuation.refuges import refuges
from minesafe.folds import Folds
from minesafe.model.alarm import Alarm, Groups, Permit
from minesafe.model.events import FindingBegan, RoadwayBlocked
from minesafe.model.mine import Mine, Shift
from minesafe.model.nightly import NightlyProof
from minesafe.model.order import Order
from minesafe.model.picture import Picture
from minesafe.model.refuge import Refuge
from minesafe.model.roll import Reckoning
from minesafe.model.system import SystemHealth
from minesafe.model.time import Micros
from minesafe.model.way import Impact, Leg


@dataclass(frozen=True, slots=True)
class Then:
    """Implements `ports.Shown`, out of the folds of the journal and a picture of the history."""

    at: Micros
    heard: Micros
    """Time of the newest frame; long before `at` where no server ran, 0 where none is stored."""
    lacking: str
    """Why names and limits are not of the revision in force then; empty where they are."""
    position: int
    folds: Folds
    seen: Picture
    epoch: int = 0

    @property
    def mine(self) -> Mine:
        """The revision in force then."""
        return self.folds.mine

    def now(self) -> Micros:
        """As below, the answers of `ports.Shown` of that moment."""
        return self.at

    def picture(self) -> Picture:
        """What the engine knew."""
        return self.seen

    def alarms(self) -> Sequence[Alarm]:
        """Not normal then, but for the self-test's."""
        tests = self.mine.self_tests
        return [alarm for alarm in self.folds.book.alarms() if alarm.subject not in tests]

    def orders(self) -> Sequence[Order]:
        """Open then."""
        return self.folds.evacuation.orders.open()

    def on_duty(self) -> Shift | None:
        """Who held which post."""
        return self.folds.duty.roster.at(self.at)

    def findings(self) -> Sequence[tuple[FindingBegan, Micros]]:
        """What was wrong."""
        return self.folds.findings.open()

    def systems(self) -> Sequence[SystemHealth]:
        """How the six systems were."""
        return self.folds.systems.look(self.seen, self.findings(), self.at)

    def permits(self) -> Sequence[Permit]:
        """In force or asked for."""
        return self.folds.book.permits.open()

    def groups(self) -> Groups:
        """Which alarms another one explained."""
        book = self.folds.book
        return grouped(self.mine, book.alarms(), book.tally, self.at)

    def refuges(self) -> Sequence[Refuge]:
        """Every refuge, with who was in it."""
        evacuation = self.folds.evacuation
        return refuges(self.mine, evacuation.guide, self.seen, self.orders(), self.at)

    def blocked(self) -> Sequence[RoadwayBlocked]:
        """Roadways nobody got through."""
        return list(self.folds.evacuation.guide.hazards.blocked.values())

    def impacts(self) -> Sequence[Impact]:
        """Where the air carried each danger."""
        return self.folds.evacuation.guide.hazards.impacts()

    def legs(self) -> Sequence[Leg]:
        """The roadways on which people fled."""
        return self.folds.evacuation.guide.legs(self.orders(), self.seen)

    def reckoned(self) -> Sequence[Reckoning]:
        """The counts at the doors."""
        return self.folds.evacuation.roll.reckoned(self.seen)

    def nightly(self) -> NightlyProof | None:
        """The newest nightly proof."""
        return self.folds.evacuation.nightly.proof
