"""Hints: the right word for a wrong one."""

import difflib
import unicodedata
from collections.abc import Iterable

SHORT = 3
"""One wrong letter in a word this short leaves little likeness."""


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint: the nearest right word, or the few there are.

    >>> nearest("metane", ["methane", "co"])
    "did you mean 'methane'?"
    >>> nearest("zzz", ["face", "mine"])
    'one of: face, mine'
    """
    word, words = unicodedata.normalize("NFKC", word), sorted(known)
    cutoff = 0.6 if len(word) > SHORT else 0.5
    close = difflib.get_close_matches(word, words, n=1, cutoff=cutoff)
    if close:
        return f"did you mean {close[0]!r}?"
    return "one of: " + ", ".join(words) if 0 < len(words) <= 12 else ""


def half_width(text: object) -> str:
    """The hint for a text of full-width letters or digits (全角), which look like the right ones.

    >>> half_width("１．２"), half_width("1.2")
    ("write '1.2' in half-width (半角)", '')
    """
    plain = unicodedata.normalize("NFKC", text) if isinstance(text, str) else text
    return "" if plain == text else f"write {plain!r} in half-width (半角)"
