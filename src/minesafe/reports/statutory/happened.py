"""What the journal says of a day: everything that began and ended, and what people did about it.

Read once from the first record on, because what began long ago may still hold; nothing is kept but
what touches the day. Times are those at which it was true in the mine (valid), not of the record.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from minesafe.duty import DutyBody, DutyBook
from minesafe.model.events import (
    AlarmHandled,
    AlarmMoved,
    AlarmSource,
    CardRead,
    CardsRead,
    CutProven,
    DutyHandedOver,
    DutyMoved,
    DutyServed,
    Event,
    FindingBegan,
    FindingEnded,
    OrderClosed,
    OrderIssued,
    OutputAsked,
    OutputConfirmed,
    PermitAsked,
    PermitConfirmed,
    PermitEnded,
    PermitKind,
    RosterCorrected,
    ServerStarted,
    SubstituteNamed,
    SwapConfirmed,
    SwapEnded,
    SwapProposed,
)
from minesafe.model.mine import Mine
from minesafe.model.time import SECOND, Micros
from minesafe.reports.statutory.span import Span

AROUND: Micros = 24 * 3600 * SECOND
"""Whoever went down in the day may come up after it."""


@dataclass(frozen=True, slots=True)
class Spell:
    """Something that held from one time to another."""

    what: str
    """A condition, a finding or a kind of permit, by its code."""
    subject: str
    began: Micros
    ended: Micros | None = None
    """None: it still holds."""
    source: AlarmSource | None = None
    """Of an alarm: what the subject is."""
    episode: str = ""
    value: float | None = None
    """The worst one the journal was told of."""
    limit: float | None = None
    zones: tuple[str, ...] = ()
    by: str = ""
    note: str = ""


@dataclass
class Happened:
    """A day, as the journal has it."""

    alarms: list[Spell] = field(default_factory=list)
    """Conditions of alarms; each by itself, so an alarm that became a cut-off is two."""
    findings: list[Spell] = field(default_factory=list)
    permits: list[Spell] = field(default_factory=list)
    cuts: list[Spell] = field(default_factory=list)
    """Cuts that were asked of the interlock; `ended`: when they were taken back."""
    proven: dict[tuple[str, Micros], float] = field(default_factory=dict)
    """(output, when it was asked) → seconds until the feed showed no power."""
    orders: list[tuple[OrderIssued, Micros, Micros | None]] = field(default_factory=list)
    away: list[tuple[Micros, Micros]] = field(default_factory=list)
    """The server did not run."""
    handled: dict[str, AlarmHandled] = field(default_factory=dict)
    """The newest handling record, by episode."""
    cards: list[tuple[str, CardRead]] = field(default_factory=list)
    """(terminal, card), as they were read; those of a day before and after it too."""
    counts: list[tuple[str, Micros, CardsRead]] = field(default_factory=list)
    """(terminal, when, what it told of its own counts)."""
    served: list[DutyServed] = field(default_factory=list)
    moved: list[tuple[Micros, DutyMoved]] = field(default_factory=list)
    """Each leader's moves, the last one before the day first; to a day after it."""
    handed: dict[Micros, tuple[Micros, DutyHandedOver]] = field(default_factory=dict)
    """By the start of the shift that took over."""
    duty: DutyBook | None = None
    changed: list[tuple[Micros, SubstituteNamed | RosterCorrected]] = field(default_factory=list)
    """Who stood in on shifts of the day, as said then or since."""
    swapped: list[tuple[Micros, SwapProposed]] = field(default_factory=list)
    """Shifts of the day two people changed places in."""
    head: tuple[int, str] = (0, "0" * 64)
    """Position and hash of the newest record that was read."""

    def of(self, *conditions: str) -> list[Spell]:
        """Alarms of these conditions, in the order they began."""
        found = (spell for spell in self.alarms if spell.what in conditions)
        return sorted(found, key=lambda s: (s.began, s.subject, s.what))


