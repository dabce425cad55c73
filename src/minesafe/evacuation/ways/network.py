"""The walkable roadways as columns, made once for a mine: two arcs a roadway, one each way."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from minesafe.model.mine import STEEPEST, Mine, NodeKind, ZoneKind

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

HOISTED = "shaft"
"""Roadways of this kind that stand on end carry people, if the mine says that they do."""


@dataclass(frozen=True)
class Network:
    """E roadways and N nodes by row; along an arc one walks from its tail to its head."""

    start: Rows
    """(E,) node rows; likewise `end`."""
    end: Rows
    length: Floats
    grade: Floats
    """(E,) rise over run from start to end."""
    width: Floats
    """(E,) m: how many people walk side by side, told from the section."""
    air: Floats
    """(E,) +1 towards the end, -1 towards the start, 0 none."""
    walkable: Flags
    door: Flags
    hoisted: Flags
    z: Floats
    """(N,) m."""
    portals: Rows
    """Node rows of the exits to the surface."""
    refuges: Rows
    """Node rows of the refuges."""
    capacity: npt.NDArray[np.int64]
    """(refuges,) how many each holds; very many where nothing says."""
    refuge_zone: tuple[int, ...]
    """Row of each refuge's zone, -1 where it has none."""

    @classmethod
    def of(cls, mine: Mine) -> "Network":
        """The columns of a mine."""
        row = {node.id: i for i, node in enumerate(mine.nodes)}
        roads = mine.roadways
        section = np.array([r.section_m2 for r in roads])
        grade = np.array([r.grade for r in roads])
        refuges = [i for i, n in enumerate(mine.nodes) if n.kind is NodeKind.REFUGE]
        zones = tuple(_zone_of(mine, mine.nodes[i].id) for i in refuges)
        return cls(
            np.array([row[r.start] for r in roads], np.intp),
            np.array([row[r.end] for r in roads], np.intp),
            np.array([r.length_m for r in roads]),
            grade,
            np.sqrt(section),
            np.array([float(r.air) for r in roads]),
            np.array([r.walkable for r in roads], bool),
            np.array([r.door == "closed" for r in roads], bool),
            np.array([r.kind == HOISTED for r in roads], bool) & (np.abs(grade) >= STEEPEST),
            np.array([n.z for n in mine.nodes]),
            np.array([i for i, n in enumerate(mine.nodes) if n.kind is NodeKind.PORTAL], np.intp),
            np.array(refuges, np.intp),
            np.array([_holds(mine, z) for z in zones], np.int64),
            zones,
        )


UNBOUNDED = 1_000_000
"""Heads of a refuge that names no capacity."""


def _zone_of(mine: Mine, node: str) -> int:
    """Row of the refuge's zone: the one on a roadway that meets the node."""
    meeting = {r.id for r in mine.roadways if node in (r.start, r.end)}
    for row, zone in enumerate(mine.zones):
        if zone.kind is ZoneKind.REFUGE and any(i.roadway in meeting for i in zone.intervals):
            return row
    return -1


def _holds(mine: Mine, zone: int) -> int:
    limit = mine.zones[zone].limit if zone >= 0 else None
    return UNBOUNDED if limit is None else limit
