"""Ways out, against a Dijkstra anybody can read, on any small mine and any ground."""

import heapq
import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from small_mine import roadway, small_mine

from minesafe.evacuation.ways import Ground, Ways
from minesafe.evacuation.ways.exits import few_ways
from minesafe.evacuation.ways.legs import legs_of
from minesafe.evacuation.ways.load import load_of
from minesafe.evacuation.ways.network import Network
from minesafe.evacuation.ways.pace import (
    AFIRE,
    CLIMB,
    CRAWL,
    DESCEND,
    DOOR_S,
    DOWNHILL,
    DROWNED,
    FOUL,
    IN_SMOKE,
    LEVEL,
    STUCK,
    WITH_AIR,
)  # fmt: skip
from minesafe.evacuation.ways.search import Tree
from minesafe.model.mine import Danger, Mine, Node, NodeKind, Roadway

KINDS = st.sampled_from([NodeKind.JUNCTION] * 3 + [NodeKind.FACE, NodeKind.PORTAL, NodeKind.REFUGE])
ROADS = [f"R{i}" for i in range(12)]


@st.composite
def mines(draw: st.DrawFn) -> Mine:
    """Up to seven nodes; roadways between any two, twice, in a ring, nowhere, or not walkable."""
    kinds = draw(st.lists(KINDS, min_size=2, max_size=7))
    depths = draw(st.lists(st.integers(-9, 0).map(float), min_size=7, max_size=7))
    nodes = tuple(
        Node(f"N{i}", kind, "L1", 0.0, 0.0, z)
        for i, (kind, z) in enumerate(zip(kinds, depths, strict=False))
    )
    return small_mine(
        nodes=nodes, roadways=draw(_roads(nodes)), zones=(), points=(), readers=(), outputs=()
    )


@st.composite
def _roads(draw: st.DrawFn, nodes: tuple[Node, ...]) -> tuple[Roadway, ...]:
    end = st.sampled_from(nodes)
    drawn = draw(st.lists(st.tuples(end, end, st.integers(1, 50)), min_size=1, max_size=12))
    return tuple(
        replace(
            roadway(name, a.id, b.id, float(metres)),
            path=((0.0, 0.0, a.z), (float(metres), 0.0, b.z)),
            walkable=draw(st.booleans()) or i % 3 != 0,
            air=draw(st.sampled_from([-1, 0, 1])),
            door=draw(st.sampled_from(["none", "closed", "regulator"])),
        )
        for i, (name, (a, b, metres)) in enumerate(zip(ROADS, drawn, strict=False))
        if a != b or i == 0
    )


@st.composite
def grounds(draw: st.DrawFn, mine: Mine) -> Ground:
    some = st.frozensets(st.sampled_from([r.id for r in mine.roadways]), max_size=3)
    shelters = [n.id for n in mine.nodes if n.kind is NodeKind.REFUGE]
    return Ground(
        dangers=draw(st.frozensets(st.sampled_from([*Danger]), max_size=2)),
        blocked=draw(some),
        foul=draw(some),
        afire=draw(some),
        smoky=draw(some),
        shut=draw(st.frozensets(st.sampled_from(shelters), max_size=1))
        if shelters
        else frozenset(),
        water_m=draw(st.none() | st.integers(-10, 0).map(float)),
    )


MINE_AND_GROUND = mines().flatmap(lambda mine: st.tuples(st.just(mine), grounds(mine)))


# --- the reference: one arc at a time, as the rules are written in docs/evacuation.md ---------


@dataclass(frozen=True)
class Plain:
    mine: Mine
    ground: Ground

    def seconds_per_m(self, road: Roadway, forward: bool) -> float:
        rise = road.grade if forward else -road.grade
        share = max(1 / (1 + CLIMB * rise) if rise > 0 else 1 / (1 - DESCEND * rise), CRAWL)
        share *= IN_SMOKE if road.id in self.ground.smoky else 1.0
        return 1 / (self.mine.policy.walking_m_s * share)

    def cost_per_m(self, road: Roadway, forward: bool) -> float:
        ground, dear = self.ground, 1.0
        dear *= STUCK if road.id in ground.blocked else 1.0
        dear *= FOUL if road.id in ground.foul else 1.0
        dear *= AFIRE if road.id in ground.afire else 1.0
        with_air = road.air == (1 if forward else -1)
        if ground.dangers & {Danger.GAS, Danger.FIRE, Danger.AIR} and with_air:
            dear *= WITH_AIR
        if ground.water_m is not None:
            falls = -road.grade if forward else road.grade
            dear *= DOWNHILL if falls > LEVEL else 1.0
            low = min(self.mine.node[road.start].z, self.mine.node[road.end].z)
            dear *= DROWNED if low <= ground.water_m else 1.0
        return self.seconds_per_m(road, forward) * dear

    def arcs(self) -> Iterator[tuple[str, str, float]]:
        """(from, to, cost) of all that can be walked."""
        for road in self.mine.roadways:
            if road.walkable and road.id not in self.ground.blocked:
                wait = DOOR_S if road.door == "closed" else 0.0
                for a, b, forward in ((road.start, road.end, True), (road.end, road.start, False)):
                    yield a, b, road.length_m * self.cost_per_m(road, forward) + wait

    def costs(self, goals: Collection[str]) -> dict[str, float]:
        best = {n.id: math.inf for n in self.mine.nodes}
        queue = [(0.0, goal) for goal in goals]
        while queue:
            cost, node = heapq.heappop(queue)
            if cost < best[node]:
                best[node] = cost
                for a, b, more in self.arcs():
                    if b == node:
                        heapq.heappush(queue, (cost + more, a))
        return best

    def open_refuges(self) -> list[str]:
        ground = self.ground
        return [
            n.id
            for n in self.mine.nodes
            if n.kind is NodeKind.REFUGE
            and n.id not in ground.shut
            and (ground.water_m is None or n.z > ground.water_m)
        ]

    def portals(self) -> list[str]:
        return [n.id for n in self.mine.nodes if n.kind is NodeKind.PORTAL]


