"""The evacuation room: what follows from an alarm, from time passing, and from what was told.

Every method decides and changes nothing; `apply` changes. The pipeline applies each body before
it asks what follows from it, so that every decision sees the ones before.
"""

import collections
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from minesafe.duty import DutyBook
from minesafe.evacuation import ladder, policy
from minesafe.evacuation.doubts import Doubts
from minesafe.evacuation.guide import Guide
from minesafe.evacuation.hearing import told_by, told_in_zones
from minesafe.evacuation.issuing import Issuer, Wish
from minesafe.evacuation.muster import Doors, Muster
from minesafe.evacuation.nightly import Nightly
from minesafe.evacuation.orders import Orders
from minesafe.evacuation.roll import Roll
from minesafe.evacuation.scope import (
    Scope,
    scope_of_mine,
    scope_of_point,
    scope_of_zones,
    share_ground,
    smallest,
)
from minesafe.model.commands import Command
from minesafe.model.errors import Refused
from minesafe.model.events import (
    AlarmMoved,
    AlarmSource,
    AnyBody,
    DutyBegan,
    Noted,
    OrderAcknowledged,
    OrderIssued,
    OrderKind,
    OrderRaised,
    OrderWidened,
    Origin,
    Peril,
    PersonSent,
    PersonTold,
    RoadwayBlocked,
    RoadwayCleared,
    SubstituteNamed,
    Told,
    WaysChanged,
)
from minesafe.model.fold import Fold
from minesafe.model.mine import Mine, Severity, ZoneKind
from minesafe.model.mine.triggers import WHOLE_MINE
from minesafe.model.order import Order
from minesafe.model.picture import Picture
from minesafe.model.time import SECOND, Micros
from minesafe.model.verdict import Condition, Verdict


