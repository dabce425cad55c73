"""Where one person is to walk."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Way:
    """The way of one person to safety."""

    destination: str
    """Node id of an exit or refuge; empty where none can be reached."""
    toward: str
    """Node id of the next node; empty likewise."""
    distance_m: float | None
    walk_s: float | None
