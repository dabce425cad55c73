"""What one revision says otherwise than another: rows added, gone, changed, field by field."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from minesafe.model.mine import Mine, Name
from minesafe.model.revising import Change

HIDDEN = frozenset({"password", "demo_password", "url", "dsn", "secret", "token", "key"})
"""Fields whose values are never shown."""

LONGEST = 60
"""Letters of a value; of a long one the beginning tells enough."""

NOT_OF_A_MINE = ("revision", "warnings")

NOTHING = "–"


def difference(before: Mine, after: Mine) -> tuple[Change, ...]:
    """Every row of every table that is not the same."""
    names = [f.name for f in fields(Mine) if f.name not in NOT_OF_A_MINE]
    return tuple(c for name in names for c in _table(name, _of(before, name), _of(after, name)))


def _of(mine: Mine, name: str) -> object:
    return getattr(mine, name)


def _table(name: str, before: object, after: object) -> Iterator[Change]:
    if before == after:
        return
    was, now = _rows(before), _rows(after)
    if was is None or now is None:
        yield Change(name, "", "~", tuple(_fields(before, after)))
        return
    for key in was.keys() - now.keys():
        yield Change(name, key, "-", (), *_names(was[key]))
    for key, row in now.items():
        if key not in was:
            yield Change(name, key, "+", tuple(_fields(None, row)), *_names(row))
        elif was[key] != row:
            yield Change(name, key, "~", tuple(_fields(was[key], row)), *_names(row))


def _rows(table: object) -> dict[str, object] | None:
    """Rows by what they are called; None where the table is one record."""
    if not isinstance(table, Sequence) or isinstance(table, str):
        return None
    return {_called(row, at): row for at, row in enumerate(table)}


def _called(row: object, at: int) -> str:
    if (start := getattr(row, "start", None)) is not None and not hasattr(row, "id"):
        return str(start)
    return str(getattr(row, "id", None) or getattr(row, "name", None) or at + 1)


def _names(row: object) -> tuple[str, str]:
    name = getattr(row, "name", "")
    return (name.zh, name.en) if isinstance(name, Name) else (str(name), str(name))


def _fields(before: object, after: object) -> Iterator[tuple[str, str, str]]:
    """Each leaf that differs, by its way there; what an added row leaves empty is not told."""
    was, now = dict(_leaves("", before)), dict(_leaves("", after))
    for way in dict.fromkeys((*now, *was)):
        one, other = was.get(way), now.get(way)
        if one != other:
            yield way, _shown(way, one), _shown(way, other)


def _leaves(way: str, value: object) -> Iterator[tuple[str, object]]:
    """What is inside a value, by its way there. What is empty is not there."""
    if way and (value is None or value is False or value in ("", ())):
        return
    inner = None if way.rpartition(".")[2] in HIDDEN else _inside(value)
    if inner is None:
        yield way, value
        return
    for name, part in inner.items():
        yield from _leaves(f"{way}.{name}" if way else name, part)


def _inside(value: object) -> Mapping[str, object] | None:
    """The parts of a value that are told one by one; None of what is told whole."""
    if isinstance(value, Name):
        return {"zh": value.zh, "en": value.en}
    if is_dataclass(value):
        return {f.name: getattr(value, f.name) for f in fields(value)}
    if not isinstance(value, tuple) or not value:
        return None
    if all(is_dataclass(part) for part in value):
        return {str(at + 1): part for at, part in enumerate(value)}
    return _pairs(value)


def _pairs(value: tuple[Any, ...]) -> Mapping[str, object] | None:
    """Of pairs (post, person) the second by the first; several of one post stand together."""
    if not all(isinstance(p, tuple) and len(p) == 2 and isinstance(p[0], str) for p in value):
        return None
    told: dict[str, object] = {}
    for name, part in value:
        told[name] = f"{told[name]} {part}" if name in told else part
    return told


def _shown(way: str, value: object) -> str:
    if way.rpartition(".")[2] in HIDDEN:
        return "***" if value else NOTHING
    if isinstance(value, tuple) and value and all(isinstance(v, tuple) for v in value):
        return f"{len(value)} places"
    if isinstance(value, tuple):
        value = " ".join(str(_plain(part)) for part in value)
    text = str(_plain(value)) if value not in (None, "") else NOTHING
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _plain(value: object) -> object:
    """A number as people write it, a code as it stands in the files."""
    if isinstance(value, float):
        return f"{value:g}"
    return value.value if isinstance(value, Enum) else value