class Evacuation:
    """Orders, their muster and the ways out of one mine."""

    def __init__(self, mine: Mine, duty: DutyBook) -> None:
        self._mine = mine
        self._duty = duty
        self.orders = Orders(mine)
        self.muster = Muster(mine)
        self.nightly = Nightly(mine, duty)
        self.guide = Guide(mine)
        self.roll = Roll(mine)
        self._doubts = Doubts()
        self._issuer = Issuer(mine, duty, self.orders, self.guide, self.roll, self._doubts)

    def take_over(self, mine: Mine) -> None:
        """Go on under another revision: orders know people, zones and posts by id."""
        self._mine = mine
        self.orders.take_over(mine)
        self.muster.take_over(mine)
        self.guide.take_over(mine)
        self.roll.take_over(mine)
        self._issuer = Issuer(mine, self._duty, self.orders, self.guide, self.roll, self._doubts)
        self.nightly.take_over(mine)

    # --- the fold -----------------------------------------------------------------------

    @property
    def folds(self) -> dict[str, Fold]:
        """Its folds by name."""
        return {
            "orders": self.orders,
            "muster": self.muster,
            "nightly": self.nightly,
            "guide": self.guide,
            "hazards": self.guide.hazards,
            "roll": self.roll,
            "doubts": self._doubts,
        }

    def apply(self, body: AnyBody, valid: Micros, now: Micros) -> list[Command]:
        """Take one journalled body; see `Orders.apply`."""
        self.muster.apply(body, now)
        self.guide.apply(body, now)
        self.roll.apply(body)
        self._doubts.apply(body)
        return [*self.orders.apply(body, valid, now), *self.nightly.apply(body, now)]

    def knows(self, noted: Noted) -> bool:
        """Whether a receipt says only what its order, or the nightly proof, already holds."""
        if not noted.final and self.nightly.knows(noted):
            return True
        order = self.orders.get(noted.order)
        row = order.receipts.get(noted.key) if order is not None else None
        said = (noted.status, noted.detail)
        return row is not None and not noted.final and (row.status, row.detail) == said

    # --- what follows -------------------------------------------------------------------

    def follows(self, body: AnyBody, picture: Picture, now: Micros) -> Iterator[AnyBody]:
        """What follows at once from a body that was just applied."""
        if isinstance(body, AlarmMoved):
            yield from self._answer(body, picture, now)
        elif isinstance(body, OrderIssued):
            yield from self._climb(body.order, now)
        elif isinstance(body, OrderRaised):
            yield from self._climb(body.order, now)
            yield from self._send_anew(body.order, picture)
        elif isinstance(body, RoadwayBlocked | RoadwayCleared) and self.orders.open():
            yield from self.guide.changed(picture, now, self.orders.open())
        elif isinstance(body, WaysChanged):
            for order in self.orders.open():
                yield from self._send_anew(order.order, picture)
        elif isinstance(body, OrderWidened):
            yield from self._climb(body.order, now)
            yield from self._hear_already(body.order, picture)
        elif isinstance(body, Noted):
            yield from self._after_receipt(body, picture, now)
            yield from self.nightly.answered(body)
        elif isinstance(body, SubstituteNamed | DutyBegan):
            for order in self.orders.open():
                yield from ladder.comers(self._mine, self._duty.roster, order, now)
        elif isinstance(body, OrderAcknowledged):
            yield from self._told(body.order, body.by, Told.ACKNOWLEDGED, body.origin.value)

    def on_verdict(self, verdict: Verdict) -> Iterator[AnyBody]:
        """Buttons pressed on tags: the wearer has the order."""
        moved = verdict.transitions
        for row in moved.subject[moved.condition == Condition.BUTTON].tolist():
            person = self._mine.people[row].id
            for order in self.orders.open():
                yield from self._told(order.order, person, Told.ACKNOWLEDGED, "tag")

    def on_time(self, picture: Picture, now: Micros) -> Iterator[AnyBody]:
        """What the clock and the tags bring: rungs due, orders undecided, people on the move."""
        if self.orders.open():
            yield from self.guide.changed(picture, now, self.orders.open())
        for order in self.orders.open():
            yield from ladder.steps_due(self._mine, self._duty.roster, order, now)
            yield from ladder.power_due(self._mine, self._fresh(order), now)
            if order.undecided_until is not None and now >= order.undecided_until:
                yield OrderRaised(order=order.order, by=None, reason="undecided")
            yield from self._issuer.walked_in(order, picture)
            yield from self._look(order.order, picture, now)

    def _fresh(self, order: Order) -> Order:
        """The order with what was just applied to it."""
        return self.orders.get(order.order) or order

    def look_again(self, picture: Picture, now: Micros) -> None:
        """Follow people over a frame that was decided before a crash; what it told is known."""
        for order in self.orders.open():
            collections.deque(self._look(order.order, picture, now), maxlen=0)

    def _look(self, order: str, picture: Picture, now: Micros) -> Iterator[AnyBody]:
        """At everyone in the order as it is now, whoever has just walked in included."""
        found = self.orders.get(order)
        if found is not None:
            doors = Doors(self.roll.passed, self._doubts.of(self._mine))
            yield from self.muster.look(found, picture, self.guide.ways, doors, now)

    # --- orders -------------------------------------------------------------------------

    def order_by_hand(
        self,
        kind: OrderKind,
        zones: Sequence[str],
        ground: str,
        by: str,
        origin: Origin,
        picture: Picture,
        now: Micros,
        *,
        drill: bool = False,
        peril: Peril = Peril.OTHER,
    ) -> list[WaysChanged | OrderIssued]:
        """An operator's order, behind what the ways of its people are worked out from.

        No approval is asked.

        To evacuate without naming a zone is to evacuate the mine: a console at which nobody has
        logged in yet knows no zones, and must be able to order all the same.

        Raises:
            Refused: unknown_zone · real_order_open: nobody drills while people flee.
        """
        if drill and any(not order.drill for order in self.orders.open()):
            raise Refused("real_order_open")
        if kind is OrderKind.EVACUATE and not zones:
            zones = scope_of_mine(self._mine).zones
        unknown = [z for z in zones if z not in self._mine.zone_row]
        if unknown or not zones:
            raise Refused("unknown_zone", zone=unknown[0] if unknown else "")
        severity = Severity.I if kind is OrderKind.EVACUATE else Severity.II
        until = None
        if kind is OrderKind.STOP_WORK:
            until = now + int(self._mine.policy.undecided_s * SECOND)
        scope = scope_of_zones(zones)
        hand = Wish(
            kind, severity, scope, ground, until, by=by, origin=origin, drill=drill, peril=peril
        )
        return list(self._issuer.issue(hand, picture, now))

    def _answer(self, moved: AlarmMoved, picture: Picture, now: Micros) -> Iterator[AnyBody]:
        answer = policy.answer(self._mine.policy, moved, now, self._kind(moved))
        if answer is None or self._of_a_refuge(moved):
            return
        scope = self._scope(moved)
        order = self._order_about(moved, scope)
        if order is None:
            until = answer.undecided_until
            cause = moved.episode
            wish = Wish(answer.order_kind, answer.severity, scope, cause, until, alarm=moved)
            yield from self._issuer.issue(wish, picture, now)
            return
        yield from self.guide.changed(picture, now, self.orders.open())
        yield from self._join(order, moved.episode, answer, scope, picture)
        if answer.order_kind is OrderKind.EVACUATE and order.order_kind is OrderKind.STOP_WORK:
            yield OrderRaised(
                order=order.order,
                by=None,
                reason="alarm_rose",
                subject=moved.subject,
                condition=moved.condition,
                value=moved.value,
                limit=moved.limit,
            )

    def _join(
        self, order: Order, cause: str, answer: policy.Answer, scope: Scope, picture: Picture
    ) -> Iterator[OrderWidened]:
        """What an alarm adds to the order it belongs to, if anything."""
        body = self._issuer.widen(order, scope, picture, cause)
        if policy.asks_anew(answer, order, cause):
            graver = answer.severity if policy.is_graver(answer, order) else None
            due = answer.undecided_until
            body = replace(body, anew=True, severity=graver, undecided_until=due)
        if body.zones or body.people or body.anew or cause not in order.causes:
            yield body

    def _of_a_refuge(self, moved: AlarmMoved) -> bool:
        """Nobody works in a refuge: that it is too full is attended to, and its air clock tells."""
        if moved.source is not AlarmSource.ZONE or moved.subject not in self._mine.zone_row:
            return False
        zone = self._mine.zones[self._mine.zone_row[moved.subject]]
        return zone.kind is ZoneKind.REFUGE

    def _kind(self, moved: AlarmMoved) -> str:
        row = self._mine.point_row.get(moved.subject)
        return "" if row is None else self._mine.points[row].kind

    def _scope(self, moved: AlarmMoved) -> Scope:
        told = policy.triggered(self._mine.policy, moved, self._kind(moved))
        if any(t.scope == WHOLE_MINE for t in told):
            return scope_of_mine(self._mine)
        if moved.source is AlarmSource.POINT:
            return scope_of_point(self._mine, self._mine.point_row[moved.subject])
        return scope_of_zones(smallest(self._mine, moved.zones)) or scope_of_mine(self._mine)

    def _order_about(self, moved: AlarmMoved, scope: Scope) -> Order | None:
        """The open order this alarm belongs to: the same alarm's, or one over the same ground.

        One danger is one order: gas that reaches the district's return after the face widens the
        order there is, so that nobody is told two things at once.
        """
        return next(
            (
                o
                for o in self.orders.open()
                if not o.drill
                and (moved.episode in o.causes or share_ground(self._mine, o.zones, scope.zones))
            ),
            None,
        )

    def _send_anew(self, order: str, picture: Picture) -> Iterator[PersonSent]:
        found = self.orders.get(order)
        if found is not None and found.is_open:
            yield from self.guide.sent_anew(found, picture, self.orders.open())

    # --- ladder and telling -------------------------------------------------------------

    def _climb(self, order: str, now: Micros) -> Iterator[AnyBody]:
        found = self.orders.get(order)
        if found is not None and found.is_open:
            yield from ladder.steps_due(self._mine, self._duty.roster, found, now)

    def _after_receipt(self, noted: Noted, picture: Picture, now: Micros) -> Iterator[AnyBody]:
        order = self.orders.get(noted.order)
        if order is None or not order.is_open:
            return
        for person, told in told_by(self._mine, order, noted, picture):
            yield from self._told(order.order, person, told, noted.channel)
        yield from ladder.steps_due(self._mine, self._duty.roster, order, now)

    def _hear_already(self, order: str, picture: Picture) -> Iterator[AnyBody]:
        """Who came to where a horn sounds already hears it."""
        found = self.orders.get(order)
        if found is None:
            return
        for person, told, channel in told_in_zones(self._mine, found, picture):
            yield from self._told(order, person, told, channel)

    def _told(self, order: str, person: str, told: Told, channel: str) -> Iterator[PersonTold]:
        found = self.orders.get(order)
        if found is not None and person in found.muster and found.muster[person].told is not told:
            yield PersonTold(order=order, person=person, told=told, channel=channel)
