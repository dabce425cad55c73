"""How much one question may ask for, and what it holds for unseen. One table."""

from collections.abc import Iterator

from minesafe.model.errors import Refused
from minesafe.model.mine import Mine
from minesafe.model.steps import MINUTE
from minesafe.model.time import SECOND, Micros

HOUR = 60 * MINUTE
DAY = 24 * HOUR

MOST_SAMPLES = 200_000
"""Samples read at a time: an hour of 100 people once in two seconds."""

SLICE: Micros = HOUR
"""Everybody's presence is read by the hour: of a thousand people some five megabytes."""

LONGEST = {
    "track": 31 * DAY,
    "occupancy": 7 * DAY,
    "attendance": 7 * DAY,
    "contacts": DAY,
    "alarms": 31 * DAY,
    "export": 366 * DAY,
}
"""Longer questions are refused; ask day by day, which is also how answers are kept."""

UNSEEN: Micros = 5 * MINUTE
"""Seen nowhere for longer, a stay ended when he was seen last; a mine may be more patient."""


def checked(what: str, span: tuple[Micros, Micros]) -> tuple[Micros, Micros]:
    """The span, if it is one and not too long.

    Raises:
        Refused: ask_shorter, bad_span.
    """
    if span[1] <= span[0]:
        raise Refused("bad_span")
    if span[1] - span[0] > LONGEST[what]:
        raise Refused("ask_shorter", most_h=LONGEST[what] // HOUR)
    return span


def unseen(mine: Mine) -> Micros:
    """For how long nobody need see a person who stays."""
    return max(UNSEEN, int(mine.policy.lost_contact_s * SECOND))


def slices(span: tuple[Micros, Micros]) -> Iterator[tuple[Micros, Micros]]:
    """A span in parts that end where hours do."""
    low, end = span
    while low < end:
        high = min((low // SLICE + 1) * SLICE, end)
        yield low, high
        low = high
