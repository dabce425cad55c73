"""What the people's moves depend on at one moment."""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from device_sims.clock import Micros
from device_sims.mine import Roadway
from device_sims.world.air import AirNet
from device_sims.world.eyes import Eyes
from device_sims.world.hoists import Banksman
from device_sims.world.network import Floats
from device_sims.world.posts import ROUND_KINDS
from device_sims.world.roadways import Bearings, Danger, Graph, Leg, Spot, Way
from device_sims.world.zones import Zones

SMOKE_SEEN = 0.1
"""1/m (optical density) at which one sees smoke, a detector answers, and walking becomes slower."""
SMOKE_BLINDS, GROPING = 0.25, 0.3
"""1/m from which one feels one's way along the rib, and the share of one's speed that is left; by
Jin's walks in irritant smoke (1978): full speed at some 12 m of sight, 0.3 m/s at some 4 m."""
MOUNTAIN, DOWNHILL = 3.5, 0.05
"""Tobler's walking function: speed falls by exp(-3.5·|grade + 0.05|)."""
CLIMBING = 0.15
"""The least share of one's speed, as on ladders."""


@dataclass(slots=True)
class Compass:
    """The ways to safety, worked out once for each state of the mine's dangers."""

    graph: Graph
    _known: dict[tuple[frozenset[str], Danger], Bearings] = field(default_factory=dict)

    def to(self, goals: frozenset[str], danger: Danger) -> Bearings:
        """The shortest ways to some nodes, or the quickest ones to the day."""
        known = self._known.get((goals, danger))
        if known is None:
            if len(self._known) > MOST_KNOWN:
                self._known.clear()
            by_time = goals == self.graph.entries
            known = Bearings.to(self.graph, goals, danger, by_time=by_time)
            self._known[goals, danger] = known
        return known


MOST_KNOWN = 64
"""Gas and smoke move on; ways of long ago are not asked for again."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What stays the same around people while the mine runs."""

    graph: Graph
    net: AirNet
    zones: Zones
    compass: Compass
    rounds: tuple[Roadway, ...]
    """Roadways which inspectors visit."""
    posts_on: Mapping[str, tuple[Spot, ...]]
    """By roadway, where people work."""
    sealed: Mapping[str, float]
    """Penalty of roadways with a restricted zone in them."""
    rows: Mapping[str, int]
    """Row of each roadway."""
    eyes: Eyes
    """What each reader can reach."""

    @classmethod
    def of(cls, graph: Graph, net: AirNet, zones: Zones, posts: Collection[Spot]) -> "Ground":
        """Survey it."""
        posts_on: dict[str, tuple[Spot, ...]] = {}
        for post in posts:
            posts_on[post.roadway] = (*posts_on.get(post.roadway, ()), post)
        rounds = [r for r in graph.roadways.values() if _on_foot(r, graph)]
        shut = [i.roadway for z in zones.mine.zones if z.kind == "restricted" for i in z.intervals]
        sealed = dict.fromkeys(shut, SEALED)
        rows = {r.id: row for row, r in enumerate(zones.mine.roadways)}
        seers = Eyes.of(graph, zones.mine.readers)
        return cls(graph, net, zones, Compass(graph), tuple(rounds), posts_on, sealed, rows, seers)


def _on_foot(r: Roadway, graph: Graph) -> bool:
    return r.walkable and r.kind in ROUND_KINDS and r.id not in graph.hoists


SEALED = 50.0
"""A roadway with a restricted zone counts as so many times its length for those on their rounds."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What there is at one moment."""

    ground: Ground
    now: Micros
    danger: Danger
    smoke: Floats | None
    """(N,) 1/m in each cell; None: none anywhere."""
    gate_shut: bool
    """Nobody goes down while people are told to leave."""
    banksman: Banksman
    dice: Callable[[], float]
    """The next uniform number in [0, 1)."""

    @property
    def graph(self) -> Graph:
        """The roadways."""
        return self.ground.graph

    def to_safety(self, spot: Spot, goal: str = "") -> Way | None:
        """The way to where one is sent, or to the nearest portal or refuge."""
        if goal in self.graph.havens:
            way = self.ground.compass.to(frozenset((goal,)), self.danger).way(spot)
            if way is not None:
                return way
        return self.ground.compass.to(self.graph.havens, self.danger).way(spot)

    def to_the_day(self, spot: Spot) -> Way | None:
        """The way to where a shift comes up."""
        return self.ground.compass.to(self.graph.entries, self.danger).way(spot)

    def ease(self, leg: Leg) -> float:
        """Share of one's speed on the level in clear air at which one walks a stretch."""
        rise = self.graph.slope[leg.roadway] * (1 if leg.to_m > leg.from_m else -1)
        return max(CLIMBING, on_a_slope(rise) * self._in_smoke(leg))

    def _in_smoke(self, leg: Leg) -> float:
        if self.smoke is None:
            return 1.0
        length_m = self.graph.roadways[leg.roadway].length_m
        return in_smoke(float(self.smoke[self.ground.net.cell(leg.at(0.0), length_m)]))


def on_a_slope(rise: float) -> float:
    """Share of one's speed on the level, never more than that.

    Args:
        rise: metres upward for each metre along the roadway.

    >>> [round(on_a_slope(rise), 2) for rise in (-0.2, 0.0, 0.1, 0.3)]
    [0.69, 1.0, 0.7, 0.33]
    """
    grade = rise / math.sqrt(max(1 - rise * rise, 1e-3))
    return min(1.0, math.exp(MOUNTAIN * (DOWNHILL - abs(grade + DOWNHILL))))


def in_smoke(density: float) -> float:
    """Share of one's speed in clear air; `density` in 1/m.

    >>> [round(in_smoke(density), 3) for density in (0.05, 0.175, 2.0)]
    [1.0, 0.65, 0.3]
    """
    blind = (density - SMOKE_SEEN) / (SMOKE_BLINDS - SMOKE_SEEN)
    return 1.0 - (1.0 - GROPING) * min(max(blind, 0.0), 1.0)
