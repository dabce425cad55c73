"""The record of an order as a document: titles, tables and drawings, in one language.

Nothing here knows how it will look: `page` lays it out as HTML, `paper` as PDF.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from minesafe.model.events import (
    AlarmMoved,
    AllClearSigned,
    AnyBody,
    LadderStepped,
    OrderAcknowledged,
    OrderClosed,
    OrderDecided,
    OrderIssued,
    OrderRaised,
    OrderWidened,
    PersonMoved,
    PowerShown,
    RoadwayBlocked,
    RoadwayCleared,
)
from minesafe.model.mine import Mine, Name
from minesafe.model.order import MusterRow
from minesafe.model.time import Micros
from minesafe.reports.drawings import Curve, Track, curve_svg, tracks_svg
from minesafe.reports.incident import Incident, PersonStory, delivered, responses
from minesafe.reports.words import Lang, say

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows."""

    headings: Row
    rows: Sequence[Row]
    instead: str = ""
    """Said where there are no rows."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the document: a table, drawings, or both."""

    title: str
    table: Table | None = None
    drawings: Sequence[tuple[str, str]] = ()
    """(what it shows, SVG)."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """Everything a reader sees."""

    lang: Lang
    mine: str
    title: str
    subtitle: str
    stamp: str
    """演练, for a drill; empty else."""
    warning: str
    """Said first where the mine is a simulated one."""
    made: str
    sections: Sequence[Section]
    head: str
    hash: str
    wide: bool = False
    """On its side: a table of many columns."""
    signing: Sequence[tuple[str, str]] = ()
    """(post, who has signed); empty: a line to sign on."""
    proof: Sequence[str] = ()
    """More lines below the hash: how it is verified."""
    date: str = ""
    """Of the paper's own particulars, so that the same says the same; empty: none."""


