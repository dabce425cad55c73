"""What one file tells: rows for the intake, and what is wrong with it."""

from dataclasses import dataclass, field
from typing import Any

from minesafe.model.time import Micros


@dataclass(slots=True)
class Told:
    """One file, decoded."""

    kind: str
    at: Micros | None = None
    """The time in its header."""
    readings: list[tuple[int, float, int, Micros, Micros]] = field(default_factory=list)
    """As `Readings.of` takes them."""
    sightings: list[tuple[Any, ...]] = field(default_factory=list)
    """As `Sightings.of` takes them."""
    faults: list[tuple[int, str]] = field(default_factory=list)
    """(line, what is wrong)."""
    differs: dict[str, str] = field(default_factory=dict)
    """By point or person: how its definition differs from ours; empty where it does not."""
    unknown_points: list[str] = field(default_factory=list)
    unknown_tags: list[str] = field(default_factory=list)
