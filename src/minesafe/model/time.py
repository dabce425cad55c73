"""Time: one unit, one rule for which time a sample is judged at.

All times are integer microseconds since 1970-01-01 UTC (`Micros`). Wall clocks only label;
leases, time-outs and watchdogs run on monotonic clocks and never meet this type.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Micros: TypeAlias = int
"""Microseconds since the epoch, UTC."""

SECOND: Micros = 1_000_000
MINUTE: Micros = 60 * SECOND

OLDEST: Micros = -60 * SECOND
"""A sample this much before its receipt is still judged at its own time."""

NEWEST: Micros = 5 * SECOND
"""A sample this much after its receipt is still judged at its own time."""


def judged_at(
    sampled: npt.NDArray[np.int64], received: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Tell at which time each sample is judged, and whose clock is off.

    Args:
        sampled: times the devices claim, `Micros`, shape (n,).
        received: times of receipt, `Micros`, shape (n,).

    Returns:
        The judged times, shape (n,), and True where the device's clock was not believed.

    >>> judged_at(np.array([0, 200_000_000]), np.array([1_000_000, 1_000_000]))
    (array([      0, 1000000]), array([False,  True]))
    """
    ahead = sampled - received
    off = (ahead < OLDEST) | (ahead > NEWEST)
    return np.where(off, received, sampled), off
