"""When a point's samples were not believed, and what was said of them: calibrated, faulty, lost."""

from dataclasses import dataclass
from typing import ClassVar

from minesafe.model.frame import Column, Columns


@dataclass(frozen=True, slots=True, eq=False)
class Spells(Columns):
    """Steps of one point by start and quality, shape (n,) each; only those of no believed quality.

    A step may stand here several times, and in a trend besides: some of its samples were good.
    """

    start: Column
    """`Micros`."""
    quality: Column
    """`Quality` as uint8."""
    samples: Column

    DTYPES: ClassVar[dict[str, str]] = {"start": "<i8", "quality": "|u1", "samples": "<i8"}
