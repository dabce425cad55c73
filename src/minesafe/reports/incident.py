"""The record of one order, folded from the journal: who did what, when, and what became of whom."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from math import ceil

from minesafe.evacuation.orders import Orders
from minesafe.model.errors import Refused
from minesafe.model.events import (
    AlarmHandled,
    AlarmMoved,
    AllClearSigned,
    AnyBody,
    Event,
    LadderStepped,
    Noted,
    OrderAcknowledged,
    OrderClosed,
    OrderDecided,
    OrderIssued,
    OrderRaised,
    OrderWidened,
    PersonMoved,
    PersonTold,
    PowerShown,
    RoadwayBlocked,
    RoadwayCleared,
    Told,
)
from minesafe.model.mine import Mine
from minesafe.model.order import Order
from minesafe.model.time import Micros

TOLD = (
    OrderIssued,
    OrderRaised,
    OrderWidened,
    LadderStepped,
    PowerShown,
    OrderAcknowledged,
    OrderDecided,
    AllClearSigned,
    OrderClosed,
    RoadwayBlocked,
    RoadwayCleared,
)
"""What the timeline tells of the order itself; people and messages have tables of their own."""


@dataclass(frozen=True, slots=True)
class PersonStory:
    """What became of one person."""

    person: str
    moves: Sequence[tuple[Micros, PersonMoved]]
    told: Sequence[tuple[Micros, PersonTold]]
    safe: Micros | None
    """Since when accounted for, and has stayed so; None: not yet."""

    @property
    def reached(self) -> Micros | None:
        """When the person was first told by anything."""
        good = (Told.NOTIFIED, Told.DELIVERED, Told.ACKNOWLEDGED)
        return next((at for at, body in self.told if body.told in good), None)


@dataclass(frozen=True, slots=True)
class Incident:
    """One order from the alarm before it to its end, or to now."""

    order: Order
    timeline: Sequence[Event]
    """In the order of the journal."""
    people: Mapping[str, PersonStory]
    """By person id, in the order of the muster."""
    receipts: Sequence[Event]
    """Of every message, in the order of the journal."""
    handled: Mapping[str, AlarmHandled]
    """The newest handling record of each alarm it answered, by episode."""
    head: tuple[int, str]
    """Position and hash of the newest record that was read: what the report stands on."""

    @property
    def points(self) -> tuple[str, ...]:
        """Points whose alarms it answered, the first cause first."""
        moved = (e.body for e in self.timeline if isinstance(e.body, AlarmMoved))
        return tuple(dict.fromkeys(body.subject for body in moved if body.source == "point"))

    @property
    def until(self) -> Micros:
        """Its end, or the newest record's time where it is open."""
        last = self.timeline[-1].recorded
        return last if self.order.closed is None else self.order.closed


@dataclass
class _Gathered:
    """What is picked up on the way through the journal."""

    events: list[Event] = field(default_factory=list)
    handled: dict[str, AlarmHandled] = field(default_factory=dict)
    moves: dict[str, list[tuple[Micros, PersonMoved]]] = field(default_factory=dict)
    told: dict[str, list[tuple[Micros, PersonTold]]] = field(default_factory=dict)
    receipts: list[Event] = field(default_factory=list)


Read = Callable[[], Iterable[Event]]
"""Every record from the first on, in order; may be asked for again."""


def incident(mine: Mine, read: Read, wanted: str) -> Incident:
    """Fold the journal, from its beginning, into the record of one order.

    It is read three times, and nothing of it is kept but what is about the order: a mine's
    journal of years does not fit into memory, and an order's causes come before it.

    Args:
        mine: the revision that names things.
        read: the journal.
        wanted: the order's id, or its three-digit number; of several with the number the newest.

    Raises:
        Refused: unknown_order.
    """
    ident, through = _ident(read(), wanted)
    order, newest = _order(mine, ident, _through(read(), through))
    found = _Gathered()
    for event in _through(read(), through):
        _gather(found, event, order)
    return _incident(order, found, newest)


def _ident(events: Iterable[Event], wanted: str) -> tuple[str, int]:
    """The order's id, and where the journal ended: what is written meanwhile is not read."""
    ident, position = "", 0
    for event in events:
        body, position = event.body, event.position
        if isinstance(body, OrderIssued) and wanted in (
            body.order,
            str(body.number),
            f"{body.number:03d}",
        ):
            ident = body.order
    if not ident:
        raise Refused("unknown_order", order=wanted)
    return ident, position


