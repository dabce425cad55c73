"""How each of the six systems is: what a tile says."""

from dataclasses import dataclass
from enum import StrEnum

from minesafe.model.mine import System
from minesafe.model.time import Micros


class SystemState(StrEnum):
    """Of a system as a whole."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    """A part of it is not heard, or not believed, or something is found wrong with it."""
    DEAD = "dead"
    """Nothing of it is heard: whatever the pages still show of it is history."""


TROUBLES = ("none", "never_heard", "silent", "faulty", "reports_dead")
"""What a trouble may be besides a finding."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One reason why a system is not healthy."""

    code: str
    """none (the mine has nothing of it) · never_heard · silent · faulty · reports_dead, or the kind
    of a finding."""
    count: int
    """How many it is true of."""
    subjects: tuple[str, ...]
    """The first of them, by id."""


@dataclass(frozen=True, slots=True)
class SystemHealth:
    """One of the six, now."""

    system: System
    state: SystemState
    since: Micros
    parts: int
    """Points and readers of it."""
    heard: int
    """Of these, those that are heard."""
    why: tuple[Trouble, ...]
