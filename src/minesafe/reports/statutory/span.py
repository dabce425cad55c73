"""The day a report is of, by the mine's own calendar, and the shifts that worked in it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from minesafe.duty.roster import Roster
from minesafe.model.errors import Refused
from minesafe.model.mine import Mine, Shift
from minesafe.model.time import MINUTE, SECOND, Micros

_DAY = re.compile(r"20\d\d-\d\d-\d\d")
_MONTH = re.compile(r"20\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time a report tells of."""

    day: str
    start: Micros
    end: Micros
    until: Micros
    """Not after the last whole minute, so that a minute of it is all of it."""
    zone: ZoneInfo
    now: Micros

    def date(self, time: Micros) -> str:
        """The mine's day of a moment."""
        return f"{datetime.fromtimestamp(time // SECOND, self.zone):%Y-%m-%d}"

    def clipped(self, began: Micros, ended: Micros | None) -> tuple[Micros, Micros] | None:
        """The part of a stretch that lies in it; None: nothing of it."""
        low = max(began, self.start)
        high = min(self.until if ended is None else ended, self.until)
        touches = low < high or (began == high and self.start <= began < self.until)
        return (low, max(low, high)) if touches else None

    def seconds(self, began: Micros, ended: Micros | None) -> float:
        """How much of a stretch lies in it."""
        part = self.clipped(began, ended)
        return 0.0 if part is None else (part[1] - part[0]) / SECOND


def day_of(mine: Mine, day: str, now: Micros) -> Span:
    """A day, 2026-11-26.

    Raises:
        Refused: no_such_day · day_not_begun.
    """
    return _span(mine, day, _DAY, "%Y-%m-%d", 1, now)


def month_of(mine: Mine, month: str, now: Micros) -> Span:
    """A month, 2026-11. Raises as `day_of`."""
    return _span(mine, month, _MONTH, "%Y-%m", 32, now)


def _span(mine: Mine, day: str, form: re.Pattern[str], spelt: str, days: int, now: Micros) -> Span:
    zone = ZoneInfo(mine.server.timezone or "UTC")
    try:
        if not form.fullmatch(day):
            raise ValueError(day)
        first = datetime.strptime(day, spelt).replace(tzinfo=zone)
    except ValueError as error:
        raise Refused("no_such_day", day=day) from error
    last = first + timedelta(days=days)
    last = last if days == 1 else last.replace(day=1)
    start, end = (round(d.timestamp()) * SECOND for d in (first, last))
    if now < start + MINUTE:
        raise Refused("day_not_begun", day=day)
    return Span(day, start, end, min(end, now // MINUTE * MINUTE), zone, now)


def yesterday(mine: Mine, now: Micros) -> str:
    """The mine's day before this one."""
    local = datetime.fromtimestamp(now / SECOND, ZoneInfo(mine.server.timezone or "UTC"))
    return f"{local.date() - timedelta(days=1):%Y-%m-%d}"


def shifts_in(roster: Roster, span: Span) -> list[tuple[Shift, tuple[Micros, Micros]]]:
    """The shifts that worked in it, each with the part that lies in it."""
    parts = ((s, span.clipped(s.start, s.end)) for s in roster.between(span.start, span.until))
    return [(shift, part) for shift, part in parts if part is not None and part[0] < part[1]]
