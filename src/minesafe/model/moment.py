"""A moment of the history: what the room knew then, as the newest rows of everything."""

from dataclasses import dataclass
from typing import Self

from minesafe.model.frame import Readings, Sightings
from minesafe.model.mine import Severity
from minesafe.model.time import Micros


@dataclass(frozen=True, slots=True)
class Mark:
    """What happened in a stretch of time, in short."""

    at: Micros
    """The first of it."""
    severity: Severity
    """Of the worst alarm that rose, or order that was issued."""
    order: bool
    """Whether one was."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The newest rows of all frames up to one, in row numbers of a revision.

    Newest by the time a sample is judged at (`model.time`); of several at one time the one that
    came last. Whatever came later than the frame is not in it, however early it was sampled: the
    room did not know it yet. A point or a person without a row is unknown.
    """

    feed: int
    """The data directory whose frames these are, by the history's own number."""
    seq: int
    """Of the last frame of the moment."""
    now: Micros
    """Its time: not after what was asked for, and long before it where no server ran."""
    since: Micros
    """Time of the first frame that is stored of the same data directory."""
    revision: str
    """In force then."""
    rows_of: str
    """The revision whose row numbers these are."""
    readings: Readings
    """One row a point."""
    sightings: Sightings
    """Of each person the rows of the last seconds before the newest, and before the newest that
    names a place: whoever reads them decides which reader was nearer. Of each reader the newest."""

    @classmethod
    def empty(cls, at: Micros, revision: str) -> Self:
        """Nothing is known."""
        return cls(0, 0, at, at, revision, revision, Readings.none(), Sightings.none())
