"""Whether a screen of the control room is heard."""

from dataclasses import dataclass

from minesafe.model.time import Micros


@dataclass(frozen=True, slots=True)
class SoundTest:
    """The last test of one screen's sound."""

    screen: str
    """What the screen calls itself."""
    at: Micros
    by: str
    """Person id."""
    heard: bool
    """What he said."""
