"""Orders as a fold over the journal: each body changes one order, and says what to tell whom.

`Orders.apply` is the only thing that changes an order. What it returns are commands with keys;
run again over the same journal it asks for the same keys, which the outbox holds once.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import singledispatchmethod
from typing import Any, ClassVar

from minesafe.alarms.places import zones_at
from minesafe.evacuation.causes import with_cause
from minesafe.evacuation.scope import smallest
from minesafe.evacuation.telling import (
    ROUND,
    all_clear_commands,
    issue_commands,
    step_commands,
    way_commands,
    widen_commands,
)
from minesafe.evacuation.worth import ANSWERS, comes_late
from minesafe.model.commands import Command
from minesafe.model.events import (
    UNSEEN,
    AlarmMoved,
    AllClearSigned,
    AnyBody,
    InScope,
    LadderStepped,
    Noted,
    OrderAcknowledged,
    OrderClosed,
    OrderDecided,
    OrderIssued,
    OrderKind,
    OrderRaised,
    OrderWidened,
    PersonMoved,
    PersonSent,
    PersonTold,
    PowerShown,
    ReceiptStatus,
    ReentryPermitted,
    Told,
)
from minesafe.model.fold import Fold
from minesafe.model.mine import Mine, Severity
from minesafe.model.order import MusterRow, Order, ReceiptRow, Signature, Step
from minesafe.model.time import SECOND, Micros

KEEP_CLOSED: Micros = 3600 * SECOND
"""Closed orders stay in sight this long."""


class Orders(Fold):
    """Every open order, and those closed of late."""

    HOLDS: ClassVar[Mapping[str, Any]] = {
        "_orders": dict[str, Order],
        "_last_number": int,
    }
    AROUND: ClassVar[frozenset[str]] = frozenset({"_mine", "_musters", "_receipts"})

    def __init__(self, mine: Mine) -> None:
        self._mine = mine
        self._orders: dict[str, Order] = {}
        self._musters: dict[str, dict[str, MusterRow]] = {}
        """The musters of the orders, to be changed row by row; likewise receipts. A copy of all for
        each step of each person would be thousands times thousands."""
        self._receipts: dict[str, dict[str, ReceiptRow]] = {}
        self._last_number = 0

    def taken_up(self) -> None:
        """See `Fold.taken_up`."""
        self._musters = {o.order: dict(o.muster) for o in self._orders.values()}
        self._receipts = {o.order: dict(o.receipts) for o in self._orders.values()}
        for key, order in self._orders.items():
            own = self._musters[key], self._receipts[key]
            self._orders[key] = replace(order, muster=own[0], receipts=own[1])

    def take_over(self, mine: Mine) -> None:
        """Go on under another revision."""
        self._mine = mine

    # --- reading ------------------------------------------------------------------------

    def all(self) -> list[Order]:
        """Open ones, oldest first, then closed ones."""
        return sorted(self._orders.values(), key=lambda o: (not o.is_open, o.issued))

    def open(self) -> list[Order]:
        """Open orders, oldest first."""
        return [o for o in self.all() if o.is_open]

    def get(self, order: str) -> Order | None:
        """One order by id."""
        return self._orders.get(order)

    def next_number(self) -> int:
        """A three-digit number no open order has."""
        taken = {o.number for o in self.open()}
        numbers = (((self._last_number + i) % 999) + 1 for i in range(999))
        return next(n for n in numbers if n not in taken)

    # --- the fold -----------------------------------------------------------------------

    def apply(self, body: AnyBody, valid: Micros, now: Micros) -> list[Command]:
        """Take one journalled body.

        Args:
            body: what happened; bodies about other things change nothing.
            valid: when it was true in the mine.
            now: when the journal took it.

        Returns:
            What to tell whom because of it.
        """
        return list(self._take(body, valid, now))

    @singledispatchmethod
    def _take(self, body: AnyBody, valid: Micros, now: Micros) -> Iterable[Command]:
        return ()

    @_take.register
    def _(self, body: OrderIssued, valid: Micros, now: Micros) -> Iterable[Command]:
        self._musters[body.order] = muster = {p.person: self._row(p, now) for p in body.people}
        receipts: dict[str, ReceiptRow] = {}
        self._receipts[body.order] = receipts
        order = Order(
            order=body.order,
            number=body.number,
            order_kind=body.order_kind,
            severity=body.severity,
            zones=body.zones,
            cause=body.cause,
            subject=body.subject,
            condition=body.condition,
            value=body.value,
            limit=body.limit,
            issued=now,
            by=body.by,
            origin=body.origin,
            drill=body.drill,
            feeds=body.feeds,
            cuts=body.cuts,
            peril=body.peril,
            leader=body.leader,
            steps=self._rungs(0, now),
            muster=muster,
            receipts=receipts,
            undecided_until=body.undecided_until,
            clear_since=now if body.by is not None else None,
            causes={} if body.by is not None else {body.cause: True},
        )
        self._orders[order.order] = order
        self._last_number = body.number
        self._forget(now)
        return issue_commands(self._mine, order, now)

    @_take.register
    def _(self, body: OrderRaised, valid: Micros, now: Micros) -> Iterable[Command]:
        def raised(order: Order) -> Order:
            grave = body.subject != ""
            return replace(
                self._asked_anew(order, now),
                subject=body.subject if grave else order.subject,
                condition=body.condition if grave else order.condition,
                value=body.value if grave else order.value,
                limit=body.limit if grave else order.limit,
                order_kind=OrderKind.EVACUATE,
                severity=Severity.I,
                undecided_until=None,
            )

        order = self._change(body.order, raised)
        return issue_commands(self._mine, order, now)

    @_take.register
    def _(self, body: OrderWidened, valid: Micros, now: Micros) -> Iterable[Command]:
        new = {p.person: self._row(p, now) for p in body.people}
        muster = self._musters[body.order] = new | self._musters[body.order]

        def widened(order: Order) -> Order:
            return replace(
                order,
                zones=tuple(dict.fromkeys(order.zones + body.zones)),
                feeds=tuple(dict.fromkeys(order.feeds + body.feeds)),
                cuts=tuple(dict.fromkeys(order.cuts + body.cuts)),
                muster=muster,
                causes=dict(order.causes) | ({body.cause: True} if body.cause else {}),
                clear_since=None if body.cause else order.clear_since,
                signatures=() if body.cause else order.signatures,
            )

        def open_again(order: Order) -> Order:
            return replace(
                self._asked_anew(order, now),
                decision=None,
                decided_by=None,
                severity=body.severity or order.severity,
                undecided_until=_sooner(order.undecided_until, body.undecided_until),
            )

        before = self._orders[body.order]
        order = self._change(body.order, widened)
        if body.anew:
            order = self._change(body.order, open_again)
        return widen_commands(self._mine, before, order, now)

    @_take.register
    def _(self, body: LadderStepped, valid: Micros, now: Micros) -> Iterable[Command]:
        def stepped(order: Order) -> Order:
            steps = tuple(
                replace(s, taken=s.taken or now, asked=body.asked) if s.step == body.step else s
                for s in order.steps
            )
            return replace(order, steps=steps)

        before = self._orders[body.order].asked_by(body.step)
        order = self._change(body.order, stepped)
        commands = step_commands(self._mine, order, body, now)
        return (c for c in commands if c.recipient not in before)

    @_take.register
    def _(self, body: PowerShown, valid: Micros, now: Micros) -> Iterable[Command]:
        self._change(body.order, lambda o: replace(o, power=body.ground, power_round=o.round))
        return ()

    @_take.register
    def _(self, body: OrderAcknowledged, valid: Micros, now: Micros) -> Iterable[Command]:
        self._change(body.order, lambda o: replace(o, acknowledged_by=body.by, acknowledged_at=now))
        ways, receipts = ANSWERS.get(body.origin, ()), self._receipts[body.order]
        for key, row in receipts.items():
            if row.recipient == body.by and row.channel in ways:
                receipts[key] = replace(row, status=ReceiptStatus.READ, at=now)
        return ()

    @_take.register
    def _(self, body: OrderDecided, valid: Micros, now: Micros) -> Iterable[Command]:
        self._change(
            body.order,
            lambda o: replace(o, decision=body.decision, decided_by=body.by, undecided_until=None),
        )
        return ()

    @_take.register
    def _(self, body: PersonMoved, valid: Micros, now: Micros) -> Iterable[Command]:
        since = now if body.by is None else valid  # whoever ticks may have seen it earlier
        self._change_row(
            body.order,
            body.person,
            lambda r: replace(
                r,
                whereabouts=body.whereabouts,
                place=body.place or r.place,
                ticked_by=body.by,
                doubt=body.reason if body.by is None else "",
                other=body.other if body.by is None else r.other,
                since=r.since if r.whereabouts is body.whereabouts else since,
                known_by=r.known_by if body.by or body.whereabouts in UNSEEN else "",
            ),
        )
        return ()

    @_take.register
    def _(self, body: PersonSent, valid: Micros, now: Micros) -> Iterable[Command]:
        self._change_row(
            body.order,
            body.person,
            lambda r: replace(
                r,
                destination=body.destination,
                toward=body.toward,
                distance_m=body.distance_m,
                walk_s=body.walk_s,
                sent=r.sent + 1,
            ),
        )
        if self._first_with(body.person) != body.order:
            return ()
        return way_commands(self._mine, self._orders[body.order], body, now)

    @_take.register
    def _(self, body: PersonTold, valid: Micros, now: Micros) -> Iterable[Command]:
        def told(row: MusterRow) -> MusterRow:
            further = GROWS.index(body.told) > GROWS.index(row.told)
            return replace(row, told=body.told, told_at=now) if further else row

        self._change_row(body.order, body.person, told)
        return ()

    @_take.register
    def _(self, body: AllClearSigned, valid: Micros, now: Micros) -> Iterable[Command]:
        signature = Signature(body.by, body.role, now, body.override)
        self._change(body.order, lambda o: replace(o, signatures=(*o.signatures, signature)))
        return ()

    @_take.register
    def _(self, body: OrderClosed, valid: Micros, now: Micros) -> Iterable[Command]:
        order = self._change(body.order, lambda o: replace(o, closed=now))
        return all_clear_commands(self._mine, order, self.open(), now)

    @_take.register
    def _(self, body: ReentryPermitted, valid: Micros, now: Micros) -> Iterable[Command]:
        # An old order may have been forgotten; that people may go back stands in the journal.
        if body.order in self._orders:
            self._change(body.order, lambda o: replace(o, reentry_by=body.by, reentry_at=now))
        return ()

    @_take.register
    def _(self, body: Noted, valid: Micros, now: Micros) -> Iterable[Command]:
        row = ReceiptRow(
            body.key, body.recipient, body.channel, body.status, body.step, now, body.detail
        )
        receipts = self._receipts.get(body.order)
        if receipts is not None and not comes_late(receipts.get(body.key), body):
            receipts[body.key] = row
        return ()

    @_take.register
    def _(self, body: AlarmMoved, valid: Micros, now: Micros) -> Iterable[Command]:
        for order in self.all():
            if body.episode in order.causes:
                self._change(order.order, with_cause(body, now))
        return ()

    def _first_with(self, person: str) -> str:
        """The oldest open evacuation somebody is in, a real one first: of two, it sends him."""
        evacuations = [o for o in self.open() if o.order_kind is OrderKind.EVACUATE]
        evacuations.sort(key=lambda order: order.drill)
        return next((o.order for o in evacuations if person in o.muster), "")

    def _row(self, person: InScope, now: Micros) -> MusterRow:
        return MusterRow(
            person=person.person,
            told=Told.NOT_YET,
            whereabouts=person.whereabouts,
            place=person.place,
            destination=person.destination,
            distance_m=person.distance_m,
            toward=person.toward,
            walk_s=person.walk_s,
            since=now,
            zone=self._zone_of(person),
            known_by=person.known_by,
            other=person.other,
        )

    def _zone_of(self, person: InScope) -> str:
        if person.place is None:
            return ""
        here = zones_at(self._mine, person.place.roadway, person.place.chainage_m)
        return next(iter(smallest(self._mine, here)), "")

    # --- helpers of the fold --------------------------------------------------------------

    def _change(self, order: str, change: Callable[[Order], Order]) -> Order:
        self._orders[order] = changed = change(self._orders[order])
        return changed

    def _change_row(
        self, order: str, person: str, change: Callable[[MusterRow], MusterRow]
    ) -> None:
        rows = self._musters[order]
        rows[person] = change(rows[person])

    def _asked_anew(self, order: Order, now: Micros) -> Order:
        """The danger is greater than the one that was acknowledged and signed for."""
        return replace(
            order,
            round=order.round + 1,
            steps=order.steps + self._rungs(order.round + 1, now),
            acknowledged_by=None,
            acknowledged_at=None,
            signatures=(),
        )

    def _rungs(self, round_: int, now: Micros) -> tuple[Step, ...]:
        return tuple(
            Step(round_ * ROUND + i, now + int(rung.after_s * SECOND), None, ())
            for i, rung in enumerate(self._mine.policy.ladder)
        )

    def _forget(self, now: Micros) -> None:
        late = now - KEEP_CLOSED
        old = [o for o in self._orders.values() if o.closed and o.closed < late]
        for order in old:
            del self._orders[order.order]
            del self._musters[order.order]
            del self._receipts[order.order]


GROWS = (Told.NOT_YET, Told.FAILED, Told.NOTIFIED, Told.DELIVERED, Told.ACKNOWLEDGED)
"""How far an order has reached a person only ever grows in this order."""


def _sooner(one: Micros | None, other: Micros | None) -> Micros | None:
    return min((due for due in (one, other) if due is not None), default=None)
