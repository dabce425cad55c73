"""What an order is scored by."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """Seconds since the issue; None for what has not come to pass."""

    order: str
    drill: bool
    people: int
    accounted: int
    first_acknowledged_s: float | None
    out_50_s: float | None
    """Half of the people out, at a refuge or ticked off as either; likewise below."""
    out_90_s: float | None
    out_100_s: float | None
    slowest_zone: str
    """Zone id; empty where nobody was in one."""
    closed_s: float | None
