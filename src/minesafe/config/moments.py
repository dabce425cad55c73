"""Dates, times and lists of names as people write them into cells."""

import re
from collections.abc import Iterator
from datetime import date, time, timedelta

_DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_SERIAL, _SHARE = re.compile(r"[0-9]{5}"), re.compile(r"0(\.[0-9]+)?")
_DAY_0 = date(1899, 12, 30)
"""Spreadsheets count days from here."""


def as_date(text: str) -> object:
    """A date from 2026-01-31, 2026/1/31, 2026年1月31日 or a spreadsheet's serial; else the text.

    >>> as_date("2026年1月31日"), as_date("46053")
    (datetime.date(2026, 1, 31), datetime.date(2026, 1, 31))
    """
    found = _DATE.fullmatch(text)
    try:
        if found:
            return date(*(int(part) for part in found.groups()))
        return _DAY_0 + timedelta(days=int(text)) if _SERIAL.fullmatch(text) else text
    except ValueError:
        return text


def as_time(text: str) -> object:
    """A time of day from 8:00, 08:00:00 or a spreadsheet's share of a day; else the text.

    >>> as_time("8:00"), as_time("0.6666666666666666")
    (datetime.time(8, 0), datetime.time(16, 0))
    """
    found = _TIME.fullmatch(text)
    try:
        if found:
            hour, minute, second = (int(part or 0) for part in found.groups())
            return time(hour, minute, second)
        if _SHARE.fullmatch(text):
            seconds = round(float(text) * 86_400)
            return time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    except ValueError:
        return text
    return text


def split(text: str) -> Iterator[str]:
    """The names in one cell: 王建国、李安平.

    >>> list(split("王建国、李安平"))
    ['王建国', '李安平']
    """
    return (word for word in re.split(r"[、，,;；\s]+", text) if word)
