"""What a family sees of its rows: parameters, sums and the sample that just came."""

from typing import NamedTuple

from minesafe.engine.windows.table import WindowTable
from minesafe.model.frame import Column


class Heard(NamedTuple):
    """One sample for each of some different rows, shape (n,)."""

    table: WindowTable
    row: Column
    value: Column
    """Times the sign of the row's side: larger is worse."""
    counts: Column
    """Whether the sample is believed; one that is not ends the value before it, and no more."""
    second: Column
    """Seconds from the beginning of its bin."""
    held: Column
    """The value before, NaN where none is known."""
    held_s: Column
    """Seconds it stood for: at most the point's stale time."""


class Kept(NamedTuple):
    """What a family's rows hold, the sample that just came among it."""

    older: Column
    """(n, 6): the sums of all bins but the newest, t from the newest's beginning."""
    newest: Column
    """(n, 6): those of the newest; what a family changes in it is kept."""
    reach: Column
    """(n,): how many bins before the newest the oldest that holds anything lies."""


class Found(NamedTuple):
    """What came of it, shape (n,)."""

    raises: Column
    clears: Column
    """Neither where nothing can be said: what holds is held."""
    value: Column
