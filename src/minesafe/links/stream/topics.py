"""Which filter a topic belongs to (MQTT 3.1.1 §4.7)."""

import re
from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

T = TypeVar("T")

MOST_KNOWN = 65_536
"""Topics that are remembered; a sender that makes up topics is looked up anew each time."""


class Filters(Generic[T]):
    """Values by topic filter. A topic that several filters match is that of the first."""

    def __init__(self, values: Mapping[str, T]) -> None:
        self._patterns = [(re.compile(pattern(f)), f, value) for f, value in values.items()]
        self._known: dict[bytes, tuple[str, T] | None] = {}
        self.all = list(values)

    def find(self, topic: bytes) -> tuple[str, T] | None:
        """The filter and its value; None for a topic nobody asked for, or one that is none."""
        try:
            return self._known[topic]
        except KeyError:
            found = next(self._matching(topic), None)
            if len(self._known) < MOST_KNOWN:
                self._known[topic] = found
            return found

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
