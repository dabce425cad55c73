"""What a record says, for whoever looks for it: of what, by whom, how grave, in which words.

A record holds ids and codes; the room sees names and words. So a record is found by what the room
sees, in both languages, and by the ids besides: every word of the record is looked up, as a name
of the mine or as a code of its field, and stays itself where it is neither.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import msgspec

from minesafe.model.events import AnyBody
from minesafe.model.mine import Mine, Name
from minesafe.wording.codes import CODES

MOST_ABOUT = 2_000
"""Ids of one record: an order over a whole mine names everybody."""

MOST_LETTERS = 40_000
"""Of one record's words."""

ACTORS = ("by", "user", "recipient", "person")
"""Fields that say whose act it was, the first that is there. Of an all-clear there are two."""

HIDDEN = frozenset({"files", "phone", "carrier_id", "hash", "key"})
"""Fields nobody looks for; telephone numbers stay out of every index."""

TOKEN = re.compile(r"[a-z0-9]+|[^\W\d_a-z]+")
CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")


@dataclass(frozen=True, slots=True)
class Said:
    """A record, for whoever looks for it."""

    kind: str
    about: tuple[str, ...]
    """Ids of everything in it: points, zones, people, orders, alarms, devices."""
    actor: str
    """Person or user id; empty where nobody did it."""
    severity: str
    """Its level; empty where it has none."""
    text: str
    """Its words, lower case."""


class Sayer:
    """Says records of one mine."""

    def __init__(self, mine: Mine) -> None:
        things: Sequence[Any] = (
            *(mine.zones + mine.points + mine.roadways + mine.readers),
            *(mine.outputs + mine.feeders),
        )
        self._names: dict[str, Name] = {thing.id: thing.name for thing in things}
        self._names |= {p.id: Name(p.name, p.name) for p in mine.people}

    def said(self, body: AnyBody) -> Said:
        """One record's body."""
        fields: dict[str, Any] = msgspec.to_builtins(body)
        words = dict.fromkeys(_leaves("", fields))
        text = " ".join(part for field, word in words for part in self._words(field, word))
        about = dict.fromkeys(word for field, word in words if self._is_id(field, word))
        return Said(
            kind=fields["kind"],
            about=tuple(about)[:MOST_ABOUT],
            actor=_actor(fields),
            severity=fields.get("severity") or "",
            text=text.lower()[:MOST_LETTERS],
        )

    def _words(self, field: str, word: str) -> Iterator[str]:
        name = self._names.get(word) or _coded(field, word)
        yield word
        if name is not None:
            yield from dict.fromkeys((name.zh, name.en))

    def _is_id(self, field: str, word: str) -> bool:
        return field in THINGS or word in self._names


THINGS = frozenset(
    {
        *("order", "episode", "root", "permit", "swap", "substitute", "request", "proof"),
        *("subject", "person", "recipient", "device", "output", "terminal", "system"),
        *("user", "by"),
    }
)
"""Fields that name a thing, whether the revision knows it or not any more."""


ALSO = {"condition": ("finding",), "subject": ("part", "channel")}
"""Fields that may hold a code of another one: an alarm of a finding has it as its condition."""


def _coded(field: str, code: str) -> Name | None:
    tables = (CODES.get(name, {}) for name in (field, *ALSO.get(field, ())))
    return next((table[code] for table in tables if code in table), None)


def _leaves(field: str, value: Any) -> Iterator[tuple[str, str]]:
    """(field, word) of every word in a record; of a map its keys count as words of the field."""
    if field in HIDDEN:
        return
    if isinstance(value, str):
        if value:
            yield field, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if field == "active":
                yield "condition", key
            yield from _leaves("severity" if field == "active" else key, inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _leaves(field, inner)


def _actor(fields: dict[str, Any]) -> str:
    found = next((fields[name] for name in ACTORS if fields.get(name)), "")
    return found if isinstance(found, str) else " ".join(found)


def grams(text: str) -> tuple[str, ...]:
    """What a text is found by: Latin words and numbers whole, Chinese by one and two letters.

    PostgreSQL has no parser for Chinese. Two letters next to each other find any word of two or
    more, wherever it stands; single ones are there for whoever looks for one, such as a surname.

    >>> grams("1201 回风甲烷")
    ('1201', '回', '风', '甲', '烷', '回风', '风甲', '甲烷')
    """
    found: dict[str, None] = {}
    for token in TOKEN.findall(text.lower()):
        is_chinese = CHINESE.fullmatch(token)
        found.update(dict.fromkeys(token if is_chinese else (token,)))
        found.update(dict.fromkeys(map("".join, pairwise(token)) if is_chinese else ()))
    return tuple(found)


def asked_grams(text: str) -> tuple[str, ...]:
    """What must all be among the grams of a text that holds this: of Chinese words the pairs.

    >>> asked_grams("甲烷 ch4-t0"), asked_grams("王")
    (('甲烷', 'ch4', 't0'), ('王',))
    """
    found: dict[str, None] = {}
    for token in TOKEN.findall(text.lower()):
        pairs = CHINESE.fullmatch(token) and len(token) > 1
        found.update(dict.fromkeys(map("".join, pairwise(token)) if pairs else (token,)))
    return tuple(found)


def word_of(lang: str, field: str, code: str) -> str:
    """What a code of a field is called; without a word it stays itself.

    >>> word_of("en", "severity", "IV"), word_of("zh", "kind", "logged_in"), word_of("zh", "x", "y")
    ('Level IV: note', '登录', 'y')
    >>> word_of("zh", "condition", "channel_down"), word_of("en", "subject", "history")
    ('通知通道中断', 'history')
    """
    name = _coded(field, code)
    return code if name is None else name.en if lang == "en" else name.zh
