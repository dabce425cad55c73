"""Paths into a JSON document: keys and numbers parted by dots."""

from collections.abc import Callable
from typing import Any, Final, TypeAlias


class _Missing:
    def __repr__(self) -> str:
        return "nothing"


MISSING: Final = _Missing()
"""There is nothing at that path; null is something."""

Getter: TypeAlias = Callable[[Any], Any]


def getter(path: str) -> Getter:
    """What finds a path in a document; `MISSING` where it leads nowhere.

    >>> getter("data.0.v")({"data": [{"v": 1.5}]})
    1.5
    >>> getter("data.7.v")({"data": [{"v": 1.5}]}), getter("v.x")({"v": 1})
    (nothing, nothing)
    """
    keys = path.split(".") if path else []
    if not keys:
        return _whole
    if len(keys) == 1:
        return lambda document, key=keys[0]: _step(document, key)  # type: ignore[misc]  # bound
    return lambda document: _walk(document, keys)


def _whole(document: Any) -> Any:
    return document


def _walk(document: Any, keys: list[str]) -> Any:
    for key in keys:
        document = _step(document, key)
        if document is MISSING:
            break
    return document


def _step(document: Any, key: str) -> Any:
    if type(document) is dict:
        return document.get(key, MISSING)
    if type(document) is list and key.isascii() and key.isdigit() and len(key) < 10:
        place = int(key)
        return document[place] if place < len(document) else MISSING
    return MISSING
