"""The phone page's HTML: pure functions from one order to a page without scripts."""

from collections import Counter
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from string import Template

from minesafe.model.events import OrderKind, Told, Whereabouts
from minesafe.model.mine import Duty, Kind, Mine, Shift
from minesafe.model.order import Order
from minesafe.model.picture import Picture
from minesafe.model.time import SECOND, Micros
from minesafe.web.phone_words import KIND, Lang, name, say

_PAGE = Template((files(__package__) / "page" / "phone.html").read_text("utf-8"))

ASKED_REFRESH_S = 10
KNOWN_REFRESH_S = 5

COLUMNS: dict[str, tuple[Whereabouts, ...]] = {
    "missing": (Whereabouts.UNKNOWN,),
    "moving": (Whereabouts.MOVING, Whereabouts.STANDING, Whereabouts.WRONG_WAY),
    "at_refuge": (Whereabouts.AT_REFUGE,),
    "out": (Whereabouts.OUT,),
}
"""The muster's numbers on a small screen."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What the page is made from."""

    mine: Mine
    picture: Picture
    now: Micros
    lang: Lang
    shift: Shift | None
    """Who is on duty."""
    token: str = ""
    """Of the link that was opened."""

    def say(self, word: str, **params: object) -> str:
        """A sentence, safe to stand in HTML."""
        return escape(say(self.lang, word, **params))

    def person(self, person: str | None) -> str:
        """A person's name where the id is one of ours, else the text itself."""
        row = self.mine.person_row.get(person or "")
        return (person or "") if row is None else self.mine.people[row].name


