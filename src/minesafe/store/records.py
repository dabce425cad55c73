"""Records of the database as columns."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import asyncpg
import numpy as np

from minesafe.model.frame import Columns
from minesafe.model.trend import Trend
from minesafe.store.chunks import Shape, Table

K = TypeVar("K", bound=Columns)


def as_table(shape: Shape, records: Sequence[asyncpg.Record]) -> Table:
    """Stored rows as columns."""
    return {name: np.array([r[name] for r in records], t) for name, t in shape.columns.items()}


def as_trend(records: Sequence[asyncpg.Record]) -> Trend:
    """Stored steps as columns."""
    return Trend(**as_columns(Trend.DTYPES, records))


def as_columns(types: Mapping[str, str], records: Sequence[asyncpg.Record]) -> Table:
    """Columns of records: NULL is NaN, and of whole numbers 0."""
    missing = {"f": float("nan"), "i": 0}
    return {
        name: np.array([missing[t[1]] if (v := r[name]) is None else v for r in records], t)
        for name, t in types.items()
    }


def columns(kind: type[K], table: Table) -> K:
    """Stored rows in the types of a frame."""
    return kind(**{name: table[name].astype(dtype) for name, dtype in kind.DTYPES.items()})
