"""Where one person is to walk, which ways are walked, and where the air carries a danger."""

from dataclasses import dataclass

from minesafe.model.mine import Danger, Interval


@dataclass(frozen=True, slots=True)
class Way:
    """The way of one person to safety."""

    destination: str
    """Node id of an exit or refuge; empty where none can be reached."""
    toward: str
    """Node id of the next node; empty likewise."""
    distance_m: float | None
    walk_s: float | None


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of one roadway that people of an open evacuation walk, in one direction."""

    roadway: str
    from_m: float
    """Where the first of them sets out; larger than `to_m` where they walk towards the start."""
    to_m: float
    people: int
    """Who is in it or will come through."""


@dataclass(frozen=True, slots=True)
class Impact:
    """Where the air carries a danger (波及范围): from its cause on, to the common return."""

    cause: str
    """Id of a point at its limit, or of an open order that names the danger."""
    danger: Danger
    stretches: tuple[Interval, ...]
