"""XLSX becomes rows that know their cells: the lists a mine keeps in a workbook."""

import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TypeAlias
from xml.parsers import expat

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from minesafe.config.row import Findings, Row
from minesafe.config.text import MOST_ROWS
from minesafe.config.words import nearest
from minesafe.model.errors import Fault

MOST_COLUMNS = 100
"""Three times those of the widest list."""

MOST_BYTES = 64 << 20
"""Of all parts unpacked: a workbook is a zip file, and a small one can unpack to any size."""

EXACT = 1e15
"""Whole numbers from here on have lost digits in a spreadsheet."""

Value: TypeAlias = int | float | str | bool | time | date | datetime | timedelta
Span: TypeAlias = tuple[tuple[int, int], tuple[int, int]]
"""First and last (row, column) of merged cells, counted from 0."""

_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_OLD_FORMAT = b"\xd0\xcf\x11\xe0"
"""Begins an .xls, and an .xlsx that is locked with a password."""


class _TooMuchError(Exception):
    """A sheet is longer or wider than any list of a mine; holds which, and the bound."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet as far as it is filled, from A1."""

    sheet: str
    cells: list[list[Value]]
    """Merged cells have the value of their first: so a date may stand beside all its shifts."""
    filled: Sequence[int]
    """Lines that hold anything of their own."""
    merged: Sequence[Span]

    def cell(self, row: int, column: int) -> str:
        """As spreadsheets name it; both counted from 0."""
        return f"{self.sheet}!{letters(column)}{row + 1}"


def letters(column: int) -> str:
    """The letters of a column counted from 0.

    >>> letters(0), letters(25), letters(26)
    ('A', 'Z', 'AA')
    """
    high, low = divmod(column, 26)
    return (letters(high - 1) if high else "") + chr(ord("A") + low)


def read_sheet(
    findings: Findings,
    file: str,
    raw: bytes,
    names: Sequence[str],
    aliases: Mapping[str, str],
) -> list[Row]:
    """A row a line under the heading, which is the first line that is not empty.

    Args:
        findings: where faults go.
        file: its name, for faults.
        raw: its content.
        names: what the sheet may be called; a workbook of one sheet may call it anything.
        aliases: other headings → the key they stand for.
    """
    grid = None if file in findings.unreadable else _grid(findings, file, raw, names)
    if grid is None or _no_list(findings, file, grid):
        return []
    top, *lines = grid.filled
    heads = _headings(findings, file, grid, top, aliases)
    return [_row(findings, file, grid, line, top, heads) for line in lines]


def _no_list(findings: Findings, file: str, grid: Grid) -> bool:
    """One line of headings and lines below it: anything else is not read on."""
    if len(grid.filled) < 2:
        findings.cannot_read(file, 0, "holds no rows", "", grid.cell(0, 0))
        return True
    for (top, left), (bottom, right) in grid.merged:
        if top <= grid.filled[0] <= bottom:
            what = f"the heading is merged as far as {letters(right)}{bottom + 1}"
            hint = "take the merge apart; the first line holds one heading for each column"
            findings.cannot_read(file, top + 1, what, hint, grid.cell(top, left))
            return True
    return False


# --- the workbook --------------------------------------------------------------------------


def _grid(findings: Findings, file: str, raw: bytes, names: Sequence[str]) -> Grid | None:
    try:
        _check_size(raw)
        with CalamineWorkbook.from_filelike(BytesIO(raw)) as book:
            name = _sheet(findings, file, book.sheet_names, names)
            return None if name is None else _filled(book.get_sheet_by_name(name))
    except _TooMuchError as error:
        hint = f"at most {MOST_ROWS} rows, {MOST_COLUMNS} columns and {MOST_BYTES >> 20} MiB"
        findings.cannot_read(file, 0, f"is larger than a mine's list: {error}", hint)
    except (CalamineError, zipfile.BadZipFile, expat.ExpatError, *_BROKEN) as error:
        locked = raw.startswith(_OLD_FORMAT)
        hint = "save it as .xlsx, without a password" if locked else "save it as .xlsx again"
        findings.cannot_read(file, 0, f"is no XLSX workbook: {error}", hint)
    return None


_BROKEN = (OSError, EOFError, ValueError, NotImplementedError, RuntimeError, zlib.error)
"""What zipfile lets through where a damaged archive misleads it."""


def _check_size(raw: bytes) -> None:
    """Before anything is unpacked whole: rows, columns and bytes are counted in passing."""
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        for part in archive.infolist():
            if part.filename.lower().endswith(".xml"):
                _check_extent(archive, part)
        if sum(part.file_size for part in archive.infolist()) > MOST_BYTES:
            raise _TooMuchError("too many bytes")


