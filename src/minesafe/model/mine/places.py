"""The mine as a place: levels, roadways and the zones upon them."""

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, pairwise
from math import dist

from minesafe.model.mine.names import Name


class NodeKind(StrEnum):
    """What a node of the roadway graph is."""

    JUNCTION = "junction"
    PORTAL = "portal"
    """Where people reach the surface."""
    FACE = "face"
    REFUGE = "refuge"
    END = "end"


@dataclass(frozen=True, slots=True)
class Level:
    """水平/中段."""

    id: str
    name: Name
    elevation_m: float


@dataclass(frozen=True, slots=True)
class Node:
    """A junction, portal or end of roadways."""

    id: str
    kind: NodeKind
    level: str
    x: float
    y: float
    z: float
    name: Name | None = None
    """What the sign there says; None where the files give none, see `Mine.node_name`."""


STEEPEST, LEAST_RUN_M = 10.0, 0.01
"""Of a grade: a shaft has no run of its own."""


@dataclass(frozen=True, slots=True)
class Roadway:
    """巷道: an edge of the graph. Chainage counts metres along `path` from `start`."""

    id: str
    name: Name
    start: str
    end: str
    level: str
    path: tuple[tuple[float, float, float], ...]
    """Surveyed points from start to end, local metres."""
    length_m: float
    kind: str
    """intake · return · face · heading · chamber · drift · shaft"""
    air: int
    """+1: air flows start → end, -1: end → start, 0: none of its own."""
    walkable: bool
    section_m2: float
    main_return: bool
    """Where the down-wind impact stops: the common return to the surface."""
    door: str = "none"
    """none · closed (风门, kept shut; people walk through it) · regulator (调节风窗)"""

    @property
    def grade(self) -> float:
        """Rise over run from start to end, within ±10: what is steeper is no way to walk on."""
        first, last = self.path[0], self.path[-1]
        rise, run = last[2] - first[2], dist(first[:2], last[:2])
        return max(-STEEPEST, min(STEEPEST, rise / max(run, LEAST_RUN_M)))


def along(roadway: Roadway, chainage_m: float) -> tuple[float, float, float]:
    """The coordinates at a chainage: the path is stretched to the surveyed length.

    Args:
        roadway: whose path is followed from its start.
        chainage_m: metres; beyond either end it is that end.
    """
    lengths = [dist(a, b) for a, b in pairwise(roadway.path)]
    marks = list(accumulate(lengths, initial=0.0))
    share = min(max(chainage_m / roadway.length_m, 0.0), 1.0) if roadway.length_m else 0.0
    s = share * marks[-1]
    leg = min(bisect_right(marks, s) - 1, len(lengths) - 1)
    part = (s - marks[leg]) / lengths[leg] if lengths[leg] else 0.0
    x, y, z = (
        a + part * (b - a) for a, b in zip(roadway.path[leg], roadway.path[leg + 1], strict=True)
    )
    return x, y, z


class ZoneKind(StrEnum):
    """What a zone is for."""

    MINE = "mine"
    DISTRICT = "district"
    FACE = "face"
    HEADING = "heading"
    RESTRICTED = "restricted"
    KEY = "key"
    REFUGE = "refuge"
    PORTAL = "portal"
    """A person whose last place is here and who is then seen no more has gone out."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of roadway, both ends included."""

    roadway: str
    from_m: float
    to_m: float


@dataclass(frozen=True, slots=True)
class Guard:
    """What keeps a tag whose place jitters at a zone's border from going in and out (omlox).

    Only leaving is ever delayed. All zero: whoever is seen outside has left.
    """

    exit_tolerance_m: float = 0.0
    """So far outside, along the roadways, a person may still be inside."""
    tolerance_timeout_s: float = 0.0
    """Outside for so long, and never beyond the tolerance, a person has left."""
    exit_delay_s: float = 0.0
    """Beyond the tolerance for so long, a person has left."""
    fence_timeout_s: float = 0.0
    """Placed nowhere for so long, a person has left; 0: never, the unseen are still there."""


@dataclass(frozen=True, slots=True)
class Zone:
    """区域: a set of roadway intervals."""

    id: str
    name: Name
    kind: ZoneKind
    intervals: tuple[Interval, ...]
    limit: int | None
    """Head-count limit 限员; for a refuge, its capacity."""
    permitted: tuple[str, ...]
    """Trades that may enter a restricted zone; empty elsewhere."""
    guard: Guard = Guard()
    maintenance_limit: int | None = None
    """检修班限员: the head-count limit while a maintenance shift works; None: as ever."""
    certificates: tuple[str, ...] = ()
    """Certificates somebody must hold to be here, unexpired."""
    near_m: float = 0.0
    """临近危险区域: whoever comes so near, and may not enter, is told; 0: nobody is."""
    max_dwell_s: float = 0.0
    """超时: so long may somebody stay; 0: for ever."""
    still_s: float = 0.0
    """So long may somebody stand still; 0: for ever."""
    polygon: tuple[tuple[int, int], ...] = ()
    """An open area: corners (x, y) in whole millimetres of the mine's plan, the edge included. Who
    is inside is told by it alone; the intervals are then the roadways that lead through."""
    level: str = ""
    """The polygon's level."""
    supply_h: float = 96.0
    """Of a refuge: how long what it stores keeps as many people as it holds, hours."""
    post: tuple[str, ...] = ()
    """Trades, or duties of the roster: somebody of each must be here while people are."""
    guidance: Name | None = None
    """处置提示 of alarms about the zone, its people, and points that have none of their own."""
