"""Rows of one batch about the same thing, one after the other.

NumPy's fancy assignment keeps only the last of several values for one place. So a batch is
judged in rounds: the first row of every point (or tag), then the second, and so on.
"""

from collections.abc import Iterator

import numpy as np

from minesafe.model.frame import Column


def rounds(ids: Column) -> Iterator[Column]:
    """Row numbers in rounds that name no id twice; the k-th row of an id comes in round k.

    >>> [r.tolist() for r in rounds(np.array([7, 8, 7, 9, 7, 8]))]
    [[0, 1, 3], [2, 5], [4]]
    """
    if not len(ids):
        return
    rank = ranks(ids)
    if not rank.any():
        yield np.arange(len(ids))
        return
    yield from np.split(np.argsort(rank, kind="stable"), np.bincount(rank).cumsum()[:-1])


def ranks(ids: Column) -> Column:
    """Which row of its id each is.

    >>> ranks(np.array([7, 8, 7, 9, 7, 8])).tolist()
    [0, 0, 1, 0, 2, 1]
    """
    order = np.argsort(ids, kind="stable")
    sorted_ids = ids[order]
    starts = np.flatnonzero(np.r_[True, sorted_ids[1:] != sorted_ids[:-1]])
    if len(starts) == len(ids):
        return np.zeros(len(ids), np.intp)
    rank = np.empty(len(ids), np.intp)
    rank[order] = np.arange(len(ids)) - np.repeat(starts, np.diff(np.r_[starts, len(ids)]))
    return rank
