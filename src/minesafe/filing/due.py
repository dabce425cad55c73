"""Which reports the clock asks for: of days and months that are over, those nobody has made since.

The filing book is the memory: what it lists as made after the end of its day is made, by whomever,
however often the server was started meanwhile.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from minesafe.filing.book import FilingBook
from minesafe.model.filing import Series
from minesafe.model.mine import MorningPolicy
from minesafe.model.time import SECOND, Micros

DAYS_BACK = 7
"""So many days that a server was away for are made up for, the oldest first."""


def due(
    policy: MorningPolicy, book: FilingBook, zone: ZoneInfo, began: Micros, now: Micros
) -> Iterator[tuple[Series, str]]:
    """What is to be made now: series, and day or month.

    Args:
        policy: which, and from which time of a morning on.
        book: what there is.
        zone: the mine's calendar.
        began: the journal; of days before it nothing is known.
        now: the mine's time.
    """
    today = datetime.fromtimestamp(now / SECOND, zone).date()
    for back in reversed(range(DAYS_BACK)):
        morning = today - timedelta(days=back)
        over = _micros(morning, time(), zone)
        if now < _micros(morning, policy.at, zone) or over <= began:
            continue
        for series in map(Series, policy.series):
            of = _told(series, morning)
            newest = book.newest(series, of) if of else None
            if of and (newest is None or newest.made < over):
                yield series, of


def _told(series: Series, morning: date) -> str:
    """Of which day or month a morning's report is; none: no month ended with the day before."""
    before = morning - timedelta(days=1)
    if not series.monthly:
        return f"{before:%Y-%m-%d}"
    return f"{before:%Y-%m}" if morning.day == 1 else ""


def _micros(day: date, at: time, zone: ZoneInfo) -> Micros:
    return round(datetime.combine(day, at, zone).timestamp()) * SECOND