def _check_extent(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Where the filled cells of a part lie; cells that only have a format do not count.

    Raises:
        _TooMuchError: there is one beyond the bounds.
        ValueError: a cell says it is where no cell can be.
    """
    row, column, inside = 0, 0, False

    def begin(name: str, about: dict[str, str]) -> None:
        nonlocal row, column, inside
        _check_counts(about)
        match name.rpartition(":")[2]:
            case "row":
                row, column, inside = int(about.get("r", row + 1)), 0, False
            case "c":
                row, column = _position(about["r"]) if "r" in about else (row, column + 1)
                inside = True
            case _ if inside:
                _check_cell(row, column)

    def end(name: str) -> None:
        nonlocal inside
        inside = inside and name.rpartition(":")[2] != "c"

    parser = expat.ParserCreate("UTF-8")
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    with archive.open(part) as text:
        while chunk := text.read(1 << 16):
            parser.Parse(chunk)
        parser.Parse(b"", True)


def _check_counts(about: Mapping[str, str]) -> None:
    """Readers make room for as many as a part says it holds."""
    for key in COUNTS & about.keys():
        if int(about[key]) > MOST_ROWS * MOST_COLUMNS:
            raise _TooMuchError(f"{about[key]} of one kind")


COUNTS = {"count", "uniqueCount"}


def _position(cell: str) -> tuple[int, int]:
    """Row and column, counted from 1.

    >>> _position("B12")
    (12, 2)
    """
    found = _CELL.fullmatch(cell)
    if not found:
        raise ValueError(f"{cell!r} is no cell")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column


def _check_cell(row: int, column: int) -> None:
    if row > MOST_ROWS:
        raise _TooMuchError(f"row {row}")
    if column > MOST_COLUMNS:
        raise _TooMuchError(f"column {letters(column - 1)}")


def _sheet(findings: Findings, file: str, there: Sequence[str], names: Sequence[str]) -> str | None:
    found = [sheet for sheet in there if sheet.strip() in names]
    if len(found) == 1 or len(there) == 1:
        return (found or list(there))[0]
    what = f"has {'two sheets' if found else 'no sheet'} called {' or '.join(names)}"
    findings.cannot_read(file, 0, what, nearest(names[0], there))
    return None


def _filled(sheet: CalamineSheet) -> Grid:
    cells: list[list[Value]] = sheet.to_python(skip_empty_area=False)
    filled = [line for line, row in enumerate(cells) if any(_text(value) for value in row)]
    merged = sheet.merged_cell_ranges or []
    for (top, left), (bottom, right) in merged:
        for row in cells[top : bottom + 1]:
            row[left : right + 1] = cells[top][left : left + 1] * len(row[left : right + 1])
    return Grid(sheet.name.strip(), cells, filled, merged)


# --- headings and rows ---------------------------------------------------------------------


def _headings(
    findings: Findings, file: str, grid: Grid, line: int, aliases: Mapping[str, str]
) -> dict[int, str]:
    """The key of each column that has a heading."""
    heads: dict[int, str] = {}
    for column, value in enumerate(grid.cells[line]):
        word = "".join(_text(value).split())
        key = aliases.get(word, word)
        if key and key in heads.values():
            at = grid.cell(line, column)
            findings.faults.append(Fault(file, line + 1, f"heading {key!r} stands twice", "", at))
        elif key:
            heads[column] = key
    return heads


def _row(
    findings: Findings, file: str, grid: Grid, line: int, top: int, heads: Mapping[int, str]
) -> Row:
    given: dict[str, object] = {}
    for column in range(len(grid.cells[line])):
        text = _checked(findings, file, grid, line, column)
        if text and column in heads:
            given[heads[column]] = text
        elif text:
            what, at = f"{text!r} stands under no heading", grid.cell(line, column)
            findings.faults.append(Fault(file, line + 1, what, "give the column one", at))
    columns = {key: letters(column) for column, key in heads.items()}
    head_lines = dict.fromkeys(heads.values(), top + 1)
    return Row(findings, file, line + 1, given, {}, head_lines, grid.sheet, columns)


def _checked(findings: Findings, file: str, grid: Grid, line: int, column: int) -> str:
    value, what, hint = grid.cells[line][column], "", ""
    if isinstance(value, str) and value in ERRORS:
        what, hint = f"holds the formula error {value}", "write the value itself"
    elif isinstance(value, float) and abs(value) >= EXACT:
        what, hint = f"holds {value:.0f}, whose last digits are lost", "format the cell as text"
    if what:
        findings.faults.append(Fault(file, line + 1, what, hint, grid.cell(line, column)))
    return "" if what else _text(value)


ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA")


def _text(value: Value) -> str:
    """What a cell shows, as a CSV would hold it: 10001, not 10001.0."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return str(value if value.time() != time() else value.date())
    return str(value).strip()
