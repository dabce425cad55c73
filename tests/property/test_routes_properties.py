"""Ways out, against a Dijkstra anybody can read, on any small mine."""

import heapq
import math
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from small_mine import roadway, small_mine

from minesafe.evacuation.routes import SHUNNED, Ways
from minesafe.model.mine import Mine, Node, NodeKind

KINDS = st.sampled_from([NodeKind.JUNCTION] * 3 + [NodeKind.FACE, NodeKind.PORTAL, NodeKind.REFUGE])
SAFE = (NodeKind.PORTAL, NodeKind.REFUGE)


@st.composite
def mines(draw: st.DrawFn) -> Mine:
    """Up to seven nodes; roadways between any two, twice, in a ring, nowhere, or not walkable."""
    kinds = draw(st.lists(KINDS, min_size=2, max_size=7))
    nodes = tuple(Node(f"N{i}", kind, "L1", 0.0, 0.0, 0.0) for i, kind in enumerate(kinds))
    ends = st.sampled_from([n.id for n in nodes])
    length = st.integers(1, 50).map(float)
    drawn = draw(st.lists(st.tuples(ends, ends, length, st.booleans()), min_size=1, max_size=12))
    roads = tuple(
        replace(roadway(f"R{i}", a, b, metres), walkable=walkable or i % 3 != 0)
        for i, (a, b, metres, walkable) in enumerate(drawn)
        if a != b or i == 0
    )
    return small_mine(nodes=nodes, roadways=roads, zones=(), points=(), readers=(), outputs=())


def weight(mine: Mine, shunned: set[str], i: int) -> float:
    road = mine.roadways[i]
    return road.length_m * (SHUNNED if road.id in shunned else 1.0)


def plain(mine: Mine, shunned: set[str]) -> dict[str, float]:
    """Weighed metres from each node to the nearest portal or refuge."""
    best = {n.id: math.inf for n in mine.nodes}
    queue = [(0.0, n.id) for n in mine.nodes if n.kind in SAFE]
    while queue:
        cost, node = heapq.heappop(queue)
        if cost >= best[node]:
            continue
        best[node] = cost
        for i, road in enumerate(mine.roadways):
            for here, there in ((road.start, road.end), (road.end, road.start)):
                if here == node and road.walkable:
                    heapq.heappush(queue, (cost + weight(mine, shunned, i), there))
    return best


SHUN = st.sets(st.sampled_from([f"R{i}" for i in range(12)]), max_size=4)


@given(mines(), SHUN)
def test_every_node_has_the_way_out_a_plain_search_finds(mine: Mine, shunned: set[str]) -> None:
    ways, expected = Ways.of(mine, shunned), plain(mine, shunned)
    for node, row in ways.node_row.items():
        assert math.isclose(ways.cost[row], expected[node])
        if math.isfinite(expected[node]):
            assert mine.nodes[int(ways.goal[row])].kind in SAFE
            assert ways.metres[row] <= ways.cost[row] <= SHUNNED * ways.metres[row]


@given(mines(), SHUN, st.data())
def test_from_a_place_on_a_roadway_one_leaves_by_the_better_end(
    mine: Mine, shunned: set[str], data: st.DataObject
) -> None:
    road = data.draw(st.sampled_from(mine.roadways))
    at = data.draw(st.floats(0.0, road.length_m))
    ways, cost = Ways.of(mine, shunned), plain(mine, shunned)
    way = ways.out_of(road.id, at)
    factor = SHUNNED if road.id in shunned else 1.0
    best = min(cost[road.start] + factor * at, cost[road.end] + factor * (road.length_m - at))
    if math.isinf(best):
        assert (way.destination, way.distance_m) == ("", None)
        return
    assert mine.node[way.destination].kind in SAFE
    assert way.distance_m is not None
    assert way.distance_m <= best + 1e-6
    if not shunned:
        assert math.isclose(way.distance_m, best, abs_tol=1e-9)


@given(mines(), SHUN)
def test_danger_lengthens_no_way_that_avoids_it(mine: Mine, shunned: set[str]) -> None:
    calm, wary = Ways.of(mine), Ways.of(mine, shunned)
    assert (wary.cost >= calm.cost - 1e-9).all()
    assert ((wary.goal < 0) == (calm.goal < 0)).all()  # danger closes no way; it is the last choice
