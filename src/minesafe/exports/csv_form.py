"""CSV as Excel opens it by a click: a byte order mark, commas, CRLF; or GBK for older programs."""

import csv
import math
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Any

import numpy as np

from minesafe.exports.table import Block, Cells, Head, Kind, Sheet, local, split

FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""A cell that begins so is a formula to a spreadsheet (OWASP, CSV injection); the wide ones too."""


def defused(text: str) -> str:
    """Text that no spreadsheet calculates.

    >>> defused("=HYPERLINK(1)"), defused("1-N4")
    ("'=HYPERLINK(1)", '1-N4')
    """
    return f"'{text}" if text.startswith(FORMULA) else text


class Csv:
    """Implements `Form`."""

    def __init__(self, sheet: Sheet, encoding: str) -> None:
        """A table in an encoding: utf-8 or gbk."""
        self._heads, self._zone = sheet.heads, sheet.zone
        # GB18030 is GBK and everything GBK lacks, so that no name loses a character.
        self._encoding = {"utf-8": "utf-8", "gbk": "gb18030"}[encoding]
        self._mark = b"\xef\xbb\xbf" if encoding == "utf-8" else b""

    def begin(self) -> bytes:
        """The mark and the head."""
        return self._mark + self._lines([[defused(head.words) for head in self._heads]])

    def add(self, block: Block) -> bytes:
        """One block of rows."""
        columns = [self._told(h, c) for h, c in zip(self._heads, block, strict=True)]
        return self._lines(list(zip(*columns, strict=True)))

    def end(self) -> Iterator[bytes]:
        """Nothing follows."""
        return iter(())

    def _lines(self, rows: Sequence[Sequence[Any]]) -> bytes:
        text = StringIO()
        csv.writer(text).writerows(rows)
        return text.getvalue().encode(self._encoding)

    def _told(self, head: Head, cells: Cells) -> Cells:
        if head.kind is Kind.TIME:
            times, known = split(cells)
            shown = np.datetime_as_string(local(times, self._zone).view("<M8[us]"), unit="ms")
            return [
                text.replace("T", " ") if there else ""
                for text, there in zip(shown.tolist(), known.tolist(), strict=True)
            ]
        if head.kind is Kind.TEXT:
            return [defused(cell) for cell in cells]
        return ["" if cell is None or not math.isfinite(cell) else cell for cell in cells]
