"""What one look found."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How it is."""

    WELL = "well"
    LOOK = "look"
    """Works, and a person should look at it."""
    BAD = "bad"
    """Somebody relies on it, and it does not work."""


@dataclass(frozen=True, slots=True)
class Found:
    """One line of the doctor's."""

    what: str
    state: State
    says: str
    do: str = ""
    """What to do about it; empty where it is well."""


def well(what: str, says: str) -> Found:
    """Nothing to do."""
    return Found(what, State.WELL, says)


def look(what: str, says: str, do: str) -> Found:
    """For a person to look at."""
    return Found(what, State.LOOK, says, do)


def bad(what: str, says: str, do: str) -> Found:
    """To be mended."""
    return Found(what, State.BAD, says, do)
