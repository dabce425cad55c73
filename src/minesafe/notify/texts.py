"""What an SMS says. The first message stands alone in 70 characters, whatever the names are.

Place, value, limit, head-count, action, destination and order number always stay. What gives way,
in this order: the mine's name, the zone's name, the name of what is measured (its unit tells),
politeness; and last the names of place and destination, which share the room that is left.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

from minesafe.model.commands import OrderFacts, SendText
from minesafe.model.events import OrderKind
from minesafe.model.mine import Mine
from minesafe.notify.names import Names
from minesafe.notify.words import WORDS, Words

ROOM = 70
"""UCS-2 characters of one SMS."""

SECOND_ROOM = 4 * 67
"""The second message may be split into four."""

LONGEST_NUMBER = 7
LONGEST_UNIT = 5
LONGEST_STATE = 8
MOST_PEOPLE = 9999
"""What is longer or more than this is shortened before anything else is."""


def compose(mine: Mine, command: SendText, link_url: str, language: str = "zh") -> tuple[str, ...]:
    """Put an order into words.

    Args:
        mine: where names, units and decimals are looked up.
        command: the facts, and what they are told for: issued · raised · all_clear.
        link_url: the recipient's own link, for the second message.
        language: zh · en.

    Returns:
        The first message, at most 70 UCS-2 characters; then, unless all is clear, the second with
        the link and the names of people whose whereabouts are unknown.
    """
    words, kind = WORDS[language], command.facts.order_kind
    names = Names(mine, language)
    if command.about == "proof":
        return proof_of(names, words), words.proof_link.format(link=link_url)
    parts = parts_of(names, words, command.about, command.facts)
    if command.about == "all_clear":
        return (_fit(words.all_clear, words.all_clear_tight, parts, words, kind),)
    first = _fit(words.order, words.tight, parts, words, kind)
    return first, _second(names, words, command, link_url)


def proof_of(names: Names, words: Words) -> str:
    """The nightly test, in one message."""
    called = clip(names.of(names.mine.name), ROOM - size(words.proof.format(mine="")))
    return words.proof.format(mine=called)


def size(text: str) -> int:
    """Tell how many UCS-2 characters a text takes; one outside the basic plane takes two.

    >>> size("撤人"), size("𠮷")
    (2, 2)
    """
    return len(text.encode("utf-16-be", errors="replace")) // 2


def clip(text: str, room: int) -> str:
    """Cut a name to so many UCS-2 characters, and show that it was cut.

    >>> clip("一一〇一回风隅角", 5), clip("副井", 5), clip("副井", 0)
    ('一一〇一…', '副井', '')
    """
    if size(text) <= room:
        return text
    while text and size(text) > room - 1:
        text = text[:-1]
    return f"{text}…" if room > 0 else ""


# --- the parts ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parts:
    """What a message says, each in words."""

    title: str
    mine: str
    place: str
    what: str
    fact: str
    zone: str
    people: str
    destination: str
    number: str

    def say(self, template: str, words: Words, kind: OrderKind) -> str:
        """Fill a template of `words`."""
        action = _action(words, kind, self.destination)
        said = template.format(action=action, **asdict(self))
        return re.sub(r" +", " ", said)


def parts_of(names: Names, words: Words, about: str, facts: OrderFacts) -> Parts:
    """Look up everything a message about an order may say."""
    walk = facts.order_kind is OrderKind.EVACUATE and about != "all_clear"
    title = words.titles[about, facts.order_kind]
    return Parts(
        title=(words.drill if facts.drill else "") + title,
        mine=names.of(names.mine.name),
        place=names.subject(facts.subject) if facts.subject else _zones(names, words, facts),
        what=_what(names, facts),
        fact=_fact(names, words, facts),
        zone=_zones(names, words, facts) if facts.subject else words.area,
        people=str(min(facts.people, MOST_PEOPLE)),
        destination=names.node(facts.destination) if walk else "",
        number=f"{facts.number:03d}",
    )


def _zones(names: Names, words: Words, facts: OrderFacts) -> str:
    if not facts.zones:
        return words.area
    first = names.zone(facts.zones[0])
    count = len(facts.zones)
    return first if count == 1 else words.several.format(zone=first, count=count)


def _what(names: Names, facts: OrderFacts) -> str:
    point = names.point(facts.subject)
    if point is None or names.kind(point).states:
        return ""
    return names.of(names.kind(point).name)


def _fact(names: Names, words: Words, facts: OrderFacts) -> str:
    if not facts.condition and facts.peril:
        return words.perils.get(facts.peril, words.otherwise)
    template = words.conditions.get(facts.condition, words.otherwise)
    point = names.point(facts.subject)
    kind = names.kind(point) if point else None
    if facts.value is None or not math.isfinite(facts.value):
        return words.no_value if "{value}" in template else template
    if kind is not None and (state := dict(kind.states).get(int(facts.value))):
        return words.state.format(state=clip(names.of(state), LONGEST_STATE))
    decimals = kind.decimals if kind else 0
    return template.format(
        value=_number(facts.value, decimals),
        unit=clip(kind.unit, LONGEST_UNIT) if kind else "",
        limit="-" if facts.limit is None else _round(_number(facts.limit, decimals)),
    )


def _number(value: float, decimals: int) -> str:
    """Say a number as its kind is shown, or in powers of ten where that would take too long."""
    plain = f"{value:.{decimals}f}"
    return plain if len(plain) <= LONGEST_NUMBER else f"{value:.0e}"


def _round(number: str) -> str:
    """Drop zeros that say nothing: a limit is 1.5, a reading is 1.50."""
    return number.rstrip("0").rstrip(".") if "." in number else number


def _action(words: Words, kind: OrderKind, destination: str) -> str:
    if kind is OrderKind.STOP_WORK:
        return words.stop_work
    return words.leave_for.format(destination=destination) if destination else words.leave


# --- making it fit ------------------------------------------------------------------------


def _fit(template: str, tight: str, parts: Parts, words: Words, kind: OrderKind) -> str:
    """Say it in the fullest form that has room."""
    for form, shorter in _forms(template, tight, parts, words):
        if size(said := shorter.say(form, words, kind)) <= ROOM:
            return said
    return _clipped(tight, parts, words, kind)


def _forms(template: str, tight: str, parts: Parts, words: Words) -> Iterator[tuple[str, Parts]]:
    yield template, parts
    yield template, (parts := replace(parts, mine=""))
    yield template, (parts := replace(parts, zone=words.area))
    yield template, (parts := replace(parts, what=""))
    yield tight, parts


def _clipped(tight: str, parts: Parts, words: Words, kind: OrderKind) -> str:
    """Let place and destination share what the rest leaves; the destination takes its part first.

    A destination that is cut still says which way; the place is on the phone page too.
    """
    bare = replace(parts, mine="", what="", zone="", place="", destination="")
    marked = replace(bare, destination="-" if parts.destination else "")
    room = ROOM - size(marked.say(tight, words, kind)) - 1
    to = clip(parts.destination, max(room // 2, room - size(parts.place)))
    place = clip(parts.place, room - size(to))
    return replace(bare, place=place, destination=to).say(tight, words, kind)


# --- the second message -------------------------------------------------------------------


def _second(names: Names, words: Words, command: SendText, link_url: str) -> str:
    number = f"{command.facts.number:03d}"
    first = words.links.format(number=number, link=link_url)
    missing = [names.person(p) for p in command.facts.missing]
    if not missing:
        return first
    line = _roll(missing, words, SECOND_ROOM - size(first) - 1)
    return f"{first}\n{line}"


def _roll(missing: list[str], words: Words, room: int) -> str:
    """Name as many as there is room for; the count is always of all."""
    for shown in range(len(missing), -1, -1):
        more = "" if shown == len(missing) else words.and_more
        called = words.between.join(missing[:shown]) + more
        line = words.missing.format(count=len(missing), names=called)
        if size(line) <= room:
            break
    return line
