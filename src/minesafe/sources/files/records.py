"""An upload file as records: fields by `;`, records by `~`, the end by `||`. Pure.

Writers slip: a record ends with its line instead of `~`, a byte order mark stands in front, text is
GBK in one file and UTF-8 in the next. What can be meant is read; the rest is a fault with its line.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

FIELD, RECORD, END = ";", "~", "||"

LONGEST = 4 << 20
"""Bytes of a file; ten thousand points take a tenth of it."""

MOST_FIELDS = 64


_FOREIGN = re.compile(r"[^\x00-\x7f°±²³µ·×÷\u2000-\uffff\U00010000-\U0010ffff]")
"""Letters no Chinese text has: 停 in GBK (CD A3) is also the UTF-8 of one of them."""


class Record(NamedTuple):
    """One record and the line it begins on."""

    line: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file, read."""

    header: tuple[str, ...]
    records: tuple[Record, ...]
    faults: tuple[tuple[int, str], ...]
    """(line, what is wrong)."""


def ended(data: bytes) -> bool:
    """Whether the writer has come to the end."""
    return data.rstrip(b"\r\n \t\x00\x1a").endswith(END.encode())


def read(data: bytes) -> Sheet:
    r"""A file's records. The first is the header.

    >>> sheet = read(b"2026-03-01 08:00:00;1~\r\nCH4-T1;0.42;0~\r\n||\r\n")
    >>> sheet.header, sheet.records[0].fields, sheet.faults
    (('2026-03-01 08:00:00', '1'), ('CH4-T1', '0.42', '0'), ())
    """
    text, faults = _text(data)
    body, end, behind = text.partition(END)
    if not end:
        faults.append((text.count("\n") + 1, f"ends without {END}"))
        body = body[: max(body.rfind(RECORD), body.rfind("\n")) + 1]  # 1.6 cut off may be 1.
    if behind.strip("\r\n \t\x00\x1a"):
        faults.append((body.count("\n") + 1, f"goes on behind {END}"))
    records = []
    for line, words in enumerate(body.split("\n"), 1):
        for part in words.split(RECORD):
            fields = tuple(field.strip() for field in part.split(FIELD, MOST_FIELDS))
            if len(fields) > MOST_FIELDS:
                faults.append((line, f"more than {MOST_FIELDS} fields"))
            elif any(fields):
                records.append(Record(line, fields))
    header = records[0].fields if records else ()
    return Sheet(header, tuple(records[1:]), tuple(faults))


def _text(data: bytes) -> tuple[str, list[tuple[int, str]]]:
    """UTF-8, else GBK; what is neither costs its own characters and is told."""
    for encoding, foreign in (("utf-8-sig", _FOREIGN), ("gb18030", None)):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if foreign is None or not foreign.search(text):
            return text, []
    text = data.decode("gb18030", "replace")
    line = text[: text.find("\N{REPLACEMENT CHARACTER}")].count("\n") + 1
    return text, [(line, "is neither UTF-8 nor GBK")]
