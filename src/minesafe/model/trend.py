"""A point's course in steps of time: what a curve needs, whether it shows an hour or a year."""

from dataclasses import dataclass
from typing import ClassVar

from minesafe.model.frame import Column, Columns


@dataclass(frozen=True, slots=True, eq=False)
class Trend(Columns):
    """Steps of one point, shape (n,) each, by their start.

    `lowest` … `closing` are over samples that are believed (`BELIEVED`) and finite; NaN where a
    step has none. A step without any sample is left out: it is a gap, and is drawn as one.
    """

    start: Column
    """`Micros`."""
    samples: Column
    """How many, whatever their quality."""
    believed: Column
    """Of them those the numbers are of."""
    lowest: Column
    highest: Column
    total: Column
    """Their sum; divided by `believed` it is the mean."""
    first: Column
    """`Micros` of the first of them."""
    opening: Column
    """Its value."""
    last: Column
    closing: Column

    DTYPES: ClassVar[dict[str, str]] = {
        "start": "<i8",
        "samples": "<i8",
        "believed": "<i8",
        "lowest": "<f8",
        "highest": "<f8",
        "total": "<f8",
        "first": "<i8",
        "opening": "<f8",
        "last": "<i8",
        "closing": "<f8",
    }
