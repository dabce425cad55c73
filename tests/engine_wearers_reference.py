"""What the plain rules remember of one person, one stay, one reader."""

import math
from dataclasses import dataclass, field

from engine_doubts_reference import Doubt

from minesafe.model.verdict import Condition


@dataclass
class Stay:
    """One person within one zone, and when the guard will end it."""

    entered: int
    tolerance: int | None = None
    delay: int | None = None
    told: set[Condition] = field(default_factory=set)

    def due(self) -> float:
        return min([d for d in (self.tolerance, self.delay) if d is not None], default=math.inf)


@dataclass
class Tag:
    """One person."""

    counts: bool
    trade: str
    seen: int = 0
    placed: int = 0
    reader: int = -1
    place: tuple[int, float] | None = None
    spot: tuple[int, float, float] = (-1, 0.0, 0.0)
    error: float = math.inf
    flags: int = 0
    stays: dict[int, Stay] = field(default_factory=dict)
    out: bool = True
    lost: bool = False
    rest: tuple[int, float, int] | None = None
    """Roadway, metres, since when."""
    resting: bool = False
    mate: int | None = None
    mate_since: int = 0
    mate_at: int = 0
    walked: float = 0.0
    looked: tuple[int, float] | None = None
    as_one: bool = False
    doubt: Doubt = field(default_factory=Doubt)
    placing: str = "none"


@dataclass
class Ear:
    """One reader."""

    quiet: int
    period: int
    heard: int = 0
    gone: int = 0
    silent: bool = False
