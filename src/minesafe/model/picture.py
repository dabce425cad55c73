"""The picture: what the engine knows now, as columns by row number. Never written by readers."""

from dataclasses import dataclass
from enum import IntEnum

from minesafe.model.frame import Column
from minesafe.model.mine import Interval
from minesafe.model.time import Micros


class Placing(IntEnum):
    """What became of a tag's newest sighting: whether it says where the wearer is, or why not."""

    NONE = 0
    """Nothing was heard yet."""
    PLACED = 1
    UNBELIEVED = 2
    """The reader's quality is not one that is believed."""
    OTHER_NEARER = 3
    """At the same moment another reader had it with a smaller error."""
    NO_PLACE = 4
    """The reader names no place of this mine."""
    TOO_FAST = 5
    """Nobody can have come there since his last place."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The newest of everything. P points, T people, Z zones, R readers."""

    now: Micros
    value: Column
    """float64 (P,): NaN where no number may be shown."""
    quality: Column
    """uint8 (P,)."""
    sampled: Column
    """int64 (P,): `Micros`; 0 where never heard."""
    silent: Column
    """bool (P,)."""
    roadway: Column
    """int32 (T,): -1 where never seen."""
    chainage: Column
    """float64 (T,), metres."""
    level: Column
    """int16 (T,)."""
    x: Column
    y: Column
    z: Column
    error: Column
    seen: Column
    """int64 (T,): judged time of the newest sighting; 0 where never seen."""
    placed: Column
    """int64 (T,): judged time of the sighting that gave the place; 0 where there is none."""
    reader: Column
    """int32 (T,): who saw the person last, -1 for nobody."""
    placing: Column
    """uint8 (T,): `Placing`."""
    doubt_way: Column
    """int32 (T,): roadway of the last place that was not believed, -1 where there was none."""
    doubt_m: Column
    doubt_at: Column
    """int64 (T,): `Micros`."""
    doubted: Column
    """bool (T,): whether that still is news."""
    flags: Column
    """uint8 (T,): `TagFlag`."""
    lost: Column
    """bool (T,)."""
    inside: Column
    """bool (T, Z): who is in which zone. A person who has gone out is in none."""
    out: Column
    """bool (T,): last seen at a portal and gone out, or never seen."""
    count: Column
    """int32 (Z,): heads that count toward the limit."""
    unknown: Column
    """bool (Z,)."""
    low: Column
    """int32 (Z,): not fewer heads than this; `count` where that is known."""
    high: Column
    """int32 (Z,): not more than this, -1 where nobody can say."""
    limit: Column
    """int32 (Z,): the head-count limit in force, -1 for none."""
    reader_heard: Column
    """int64 (R,): `Micros`; 0 where never heard."""
    reader_silent: Column
    """bool (R,)."""

    @property
    def underground(self) -> int:
        """How many people are in the mine as far as is known."""
        return int((~self.out).sum())


@dataclass(frozen=True, slots=True)
class Reach:
    """Where one person may have come to since his last place."""

    since: Micros
    """When he was placed last."""
    metres: float
    """So far along the roadways, the error of that place included."""
    stretches: tuple[Interval, ...]
