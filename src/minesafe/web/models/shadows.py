"""Shadows: limits that judge live and tell nobody."""

from minesafe.web.models.wire import Wire, Words


class TriedOut(Wire):
    """One limit of a point, as it is in force and as the shadow has it."""

    point: str
    condition: str
    before: float | None
    after: float | None
    fired: int
    """By the limit in force."""
    would_fire: int
    real: int
    """Of those that would have fired."""
    dangers: int
    """Real episodes of the point."""
    missed: int
    """Of those that were told, the ones the shadow would not have told."""
    lead_s: float | None
    """The median of how much sooner it would have told a danger; below 0: later."""


class ShadowOut(Wire):
    """One shadow over a stretch of time."""

    id: str
    name: Words
    would_fire: int
    real: int
    missed: int
    lead_s: float | None
    limits: list[TriedOut]
