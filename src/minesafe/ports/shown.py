"""What a screen shows of the mine, now or at a moment of the past."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from minesafe.model.alarm import Alarm, Groups, Permit
from minesafe.model.events import FindingBegan, RoadwayBlocked
from minesafe.model.mine import Mine, Shift
from minesafe.model.moment import Mark
from minesafe.model.nightly import NightlyProof
from minesafe.model.order import Order
from minesafe.model.picture import Picture
from minesafe.model.refuge import Refuge
from minesafe.model.roll import Reckoning
from minesafe.model.system import SystemHealth
from minesafe.model.time import Micros
from minesafe.model.way import Impact, Leg


class Shown(Protocol):
    """What a screen shows of the mine: of now (`Desk`), or of a moment of the past (`Replays`)."""

    @property
    def mine(self) -> Mine:
        """The revision in force."""

    @property
    def position(self) -> int:
        """Position of the newest journal record."""

    @property
    def epoch(self) -> int:
        """Counts the server's starts."""

    def now(self) -> Micros:
        """The mine's time."""

    def picture(self) -> Picture:
        """What the engine knows."""

    def alarms(self) -> Sequence[Alarm]:
        """Alarms that are not normal, worst and newest first."""

    def orders(self) -> Sequence[Order]:
        """Open orders, oldest first, and maybe those closed of late."""

    def on_duty(self) -> Shift | None:
        """Who holds which post; None in a gap."""

    def findings(self) -> Sequence[tuple[FindingBegan, Micros]]:
        """What is wrong, and since when."""

    def systems(self) -> Sequence[SystemHealth]:
        """How each of the six systems is."""

    def permits(self) -> Sequence[Permit]:
        """Permits that have not ended."""

    def groups(self) -> Groups:
        """Which alarms another one explains."""

    def refuges(self) -> Sequence[Refuge]:
        """Every refuge, the one to be reached first at the head."""

    def blocked(self) -> Sequence[RoadwayBlocked]:
        """Roadways nobody gets through."""

    def impacts(self) -> Sequence[Impact]:
        """Where the air carries each danger: from the point or the order that tells of it on."""

    def legs(self) -> Sequence[Leg]:
        """The roadways on which people of open evacuations walk, and which way."""

    def reckoned(self) -> Sequence[Reckoning]:
        """The counts at the doors beside those by tag."""

    def nightly(self) -> NightlyProof | None:
        """The newest nightly proof that people can be reached."""


class Recorded(Shown, Protocol):
    """A moment of the past."""

    @property
    def heard(self) -> Micros:
        """Time of the newest frame: long before where no server ran, 0 where none is stored."""

    @property
    def lacking(self) -> str:
        """Why names and limits are not of the revision in force then; empty where they are."""


class Tape(Protocol):
    """A moment that is played on."""

    @property
    def then(self) -> Recorded:
        """Where it stands."""

    async def on(self, at: Micros) -> Recorded:
        """Play on to a later moment.

        Raises:
            Refused: other_revision; another came into force: it must be sought.
            StoreUnavailable: journal or history cannot be read now.
        """


class Replays(Protocol):
    """Any moment of the past as the room knew it: seen, never acted in."""

    async def at(self, at: Micros) -> Recorded:
        """A moment.

        Raises:
            StoreUnavailable: journal or history cannot be read now.
        """

    async def recorded(self) -> tuple[Micros, Micros] | None:
        """From when until when something was heard; raises as `at`."""

    async def marks(self, start: Micros, end: Micros, dots: int) -> Sequence[Mark]:
        """What happened between, a mark a dot at most; raises as `at`."""

    def play(self, at: Micros) -> AbstractAsyncContextManager[Tape]:
        """A tape that begins at a moment; a place among the players is held until it is left.

        Raises:
            Refused: too_many_players.
            StoreUnavailable: as `at`.
        """
