"""What each type of upload file holds: one row a type, its fields by name (docs/wire.md).

The monitoring types follow a product whose source is public; those of the personnel set carry the
names of the national format and our own fields, since its text was not to be had.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Holds(Enum):
    """What is made of a file's records."""

    DEFINITIONS = "definitions"
    """Compared with the configuration."""
    STATES = "states"
    """How everything is at the time in the header: only the newest file is news."""
    EVENTS = "events"
    """Each record has a time of its own."""
    JUDGEMENTS = "judgements"
    """What the other system thinks of it; we judge ourselves, and only look whether it is whole."""


@dataclass(frozen=True, slots=True)
class Table:
    """One type of file."""

    holds: Holds
    fields: tuple[str, ...]
    least: int
    """Fields a record has at least."""
    people: bool = False
    """Of the personnel set: it names cards and readers."""


def _table(holds: Holds, fields: str, least: int, *, people: bool = False) -> Table:
    return Table(holds, tuple(fields.split()), least, people)


TABLES: Mapping[str, Table] = {
    "CDDY": _table(
        Holds.DEFINITIONS,
        "code place kind unit low high alarm_high alarm_low cut_high restore_high cut_low"
        " restore_low cuts",
        4,
    ),
    "SSSJ": _table(Holds.STATES, "code value status", 2),
    "LJSJ": _table(Holds.STATES, "code shift value", 3),
    "KGBH": _table(Holds.EVENTS, "code value time", 3),
    "WFSJ": _table(Holds.EVENTS, "code mean high high_time low low_time", 6),
    "YCBJ": _table(
        Holds.EVENTS,
        "code alarm value limit second_limit start end high high_time mean low measure"
        " measure_time operator",
        6,
    ),
    "RYXX": _table(Holds.DEFINITIONS, "card name", 2, people=True),
    "RYSS": _table(Holds.STATES, "card reader time", 2, people=True),
    "RYQJ": _table(Holds.EVENTS, "card reader start end", 4, people=True),
    "JZXX": _table(Holds.STATES, "reader status", 2, people=True),
    "RYCY": _table(Holds.JUDGEMENTS, "area limit count start end", 4, people=True),
    "RYCS": _table(Holds.JUDGEMENTS, "card start end", 2, people=True),
}

SAMPLES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "KGBH": (("value", "time"),),
    "WFSJ": (("high", "high_time"), ("low", "low_time")),
    "YCBJ": (("value", "start"), ("high", "high_time")),
}
"""Which fields of an event are values, and when each of them was."""

OPEN = "X"
"""Stands for the end of what has not ended."""

LOST_ALARM = "004"
"""YCBJ: the point is cut off from its substation."""

NO_VALUE = (-0.01, 999_999.0)
"""Numbers that stand for none."""
