"""Which filter a topic belongs to (MQTT 3.1.1 §4.7)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, TypeVar

import numpy as np

from minesafe.links.stream.known import Known
from minesafe.links.stream.train import Train
from minesafe.model.frame import Column

T = TypeVar("T")

_NOBODY, _UNKNOWN = -1, -2

MOST_KNOWN = 65_536
"""Topics that are remembered; a sender that makes up topics is looked up anew each time."""


class Filters(Generic[T]):
    """Values by topic filter. A topic that several filters match is that of the first."""

    def __init__(self, values: Mapping[str, T]) -> None:
        self._patterns = [(re.compile(pattern(f)), f, value) for f, value in values.items()]
        self._known: dict[bytes, tuple[str, T] | None] = {}
        self.all = list(values)
        self._values = list(dict.fromkeys(values.values()))
        self._shared = _NOBODY
        """The place of all known topics, where it is the same."""
        self._places = np.full(1, _UNKNOWN, np.int32)
        """By the number of a known topic, the place of its value in `_values`; the last, of -1."""

    def find(self, topic: bytes) -> tuple[str, T] | None:
        """The filter and its value; None for a topic nobody asked for, or one that is none."""
        try:
            return self._known[topic]
        except KeyError:
            found = next(self._matching(topic), None)
            if len(self._known) < MOST_KNOWN:
                self._known[topic] = found
            return found

    def parted(self, train: Train) -> list[tuple[T, Sequence[int], Train]]:
        """What belongs to each value: the value, which of the messages, and these.

        In the order of their first messages.
        """
        if len(train.known) >= len(self._places):
            self._learn(train.known)
        if self._shared >= 0 and not train.strange:
            return [(self._values[self._shared], range(len(train)), train)]
        places = self._places_of(train)
        first = int(places[0])
        if first >= 0 and (places == first).all():
            return [(self._values[first], range(len(train)), train)]
        parts = [(p, np.flatnonzero(places == p)) for p in np.unique(places).tolist() if p >= 0]
        parts.sort(key=lambda part: int(part[1][0]))
        return [(self._values[p], where.tolist(), train.some(where)) for p, where in parts]

    def _places_of(self, train: Train) -> Column:
        places = self._places[train.topic]
        if train.strange:
            for i in np.flatnonzero(places == _UNKNOWN).tolist():
                places[i] = self._place(train[i].topic)
        return places

    def _learn(self, known: Known) -> None:
        since = len(self._places) - 1
        more = [self._place(topic) for topic in known.topics(since)]
        places = [*self._places[:since].tolist(), *more]
        self._places = np.array([*places, _UNKNOWN], np.int32)
        self._shared = places[0] if len(set(places)) == 1 else _NOBODY

    def _place(self, topic: bytes) -> int:
        found = self.find(topic)
        return _NOBODY if found is None else self._values.index(found[1])

    def _matching(self, topic: bytes) -> Iterator[tuple[str, T]]:
        try:
            text = topic.decode()
        except UnicodeDecodeError:
            return
        if not text or any(c in text for c in "#+\0"):  # §4.7.3: no topic a message may have
            return
        yield from ((f, v) for matches, f, v in self._patterns if matches.fullmatch(text))


def pattern(filtered: str) -> str:
    r"""A filter as a regular expression; `+` and `#` at its start match nothing of `$SYS`.

    >>> [bool(re.fullmatch(pattern("a/+/#"), t)) for t in ("a/b", "a/b/c/d", "a", "a/b\n/c")]
    [True, True, False, True]
    >>> bool(re.fullmatch(pattern("+/x"), "$SYS/x"))
    False
    """
    levels = filtered.split("/")
    deep = levels[-1] == "#"
    plain = levels[:-1] if deep else levels
    text = "/".join("[^/]*" if level == "+" else re.escape(level) for level in plain)
    guard = r"(?!\$)" if levels[0] in ("+", "#") else ""
    rest = (r"(?s:/.*)?" if plain else r"(?s:.*)") if deep else ""
    return guard + text + rest
