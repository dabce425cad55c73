"""Ways out on the first mine: out where one can, to a refuge where that is too far or cut off."""

from dataclasses import replace

import numpy as np
from first_mine import first_mine
from ring_mine import ring_mine
from small_mine import person, roadway, small_mine, zone
from story import Story

from minesafe.evacuation.scope import down_wind
from minesafe.evacuation.ways import Ground, Ways
from minesafe.evacuation.ways.pace import DOOR_S
from minesafe.model.events import OrderKind, Origin, Peril, PersonSent, WaysChanged
from minesafe.model.mine import Danger, Mine, Node, NodeKind, ZoneKind

WALK = 1.1
"""m/s of the small mine."""


def test_from_everywhere_in_the_first_mine_there_is_a_way_out() -> None:
    ways = Ways.of(first_mine())
    for road in first_mine().roadways:
        for at in (0.0, road.length_m / 2, road.length_m):
            way = ways.send_one(road.id, at)
            assert first_mine().node[way.destination].kind in (NodeKind.PORTAL, NodeKind.REFUGE)
            assert way.walk_s is not None
            assert way.walk_s <= 1500


def test_from_the_face_one_goes_against_the_air_while_the_return_is_in_danger() -> None:
    face = first_mine().roadways[first_mine().roadway_row["W01"]]
    danger = frozenset(down_wind(first_mine(), "G02"))
    wary = Ways.of(first_mine(), Ground(dangers=frozenset({Danger.GAS}), foul=danger))
    upwind = face.start if face.air > 0 else face.end
    assert wary.send_one("W01", face.length_m / 2).toward == upwind


def ring(**changes: object) -> Mine:
    """A portal at either end, a refuge in the middle:  P ─ A ─ M ─ B ─ Q, and R off M."""
    nodes = (
        Node("P", NodeKind.PORTAL, "L1", 0, 0, 0),
        Node("M", NodeKind.JUNCTION, "L1", 500, 0, 0),
        Node("Q", NodeKind.PORTAL, "L1", 1000, 0, 0),
        Node("R", NodeKind.REFUGE, "L1", 500, 50, 0),
    )
    roads = (
        roadway("A", "P", "M", 500.0),
        roadway("B", "M", "Q", 600.0),
        roadway("C", "M", "R", 50.0),
    )
    zones = (zone("REFUGE", ZoneKind.REFUGE, ("C", 30.0, 50.0), limit=2),)
    base = small_mine(nodes=nodes, roadways=roads, zones=zones, points=(), readers=(), outputs=())
    return replace(base, **changes)  # type: ignore[arg-type]  # fields by name


def destinations(mine: Mine, ground: Ground | None = None, at: float = 490.0) -> str:
    return Ways.of(mine, ground).send_one("A", at).destination


def test_out_comes_before_the_refuge() -> None:
    assert destinations(ring()) == "P"


def test_a_blocked_roadway_sends_everybody_the_other_way() -> None:
    assert destinations(ring(), Ground(blocked=frozenset({"A"}))) == "Q"
    assert (
        Ways.of(ring(), Ground(blocked=frozenset({"A", "B"}))).send_one("A", 9.0).destination == "P"
    )
    assert destinations(ring(), Ground(blocked=frozenset({"A", "B"})), at=499.0) == "P"


def test_where_both_ways_out_lead_through_gas_the_refuge_is_the_place() -> None:
    foul = frozenset({"A", "B"})
    assert Ways.of(ring(), Ground(foul=foul)).send_one("C", 10.0).destination == "R"
    shut = Ground(foul=foul, shut=frozenset({"R"}))
    assert Ways.of(ring(), shut).send_one("C", 10.0).destination == "P"


def test_a_walk_that_outlasts_the_self_rescuer_ends_at_the_refuge() -> None:
    """500 m are 455 s; of ten minutes 8:20 may be walked, of nine 7:30."""
    ten, nine = (replace(ring().policy, self_rescuer_s=s) for s in (600.0, 540.0))
    assert Ways.of(ring(policy=ten)).send_one("C", 1.0).destination == "P"
    assert Ways.of(ring(policy=nine)).send_one("C", 1.0).destination == "R"


def test_a_full_refuge_takes_the_nearest_and_the_others_go_out() -> None:
    mine = ring(policy=replace(ring().policy, self_rescuer_s=60.0))
    ways = Ways.of(mine)
    rows = np.array([mine.roadway_row["C"]] * 3)
    sent = ways.send(rows, np.array([5.0, 40.0, 20.0]), ways.net.capacity)
    assert [way.destination for way in sent] == ["P", "R", "R"]


