"""What is surveyed: levels, nodes and roadways in the seam, with the bends that real ones have."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Place = tuple[float, float, float]
"""x east, y north, z up, metres."""

DIP = 80 / 420
"""The seam falls so much for each metre to the south: some 11°."""
TOP_M = -200.0
"""Height of the seam at y = 0, where the uppermost level runs."""
LEG_M = 65.0
"""About so far from one surveyed point to the next."""
SWAY = 0.035
"""How far a point lies beside the straight line, as a share of the leg."""


@dataclass(frozen=True, slots=True)
class Names:
    """A name in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Level:
    """水平."""

    id: str
    name: Names
    elevation_m: float
    north: float
    """y of its track main."""


@dataclass(frozen=True, slots=True)
class Node:
    """Where roadways meet or end."""

    id: str
    kind: str
    level: str
    place: Place


@dataclass(frozen=True, slots=True)
class Road:
    """A roadway with its surveyed course from start to end."""

    id: str
    name: Names
    start: str
    end: str
    level: str
    kind: str
    air: int
    section_m2: float
    door: str
    main_return: bool
    path: tuple[Place, ...]

    @property
    def length_m(self) -> float:
        """Along the path."""
        return sum(math.dist(a, b) for a, b in pairwise(self.path))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a roadway: from and to as metres from its start; None is its end."""

    road: str
    from_m: float = 0.0
    to_m: float | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """区域."""

    id: str
    name: Names
    kind: str
    stretches: tuple[Stretch, ...]
    limit: int | None = None
    permitted: tuple[str, ...] = ()
    note: str = ""
    """Why the limit is what it is."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A district's working: which of its roadways is what, for instruments and crews."""

    number: str
    """1201: level, district, panel."""
    kind: str
    """face · heading · spare"""
    district: str
    level: str
    roads: Mapping[str, str]
    """part (intake, face, return, cut, heading, out) → roadway id"""
    rock: bool = False
    """A heading in rock: less air is enough."""


@dataclass(slots=True)
class Draft:
    """The survey as it grows; nothing in it is ever changed once it is drawn."""

    dice: random.Random
    levels: list[Level] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    roads: dict[str, Road] = field(default_factory=dict)
    zones: list[Zone] = field(default_factory=list)
    panels: list[Panel] = field(default_factory=list)
    rooms: dict[str, list[str]] = field(default_factory=dict)
    """substation, pump, charging, refuge → roadways"""

    def node(
        self, ident: str, level: str, x: float, y: float, z: float | None = None, kind: str = ""
    ) -> str:
        """Survey a node; without a height it lies in the seam."""
        height = self.seam(x, y) if z is None else z
        place = (round(x, 1), round(y, 1), round(height, 1))
        self.nodes[ident] = Node(ident, kind or "junction", level, place)
        return ident

    def road(
        self,
        ident: str,
        name: Names,
        ends: Sequence[str],
        kind: str,
        air: int,
        section_m2: float,
        *,
        door: str = "none",
        main_return: bool = False,
        level: str = "",
    ) -> str:
        """Survey a roadway between two nodes."""
        start, end = self.nodes[ends[0]], self.nodes[ends[1]]
        path = self._course(start.place, end.place, kind)
        section = round(section_m2 * self.dice.uniform(0.96, 1.04), 1)
        self.roads[ident] = Road(
            ident,
            name,
            ends[0],
            ends[1],
            level or start.level,
            kind,
            air,
            section,
            door,
            main_return,
            path,
        )
        return ident

    @staticmethod
    def seam(x: float, y: float) -> float:
        """Height of the seam: it dips to the south and rolls a little."""
        return TOP_M + DIP * y + 1.6 * math.sin(x / 170) + 0.9 * math.sin(y / 90)

    def _course(self, start: Place, end: Place, kind: str) -> tuple[Place, ...]:
        """Points about every leg, each a little off the line: nobody drives dead straight."""
        legs = max(1, round(math.dist(start[:2], end[:2]) / LEG_M))
        if kind == "shaft" or legs == 1:
            return (start, end)
        inner = (self._beside(start, end, i / legs) for i in range(1, legs))
        return (start, *inner, end)

    def _beside(self, start: Place, end: Place, share: float) -> Place:
        """Off the line by its own measure, most in the middle; as high as the line is there."""
        east, north = end[0] - start[0], end[1] - start[1]
        off = self.dice.uniform(-SWAY, SWAY) * math.sin(math.pi * share)
        x, y, z = (a + share * (b - a) for a, b in zip(start, end, strict=True))
        return round(x - off * north, 1), round(y + off * east, 1), round(z, 1)


def ends_at(roads: Sequence[Road]) -> Mapping[str, list[Road]]:
    """Which roadways meet at each node."""
    at: dict[str, list[Road]] = {}
    for road in roads:
        at.setdefault(road.start, []).append(road)
        at.setdefault(road.end, []).append(road)
    return at
