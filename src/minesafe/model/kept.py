"""What is stored of a span of time, counted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    """Frames of one data directory."""

    frames: int
    first: int
    """Seq of its first frame; 0 where there is none."""
    last: int
    readings: int
    """That these frames came with, whether or not all of them are kept."""
    revisions: tuple[str, ...]

    @property
    def missing(self) -> int:
        """Frames between the first and the last that are not there."""
        return self.last - self.first + 1 - self.frames if self.frames else 0
