"""Rules over time: what a point did over a while, not what it reads now."""

from dataclasses import dataclass
from enum import StrEnum

from minesafe.model.verdict import Condition


class WindowFamily(StrEnum):
    """What is asked of the while."""

    RISE = "rise"
    """It rises by at least `limit` a minute (least squares)."""
    REPEAT = "repeat"
    """At least `count` samples were over `limit`, and at least `count` of every `of`."""
    OVER_TIME = "over_time"
    """The time over `limit` comes to `over_s`."""
    TWA = "twa"
    """The average weighted by time is at least `limit` (over a shift)."""
    STEL = "stel"
    """Likewise, over a short while."""
    FORECAST = "forecast"
    """Going on like this it reaches `limit` within `horizon_s`."""
    DRIFT = "drift"
    """Its deviations from `target` beyond `slack` come to `limit` (CUSUM)."""


CONDITIONS: dict[WindowFamily, Condition] = {
    WindowFamily.RISE: Condition.RISING,
    WindowFamily.REPEAT: Condition.REPEATED,
    WindowFamily.OVER_TIME: Condition.OVER_TOO_LONG,
    WindowFamily.TWA: Condition.TWA,
    WindowFamily.STEL: Condition.STEL,
    WindowFamily.FORECAST: Condition.FORECAST,
    WindowFamily.DRIFT: Condition.DRIFTING,
}


AMOUNTS = (WindowFamily.RISE, WindowFamily.DRIFT)
"""Families whose limit is an amount above 0 and no value of the sensor."""


@dataclass(frozen=True, slots=True)
class Window:
    """One `[[window]]` row of a rule pack."""

    id: str
    family: WindowFamily
    kind: str
    point: str
    """Of this point only; empty: of every point of the kind that has no row of its own."""
    side: str
    """high · low: which way is worse."""
    window_s: float
    limit: float | None
    """None, of a forecast only: the point's own cut-off, else its alarm limit."""
    restore: float | None
    """The measure inside which it ends; None: the limit."""
    count: float
    of: float
    over_s: float
    horizon_s: float
    target: float
    slack: float
    level: str
    """A `Severity`."""
    source: str
    clause: str
    edition: str
    verified: bool
