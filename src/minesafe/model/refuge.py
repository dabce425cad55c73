"""A refuge as the control room must know it: how many are in it, for how long, and in what air."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Whether people can live in a refuge."""

    HABITABLE = "habitable"
    UNKNOWN = "unknown"
    """Nothing measures inside, or what measures says nothing that may be believed."""
    UNINHABITABLE = "uninhabitable"


@dataclass(frozen=True, slots=True)
class Refuge:
    """One refuge now."""

    node: str
    zone: str
    inside: int
    """Heads, leaders and visitors included."""
    coming: int
    """Sent there and not yet arrived."""
    capacity: int
    air_h: float | None
    """Hours until what it stores is used up by those inside; None while it is empty."""
    verdict: Verdict
    why: tuple[str, ...]
    """Points that speak against it: at a limit, or not to be believed."""

    @property
    def urgency(self) -> tuple[bool, bool, float]:
        """Sorts by who must be reached first: people in bad air, then the least air."""
        hours = float("inf") if self.air_h is None else self.air_h
        return not self.inside, self.verdict is not Verdict.UNINHABITABLE, hours