class _Reading:
    """On the way through the journal."""

    def __init__(self, mine: Mine, span: Span) -> None:
        self.mine, self.span = mine, span
        self.found = Happened(duty=DutyBook(mine))
        self._alarms: dict[str, dict[str, Spell]] = {}
        self._findings: dict[tuple[str, str], Spell] = {}
        self._permits: dict[str, Spell] = {}
        self._waiting: dict[str, PermitAsked] = {}
        self._swaps: dict[str, SwapProposed] = {}
        self._asked: dict[str, OutputAsked] = {}
        self._cuts: dict[str, Spell] = {}
        self._orders: dict[str, tuple[OrderIssued, Micros]] = {}
        self._before: Event | None = None
        self._touched: set[str] = set()
        """Episodes of the day that have ended."""
        self._last_move: dict[str, tuple[Micros, DutyMoved]] = {}
        """Of each leader, before the day."""
        self._cut_outputs = {o.id for o in mine.outputs if o.kind == "cut"}

    def take(self, event: Event) -> None:
        """One record."""
        body = event.body
        step = _STEPS.get(type(body))
        if step is not None:
            step(self, body, event)
        if isinstance(body, DutyBody):
            assert self.found.duty is not None
            self.found.duty.apply(body, event.valid, event.recorded)
        self._before = event

    def whole(self) -> Happened:
        """What still holds, holds."""
        found, newest = self.found, self._before
        for spells in self._alarms.values():
            self._keep(found.alarms, spells.values())
        self._keep(found.findings, self._findings.values())
        self._keep(found.permits, self._permits.values())
        self._keep(found.cuts, self._cuts.values())
        for issued, began in self._orders.values():
            self._order(issued, began, None)
        found.moved[:0] = self._last_move.values()
        if newest is not None:
            found.head = newest.position, newest.hash
        return found

    def _keep(self, into: list[Spell], spells: Iterable[Spell]) -> None:
        kept = [s for s in spells if self.span.clipped(s.began, s.ended) is not None]
        self._touched.update(s.episode for s in kept if s.episode)
        into += kept

    def _end(self, into: list[Spell], spell: Spell | None, at: Micros) -> None:
        if spell is not None:
            self._keep(into, [replace(spell, ended=max(at, spell.began))])

    # --- by body --------------------------------------------------------------------------

    def alarm(self, body: AlarmMoved, event: Event) -> None:
        """Conditions that joined begin, those that left end; the self-test's are a machine's."""
        if body.subject in self.mine.self_tests:
            return
        spells = self._alarms.pop(body.episode, {})
        for what in [w for w in spells if w not in body.active]:
            self._end(self.found.alarms, spells.pop(what), event.valid)
        for what in body.active:
            spells[what] = self._condition(body, what, spells.get(what), event.valid)
        if spells:
            self._alarms[body.episode] = spells

    def _condition(self, body: AlarmMoved, what: str, known: Spell | None, at: Micros) -> Spell:
        if known is None:
            limit = body.limit if body.condition == what else None
            known = Spell(
                what, body.subject, at, source=body.source, episode=body.episode,
                limit=limit, zones=body.zones,
            )  # fmt: skip
        worst = _worse(what, known.value, body.value)
        zones = tuple(dict.fromkeys((*known.zones, *body.zones)))
        return replace(known, value=worst, zones=zones)

    def finding(self, body: FindingBegan, event: Event) -> None:
        key = body.finding.value, body.subject
        self._findings.setdefault(key, Spell(*key, event.valid, note=body.detail))

    def finding_over(self, body: FindingEnded, event: Event) -> None:
        spell = self._findings.pop((body.finding.value, body.subject), None)
        self._end(self.found.findings, spell, event.valid)

    def permit(self, body: PermitAsked, event: Event) -> None:
        """One to take out of service is in force with the second person."""
        if body.permit_kind is PermitKind.CALIBRATION:
            self._permits[body.permit] = _permit(body, event.valid)
        else:
            self._waiting[body.permit] = body

    def permit_confirmed(self, body: PermitConfirmed, event: Event) -> None:
        asked = self._waiting.pop(body.permit, None)
        if asked is not None:
            self._permits[body.permit] = _permit(asked, event.valid)

    def permit_over(self, body: PermitEnded, event: Event) -> None:
        self._waiting.pop(body.permit, None)
        self._end(self.found.permits, self._permits.pop(body.permit, None), event.valid)

    def output_asked(self, body: OutputAsked, event: Event) -> None:
        self._asked[body.request] = body

    def output_confirmed(self, body: OutputConfirmed, event: Event) -> None:
        asked = self._asked.pop(body.request, None)
        if asked is None or asked.output not in self._cut_outputs:
            return
        self._end(self.found.cuts, self._cuts.pop(asked.output, None), event.valid)
        if asked.on:
            by = f"{asked.by} {body.by}"
            self._cuts[asked.output] = Spell(
                "cut", asked.output, event.valid, by=by, note=asked.reason
            )

    def cut_proven(self, body: CutProven, event: Event) -> None:
        cut = self._cuts.get(body.output)
        if cut is not None:
            self.found.proven[body.output, cut.began] = body.after_s

    def handled(self, body: AlarmHandled, event: Event) -> None:
        if body.episode in self._alarms or body.episode in self._touched:
            self.found.handled[body.episode] = body

    def order(self, body: OrderIssued, event: Event) -> None:
        self._orders[body.order] = body, event.valid

    def order_closed(self, body: OrderClosed, event: Event) -> None:
        issued, began = self._orders.pop(body.order)
        self._order(issued, began, event.valid)

    def _order(self, issued: OrderIssued, began: Micros, ended: Micros | None) -> None:
        if self.span.clipped(began, ended) is not None:
            self.found.orders.append((issued, began, ended))

    def cards(self, body: CardsRead, event: Event) -> None:
        first, last = self.span.start - AROUND, self.span.until + AROUND
        inside = [r for r in body.reads if first <= r.at < last]
        self.found.cards += [(body.terminal, read) for read in inside]
        if self.span.start <= event.valid < self.span.until:
            self.found.counts.append((body.terminal, event.valid, body))

    def started(self, body: ServerStarted, event: Event) -> None:
        """Away since it was stopped; after a crash since the last record there is."""
        since = self._before.recorded if self._before is not None else None
        if since is not None and self.span.clipped(since, event.recorded) is not None:
            self.found.away.append((since, event.recorded))

    def served(self, body: DutyServed, event: Event) -> None:
        if self.span.start <= body.start < self.span.until:
            self.found.served.append(body)

    def leader_moved(self, body: DutyMoved, event: Event) -> None:
        if event.valid < self.span.start:
            self._last_move[body.person] = event.valid, body
        elif event.valid < self.span.until + AROUND:
            self.found.moved.append((event.valid, body))

    def handed_over(self, body: DutyHandedOver, event: Event) -> None:
        if self.span.start <= body.start < self.span.until:
            self.found.handed[body.start] = event.valid, body

    def stood_in(self, body: SubstituteNamed | RosterCorrected, event: Event) -> None:
        if self.span.start <= body.start < self.span.until:
            self.found.changed.append((event.valid, body))

    def swap(self, body: SwapProposed, event: Event) -> None:
        self._swaps[body.swap] = body

    def swapped(self, body: SwapConfirmed, event: Event) -> None:
        asked = self._swaps.pop(body.swap, None)
        starts = () if asked is None else (asked.start, asked.other_start)
        if asked is not None and any(self.span.start <= s < self.span.until for s in starts):
            self.found.swapped.append((event.valid, asked))

    def swap_over(self, body: SwapEnded, event: Event) -> None:
        self._swaps.pop(body.swap, None)


