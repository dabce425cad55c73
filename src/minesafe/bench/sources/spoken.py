"""A message of some dialect, ready to be decoded again and again."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message, decoded as in production."""

    decode: Callable[[], object]
    """From its bytes to the columns of a batch."""
    points: int
    """Readings, or sightings, in it."""
    as_json: bytes
    """The same points with value and time as plain JSON."""
