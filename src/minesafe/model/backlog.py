"""How far the history is behind what the mine has sent."""

from dataclasses import dataclass

from minesafe.model.time import Micros


@dataclass(frozen=True, slots=True)
class Backlog:
    """One look at it."""

    committed: int
    """The newest frame on our own disk."""
    stored: int | None
    """The newest one the database has said it has; None where it has not been asked yet."""
    waiting_since: Micros | None
    """Time of the oldest frame it has not, None where it has all."""
    behind_s: float
    """The mine's seconds since then, 0 where it has all."""
    spool_fill: float
    """Share of the spool's cap in use, 0 … 1."""
    free_bytes: int
    """What the disk has left for us."""
    late: int
    """Samples stored since the start that came more than a minute after they were taken."""
    disordered: int
    """Samples stored since the start that are older than one of theirs that was there before."""
    repeats: int
    """Messages heard since the start that had been heard before."""
    days_left: float | None = None
    """How long the disk lasts as it fills now; None in the first hour."""
