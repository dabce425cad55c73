"""Records of the database as columns."""

from collections.abc import Sequence

import asyncpg
import numpy as np

from minesafe.model.trend import Trend
from minesafe.store.chunks import Shape, Table


def as_table(shape: Shape, records: Sequence[asyncpg.Record]) -> Table:
    """Stored rows as columns."""
    return {name: np.array([r[name] for r in records], t) for name, t in shape.columns.items()}


def as_trend(records: Sequence[asyncpg.Record]) -> Trend:
    """Stored steps as columns: NULL is NaN, and time 0."""
    missing = {"<f8": float("nan"), "<i8": 0}
    return Trend(
        **{
            name: np.array([missing[t] if (v := r[name]) is None else v for r in records], t)
            for name, t in Trend.DTYPES.items()
        }
    )
