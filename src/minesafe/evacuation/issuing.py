"""How an order begins and grows: whom it is about, on which ground, which feeds it names."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from minesafe.alarms.places import zones_at
from minesafe.duty import DutyBook
from minesafe.evacuation.guide import Guide
from minesafe.evacuation.orders import Orders
from minesafe.evacuation.roll import Roll
from minesafe.evacuation.scope import Scope, people_in, scope_of_zones
from minesafe.model.events import (
    AlarmMoved,
    OrderIssued,
    OrderKind,
    OrderWidened,
    Origin,
    WaysChanged,
)
from minesafe.model.mine import Duty, Mine, Severity, ZoneKind
from minesafe.model.order import Order
from minesafe.model.picture import Picture
from minesafe.model.time import SECOND, Micros

DRILL = "-DRILL"
"""Ends the id of a drill's order, and so stamps every record, receipt and command of it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """An order to be given."""

    kind: OrderKind
    severity: Severity
    scope: Scope
    cause: str
    """Episode of the alarm, or the operator's ground."""
    undecided_until: Micros | None
    alarm: AlarmMoved | None = None
    by: str | None = None
    origin: Origin = Origin.RULE
    drill: bool = False


@dataclass(frozen=True, slots=True)
class Issuer:
    """Makes the records with which orders begin and grow; changes nothing."""

    mine: Mine
    duty: DutyBook
    orders: Orders
    guide: Guide
    roll: Roll

    def issue(
        self, wish: Wish, picture: Picture, now: Micros
    ) -> Iterator[WaysChanged | OrderIssued]:
        """The order, behind the ground its ways are worked out from where that is news."""
        change = next(self.guide.changed(picture, now), None)
        if change is not None:
            yield change
        rows = self._rows(wish.scope, picture)
        ways = self.guide.ways_after(change)
        number, alarm = self.orders.next_number(), wish.alarm
        shift = self.duty.roster.at(now)
        leaders = shift.holders(Duty.LEADER) if shift else ()
        yield OrderIssued(
            order=f"{now // SECOND}-{number:03d}{DRILL if wish.drill else ''}",
            number=number,
            order_kind=wish.kind,
            severity=wish.severity,
            zones=wish.scope.zones,
            people=tuple(self.guide.people(rows, picture, self.orders.open(), ways)),
            leader=leaders[0] if leaders else None,
            cause=wish.cause,
            subject=alarm.subject if alarm else "",
            condition=alarm.condition if alarm else "",
            value=alarm.value if alarm else None,
            limit=alarm.limit if alarm else None,
            by=wish.by,
            origin=wish.origin,
            undecided_until=wish.undecided_until,
            drill=wish.drill,
            feeds=feeds_in(self.mine, wish.scope),
        )

    def widen(self, order: Order, scope: Scope, picture: Picture, cause: str) -> OrderWidened:
        """What a scope adds to an order; perhaps nothing."""
        rows = [
            row
            for row in self._rows(scope, picture)
            if self.mine.people[row].id not in order.muster
        ]
        return OrderWidened(
            order=order.order,
            zones=tuple(z for z in scope.zones if z not in order.zones),
            people=tuple(self.guide.people(rows, picture, self.orders.open(), self.guide.ways)),
            cause=cause,
            feeds=tuple(f for f in feeds_in(self.mine, scope) if f not in order.feeds),
        )

    def _rows(self, scope: Scope, picture: Picture) -> list[int]:
        """People in scope; of the whole mine also who went in by the gate and no tag has seen."""
        rows = people_in(self.mine, scope, picture)
        whole = {zone.id for zone in self.mine.zones if zone.kind is ZoneKind.MINE}
        if whole.isdisjoint(scope.zones):
            return rows
        went, came = self.roll.passed()
        inside = np.flatnonzero((went > came) & (went > picture.seen)).tolist()
        return list(dict.fromkeys([*rows, *inside]))

    def walked_in(self, order: Order, picture: Picture) -> Iterator[OrderWidened]:
        """People who came into an open order's zones after it was issued."""
        new = self.widen(order, scope_of_zones(order.zones), picture, "")
        if new.people:
            yield new


def feeds_in(mine: Mine, scope: Scope) -> tuple[str, ...]:
    """Points that tell whether the zones and roadways of a scope have power (停电范围).

    The server cuts nothing: whoever cuts is asked, and these points say whether it was done.
    """
    zones, roads = set(scope.zones), set(scope.roadways)
    return tuple(
        p.id
        for p in mine.points
        if mine.kind[p.kind].power
        and (p.roadway in roads or not zones.isdisjoint(zones_at(mine, p.roadway, p.chainage_m)))
    )
