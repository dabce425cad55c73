"""How a loop says what it found: into columns of fixed length, and when they are full, again."""

from collections.abc import Callable

import numpy as np

from minesafe.engine.kernels.point_loops import Told
from minesafe.engine.transcript import Transcript
from minesafe.model.frame import Column

ROOM = 1 << 15
"""Transitions written at one go; a loop that has more to say is called again."""

_NO_ZONE = np.full(ROOM, -1, np.int32)
_NO_ZONE.setflags(write=False)


def room() -> Told:
    """Empty columns."""
    return Told(
        condition=np.empty(ROOM, np.uint8),
        subject=np.empty(ROOM, np.int32),
        on=np.empty(ROOM, np.bool_),
        value=np.empty(ROOM, np.float64),
        at=np.empty(ROOM, np.int64),
    )


def drain(
    step: Callable[[int], tuple[int, int]],
    end: int,
    told: Told,
    transcript: Transcript,
    points: Column | None = None,
) -> None:
    """Call a loop until it has come to its end, and write down what it says.

    Args:
        step: the loop, from a row on; returns where it stopped and how much it wrote.
        end: where it has come to its end.
        told: where it writes.
        transcript: where that goes.
        points: the subjects' row numbers, where the loop knows them by other ones.
    """
    begin = 0
    while begin < end:
        begin, rows = step(begin)
        if not rows:
            continue
        condition, subject, on, value, at = (column[:rows].copy() for column in told)
        if points is not None:
            subject = points[subject].astype(np.int32)
        transcript.append(condition, subject, _NO_ZONE[:rows], on, value, at)
