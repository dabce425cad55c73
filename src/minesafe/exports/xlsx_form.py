"""XLSX by XlsxWriter, row by row through files of its own; text is text and never a formula."""

import math
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import xlsxwriter

from minesafe.exports.table import Block, Cells, Head, Kind, Sheet, local, split
from minesafe.model.errors import Refused
from minesafe.model.time import SECOND

SHEET = 1_048_576
"""Rows of a sheet, its head among them: Excel's bound."""

MOST = 3_000_000
"""Rows of a file: more is no spreadsheet; CSV and Parquet have no bound."""

PART = 1 << 18
DAY = 86_400 * SECOND
EPOCH = 25_569
"""1970-01-01 in Excel's days."""

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

WIDTHS = {Kind.TIME: 24, Kind.NUMBER: 16, Kind.WHOLE: 12, Kind.TEXT: 22}


class Xlsx:
    """Implements `Form`. Its bytes come at the end: a workbook is a zip of whole sheets."""

    def __init__(self, sheet: Sheet) -> None:
        """A folder of its own, which `end` takes away, or `close`."""
        self._heads, self._zone = sheet.heads, sheet.zone
        self._stack = ExitStack()
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="minesafe-")))
        self._path = folder / "export.xlsx"
        self._book = xlsxwriter.Workbook(str(self._path), {**OPTIONS, "tmpdir": str(folder)})
        self._bold = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._time = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"})
        self._sheet: Any = None
        self._row = self._rows = 0

    def begin(self) -> bytes:
        """Another sheet with its head."""
        self._sheet, self._row = self._book.add_worksheet(), 1
        self._sheet.freeze_panes(1, 0)
        for column, head in enumerate(self._heads):
            self._sheet.set_column(column, column, WIDTHS[head.kind])
        for column, head in enumerate(self._heads):
            self._sheet.write_string(0, column, head.words, self._bold)
        return b""

    def add(self, block: Block) -> bytes:
        """One block of rows.

        Raises:
            Refused: ask_shorter.
        """
        writers = [self._writer(h, c) for h, c in zip(self._heads, block, strict=True)]
        count = len(block[0])
        self._rows += count
        if self._rows > MOST:
            raise Refused("ask_shorter", most=MOST)
        for i in range(count):
            if self._row == SHEET:
                self.begin()
            for column, write in enumerate(writers):
                write(self._row, column, i)
            self._row += 1
        return b""

    def _writer(self, head: Head, cells: Cells) -> Callable[[int, int, int], None]:
        if head.kind is Kind.TEXT:
            return lambda row, column, i: self._sheet.write_string(row, column, cells[i])
        if head.kind is Kind.TIME:
            times, known = split(cells)
            days = (local(times, self._zone) / DAY + EPOCH).tolist()
            return lambda row, column, i: (
                self._sheet.write_number(row, column, days[i], self._time) if known[i] else None
            )
        return lambda row, column, i: (
            self._sheet.write_number(row, column, cells[i])
            if cells[i] is not None and math.isfinite(cells[i])
            else None
        )

    def end(self) -> Iterator[bytes]:
        """The workbook, in parts."""
        self._book.close()
        with self._path.open("rb") as file:
            while part := file.read(PART):
                yield part

    def close(self) -> None:
        """Take the folder away, whatever became of it."""
        if not self._book.fileclosed:
            self._book.fileclosed = True  # else its destructor writes what nobody wants
        self._stack.close()