def agree(tree: Tree, expected: dict[str, float], mine: Mine) -> None:
    for row, node in enumerate(mine.nodes):
        assert math.isclose(tree.cost[row], expected[node.id], abs_tol=1e-6)
        assert (tree.goal[row] >= 0) == math.isfinite(expected[node.id])


@given(MINE_AND_GROUND)
def test_every_node_has_the_way_out_a_plain_search_finds(case: tuple[Mine, Ground]) -> None:
    mine, ground = case
    ways, plain = Ways.of(mine, ground), Plain(mine, ground)
    agree(ways.exits, plain.costs(plain.portals()), mine)
    agree(ways.safe, plain.costs([*plain.portals(), *plain.open_refuges()]), mine)
    refuges = [mine.nodes[i].id for i in ways.net.refuges]
    for node, tree in zip(refuges, ways.refuges, strict=True):
        agree(tree, plain.costs({node} & set(plain.open_refuges())), mine)


@given(MINE_AND_GROUND)
def test_who_goes_on_to_the_next_node_comes_to_the_goal_in_the_seconds_told(
    case: tuple[Mine, Ground],
) -> None:
    """Metres, seconds and danger are sums over the same roadways as the cost."""
    mine, ground = case
    tree = Ways.of(mine, ground).safe
    for row in np.flatnonzero(tree.goal >= 0):
        steps, node = [], row
        while node != tree.goal[row]:
            steps.append((int(node), int(tree.toward[node])))
            node = tree.toward[node]
            assert len(steps) <= len(mine.nodes)
        assert math.isclose(
            tree.seconds[row],
            sum(tree.seconds[a] - tree.seconds[b] for a, b in steps),
            abs_tol=1e-6,
        )
        assert tree.seconds[row] <= tree.cost[row] + 1e-6
        assert tree.danger[row] <= tree.metres[row] + 1e-6
        for a, b in steps:
            assert tree.cost[a] > tree.cost[b]
            assert any(
                {mine.nodes[a].id, mine.nodes[b].id} == {r.start, r.end}
                and math.isclose(tree.metres[a] - tree.metres[b], r.length_m, abs_tol=1e-6)
                for r in mine.roadways
                if r.walkable and r.id not in ground.blocked
            )


@given(MINE_AND_GROUND, st.data())
def test_from_a_place_on_a_roadway_one_leaves_by_the_better_end(
    case: tuple[Mine, Ground], data: st.DataObject
) -> None:
    mine, ground = case
    plain, road = Plain(mine, ground), data.draw(st.sampled_from(mine.roadways))
    at = data.draw(st.floats(0.0, road.length_m))
    cost = plain.costs(plain.portals())
    back = cost[road.start] + at * plain.cost_per_m(road, False)
    on = cost[road.end] + (road.length_m - at) * plain.cost_per_m(road, True)
    ways = Ways.of(mine, ground)
    reach = ways.from_places(ways.exits, np.array([mine.roadway_row[road.id]]), np.array([at]))
    assert math.isclose(float(reach.cost[0]), min(back, on), abs_tol=1e-6)


@given(MINE_AND_GROUND, st.data())
def test_no_refuge_is_given_more_people_than_it_has_room_for(
    case: tuple[Mine, Ground], data: st.DataObject
) -> None:
    """And nobody is sent past room: who goes out by a bad way found no refuge better with room."""
    mine, ground = case
    mine = replace(mine, policy=replace(mine.policy, self_rescuer_s=60.0))
    ways = Ways.of(mine, ground)
    road = data.draw(st.lists(st.integers(0, len(mine.roadways) - 1), min_size=1, max_size=12))
    at = [mine.roadways[r].length_m * data.draw(st.floats(0, 1)) for r in road]
    room = data.draw(
        st.lists(st.integers(0, 3), min_size=len(ways.net.refuges), max_size=len(ways.net.refuges))
    )
    sent = ways.send(np.array(road), np.array(at), np.array(room, np.int64))
    refuges = [mine.nodes[i].id for i in ways.net.refuges]
    for node, most in zip(refuges, room, strict=True):
        assert sum(way.destination == node for way in sent) <= most
        assert node in Plain(mine, ground).open_refuges() or all(
            w.destination != node for w in sent
        )
    assert sent == ways.send(np.array(road), np.array(at), np.array(room, np.int64))


