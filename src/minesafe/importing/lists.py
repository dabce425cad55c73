"""Lists as offices keep them: in GBK or UTF-8; and as the mine's directory keeps them."""

import csv
from collections.abc import Sequence
from io import StringIO

from minesafe.config.row import Row
from minesafe.config.text import is_chinese, is_gbk


def in_utf8(raw: bytes) -> bytes:
    """The same text in UTF-8, where it is GBK, as older spreadsheets save CSV; else as it is.

    A file in which some lines are one and some the other is left to be refused by its reader.

    >>> in_utf8("姓名".encode("gbk")).decode()
    '姓名'
    """
    lines = [line for line in raw.splitlines() if not line.isascii()]
    if lines and all(is_gbk(line) and not _is_utf8_chinese(line) for line in lines):
        return raw.decode("gb18030").encode()
    return raw


def _is_utf8_chinese(line: bytes) -> bool:
    """Two Chinese letters in UTF-8 are three in GBK, so the other reading must be looked at too."""
    try:
        return any(is_chinese(letter) for letter in line.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def written(rows: Sequence[Row]) -> bytes:
    """Rows of a list as CSV, under our own headings."""
    columns = list(dict.fromkeys(key for row in rows for key in row.heads))
    text = StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(columns)
    table.writerows([row.values.get(key, "") for key in columns] for row in rows)
    return text.getvalue().encode()
