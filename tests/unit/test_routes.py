"""Ways out on the first mine: to the refuge or the surface, round the danger where one can."""

import math
from dataclasses import replace

from first_mine import first_mine
from small_mine import roadway, small_mine

from minesafe.evacuation.routes import Ways
from minesafe.evacuation.scope import down_wind
from minesafe.model.mine import NodeKind


def test_from_everywhere_in_the_first_mine_there_is_a_way_out() -> None:
    ways = Ways.of(first_mine())
    for road in first_mine().roadways:
        for at in (0.0, road.length_m / 2, road.length_m):
            way = ways.out_of(road.id, at)
            assert first_mine().node[way.destination].kind in (NodeKind.PORTAL, NodeKind.REFUGE)
            assert way.distance_m is not None


def test_from_the_face_one_goes_out_by_the_intake_while_the_return_is_in_danger() -> None:
    face = first_mine().roadways[first_mine().roadway_row["W01"]]
    danger = down_wind(first_mine(), "G02")
    near_the_return = face.length_m - 5.0
    calm = Ways.of(first_mine()).out_of("W01", near_the_return)
    wary_ways = Ways.of(first_mine(), danger)
    wary = wary_ways.out_of("W01", near_the_return)
    assert wary.distance_m is not None
    assert calm.distance_m is not None
    assert wary.distance_m >= calm.distance_m
    row, cost = wary_ways.node_row, wary_ways.cost
    assert math.isclose(cost[row["F2"]], cost[row["F1"]] + face.length_m)  # back past the face


def test_a_place_nobody_can_leave_says_so() -> None:
    shut = small_mine(nodes=tuple(replace(n, kind=NodeKind.JUNCTION) for n in small_mine().nodes))
    way = Ways.of(shut).out_of("A", 50.0)
    assert (way.destination, way.distance_m) == ("", None)


def test_a_shaft_nobody_walks_is_no_way_out() -> None:
    mine = small_mine(
        roadways=(
            replace(roadway("A", "N0", "N1", 100.0), walkable=False),
            roadway("B", "N1", "N2", 60.0),
        )
    )
    assert Ways.of(mine).out_of("B", 10.0).destination == "N2"
    none = replace(mine, roadways=tuple(replace(r, walkable=False) for r in mine.roadways))
    assert Ways.of(none).out_of("B", 10.0).destination == "N2"  # he stands on it: along it, then


def test_of_two_roadways_side_by_side_the_shorter_counts_until_it_is_in_danger() -> None:
    mine = small_mine(
        roadways=(
            roadway("A", "N0", "N1", 100.0),
            roadway("A2", "N0", "N1", 120.0),
            roadway("B", "N1", "N2", 600.0),
        )
    )
    assert Ways.of(mine).out_of("B", 0.0).distance_m == 100.0
    assert Ways.of(mine, ["A"]).out_of("B", 0.0).distance_m == 120.0