def age(micros: Micros) -> str:
    """Minutes and seconds, hours when there are any.

    >>> age(65 * SECOND), age(3725 * SECOND), age(-1)
    ('1:05', '1:02:05', '0:00')
    """
    minutes, seconds = divmod(max(micros, 0) // SECOND, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def order_page(sight: Sight, order: Order, person: str, notice: str = "") -> str:
    """The page of one order: asked for an acknowledgement, known, or ended.

    Args:
        sight: the mine as it is now.
        order: what the link is about.
        person: whose link it is.
        notice: a word of what came of pressing the button.
    """
    if not order.is_open:
        return page(sight, "known", "ended", _ended(sight, order), 0)
    head = _head(sight, order)
    if _has_it(order, person):
        own = f'<p class="said">{sight.say("own_recorded")}</p>'
        return page(sight, "known", "acknowledge", [*head, own, *_calls(sight)], KNOWN_REFRESH_S)
    said = [f'<p class="said">{_notice(sight, order, notice)}</p>'] if notice else []
    if order.acknowledged_by is None:
        parts = [*head, *said, _button(sight, order), *_calls(sight)]
        return page(sight, "asked", "acknowledge", parts, ASKED_REFRESH_S)
    parts = [*head, *said, *_known(sight, order), *_acts(sight, order, person), *_calls(sight)]
    return page(sight, "known", "acknowledge", parts, KNOWN_REFRESH_S)


def _has_it(order: Order, person: str) -> bool:
    """Somebody who was told to leave and asked for nothing has said that he has the order."""
    row = order.muster.get(person)
    return row is not None and person not in order.asked and row.told is Told.ACKNOWLEDGED


def proof_page(sight: Sight, *, answered: bool, notice: str = "") -> str:
    """The page of the nightly test: it says first that it orders nothing."""
    parts = [f"<h1>{sight.say('proof')}</h1>", f"<p>{sight.say('proof_hint')}</p>"]
    parts += [f'<p class="said">{sight.say(notice)}</p>'] if notice else []
    if answered:
        return page(sight, "known", "proof", [*parts, f"<p>{sight.say('proof_answered')}</p>"], 0)
    button = f'<form method="post" action="?lang={sight.lang}"><button type="submit">'
    parts.append(f"{button}{sight.say('proof_answer')}</button></form>")
    return page(sight, "known", "proof", parts, 0)


def lost_page(sight: Sight) -> str:
    """The page of a link nobody knows. It tells no number: anybody may have come."""
    parts = [f"<h1>{sight.say('lost')}</h1>", f"<p>{sight.say('lost_hint')}</p>"]
    return page(sight, "known", "lost", parts, 0)


def page(sight: Sight, tone: str, title: str, parts: list[str], refresh_s: int) -> str:
    """Parts as a page that asks again after so many seconds; 0: it does not."""
    other = "zh" if sight.lang == "en" else "en"
    footer = [f'<a href="?lang={other}">{sight.say("other_lang")}</a>']
    if sight.mine.demo:
        footer.insert(0, sight.say("simulated"))
    return _PAGE.substitute(
        lang="en" if sight.lang == "en" else "zh-CN",
        refresh=f'<meta http-equiv="refresh" content="{refresh_s}">' if refresh_s else "",
        title=sight.say(title),
        tone=tone,
        body="\n".join(parts),
        footer=" · ".join(footer),
    )


def _head(sight: Sight, order: Order) -> list[str]:
    mine, missing = sight.mine, _numbers(order)["missing"]
    kind = escape(name(sight.lang, KIND[order.order_kind]))
    number = sight.say("number", number=f"{order.number:03}")
    issued = sight.say("issued", age=age(sight.now - order.issued))
    known = {z.id: name(sight.lang, z.name) for z in mine.zones}
    zones = (known.get(z, z) for z in order.zones)
    return [
        *([f'<p class="drill">{sight.say("drill")}</p>'] if order.drill else []),
        f"<h1>{kind}</h1>",
        f"<p>{number} · {issued}</p>",
        f'<p class="place">{escape("、".join(zones))}</p>',
        *_cause(sight, order),
        f"<p>{sight.say('scope', count=order.heads, missing=missing)}</p>",
    ]


def _cause(sight: Sight, order: Order) -> list[str]:
    """The value that caused it, its limit, and what it is now with its age."""
    row = sight.mine.point_row.get(order.subject)
    if row is None:
        said = sight.say(f"peril_{order.peril}") if order.peril else ""
        return [f'<p class="place">{said}</p>'] if said else []
    point = sight.mine.points[row]
    kind = sight.mine.kind[point.kind]
    facts = []
    if order.limit is not None:
        facts.append(sight.say("limit", limit=_measure(kind, order.limit)))
    if order.value is not None:
        facts.append(sight.say("at_issue", value=_measure(kind, order.value)))
    return [
        f'<p class="place">{escape(name(sight.lang, point.name))}</p>',
        f'<p class="value">{_value_now(sight, row, kind)}</p>',
        f"<p>{' · '.join(facts)}</p>",
    ]


def _value_now(sight: Sight, row: int, kind: Kind) -> str:
    picture = sight.picture
    value, sampled = float(picture.value[row]), int(picture.sampled[row])
    if picture.silent[row] or not sampled or value != value:  # NaN is unequal to itself
        return sight.say("now_unknown")
    return sight.say("now", value=_measure(kind, value), age=age(sight.now - sampled))


def _measure(kind: Kind, value: float) -> str:
    return f"{value:.{kind.decimals}f} {kind.unit}".rstrip()


def _button(sight: Sight, order: Order) -> str:
    word = "acknowledge" if order.order_kind is OrderKind.EVACUATE else "acknowledge_stop"
    action = f"?lang={sight.lang}"
    return (
        f'<form method="post" action="{action}">'
        f'<button type="submit">{sight.say(word)}</button></form>'
    )


def _notice(sight: Sight, order: Order, notice: str) -> str:
    return sight.say(notice, by=sight.person(order.acknowledged_by))


def _known(sight: Sight, order: Order) -> list[str]:
    by = sight.person(order.acknowledged_by)
    since = age(sight.now - (order.acknowledged_at or sight.now))
    boxes = (
        f"<div><dt>{sight.say(word)}</dt><dd>{count}</dd></div>"
        for word, count in _numbers(order).items()
    )
    return [
        f'<p class="said">{sight.say("acknowledged", by=by, age=since)}</p>',
        *([f"<p>{sight.say('decide')}</p>"] if order.undecided_until is not None else []),
        f"<dl>{''.join(boxes)}</dl>",
        *_missing(sight, order),
    ]


def _acts(sight: Sight, order: Order, person: str) -> list[str]:
    """The way to order and to decide, for whom the ladder asked."""
    if person not in order.asked:
        return []
    word = "acts_stop" if order.order_kind is OrderKind.STOP_WORK else "acts_evacuate"
    return [f'<a class="call" href="{sight.token}/act?lang={sight.lang}">{sight.say(word)}</a>']


def _numbers(order: Order) -> dict[str, int]:
    where = Counter(row.whereabouts for row in order.muster.values())
    return {word: sum(where[w] for w in kinds) for word, kinds in COLUMNS.items()}


def _missing(sight: Sight, order: Order) -> list[str]:
    missing = [p for p, r in order.muster.items() if r.whereabouts is Whereabouts.UNKNOWN]
    if not missing:
        return []
    names = "".join(f"<li>{escape(sight.person(person))}</li>" for person in missing)
    return [f"<h2>{sight.say('missing_names')}</h2>", f"<ul>{names}</ul>"]


def _ended(sight: Sight, order: Order) -> list[str]:
    by = "、".join(sight.person(signature.by) for signature in order.signatures)
    since = age(sight.now - (order.closed or sight.now))
    return [
        f"<h1>{sight.say('ended')}</h1>",
        f"<p>{sight.say('number', number=f'{order.number:03}')}</p>",
        f"<p>{sight.say('ended_by', by=by, age=since)}</p>",
    ]


def _calls(sight: Sight) -> list[str]:
    posts = sight.shift.holders(Duty.DISPATCHER) if sight.shift else ()
    rows = (sight.mine.person_row.get(person) for person in posts)
    people = [sight.mine.people[row] for row in rows if row is not None]
    return [
        f'<a class="call" href="tel:{escape(p.phone)}">{sight.say("call", name=p.name)}</a>'
        for p in people
        if p.phone
    ]
