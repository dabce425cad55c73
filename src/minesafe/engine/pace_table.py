"""How long the quickest ride from one place of the mine to another takes at least."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy.sparse.csgraph import dijkstra

from minesafe.engine.ground import Ground, ends_of, graph_of
from minesafe.model.frame import Column
from minesafe.model.mine import Mine

SHAFT = "shaft"
"""The kind of roadway in which the cage runs."""

FREE_M = 10.0
"""So far, and by the errors of both places, somebody may have come however little time passed."""


@dataclass(frozen=True, slots=True, eq=False)
class Pace:
    """Roadways (E) as seconds of the quickest ride."""

    speed: Column
    """(E,) m/s; inf where nobody asks."""
    slowest: float
    length: Column
    ends: Column
    """(E, 2): node rows."""
    graph: Any
    """Seconds from node to node."""

    @classmethod
    def of(cls, mine: Mine, ground: Ground) -> Self:
        """How fast people can be in a mine."""
        ride, cage = (v or np.inf for v in (mine.policy.ride_m_s, mine.policy.cage_m_s))
        speed = np.array([cage if r.kind == SHAFT else ride for r in mine.roadways], np.float64)
        if not mine.policy.ride_m_s:
            speed.fill(np.inf)
        return cls(
            speed=speed,
            slowest=float(speed.min(initial=np.inf)),
            length=ground.length,
            ends=ground.ends,
            graph=graph_of(len(mine.nodes), ends_of(mine), (ground.length / speed).tolist()),
        )

    @property
    def asks(self) -> bool:
        """Whether anybody is doubted in this mine."""
        return bool(self.slowest < np.inf)

    def seconds(
        self, way: Column, metres: Column, to: Column, to_m: Column, most: float = np.inf
    ) -> Column:
        """At least so long from one place to another, each a row; inf for more than `most`."""
        least = np.where(way == to, np.abs(metres - to_m) / self.speed[to], np.inf)
        far = np.flatnonzero(way != to)
        if len(far):
            way, metres, to, to_m = way[far], metres[far], to[far], to_m[far]
            starts, row = np.unique(self.ends[way], return_inverse=True)
            away = dijkstra(self.graph, indices=starts, limit=most)
            row = row.reshape(-1, 2)
            out = _both(metres, self.length[way]) / self.speed[way][:, None]
            back = _both(to_m, self.length[to]) / self.speed[to][:, None]
            ways = away[row[:, :, None], self.ends[to][:, None, :]]
            least[far] = (out[:, :, None] + ways + back[:, None, :]).min(axis=(1, 2))
        return least


def _both(metres: Column, length: Column) -> Column:
    """(n, 2): metres from places to the start and to the end of their roadways."""
    return np.stack([metres, length - metres], axis=1)
