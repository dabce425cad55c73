"""How an order begins and grows: whom it is about, on which ground, which feeds it names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace

from minesafe.alarms.places import zones_at
from minesafe.duty import DutyBook
from minesafe.evacuation.doubts import Doubts
from minesafe.evacuation.guide import Guide
from minesafe.evacuation.orders import Orders
from minesafe.evacuation.roll import Roll
from minesafe.evacuation.scope import Scope, feeders_in, people_in, scope_of_zones
from minesafe.evacuation.ways import Ways
from minesafe.evacuation.ways.perils import Ordered
from minesafe.model.events import (
    AlarmMoved,
    InScope,
    OrderIssued,
    OrderKind,
    OrderWidened,
    Origin,
    Peril,
    WaysChanged,
    Whereabouts,
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
    peril: Peril | None = None
    """What an operator says that people flee from."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """Makes the records with which orders begin and grow; changes nothing."""

    mine: Mine
    duty: DutyBook
    orders: Orders
    guide: Guide
    roll: Roll
    doubts: Doubts

    def issue(
        self, wish: Wish, picture: Picture, now: Micros
    ) -> Iterator[WaysChanged | OrderIssued]:
        """The order, behind the ground its ways are worked out from where that is news."""
        named = Ordered(wish.peril, wish.scope.zones, wish.drill) if wish.peril else None
        rows = self._rows(wish.scope, picture)
        sent = rows if wish.kind is OrderKind.EVACUATE else ()
        change = next(self.guide.changed(picture, now, self.orders.open(), named, sent), None)
        if change is not None:
            yield change
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
            people=self._people(rows, picture, ways),
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
            peril=wish.peril,
            feeds=feeds_in(self.mine, wish.scope),
            cuts=cuts_in(self.mine, wish.scope),
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
            people=self._people(rows, picture, self.guide.ways),
            cause=cause,
            feeds=tuple(f for f in feeds_in(self.mine, scope) if f not in order.feeds),
            cuts=tuple(f for f in cuts_in(self.mine, scope) if f not in order.cuts),
        )

    def _rows(self, scope: Scope, picture: Picture) -> list[int]:
        """People in scope; of the whole mine also whom only a terminal knows below."""
        rows = people_in(self.mine, scope, picture)
        whole = {zone.id for zone in self.mine.zones if zone.kind is ZoneKind.MINE}
        if whole.isdisjoint(scope.zones):
            return rows
        unseen = np.flatnonzero(self.roll.passed.unseen(picture.seen)).tolist()
        return list(dict.fromkeys([*rows, *unseen]))

    def _people(self, rows: Sequence[int], picture: Picture, ways: Ways) -> tuple[InScope, ...]:
        """Each as he is found; whom no tag has shown since he went in is nowhere, and unknown."""
        found = self.guide.people(rows, picture, self.orders.open(), ways)
        unseen = self.roll.passed.unseen(picture.seen)[list(rows)].tolist()
        doubted = self.doubts.of(self.mine)
        return tuple(
            nowhere(p, self.roll.known_by(p.person))
            if missed
            else (replace(p, other=doubted[row].other) if row in doubted else p)
            for row, p, missed in zip(rows, found, unseen, strict=True)
        )

    def walked_in(self, order: Order, picture: Picture) -> Iterator[OrderWidened]:
        """People who came into an open order's zones after it was issued."""
        new = self.widen(order, scope_of_zones(order.zones), picture, "")
        if new.people:
            yield new


def nowhere(person: InScope, known_by: str) -> InScope:
    """Somebody only a terminal knows below: where his tag was in an earlier shift says nothing."""
    return InScope(person.person, Whereabouts.UNKNOWN, None, "", None, known_by=known_by)


def feeds_in(mine: Mine, scope: Scope) -> tuple[str, ...]:
    """Points that tell whether the zones and roadways of a scope have power (停电范围).

    The server cuts nothing: whoever cuts is asked, and these points say whether it was done.
    """
    zones, roads = set(scope.zones), set(scope.roadways)
    shown = {point for feeder in feeders_in(mine, scope) for point in feeder.shows}
    return tuple(
        p.id
        for p in mine.points
        if mine.kind[p.kind].power
        and (
            p.id in shown
            or p.roadway in roads
            or not zones.isdisjoint(zones_at(mine, p.roadway, p.chainage_m))
        )
    )


def cuts_in(mine: Mine, scope: Scope) -> tuple[str, ...]:
    """Ids of the feeders whoever cuts is asked to switch off."""
    return tuple(feeder.id for feeder in feeders_in(mine, scope))
