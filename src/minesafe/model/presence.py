"""Who was on which roadway in which minute: the coarse answer that says where to look closer.

A mine of a thousand people tells millions of places a shift. Questions about everybody (who was in
a zone, who met whom) are screened by these rows; only where one leaves it open are samples read.
So the bounds never lie inwards: what is outside of them was not there.
"""

from dataclasses import dataclass
from typing import ClassVar

from minesafe.model.frame import Column, Columns


@dataclass(frozen=True, slots=True, eq=False)
class Presence(Columns):
    """Rows of one person, one roadway and one minute of sample time each, shape (n,)."""

    minute: Column
    """`Micros` at which the minute begins."""
    tag: Column
    """Row of the wearer among the revision's people; -1 where it no longer has him."""
    roadway: Column
    """Row of the roadway; -1: only that the tag was heard, or a roadway that is no more."""
    samples: Column
    first: Column
    """`Micros` of the first of them."""
    last: Column
    low: Column
    """Metres along the roadway, between which they lie; NaN where none has a place."""
    high: Column
    west: Column
    """Local metres, between which they lie."""
    east: Column
    south: Column
    north: Column

    DTYPES: ClassVar[dict[str, str]] = {
        "minute": "<i8",
        "tag": "<i4",
        "roadway": "<i4",
        "samples": "<i4",
        "first": "<i8",
        "last": "<i8",
        "low": "<f8",
        "high": "<f8",
        "west": "<f8",
        "east": "<f8",
        "south": "<f8",
        "north": "<f8",
    }
