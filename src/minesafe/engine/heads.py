"""Head-count limits, by the kind of shift that works (限员: production, or maintenance)."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from minesafe.model.frame import Column
from minesafe.model.mine import Mine, Zone
from minesafe.model.time import Micros

NO_LIMIT = np.iinfo(np.int32).max
"""The head-count limit of a zone without one."""


@dataclass(frozen=True, slots=True, eq=False)
class HeadTable:
    """Zones (Z) and the shifts of the roster (S), by their start."""

    production: Column
    """(Z,): most heads while a production shift works."""
    maintenance: Column
    """(Z,): while one of maintenance does."""
    start: Column
    """(S,) ascending."""
    end: Column
    maintains: Column
    """(S,): whether it is a maintenance shift."""

    @classmethod
    def of(cls, mine: Mine) -> Self:
        """The limits of a mine."""
        shifts = sorted(mine.shifts, key=lambda shift: shift.start)
        return cls(
            production=np.array([_limit(z.limit) for z in mine.zones], np.int64),
            maintenance=np.array([_limit(_of_maintenance(z)) for z in mine.zones], np.int64),
            start=np.array([s.start for s in shifts], np.int64),
            end=np.array([s.end for s in shifts], np.int64),
            maintains=np.array([s.maintenance for s in shifts], np.bool_),
        )

    def at(self, now: Micros) -> Column:
        """The limits in force; the stricter of both where nobody is rostered."""
        shift = int(np.searchsorted(self.start, now, "right")) - 1
        if shift < 0 or now >= self.end[shift]:
            return np.minimum(self.production, self.maintenance)
        return self.maintenance if self.maintains[shift] else self.production


def _of_maintenance(zone: Zone) -> int | None:
    return zone.limit if zone.maintenance_limit is None else zone.maintenance_limit


def _limit(limit: int | None) -> int:
    return NO_LIMIT if limit is None else limit
