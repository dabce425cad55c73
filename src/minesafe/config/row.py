"""A row: one TOML table, CSV line or GeoJSON feature, taken key by key.

Taking says what is expected; what is missing or of a wrong type becomes a fault with its line, and
a harmless value stands in, so that the rest of the files is read too. What nobody took is unknown.
"""

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from minesafe.config.words import half_width, nearest
from minesafe.model.errors import Fault
from minesafe.model.mine import Name

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""Ids travel in topics, episodes and command keys, where `/ : #` and blanks part words."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
"""Numbers as cells hold them; float() would also take １２ and 1_000."""

_TRUTH = {"true": True, "yes": True, "1": True, "是": True}
_TRUTH |= {"false": False, "no": False, "0": False, "否": False}


@dataclass(slots=True)
class Findings:
    """What is wrong (refuses the revision) and what is only to be known."""

    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)
    """Files that are missing, no text, or of broken syntax: said once, without what follows."""

    def cannot_read(self, file: str, line: int, what: str, hint: str = "", cell: str = "") -> None:
        """Refuse the revision for a file whose content is not to be had."""
        self.faults.append(Fault(file, line, what, hint, cell))
        self.unreadable.add(file)


@dataclass(slots=True)
class Row:
    """One record of a file, with the line of each of its keys."""

    findings: Findings
    file: str
    line: int
    values: Mapping[str, object]
    lines: Mapping[str, int] = field(default_factory=dict)
    heads: Mapping[str, int] = field(default_factory=dict)
    """Only for CSV and XLSX: every column and the line of the heading. Values are the text of
    cells, from which numbers and truth values are read."""
    sheet: str = ""
    """Only for XLSX: the sheet, and the letters of each column; faults then name the cell."""
    columns: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, Sequence["Row"]] = field(default_factory=dict)
    """Tables inside this one."""
    taken: set[str] = field(default_factory=set)

    # --- telling ---------------------------------------------------------------------------

    def fault(self, key: str, what: str, hint: str = "") -> None:
        """Refuse the revision for what stands at `key` (or at the record, for an empty key)."""
        self._tell(self.findings.faults, key, self.line_of(key), what, hint)

    def _tell(self, book: list[Fault], key: str, line: int, what: str, hint: str) -> None:
        if self.file not in self.findings.unreadable:
            book.append(Fault(self.file, line, what, hint, self._cell(key, line)))

    def _cell(self, key: str, line: int) -> str:
        """The cell of a workbook; that of the first column where the key has none."""
        column = self.columns.get(key) or next(iter(self.columns.values()), "A")
        return f"{self.sheet}!{column}{line}" if self.sheet else ""

    def where(self, key: str) -> str:
        """Words for another fault's hint: line or cell."""
        cell = self._cell(key, self.line_of(key))
        return f"cell {cell}" if cell else f"line {self.line_of(key)}"

    def _unknown(self, key: str, what: str, word: str, known: Collection[str]) -> None:
        """A word not among the known, unless they stand in a file that could not be read."""
        if known or not self.findings.unreadable:
            self.fault(key, what, nearest(word, known))

    def warn(self, key: str, what: str, hint: str = "") -> None:
        """Tell, and go on."""
        self._tell(self.findings.warnings, key, self.line_of(key), what, hint)

    def line_of(self, key: str) -> int:
        """The line a key stands on; the record's own where the key does not stand."""
        return self.lines.get(key, self.line)

    def done(self) -> None:
        """Refuse every key that was not taken; a column is refused once, at its heading."""
        for key in self.heads or [*self.values, *self.parts]:
            if key not in self.taken:
                free = self.taken - set(self.values) - set(self.parts)
                line = self.heads.get(key, self.line_of(key))
                hint = nearest(key, free or self.taken)
                self._tell(self.findings.faults, key, line, f"unknown key {key!r}", hint)

    # --- taking ----------------------------------------------------------------------------

    def has(self, key: str) -> bool:
        """Whether the key is given."""
        self.taken.add(key)
        return key in self.values

    def _take(self, key: str, required: bool, what: str) -> object:
        if not self.has(key):
            if required:
                free = [k for k in self.heads or self.values if k not in self.taken]
                almost = nearest(key, free)
                hint = almost if almost.startswith("did") else f"give {what}"
                line = self.line if key in self.heads else max(self.heads.values(), default=0)
                what = f"{key!r} is missing"
                self._tell(self.findings.faults, key, line or self.line, what, hint)
            return None
        return self.values[key]

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not blank, unless a default is given."""
        value = self._take(key, default is None, "a text")
        if value is None:
            return default or ""
        if not isinstance(value, str):
            self.fault(key, f"{key!r} must be a text, not {value!r}", "put it in quotes")
            return default or ""
        if not value.strip() and default is None:
            self.fault(key, f"{key!r} is blank")
        return value.strip()

    def id(self, key: str = "id") -> str:
        """An id: Latin letters, digits, dot, dash, underline."""
        value = self.text(key)
        if value and not _ID.fullmatch(value):
            hint = half_width(value) or "letters A-Z a-z, digits and . _ - only"
            self.fault(key, f"{value!r} is no id", hint)
        return value

    def name(self) -> Name:
        """The name in both languages."""
        return Name(self.text("zh"), self.text("en"))

    def name_or_none(self) -> Name | None:
        """A name in both languages, None where none is given."""
        zh, en = self.text("zh", ""), self.text("en", "")
        if bool(zh) != bool(en):
            self.fault("zh", "a name in one language alone", "give both")
        return Name(zh, en) if zh and en else None

    def guidance(self) -> Name | None:
        """处置提示 in both languages, None where none is given."""
        zh, en = self.text("guidance_zh", ""), self.text("guidance_en", "")
        if bool(zh) != bool(en):
            self.fault("guidance_zh", "guidance in one language alone", "give both")
        return Name(zh, en) if zh and en else None

    def number_or_none(
        self, key: str, *, low: float = -math.inf, high: float = math.inf
    ) -> float | None:
        """A number within low … high, or None where it is not given."""
        value = self._take(key, False, "a number")
        return None if value is None else self._number(key, value, low, high)

    def number(
        self,
        key: str,
        default: float | None = None,
        *,
        low: float = -math.inf,
        high: float = math.inf,
    ) -> float:
        """A finite number within low … high."""
        value = self._take(key, default is None, "a number")
        number = None if value is None else self._number(key, value, low, high)
        if number is not None:
            return number
        return default if default is not None else max(low, min(high, 0.0))

    def whole(self, key: str, default: int | None = None, *, low: int, high: int) -> int:
        """A whole number within low … high."""
        number = self.number(key, None if default is None else float(default), low=low, high=high)
        if number != int(number):
            self.fault(key, f"{key!r} must be a whole number, not {number:g}")
        return int(number)

    def whole_or_none(self, key: str, *, low: int, high: int) -> int | None:
        """A whole number, or None where it is not given."""
        return self.whole(key, low=low, high=high) if self.has(key) else None

    def _number(self, key: str, value: object, low: float, high: float) -> float | None:
        number = _as_number(value, bool(self.heads))
        if number is None:
            self.fault(key, f"{key!r} must be a number, not {value!r}", half_width(value))
            return None
        if not low <= number <= high:
            self.fault(key, f"{key!r} is {number:g}, outside {low:g} … {high:g}")
            return None
        return number

    def flag(self, key: str, default: bool | None = None) -> bool:
        """A truth value."""
        value = self._take(key, default is None, "true or false")
        if self.heads and isinstance(value, str):
            value = _TRUTH.get(value.strip().lower(), value)
        if value is not None and not isinstance(value, bool):
            self.fault(key, f"{key!r} must be true or false, not {value!r}")
        return value if isinstance(value, bool) else bool(default)

    def word(self, key: str, known: Collection[str], default: str | None = None) -> str:
        """One of the known words."""
        value = self.text(key, default)
        if value and value not in known:
            self.fault(key, f"{key!r} is {value!r}, which is not known", nearest(value, known))
            return next(iter(known), "")
        return value or next(iter(known), "")

    def member(self, key: str, kind: type[E]) -> E:
        """One of the words of an enumeration."""
        return kind(self.word(key, [str(m) for m in kind]))

    def texts(self, key: str, *, required: bool = True) -> tuple[str, ...]:
        """A list of texts; a single text is a list of one."""
        value = self._take(key, required, "a list of texts")
        items = [value] if isinstance(value, str) else value
        if items is None:
            return ()
        if not isinstance(items, list) or not all(isinstance(i, str) for i in items):
            self.fault(key, f"{key!r} must be a list of texts, not {value!r}")
            return ()
        return tuple(items)

    def words(
        self, key: str, known: Collection[str], *, required: bool = True, what: str = "word"
    ) -> tuple[str, ...]:
        """A list of known words; unknown ones are faults and left out."""
        given = self.texts(key, required=required)
        for word in given:
            if word not in known:
                self._unknown(key, f"unknown {what} {word!r} in {key!r}", word, known)
        return tuple(w for w in given if w in known)

    def members(self, key: str, kind: type[E], *, required: bool = True) -> tuple[E, ...]:
        """A list of words of an enumeration."""
        return tuple(kind(w) for w in self.words(key, [str(m) for m in kind], required=required))

    def reference(self, key: str, known: Collection[str], what: str) -> str:
        """The id of something defined elsewhere; empty where it is not known."""
        value = self.text(key)
        if value and value not in known:
            self._unknown(key, f"{key!r} names {what} {value!r}, which is nowhere", value, known)
            return ""
        return value

    def take_parts(self, key: str) -> Sequence["Row"]:
        """The tables inside this one under `key`."""
        self.taken.add(key)
        if key in self.values:
            self.fault(key, f"{key!r} must be a table", f"write [[…{key}]] or [{key}]")
        return self.parts.get(key, ())


def _as_number(value: object, cells: bool) -> float | None:
    if cells and isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


@dataclass(slots=True)
class Named(Generic[T]):
    """Things by id, in the order of the file, each with the row it came from."""

    items: dict[str, T] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)

    def __contains__(self, key: object) -> bool:
        return key in self.items

    def __iter__(self) -> Iterator[str]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, key: str) -> T:
        return self.items[key]

    def pairs(self) -> Iterator[tuple[T, Row]]:
        """Each thing and its row."""
        return ((item, self.rows[key]) for key, item in self.items.items())

    @property
    def values(self) -> tuple[T, ...]:
        """The things in the order of the file."""
        return tuple(self.items.values())


def gather(rows: Iterable[Row], make: Callable[[Row, str], T], key: str = "id") -> Named[T]:
    """Make a thing of each row; duplicate ids and unknown keys are faults."""
    named: Named[T] = Named()
    for row in rows:
        ident = row.id(key)
        item = make(row, ident)
        row.done()
        if ident in named:
            first = named.rows[ident]
            row.fault(key, f"{key} {ident!r} is used twice", f"first in {first.where(key)}")
        elif ident:
            named.items[ident] = item
            named.rows[ident] = row
    return named
