"""Licences: who may be where, by trade and by certificate, and until when."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np

from minesafe.engine.fences import FOREVER
from minesafe.model.frame import Column
from minesafe.model.mine import Mine, Person, Zone, ZoneKind
from minesafe.model.time import SECOND, Micros

NONE = -1
"""Instead of the end of a licence: the person never had one."""


@dataclass(frozen=True, slots=True, eq=False)
class LicenceTable:
    """People (T), their trades and the zones (Z); G zones ask for certificates."""

    trade: Column
    """(T,): row of `forbidden`."""
    forbidden: Column
    """(trades, Z): restricted zones this trade has no permission for."""
    column: Column
    """(Z + 1,): column of `until`; the last, of which everything holds, where nothing is asked."""
    until: Column
    """(T, G + 1): when the first of the certificates a zone asks for ends, `NONE` without one."""

    @classmethod
    def of(cls, mine: Mine) -> Self:
        """Who may be where in a mine."""
        trades = sorted({p.trade for p in mine.people})
        forbidden = [[_forbids(z, trade) for z in mine.zones] for trade in trades]
        asking = [row for row, zone in enumerate(mine.zones) if zone.certificates]
        column = np.full(len(mine.zones) + 1, len(asking), np.intp)
        column[asking] = np.arange(len(asking))
        clock = ZoneInfo(mine.server.timezone)
        until = [
            [*(_until(p, mine.zones[row], clock) for row in asking), FOREVER] for p in mine.people
        ]
        return cls(
            trade=np.array([trades.index(p.trade) for p in mine.people], np.intp),
            forbidden=np.array(forbidden, np.bool_).reshape(len(trades), len(mine.zones)),
            column=column,
            until=np.array(until, np.int64).reshape(len(mine.people), len(asking) + 1),
        )

    def ends(self, person: Column, zone: Column) -> Column:
        """When the certificates for a zone end, `NONE` where one was never held."""
        end: Column = self.until[person, self.column[zone]]
        return end

    def strays(self, person: Column, zone: Column) -> Column:
        """Whether a person may not be in a zone at all."""
        astray: Column = self.forbidden[self.trade[person], zone]
        unlicensed: Column = self.ends(person, zone) == NONE
        return astray | unlicensed


def _forbids(zone: Zone, trade: str) -> bool:
    if zone.kind is not ZoneKind.RESTRICTED:
        return False
    return trade not in zone.permitted and not (zone.certificates and not zone.permitted)


def _until(person: Person, zone: Zone, clock: ZoneInfo) -> Micros:
    held = dict(person.certificates)
    if not set(zone.certificates) <= set(held):
        return NONE
    return min(_end_of(held[name], clock) for name in zone.certificates)


def _end_of(day: str, clock: ZoneInfo) -> Micros:
    """The midnight by the mine's wall clock at which a certificate's last day is over.

    >>> _end_of("1970-01-01", ZoneInfo("UTC"))
    86400000000
    """
    after = date.fromisoformat(day) + timedelta(days=1)
    return round(datetime.combine(after, time(), clock).timestamp()) * SECOND