Stream = dict[frozenset[str], list[float]]
"""By the two ends of a roadway, when each person comes into it."""


def walked(plain: Plain, ways: Ways, road: int, at: float, given: int, stream: Stream) -> None:
    """One person, from where he stands, node by node, to the goal he was given."""
    mine = plain.mine
    tree = ways.exits if given < 0 else ways.refuges[given]
    reach = ways.from_places(tree, np.array([road]), np.array([at]))
    if reach.goal[0] < 0:
        return
    own, node = mine.roadways[road], int(reach.toward[0])
    forward = mine.nodes[node].id == own.end and (
        own.start != own.end or bool(np.isclose(reach.metres[0], own.length_m - at))
    )
    along = own.length_m - at if forward else at
    now = along * plain.seconds_per_m(own, forward)
    stream.setdefault(frozenset((own.start, own.end)), []).append(0.0)
    while int(tree.toward[node]) != node:
        ahead = int(tree.toward[node])
        a, b = mine.nodes[node].id, mine.nodes[ahead].id
        stream.setdefault(frozenset((a, b)), []).append(now)
        now += float(tree.seconds[node] - tree.seconds[ahead])
        node = ahead


@given(MINE_AND_GROUND, st.data())
def test_the_load_of_a_roadway_is_who_walks_through_it_one_by_one(
    case: tuple[Mine, Ground], data: st.DataObject
) -> None:
    mine, ground = case
    mine = replace(mine, policy=replace(mine.policy, self_rescuer_s=60.0))
    ways, plain = Ways.of(mine, ground), Plain(mine, ground)
    roads = data.draw(st.lists(st.integers(0, len(mine.roadways) - 1), max_size=12))
    at = [mine.roadways[r].length_m * data.draw(st.floats(0, 1)) for r in roads]
    room = np.minimum(ways.net.capacity, data.draw(st.integers(0, 3)))
    where = np.array(roads, np.intp), np.array(at), room
    load = load_of(ways, *where)
    stream: Stream = {}
    for road, metres, given_ in zip(roads, at, ways.allotted(*where)[1].tolist(), strict=True):
        walked(plain, ways, road, metres, given_, stream)
    for ends in {frozenset((r.start, r.end)) for r in mine.roadways}:
        rows = [mine.roadway_row[r.id] for r in mine.roadways if {r.start, r.end} == ends]
        times = stream.get(ends, [])
        assert load.people[rows].sum() == len(times)
        if times:
            assert math.isclose(load.first[rows].min(), min(times), abs_tol=1e-6)
            assert math.isclose(load.last[rows].max(), max(times), abs_tol=1e-6)


@given(MINE_AND_GROUND, st.data())
def test_the_legs_of_a_map_are_walked_by_as_many_as_the_load_counts(
    case: tuple[Mine, Ground], data: st.DataObject
) -> None:
    mine, ground = case
    mine = replace(mine, policy=replace(mine.policy, self_rescuer_s=60.0))
    ways = Ways.of(mine, ground)
    roads = data.draw(st.lists(st.integers(0, len(mine.roadways) - 1), max_size=12))
    at = [mine.roadways[r].length_m * data.draw(st.floats(0, 1)) for r in roads]
    where = np.array(roads, np.intp), np.array(at)
    reach, _ = ways.allotted(*where, ways.net.capacity)
    sent = [mine.nodes[goal].id if goal >= 0 else "" for goal in reach.goal.tolist()]
    legs = legs_of(ways, *where, sent)
    load = load_of(ways, *where, ways.net.capacity)
    for row, road in enumerate(mine.roadways):
        own = [leg for leg in legs if leg.roadway == road.id]
        assert sum(leg.people for leg in own) == load.people[row]
        assert all(
            0 <= min(w.from_m, w.to_m) <= max(w.from_m, w.to_m) <= road.length_m for w in own
        )


def reached(mine: Mine, shut: Collection[str]) -> set[str]:
    """Nodes from which some portal can be walked to."""
    found = {n.id for n in mine.nodes if n.kind is NodeKind.PORTAL}
    while True:
        more = {
            node
            for r in mine.roadways
            if r.walkable and r.id not in shut and found & {r.start, r.end}
            for node in (r.start, r.end)
        }
        if more <= found:
            return found
        found |= more


@given(mines(), st.frozensets(st.sampled_from(ROADS), max_size=3))
def test_a_level_has_two_ways_out_as_long_as_no_single_fall_can_shut_it_in(
    mine: Mine, shut: frozenset[str]
) -> None:
    inner = {n.id for n in mine.nodes if n.kind is not NodeKind.PORTAL}
    falls = [set(shut), *({*shut, r.id} for r in mine.roadways)]
    two = not inner or all(inner & reached(mine, fall) for fall in falls)
    assert (few_ways(mine, Network.of(mine), shut) == frozenset()) is two
