"""The roadway graph: where one is, and the quickest way from there on foot."""

import heapq
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from device_sims.mine import Mine, Roadway


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


Way = tuple[Leg, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """Walkable roadways, by the nodes they join."""

    roadways: Mapping[str, Roadway]
    at_node: Mapping[str, tuple[str, ...]]
    havens: frozenset[str]
    """Nodes where people are safe: portals and refuges."""
    portals: frozenset[str]

    @classmethod
    def of(cls, mine: Mine) -> "Graph":
        """The graph of a mine."""
        at_node: dict[str, tuple[str, ...]] = {}
        for r in mine.roadways:
            if r.walkable:
                at_node[r.start] = (*at_node.get(r.start, ()), r.id)
                at_node[r.end] = (*at_node.get(r.end, ()), r.id)
        portals = frozenset(n.id for n in mine.nodes if n.kind == "portal")
        refuges = frozenset(n.id for n in mine.nodes if n.kind == "refuge")
        return cls(mine.roadway, at_node, portals | refuges, portals)

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


def ends(roadway: Roadway) -> tuple[tuple[str, float], tuple[str, float]]:
    """Both end nodes of a roadway with their chainages."""
    return (roadway.start, 0.0), (roadway.end, roadway.length_m)


def _through(roadway: Roadway, node: str) -> tuple[str, Leg]:
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
            far, leg = _through(roadway, node)
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


def walk(way: Way, distance_m: float) -> tuple[Way, Spot | None]:
    """Go so far along a way: what is left of it, and where one stands now.

    The spot is None for an empty way: nobody moved.

    >>> walk((Leg("A", 90, 100), Leg("B", 0, 50)), 25.0)
    ((Leg(roadway='B', from_m=15.0, to_m=50),), Spot(roadway='B', chainage_m=15.0))
    """
    spot = None
    while way:
        roadway, from_m, to_m = way[0]
        length_m = abs(to_m - from_m)
        if length_m > distance_m:
            now_m = from_m + (distance_m if to_m > from_m else -distance_m)
            return (Leg(roadway, now_m, to_m), *way[1:]), Spot(roadway, now_m)
        distance_m -= length_m
        way, spot = way[1:], Spot(roadway, to_m)
    return way, spot
