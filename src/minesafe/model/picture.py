"""The picture: what the engine knows now, as columns by row number. Never written by readers."""

from dataclasses import dataclass

from minesafe.model.frame import Column
from minesafe.model.time import Micros


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
    reader_silent: Column
    """bool (R,)."""

    @property
    def underground(self) -> int:
        """How many people are in the mine as far as is known."""
        return int((~self.out).sum())
