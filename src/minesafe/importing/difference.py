"""What one revision says otherwise than another: rows added, gone, changed, field by field."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass

from minesafe.model.mine import Mine, Name

HIDDEN = frozenset({"password", "demo_password", "url", "dsn", "secret", "token", "key"})
"""Fields whose values are never shown."""

LONGEST = 60
"""Letters of a value; of a long one the beginning tells enough."""

NOT_OF_A_MINE = ("revision", "warnings")


@dataclass(frozen=True, slots=True)
class Change:
    """One row of one table."""

    table: str
    row: str
    """Its id, empty where the table is one record."""
    sign: str
    """+ added, - gone, ~ changed."""
    fields: tuple[tuple[str, str, str], ...] = ()
    """Name, before and after of each changed field; of an added row its values."""

    def __str__(self) -> str:
        told = ", ".join(_told(self.sign, *field) for field in self.fields)
        return f"{self.sign} {self.table} {self.row}".rstrip() + (f": {told}" if told else "")


def _told(sign: str, name: str, before: str, after: str) -> str:
    return f"{name} {before} → {after}" if sign == "~" else f"{name} {after}"


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
        yield Change(name, key, "-")
    for key, row in now.items():
        if key not in was:
            yield Change(name, key, "+", tuple(_fields(None, row)))
        elif was[key] != row:
            yield Change(name, key, "~", tuple(_fields(was[key], row)))


def _rows(table: object) -> dict[str, object] | None:
    """Rows by what they are called; None where the table is one record."""
    if not isinstance(table, Sequence) or isinstance(table, str):
        return None
    return {_called(row, at): row for at, row in enumerate(table)}


def _called(row: object, at: int) -> str:
    if (start := getattr(row, "start", None)) is not None and not hasattr(row, "id"):
        return str(start)
    return str(getattr(row, "id", None) or getattr(row, "name", None) or at + 1)


def _fields(before: object, after: object) -> Iterator[tuple[str, str, str]]:
    if not is_dataclass(after):
        yield "", _shown("", before), _shown("", after)
        return
    for field in fields(after):
        was, now = getattr(before, field.name, None), getattr(after, field.name)
        if was != now and not (before is None and now in (None, "", (), False)):
            yield field.name, _shown(field.name, was), _shown(field.name, now)


def _shown(name: str, value: object) -> str:
    if name in HIDDEN:
        return "***"
    if isinstance(value, Name):
        return value.zh
    if isinstance(value, tuple) and value and all(isinstance(v, tuple) for v in value):
        return f"{len(value)} places"
    text = str(value) if value not in (None, "") else "–"
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