def _permit(body: PermitAsked, at: Micros) -> Spell:
    return Spell(body.permit_kind.value, body.subject, at, by=body.by, note=body.reason)


def _worse(what: str, known: float | None, value: float | None) -> float | None:
    if known is None or value is None:
        return value if known is None else known
    return min(known, value) if what.endswith("_low") else max(known, value)


_STEPS: dict[type, Callable[[_Reading, Any, Event], None]] = {
    AlarmMoved: _Reading.alarm,
    FindingBegan: _Reading.finding,
    FindingEnded: _Reading.finding_over,
    PermitAsked: _Reading.permit,
    PermitConfirmed: _Reading.permit_confirmed,
    PermitEnded: _Reading.permit_over,
    OutputAsked: _Reading.output_asked,
    OutputConfirmed: _Reading.output_confirmed,
    CutProven: _Reading.cut_proven,
    AlarmHandled: _Reading.handled,
    OrderIssued: _Reading.order,
    OrderClosed: _Reading.order_closed,
    CardsRead: _Reading.cards,
    ServerStarted: _Reading.started,
    DutyServed: _Reading.served,
    DutyMoved: _Reading.leader_moved,
    DutyHandedOver: _Reading.handed_over,
    SubstituteNamed: _Reading.stood_in,
    RosterCorrected: _Reading.stood_in,
    SwapProposed: _Reading.swap,
    SwapConfirmed: _Reading.swapped,
    SwapEnded: _Reading.swap_over,
}
"""Each takes the body it stands by."""


def happened(mine: Mine, events: Iterator[Event], span: Span) -> Happened:
    """Read a day from the journal.

    Args:
        mine: the revision in force; what it does not name keeps its id.
        events: every record from the first on, in order.
        span: the day.
    """
    reading = _Reading(mine, span)
    for event in events:
        reading.take(event)
    return reading.whole()
