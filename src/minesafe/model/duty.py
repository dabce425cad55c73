"""Duty as its fold holds it: changes of the roster, and what a leader did underground. Frozen."""

from dataclasses import dataclass

from minesafe.model.events import DutyHandedOver
from minesafe.model.mine import Duty
from minesafe.model.time import Micros


@dataclass(frozen=True, slots=True)
class Swap:
    """调班: two people of two shifts who want to change places."""

    swap: str
    duty: Duty
    start: Micros
    person: str
    other_start: Micros
    other_person: str
    reason: str
    asked: Micros
    asked_by: str


@dataclass(frozen=True, slots=True)
class Substitute:
    """临时替班: somebody who stands in, and whom nobody else has confirmed yet."""

    substitute: str
    duty: Duty
    start: Micros
    person: str
    stands_in: str
    reason: str
    confirm_until: Micros
    named: Micros
    named_by: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where one leader is of the shift that runs, by his own tag."""

    person: str
    duty: Duty
    underground: bool
    since: Micros | None
    """Since when he is underground without having come up; None while he is not."""
    underground_s: float
    zones: tuple[str, ...]
    """Areas he is in now."""
    visited: tuple[tuple[str, float], ...]
    """(area, seconds in it so far)."""
    route: tuple[tuple[Micros, bool, tuple[str, ...]], ...] = ()
    """Each change of the shift: when, whether underground, areas he was in from then on."""


@dataclass(frozen=True, slots=True)
class DutyBoard:
    """What the duty page shows."""

    stretches: tuple[Stretch, ...]
    left_out: tuple[str, ...]
    """Areas none of the shift's leaders has been in yet."""
    swaps: tuple[Swap, ...]
    substitutes: tuple[Substitute, ...]
    hand_over: DutyHandedOver | None
    """How the shift that runs was taken over underground, if it was."""


@dataclass(frozen=True, slots=True)
class Month:
    """带班次数: one leader's month."""

    person: str
    duty: Duty
    shifts: int
    """On the roster."""
    served: int
    """Of those, underground for at least half the shift."""
    days: int
    """Days on which he served."""
    underground_s: float
    least: int
    """So many he has to serve; 0 where nothing is prescribed."""
