"""A table on its way out: its columns, and its rows in blocks. A block is all that is held."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np

from minesafe.model.frame import Column
from minesafe.model.time import SECOND

Cells: TypeAlias = Sequence[Any]
"""Of one column: `Micros`, numbers or words; None and NaN are empty."""

Block: TypeAlias = Sequence[Cells]
"""Columns of equal length, in the order of the head."""


class Kind(StrEnum):
    """What is in a column."""

    TIME = "time"
    NUMBER = "number"
    WHOLE = "whole"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Head:
    """One column."""

    key: str
    """A name for programs."""
    words: str
    """For people, with its unit, or for times with their zone."""
    kind: Kind


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table whose rows are still to come."""

    heads: tuple[Head, ...]
    blocks: AsyncIterator[Block]
    zone: ZoneInfo


def local(times: Column, zone: ZoneInfo) -> Column:
    """`Micros` as the zone's clock shows them. Zones shift by whole quarters of an hour."""
    quarter = 900 * SECOND
    marks, rows = np.unique(times // quarter, return_inverse=True)
    shifts = [datetime.fromtimestamp(mark * 900, zone).utcoffset() for mark in marks.tolist()]
    seconds = np.array([0 if s is None else int(s.total_seconds()) for s in shifts], np.int64)
    shown: Column = times + (seconds * SECOND)[rows]
    return shown


def split(cells: Cells) -> tuple[Column, Column]:
    """Times as whole numbers, and which there are."""
    known = np.array([cell is not None for cell in cells], bool)
    return np.array([0 if cell is None else cell for cell in cells], np.int64), known
