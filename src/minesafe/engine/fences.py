"""Fences: the lines a person crosses, and by what guard, permission and clock each is watched.

The first Z fences are the zones, in their order; behind them stand the halos of dangerous zones:
the ground within some metres of one. Every table ends with a row for "no fence" (row -1), so that
an empty slot of a person's stays is looked up like any other.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from minesafe.model.frame import Column
from minesafe.model.mine import Guard, Mine
from minesafe.model.time import SECOND

FOREVER = 2**62
"""µs, as a due time or a duration: never. Added to any time of this age it does not overflow."""

NO_FENCE = -1


@dataclass(frozen=True, slots=True, eq=False)
class FenceTable:
    """Fences (F), columns of F + 1 rows."""

    zone: Column
    """Row of the zone it is about, -1 for no fence."""
    halo_m: Column
    """Metres around the zone; 0 is the zone itself."""
    tolerance_m: Column
    """So far beyond it a person may still be inside."""
    tolerance: Column
    """µs outside, and within the tolerance, until left."""
    delay: Column
    """µs beyond the tolerance until left."""
    timeout: Column
    """µs without a place until left."""
    dwell: Column
    """µs until a stay is too long."""
    still: Column
    """µs until somebody within it has stood still too long."""

    @classmethod
    def of(cls, mine: Mine) -> Self:
        """The fences of a mine."""
        zones = list(enumerate(mine.zones))
        rows = [(number, 0.0, zone.guard, zone.max_dwell_s, zone.still_s) for number, zone in zones]
        rows += [(number, z.near_m, z.guard, 0.0, 0.0) for number, z in zones if z.near_m > 0]
        rows.append((NO_FENCE, 0.0, _NEVER, 0.0, 0.0))
        guards = [guard for _, _, guard, *_ in rows]
        return cls(
            zone=np.array([zone for zone, *_ in rows], np.int32),
            halo_m=np.array([metres for _, metres, *_ in rows], np.float64),
            tolerance_m=np.array([g.exit_tolerance_m for g in guards], np.float64),
            tolerance=_durations([g.tolerance_timeout_s for g in guards]),
            delay=_durations([g.exit_delay_s for g in guards]),
            timeout=_durations([g.fence_timeout_s or np.inf for g in guards]),
            dwell=_durations([dwell or np.inf for *_, dwell, _ in rows]),
            still=_durations([still or np.inf for *_, still in rows]),
        )


_NEVER = Guard(0.0, float("inf"), float("inf"), 0.0)


def _durations(seconds: list[float]) -> Column:
    """µs; an endless one, or one longer than any life, is FOREVER.

    >>> _durations([1.5, float("inf")]).tolist() == [1_500_000, FOREVER]
    True
    """
    return np.array([round(min(s * SECOND, FOREVER)) for s in seconds], np.int64)
