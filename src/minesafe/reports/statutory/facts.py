"""What a statutory report says, in no language and of no look: tables of cells.

A report is written once and read for years, in two languages, as page, paper and data. So a cell
keeps its kind: names as the mine's files had them that day, codes that become words at the edge,
numbers with their unit, times as `Micros`. The same data makes the same bytes, and the bytes'
SHA-256 is what people sign.
"""

import hashlib
from collections.abc import Sequence
from typing import TypeAlias

import msgspec

from minesafe.model.filing import Series
from minesafe.model.mine import Name
from minesafe.model.time import Micros

FORMAT = 1
"""Counts up when the same data is told in another shape."""


class Named(msgspec.Struct, frozen=True, tag="name"):
    """A thing of the mine, by the name it had."""

    zh: str
    en: str


class Coded(msgspec.Struct, frozen=True, tag="code"):
    """A code that becomes a word, with what stands in it."""

    code: str
    params: tuple[tuple[str, str | int | float], ...] = ()
    """(name, what stands there)."""


class Measured(msgspec.Struct, frozen=True, tag="value"):
    """A number in its unit."""

    value: float
    decimals: int
    unit: str = ""


class At(msgspec.Struct, frozen=True, tag="at"):
    """A moment; written with its date where that is not the report's day."""

    at: Micros


class Lasting(msgspec.Struct, frozen=True, tag="lasting"):
    """A span of time."""

    seconds: float


class Count(msgspec.Struct, frozen=True, tag="count"):
    """How many."""

    number: int


class Said(msgspec.Struct, frozen=True, tag="said"):
    """What a person wrote, or an id nobody gave a name."""

    text: str


class Several(msgspec.Struct, frozen=True, tag="several"):
    """More than one in a cell."""

    cells: tuple["Cell", ...]


Cell: TypeAlias = Named | Coded | Measured | At | Lasting | Count | Said | Several | None
"""None: not known, or there was none; it is drawn as a dash and never as a zero."""

Row: TypeAlias = tuple[Cell, ...]


class Part(msgspec.Struct, frozen=True):
    """One table of a report."""

    code: str
    columns: tuple[str, ...]
    """Codes of their headings."""
    rows: tuple[Row, ...]
    keys: int = 1
    """So many columns, from the left, tell one row from the others."""
    notes: tuple[Coded, ...] = ()


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """A report of one day, or one month."""

    series: Series
    day: str
    """2026-11-26 by the mine's own calendar; of a month 2026-11."""
    start: Micros
    end: Micros
    until: Micros
    """As far as it tells: `end`, or the moment it was made where the day is not over."""
    timezone: str
    mine: str
    name: Named
    demo: bool
    revision: str
    """In force when it was made; names, units and limits are its."""
    parts: tuple[Part, ...]
    format: int = FORMAT

    @property
    def is_over(self) -> bool:
        """Nothing more can happen in it."""
        return self.until >= self.end


_ENCODE = msgspec.json.Encoder(order="deterministic")
_DECODE = msgspec.json.Decoder(Facts)


def packed(facts: Facts) -> bytes:
    """The bytes that are kept and signed."""
    return _ENCODE.encode(facts)


def unpacked(data: bytes) -> Facts:
    """What `packed` wrote.

    Raises:
        msgspec.DecodeError: these are no bytes of ours.
    """
    return _DECODE.decode(data)


def digest_of(data: bytes) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(data).hexdigest()


# --- cells of what the program holds ----------------------------------------------------------


def named(name: Name) -> Named:
    """A name."""
    return Named(name.zh, name.en)


def at(time: Micros | None) -> At | None:
    """A moment, where there is one."""
    return None if time is None else At(time)


def lasting(seconds: float | None) -> Lasting | None:
    """A span to the tenth of a second, where it is known."""
    return None if seconds is None else Lasting(round(float(seconds), 1))


def several(cells: Sequence[Cell]) -> Cell:
    """One cell of many; None of none."""
    if len(cells) < 2:
        return cells[0] if cells else None
    return Several(tuple(cells))