class Teller:
    """Turns ids, codes and times into words of one mine and one language."""

    def __init__(self, mine: Mine, lang: Lang) -> None:
        self.mine, self.lang = mine, lang
        self.say: Callable[..., str] = partial(say, lang)
        self._zone = ZoneInfo(mine.server.timezone or "UTC")
        things = (mine.zones, mine.points, mine.roadways, mine.readers, mine.outputs, mine.feeders)
        self._names: dict[str, Name] = {x.id: x.name for row in things for x in row}
        self._names |= {p.id: Name(p.name, p.name) for p in mine.people}

    def name(self, ident: str) -> str:
        """The name of a thing or person; what the revision does not know keeps its id."""
        both = self._names.get(ident)
        return ident if both is None else both.en if self.lang == "en" else both.zh

    def tag(self, person: str) -> str:
        """The number of somebody's card."""
        row = self.mine.person_row.get(person)
        return "" if row is None else self.mine.people[row].tag

    def card(self, person: str) -> str:
        """Somebody and the number of his card."""
        return f"{self.name(person)} ({self.tag(person)})"

    def alarm(self, subject: str, rule: str | None) -> str:
        """What an alarm is about; of a rule about several points its name too."""
        row = self.mine.logic_row.get(rule or "")
        if row is None:
            return self.name(subject)
        logic = self.mine.logic[row]
        named = logic.en if self.lang == "en" else logic.zh
        return self.say("of_rule", subject=self.name(subject), rule=named)

    def names(self, idents: Sequence[str]) -> str:
        """Several, in one line."""
        return self.say("between").join(map(self.name, idents))

    def at(self, time: Micros) -> str:
        """Wall time of the mine, to the second."""
        local = datetime.fromtimestamp(time / 1e6, UTC).astimezone(self._zone)
        return local.strftime("%Y-%m-%d %H:%M:%S")

    def moment(self, time: Micros, day: Micros) -> str:
        """A time of the day the order was given, to the tenth; of another one with its date."""
        local, given = (
            datetime.fromtimestamp(t / 1e6, UTC).astimezone(self._zone) for t in (time, day)
        )
        date = "" if local.date() == given.date() else local.strftime("%m-%d ")
        return f"{date}{local:%H:%M:%S}.{local.microsecond // 100_000}"

    def value(self, subject: str, value: float | None) -> str:
        """A value in its point's unit, or the word of its state."""
        row = self.mine.point_row.get(subject)
        if value is None:
            return ""
        if row is None:
            return f"{value:g}"
        kind = self.mine.kind[self.mine.points[row].kind]
        for state, name in kind.states:
            if state == value:
                return name.en if self.lang == "en" else name.zh
        return f"{value:.{kind.decimals}f} {kind.unit}".strip()

    def fact(self, subject: str, value: float | None, limit: float | None) -> str:
        """What was measured, where something was."""
        if value is None:
            return ""
        said = self.value(subject, value)
        if limit is None:
            return self.say("fact_value", value=said)
        return self.say("fact", value=said, limit=self.value(subject, limit))

    def by(self, person: str | None) -> str:
        """By whom, where by somebody."""
        return self.say("by_whom", by=self.name(person)) if person else ""

    def ground(self, zones: Sequence[str]) -> str:
        """The ground of an order."""
        return self.names(zones) if zones else self.say("whole_mine")

    def span(self, seconds: float | None) -> str:
        """A span of time, as minutes and seconds."""
        if seconds is None:
            return self.say("not_yet")
        minutes, rest = divmod(round(seconds), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


Tell = Callable[[Teller, "AnyBody"], str]


def _alarm(t: Teller, b: AlarmMoved) -> str:
    fact = t.fact(b.subject, b.value, b.limit)
    return t.say(
        "alarm_moved", severity=b.severity, subject=t.alarm(b.subject, b.rule),
        move=t.say(b.move.value), fact=fact, by=t.by(b.by),
    )  # fmt: skip


def _issued(t: Teller, b: OrderIssued) -> str:
    kind, zones = t.say(b.order_kind.value), t.ground(b.zones)
    return t.say("order_issued", kind=kind, zones=zones, people=len(b.people))


def _widened(t: Teller, b: OrderWidened) -> str:
    parts = [t.say("more_zones", zones=t.names(b.zones))] if b.zones else []
    parts += [t.say("more_people", people=len(b.people))] if b.people else []
    parts += [t.say("asked_anew")] if b.anew else []
    return t.say("order_widened", what=t.say("between").join(parts or [t.say("graver")]))


def _asked(t: Teller, b: LadderStepped) -> str:
    people = t.names([person for _, person in b.asked]) if b.asked else t.say("nobody")
    return t.say("ladder_stepped", asked=people, reason=t.say(b.reason))


def _signed(t: Teller, b: AllClearSigned) -> str:
    over = t.say("override", reason=b.override) if b.override else ""
    return t.say("all_clear_signed", by=t.name(b.by), override=over)


TELL: Mapping[type, Callable[..., str]] = {
    AlarmMoved: _alarm,
    OrderIssued: _issued,
    OrderRaised: lambda t, b: t.say("order_raised", reason=t.say(b.reason), by=t.by(b.by)),
    OrderWidened: _widened,
    LadderStepped: _asked,
    PowerShown: lambda t, b: t.say("power_shown", ground=t.say(f"ground_{b.ground}")),
    OrderAcknowledged: lambda t, b: t.say(
        "order_acknowledged", by=t.name(b.by), origin=t.say(b.origin.value)
    ),
    OrderDecided: lambda t, b: t.say(
        "order_decided", by=t.name(b.by), decision=t.say(b.decision.value), reason=b.reason
    ),
    PersonMoved: lambda t, b: t.say(
        "person_moved", by=t.name(b.by or ""), person=t.name(b.person),
        whereabouts=t.say(b.whereabouts.value), reason=b.reason,
    ),
    AllClearSigned: _signed,
    OrderClosed: lambda t, b: t.say("order_closed", by=t.names(b.by)),
    RoadwayBlocked: lambda t, b: t.say(
        "roadway_blocked", by=t.name(b.by), roadway=t.name(b.roadway), reason=b.reason
    ),
    RoadwayCleared: lambda t, b: t.say(
        "roadway_cleared", by=t.name(b.by), roadway=t.name(b.roadway)
    ),
}  # fmt: skip
"""How each body of the timeline is told."""


def document(
    mine: Mine,
    about: Incident,
    lang: Lang,
    *,
    made: Micros,
    curves: Sequence[Curve] | None,
    tracks: Sequence[Track],
) -> Document:
    """Write the record of an order.

    Args:
        mine: the revision that names things.
        about: the order's record.
        lang: the reader's language.
        made: now.
        curves: what the history says of its points; None where it could not be read.
        tracks: where people went.
    """
    t, order = Teller(mine, lang), about.order
    state = t.say("open") if order.is_open else f"{t.say('ended')} {t.at(order.closed or 0)}"
    sections = (
        Section(t.say("facts"), Table((), list(_facts(t, about)))),
        Section(t.say("responses"), Table((), _responses(t, about))),
        Section(t.say("timeline"), _timeline(t, about)),
        _curves(t, curves),
        _tracks(t, tracks, about),
        Section(t.say("people"), _people(t, about)),
        Section(t.say("messages"), _messages(t, about)),
        Section(t.say("handling"), _handling(t, about)),
    )
    position, digest = about.head
    return Document(
        lang=lang,
        mine=mine.name.en if lang == "en" else mine.name.zh,
        title=t.say("title"),
        subtitle=f"{t.say('number', number=f'{order.number:03d}')} · {state}",
        stamp=t.say("drill") if order.drill else "",
        warning=t.say("simulated") if mine.demo else "",
        made=f"{t.say('made')} {t.at(made)}",
        sections=sections,
        head=t.say("head", position=position),
        hash=digest,
    )


def _facts(t: Teller, about: Incident) -> Iterator[Row]:
    order = about.order
    yield t.say("kind"), t.say(order.order_kind.value)
    yield t.say("severity"), order.severity.value
    yield t.say("zones"), t.ground(order.zones)
    if order.cuts:
        yield t.say("cuts"), t.names(order.cuts)
    yield t.say("cause"), _cause(t, about)
    yield t.say("leader"), t.name(order.leader) if order.leader else t.say("nobody")
    yield t.say("issued"), t.at(order.issued)
    yield t.say("ended"), t.say("not_yet") if order.closed is None else t.at(order.closed)
    yield t.say("in_scope"), _heads(t, order.heads, len(about.people))


def _heads(t: Teller, heads: int, rows: int) -> str:
    return str(rows) if heads == rows else t.say("heads", heads=heads, rows=rows)


def _cause(t: Teller, about: Incident) -> str:
    order = about.order
    if order.by is not None:
        said = [t.say(f"peril_{order.peril}")] if order.peril else []
        ground = t.say("between").join(dict.fromkeys((*said, order.cause)))
        return t.say("operator", ground=ground) + t.by(order.by)
    return t.name(order.subject) + t.fact(order.subject, order.value, order.limit)


def _responses(t: Teller, about: Incident) -> list[Row]:
    return [(t.say(what), t.span(s)) for what, s in asdict(responses(about)).items()]


def _timeline(t: Teller, about: Incident) -> Table:
    headings = [t.say(word) for word in ("record", "valid", "recorded", "what")]
    rows = [
        (
            str(e.position),
            t.moment(e.valid, about.order.issued),
            t.moment(e.recorded, about.order.issued),
            TELL[type(e.body)](t, e.body),
        )
        for e in about.timeline
    ]
    return Table(headings, rows)


def _curves(t: Teller, curves: Sequence[Curve] | None) -> Section:
    if not curves:
        why = "no_history" if curves is None else "no_points"
        return Section(t.say("curves"), note=t.say(why))
    drawn = [(f"{t.name(c.point)} ({c.unit})" if c.unit else t.name(c.point), c) for c in curves]
    return Section(t.say("curves"), drawings=[(what, curve_svg(c, t.at)) for what, c in drawn])


def _tracks(t: Teller, tracks: Sequence[Track], about: Incident) -> Section:
    last = max(about.people.values(), key=lambda p: (p.safe is None, p.safe or 0), default=None)
    svg = tracks_svg(t.mine, tracks, "" if last is None else last.person)
    return Section(t.say("tracks"), drawings=[("", svg)], note=t.say("tracks_note"))


def _people(t: Teller, about: Incident) -> Table:
    words = ("person", "trade", "reached", "safe", "whereabouts", "ticked")
    rows = [_person(t, about, story) for story in about.people.values()]
    return Table([t.say(word) for word in words], rows)


def _person(t: Teller, about: Incident, story: PersonStory) -> Row:
    order, row = about.order, t.mine.person_row.get(story.person)
    muster = order.muster[story.person]

    def after(at: Micros | None) -> str:
        return t.span(None if at is None else (at - order.issued) / 1e6)

    return (
        t.name(story.person),
        "" if row is None else t.mine.people[row].trade,
        after(story.reached),
        after(story.safe),
        t.say(muster.whereabouts.value) + _card(t, muster),
        t.name(muster.ticked_by or ""),
    )


def _card(t: Teller, muster: MusterRow) -> str:
    """What there was with his card: carried beside another, or seen by nobody."""
    if muster.other:
        return t.say("two_cards", own=t.tag(muster.person), other=t.card(muster.other))
    return t.say(f"only_{muster.known_by}") if muster.known_by else ""


def _messages(t: Teller, about: Incident) -> Table:
    rows = [
        (t.say(channel), t.say("between").join(t.say(s, n=n) for s, n in counts.items()))
        for channel, counts in delivered(about)
    ]
    return Table((t.say("channel"), t.say("what")), rows, t.say("no_messages"))


def _handling(t: Teller, about: Incident) -> Table:
    words = ("alarm", "found", "planned", "measure", "by")
    rows = [
        (
            t.name(episode.partition(":")[2].partition("#")[0]),
            body.cause,
            t.say("yes" if body.planned else "no"),
            body.measure,
            t.name(body.by),
        )
        for episode, body in about.handled.items()
    ]
    return Table([t.say(word) for word in words], rows, t.say("no_handling"))
