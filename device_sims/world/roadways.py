"""The roadway graph: where one is, and the shortest way from there on foot."""

import heapq
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from device_sims.mine import Mine, Roadway
from device_sims.world.hoists import Hoist, hoists


class Spot(NamedTuple):
    """A place in the mine."""

    roadway: str
    chainage_m: float


class Leg(NamedTuple):
    """A stretch to walk along one roadway; backwards where `to_m` is the smaller."""

    roadway: str
    from_m: float
    to_m: float

    @property
    def length_m(self) -> float:
        """How long it is."""
        return abs(self.to_m - self.from_m)

    def at(self, distance_m: float) -> Spot:
        """Where one is after so many metres of it."""
        done = min(distance_m, self.length_m)
        return Spot(self.roadway, self.from_m + (done if self.to_m > self.from_m else -done))


Way = tuple[Leg, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """Walkable roadways, by the nodes they join."""

    roadways: Mapping[str, Roadway]
    at_node: Mapping[str, tuple[str, ...]]
    havens: frozenset[str]
    """Nodes where people are safe: portals and refuges."""
    portals: frozenset[str]
    entries: frozenset[str]
    """The portals by which a shift goes down and comes up: where fresh air goes in, and among those
    where a cage hangs, if there are such."""
    slope: Mapping[str, float]
    """Rise over length of each roadway, from its start to its end."""
    hoists: Mapping[str, Hoist]
    """What carries people along a roadway, where they need not walk."""

    @classmethod
    def of(cls, mine: Mine) -> "Graph":
        """The graph of a mine."""
        at_node: dict[str, tuple[str, ...]] = {}
        walkable = [r for r in mine.roadways if r.walkable]
        for r in walkable:
            at_node[r.start] = (*at_node.get(r.start, ()), r.id)
            at_node[r.end] = (*at_node.get(r.end, ()), r.id)
        portals = frozenset(n.id for n in mine.nodes if n.kind == "portal")
        refuges = frozenset(n.id for n in mine.nodes if n.kind == "refuge")
        inward = {r.start for r in walkable if r.air > 0} | {r.end for r in walkable if r.air < 0}
        height = {n.id: n.z for n in mine.nodes}
        slope = {
            r.id: (height.get(r.end, 0.0) - height.get(r.start, 0.0)) / max(r.length_m, 1.0)
            for r in mine.roadways
        }
        carried = hoists(walkable, slope)
        entries = portals & inward or portals
        caged = {n for r in walkable for n in (r.start, r.end) if _in_a_cage(r, carried)}
        return cls(
            mine.roadway,
            at_node,
            portals | refuges,
            portals,
            entries & caged or entries,
            slope,
            carried,
        )

    def node_at(self, spot: Spot) -> str | None:
        """The node a spot coincides with, if any."""
        roadway = self.roadways[spot.roadway]
        if spot.chainage_m <= 0:
            return roadway.start
        return roadway.end if spot.chainage_m >= roadway.length_m else None

    def clip(self, spot: Spot) -> Spot:
        """The spot, moved inside its roadway."""
        length = self.roadways[spot.roadway].length_m
        return Spot(spot.roadway, min(max(spot.chainage_m, 0.0), length))


@dataclass(frozen=True, slots=True)
class Danger:
    """Roadways one would rather not walk, and those one cannot."""

    shunned: frozenset[str] = frozenset()
    """Full of gas or smoke."""
    drowned: frozenset[tuple[str, float, float]] = frozenset()
    """(roadway, from, to) under water."""

    def __bool__(self) -> bool:
        return bool(self.shunned or self.drowned)

    @property
    def everywhere(self) -> frozenset[str]:
        """Every roadway in which something is wrong."""
        return self.shunned | {r for r, _, _ in self.drowned}

    def penalty(self) -> Mapping[str, float]:
        """Factor on the length of each roadway to be left aside; infinite where none can walk."""
        closed = {r: math.inf for r, _, _ in self.drowned}
        return dict.fromkeys(self.shunned, SHUNNED) | closed

    def bars(self, leg: Leg) -> bool:
        """Whether a stretch leads into water."""
        low, high = sorted((leg.from_m, leg.to_m))
        return any(r == leg.roadway and a < high and low < b for r, a, b in self.drowned)


WALKING_M_S = 1.1
SHUNNED = 20.0
"""A roadway full of gas or smoke counts as so many times its length."""


def _in_a_cage(r: Roadway, carried: Mapping[str, Hoist]) -> bool:
    return r.id in carried and carried[r.id].holds > 1


def ends(roadway: Roadway) -> tuple[tuple[str, float], tuple[str, float]]:
    """Both end nodes of a roadway with their chainages."""
    return (roadway.start, 0.0), (roadway.end, roadway.length_m)


def through(roadway: Roadway, node: str) -> tuple[str, Leg]:
    """The node at the other end, and the leg that leads there."""
    if node == roadway.start:
        return roadway.end, Leg(roadway.id, 0.0, roadway.length_m)
    return roadway.start, Leg(roadway.id, roadway.length_m, 0.0)


def ways_from(
    graph: Graph, spot: Spot, penalty: Mapping[str, float]
) -> Iterable[tuple[float, str, Way]]:
    """Every reachable node, nearest first, with its cost and the way there (Dijkstra).

    Args:
        graph: the mine's roadways.
        spot: where one stands.
        penalty: factor on the length of roadways one would rather not walk; 1 where absent.
    """
    here = graph.roadways[spot.roadway]
    own = penalty.get(here.id, 1.0)
    heap: list[tuple[float, str, Way]] = [
        (own * abs(at - spot.chainage_m), node, (Leg(here.id, spot.chainage_m, at),))
        for node, at in ends(here)
    ]
    heapq.heapify(heap)
    seen: set[str] = set()
    while heap:
        cost, node, way = heapq.heappop(heap)
        if node in seen:
            continue
        seen.add(node)
        yield cost, node, way
        for roadway in (graph.roadways[r] for r in graph.at_node.get(node, ())):
            far, leg = through(roadway, node)
            if far not in seen:
                more = penalty.get(roadway.id, 1.0) * leg.length_m
                heapq.heappush(heap, (cost + more, far, (*way, leg)))


def way_to_nodes(
    graph: Graph, spot: Spot, goals: Collection[str], penalty: Mapping[str, float]
) -> Way | None:
    """The cheapest way to any of the nodes, or None where none can be reached."""
    found = ways_from(graph, spot, penalty)
    return next((way for _, node, way in found if node in goals), None)


def way_to_spot(graph: Graph, spot: Spot, goal: Spot, penalty: Mapping[str, float]) -> Way | None:
    """The cheapest way to a spot, or None where it cannot be reached."""
    if spot.roadway == goal.roadway:
        return (Leg(spot.roadway, spot.chainage_m, goal.chainage_m),)
    doors = dict(ends(graph.roadways[goal.roadway]))
    cost = penalty.get(goal.roadway, 1.0)
    ways = [
        (
            c + cost * abs(doors[node] - goal.chainage_m),
            (*way, Leg(goal.roadway, doors[node], goal[1])),
        )
        for c, node, way in ways_from(graph, spot, penalty)
        if node in doors
    ]
    return min(ways)[1] if ways else None


def back(way: Way) -> Way:
    """The same way from its end to its beginning.

    >>> back((Leg("A", 90, 100), Leg("B", 0, 50)))
    (Leg(roadway='B', from_m=50, to_m=0), Leg(roadway='A', from_m=100, to_m=90))
    """
    return tuple(Leg(leg.roadway, leg.to_m, leg.from_m) for leg in reversed(way))


@dataclass(frozen=True, slots=True, eq=False)
class Bearings:
    """The cheapest way to the nearest of some nodes, from everywhere at once."""

    graph: Graph
    danger: Danger
    cost: Mapping[str, float]
    """By node, metres; a node from which none can be reached is not in it."""
    onward: Mapping[str, tuple[str, Leg]]
    """By node: the next one, and the leg that leads there."""

    @classmethod
    def to(
        cls, graph: Graph, goals: Collection[str], danger: Danger, *, by_time: bool = False
    ) -> "Bearings":
        """Work the ways out from all goals backwards (Dijkstra).

        Args:
            graph: the mine's roadways.
            goals: any of these nodes.
            danger: what to keep away from.
            by_time: a shift that goes up rides where that is quicker; who flees counts metres, as
                the order that he hears does.
        """
        rides = {r: WALKING_M_S / h.speed_m_s for r, h in graph.hoists.items()} if by_time else {}
        penalty = {**rides, **danger.penalty()}
        cost: dict[str, float] = {}
        onward: dict[str, tuple[str, Leg]] = {}
        heap: list[tuple[float, str, str, Leg | None]] = [(0.0, g, "", None) for g in sorted(goals)]
        while heap:
            so_far, node, after, leg = heapq.heappop(heap)
            if node in cost:
                continue
            cost[node] = so_far
            if leg is not None:
                onward[node] = after, leg
            for roadway in (graph.roadways[r] for r in graph.at_node.get(node, ())):
                far, there = through(roadway, node)
                more = penalty.get(roadway.id, 1.0) * there.length_m
                if far not in cost and more < math.inf:
                    heapq.heappush(heap, (so_far + more, far, node, back((there,))[0]))
        return cls(graph, danger, cost, onward)

    def way(self, spot: Spot) -> Way | None:
        """The way from a spot, or None where none can be reached without going through water."""
        here = self.graph.roadways[spot.roadway]
        own = SHUNNED if here.id in self.danger.shunned else 1.0
        legs = [(node, Leg(here.id, spot.chainage_m, at)) for node, at in ends(here)]
        ways = [
            (own * leg.length_m + self.cost[node], node, leg)
            for node, leg in legs
            if node in self.cost and not self.danger.bars(leg)
        ]
        if not ways:
            return None
        _, node, leg = min(ways)
        way = [leg]
        while node in self.onward:
            node, leg = self.onward[node]
            way.append(leg)
        return tuple(leg for leg in way if leg.length_m) or tuple(way[:1])
