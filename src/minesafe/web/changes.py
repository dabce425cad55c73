"""Which rows of the picture differ from the ones told last."""

from dataclasses import dataclass

import numpy as np

from minesafe.model.frame import Column
from minesafe.model.picture import Picture

VALUES = ("value", "quality", "sampled", "silent")
PLACES = ("roadway", "chainage", "seen", "flags", "lost", "out", "inside")
WALKING = frozenset({"chainage", "seen"})
"""Of a place, what changes with every step."""
COUNTS = ("count", "unknown", "low", "high", "limit")


ERROR_M = 1.0
"""A place that has become so much surer, or less sure, has changed."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Row numbers of points, people and zones."""

    points: Column
    people: Column
    zones: Column

    @property
    def any(self) -> bool:
        """Whether there is something to tell."""
        return bool(self.points.size or self.people.size or self.zones.size)

    def without(self, people: Column) -> "Rows":
        """The same, without some of the people."""
        others = np.setdiff1d(self.people, people, assume_unique=True)
        return Rows(self.points, others, self.zones)


def every(picture: Picture) -> Rows:
    """All points, people and zones."""
    return Rows(*(np.arange(len(column)) for column in (picture.value, picture.out, picture.count)))


def inside(picture: Picture) -> Rows:
    """As `every`, without the people who are out of the mine."""
    rows = every(picture)
    return Rows(rows.points, np.flatnonzero(~picture.out), rows.zones)


class Told:
    """A copy of what was told last: the engine's own columns change in place."""

    def __init__(self, picture: Picture) -> None:
        self._columns = self._copied(picture)

    def turn(self, picture: Picture) -> Rows:
        """The rows that changed since the last turn; the picture becomes what was told."""
        before, now = self._columns, self._copied(picture)
        self._columns = now
        return Rows(*(_changed(before, now, names) for names in (VALUES, PLACES, COUNTS)))

    def turn_apart(self, picture: Picture) -> tuple[Rows, Column]:
        """As `turn`, and of the people those of whom nothing changed but how far they walked."""
        before, rows = self._columns, self.turn(picture)
        other = _changed(before, self._columns, tuple(n for n in PLACES if n not in WALKING))
        with np.errstate(invalid="ignore"):  # of who was never seen it is infinite
            sure = np.abs(before["error"] - self._columns["error"]) < ERROR_M
        walked = np.setdiff1d(rows.people[sure[rows.people]], other, assume_unique=True)
        return rows, walked

    @staticmethod
    def _copied(picture: Picture) -> dict[str, Column]:
        names = (*VALUES, *PLACES, *COUNTS, "error")
        return {name: np.array(getattr(picture, name)) for name in names}


def _changed(before: dict[str, Column], now: dict[str, Column], names: tuple[str, ...]) -> Column:
    """Row numbers where any of the named columns differs; NaN equals NaN."""
    different = np.zeros(len(now[names[0]]), bool)
    for name in names:
        old, new = before[name], now[name]
        unequal = (old != new) & ~((old != old) & (new != new))
        different |= unequal.any(axis=1) if unequal.ndim == 2 else unequal
    return np.flatnonzero(different)