def _through(events: Iterable[Event], position: int) -> Iterator[Event]:
    return takewhile(lambda event: event.position <= position, events)


def _order(mine: Mine, ident: str, events: Iterable[Event]) -> tuple[Order, Event]:
    """The order as the fold knew it last, and the newest record."""
    orders = Orders(mine)
    order: Order | None = None
    newest: Event | None = None
    for newest in events:
        orders.apply(newest.body, newest.valid, newest.recorded)
        order = orders.get(ident) or order
    assert order is not None, "the order was issued in these records"
    assert newest is not None, "as an order was"
    return order, newest


def _gather(found: _Gathered, event: Event, order: Order) -> None:
    body = event.body
    if isinstance(body, AlarmMoved):
        until = order.closed
        if body.episode in order.causes and (until is None or event.valid <= until):
            found.events.append(event)
    elif isinstance(body, AlarmHandled):
        if body.episode in order.causes:
            found.handled[body.episode] = body
    elif not _is_about(body, order.order):
        return
    elif isinstance(body, PersonMoved):
        found.moves.setdefault(body.person, []).append((event.valid, body))
        if body.by is not None:
            found.events.append(event)
    elif isinstance(body, PersonTold):
        found.told.setdefault(body.person, []).append((event.valid, body))
    elif isinstance(body, Noted):
        found.receipts.append(event)
    elif isinstance(body, TOLD):
        found.events.append(event)


def _is_about(body: AnyBody, order: str) -> bool:
    """A roadway is blocked for every order; what it meant for this one, its ways say."""
    return _is_ground(body) or getattr(body, "order", "") == order


def _is_ground(body: AnyBody) -> bool:
    return isinstance(body, RoadwayBlocked | RoadwayCleared)


def _incident(order: Order, found: _Gathered, newest: Event) -> Incident:
    until = order.closed or newest.recorded
    own = [e for e in found.events if not _is_ground(e.body) or order.issued <= e.valid <= until]
    people = {
        person: PersonStory(
            person,
            found.moves.get(person, ()),
            found.told.get(person, ()),
            row.since if row.accounted else None,
        )
        for person, row in order.muster.items()
    }
    return Incident(
        order=order,
        timeline=own,
        people=people,
        receipts=found.receipts,
        handled=found.handled,
        head=(newest.position, newest.hash),
    )


@dataclass(frozen=True, slots=True)
class Responses:
    """How long it took from the order; seconds, None: it has not come to pass."""

    first_told: float | None
    all_told: float | None
    acknowledged: float | None
    decided: float | None
    safe_half: float | None
    """Half of all people out or at a refuge; likewise below."""
    safe_nine_tenths: float | None
    safe_all: float | None
    closed: float | None


def responses(about: Incident) -> Responses:
    """The response times of an order."""
    order = about.order
    reached = sorted(at for p in about.people.values() if (at := p.reached) is not None)
    safe = sorted(p.safe for p in about.people.values() if p.safe is not None)
    number = len(about.people)
    decided = [e.valid for e in about.timeline if isinstance(e.body, OrderDecided)]

    def after(at: Micros | None) -> float | None:
        return None if at is None else round(max(at - order.issued, 0) / 1e6, 1)

    return Responses(
        first_told=after(next(iter(reached), None)),
        all_told=after(reached[-1]) if len(reached) == number > 0 else None,
        acknowledged=after(order.acknowledged_at),
        decided=after(next(iter(decided), None)),
        safe_half=after(_share(safe, number, 0.5)),
        safe_nine_tenths=after(_share(safe, number, 0.9)),
        safe_all=after(_share(safe, number, 1.0)),
        closed=after(order.closed),
    )


def _share(times: Sequence[Micros], number: int, share: float) -> Micros | None:
    """When so great a share of `number` was reached."""
    needed = ceil(number * share)
    return times[needed - 1] if 0 < needed <= len(times) else None


def delivered(about: Incident) -> Iterator[tuple[str, Mapping[str, int]]]:
    """For each channel how many messages came how far."""
    last: dict[str, Noted] = {}
    for event in about.receipts:
        body = event.body
        assert isinstance(body, Noted)
        last[body.key] = body
    for channel in dict.fromkeys(body.channel for body in last.values()):
        counts: dict[str, int] = {}
        for body in last.values():
            if body.channel == channel:
                counts[body.status.value] = counts.get(body.status.value, 0) + 1
        yield channel, counts