def test_in_an_inrush_one_goes_up_and_not_to_a_refuge_the_water_reaches() -> None:
    """Q is nearer, but lower."""
    nodes = tuple(replace(n, z={"P": 30.0, "Q": -30.0}.get(n.id, 0.0)) for n in ring().nodes)
    roads = tuple(
        replace(r, path=((0, 0, a), (r.length_m, 0, b)))
        for r, (a, b) in zip(ring().roadways, ((30, 0), (0, -30), (0, 0)), strict=True)
    )
    mine = ring(nodes=nodes, roadways=roads)
    assert destinations(mine, at=499.0) == "P"
    near_q = Ways.of(mine).send_one("B", 350.0).destination
    wet = Ways.of(mine, Ground(dangers=frozenset({Danger.WATER}), water_m=-20.0))
    assert (near_q, wet.send_one("B", 350.0).destination) == ("Q", "P")
    higher = Ways.of(mine, Ground(dangers=frozenset({Danger.WATER}), water_m=1.0))
    assert not (higher.refuges[0].goal >= 0).any()


def test_smoke_a_slope_and_a_door_take_their_time() -> None:
    def walk(mine: Mine, ground: Ground | None = None) -> float:
        seconds = Ways.of(mine, ground).send_one("A", 500.0).walk_s
        assert seconds is not None
        return seconds

    a, _, c = ring().roadways
    plain = walk(ring(roadways=(a, c)))
    assert plain == round(500 / WALK, 1)
    smoke = Ground(smoky=frozenset({"A"}))
    assert walk(ring(roadways=(a, c)), smoke) == round(2 * 500 / WALK, 1)
    door = replace(a, door="closed")
    assert Ways.of(ring(roadways=(door, c))).send_one("C", 0.0).walk_s == round(plain + DOOR_S, 1)
    up = replace(a, path=((0, 0, 100.0), (400.0, 0, 0)))
    assert walk(ring(roadways=(up, c))) > 1.9 * plain


def test_a_crowd_makes_one_go_round_it() -> None:
    assert Ways.of(ring()).send_one("C", 10.0).destination == "P"
    packed = Ground(crowded=frozenset({("A", 2)}))
    assert Ways.of(ring(), packed).send_one("C", 10.0).destination == "Q"


def all_out_at_once(people: int) -> Story:
    """Everybody in C, 10 m from M: the way by A is shorter by 20 m, and a metre and a half wide."""
    base = ring_mine()
    a, b, c = base.roadways
    roads = (replace(a, length_m=100.0, section_m2=2.25), replace(b, length_m=120.0))
    crew = tuple(replace(person(100 + i), id=f"W{i}", tag=f"W{i}") for i in range(people))
    room = replace(c, section_m2=400.0)
    zones = tuple(z for z in base.zones if z.kind is not ZoneKind.FACE)
    story = Story(replace(base, roadways=(*roads, room), people=crew, points=(), zones=zones))
    for i in range(people):
        story.at(f"W{i}", "C", 10.0)
    story.passes(2)
    evacuation, picture = story.watch.evacuation, story.watch.picture()
    wish = (OrderKind.EVACUATE, (), "roof", "W0", Origin.CONSOLE, picture, story.now)
    story.does(*evacuation.order_by_hand(*wish, peril=Peril.ROOF))
    return story


def test_a_roadway_too_narrow_for_all_who_would_go_through_it_is_told_before_they_do() -> None:
    """Nobody stands in it yet: that 200 people will come through 100 m of it is what is told."""
    few = all_out_at_once(100)
    assert {row.destination for row in few.order.muster.values()} == {"P"}
    many = all_out_at_once(200)
    assert {row.destination for row in many.order.muster.values()} == {"Q"}
    told = [b for b in many.bodies(WaysChanged) if isinstance(b, WaysChanged)]
    assert told[-1].crowded == (("A", 1),)
    many.passes(31)
    assert many.bodies(PersonSent) == []  # and it does not swing back


def test_a_cage_carries_people_where_the_mine_says_so() -> None:
    shaft = replace(
        ring().roadways[0], kind="shaft", path=((0, 0, 500.0), (0, 0, 0)), length_m=500.0
    )
    mine = ring(roadways=(shaft, *ring().roadways[1:]))
    carried = Ways.of(mine).send_one("C", 0.0).walk_s
    on_foot = replace(mine, policy=replace(mine.policy, hoist_m_s=0.0, self_rescuer_s=9000.0))
    assert carried == 120 + 500 / 4
    assert Ways.of(on_foot).send_one("C", 0.0).destination == "Q"


def test_a_place_nobody_can_leave_says_so() -> None:
    shut = small_mine(nodes=tuple(replace(n, kind=NodeKind.JUNCTION) for n in small_mine().nodes))
    way = Ways.of(shut).send_one("A", 50.0)
    assert (way.destination, way.distance_m) == ("", None)


def test_a_shaft_nobody_walks_is_no_way_out() -> None:
    """Along it, for whoever stands in it all the same; else to the refuge."""
    mine = small_mine(
        roadways=(
            replace(roadway("A", "N0", "N1", 100.0), walkable=False),
            roadway("B", "N1", "N2", 60.0),
        )
    )
    assert Ways.of(mine).send_one("B", 10.0).destination == "N2"
    assert Ways.of(mine).send_one("A", 10.0).destination == "N0"
