"""Whom an order is about, on the first mine and on the small one."""

from dataclasses import replace

import pytest
from first_mine import first_mine
from small_mine import roadway, small_mine
from story import Story, story_mine

from minesafe.evacuation.scope import (
    down_wind,
    scope_of_mine,
    scope_of_point,
    scope_of_zones,
    share_ground,
    smallest,
)
from minesafe.model.events import Whereabouts
from minesafe.model.frame import TagFlag
from minesafe.model.mine import ZoneKind


def of_point(point: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    scope = scope_of_point(first_mine(), first_mine().point_row[point])
    return scope.zones, scope.roadways


# --- down-wind ------------------------------------------------------------------------------


def test_gas_at_the_return_corner_endangers_the_face_and_its_return() -> None:
    zones, roadways = of_point("CH4-T0")
    assert roadways[0] == "W01"
    assert "G02" in roadways
    assert not {"G01", "A01", "A02"} & set(roadways)  # the intake side breathes fresh air
    kinds = {first_mine().zones[first_mine().zone_row[z]].kind for z in zones}
    assert ZoneKind.MINE not in kinds
    assert ZoneKind.DISTRICT not in kinds
    assert zones


def test_the_danger_ends_where_the_air_joins_the_main_return() -> None:
    returns = {r.id for r in first_mine().roadways if r.main_return}
    assert returns
    for point in first_mine().points:
        if point.roadway not in returns:
            assert not returns & set(down_wind(first_mine(), point.roadway)), point.id


def test_air_is_followed_downstream_only_and_each_roadway_once() -> None:
    for road in first_mine().roadways:
        reached = down_wind(first_mine(), road.id)
        assert reached[0] == road.id
        assert len(set(reached)) == len(reached)


def test_air_that_flows_against_the_chainage_is_followed_backwards() -> None:
    mine = small_mine(
        roadways=(
            replace(roadway("A", "N0", "N1", 100.0), air=-1),
            replace(roadway("B", "N1", "N2", 60.0), air=-1),
        )
    )
    assert down_wind(mine, "B") == ("B", "A")
    assert down_wind(mine, "A") == ("A",)


def test_where_the_air_does_not_move_only_the_place_itself_is_endangered() -> None:
    still = small_mine(
        roadways=(
            replace(roadway("A", "N0", "N1", 100.0), air=0),
            roadway("B", "N1", "N2", 60.0),
        )
    )
    assert down_wind(still, "A") == ("A",)
    points = (replace(still.points[0], chainage_m=60.0),)
    scope = scope_of_point(replace(still, points=points), 0)
    assert scope.zones == ("FACE",)  # BLAST begins at 80 m, and no air carries anything there


def test_zones_up_wind_on_the_same_roadway_are_not_endangered() -> None:
    mine = story_mine()
    beyond = replace(mine, points=(replace(mine.points[0], chainage_m=30.0),))
    assert scope_of_point(beyond, 0).zones == ("FACE", "BLAST")
    against = replace(beyond, roadways=(replace(mine.roadways[0], air=-1), *mine.roadways[1:]))
    assert scope_of_point(against, 0).zones == ("MINE",)  # no worked zone is: the next larger


def test_air_in_a_ring_is_followed_once_round() -> None:
    ring = small_mine(
        roadways=(
            roadway("A", "N0", "N1", 100.0),
            roadway("B", "N1", "N2", 60.0),
            roadway("C", "N2", "N0", 60.0),
        )
    )
    assert down_wind(ring, "B") == ("B", "C", "A")


def test_a_rule_for_everyone_is_about_everyone() -> None:
    mine = story_mine()
    wide = replace(mine, rules=(replace(mine.rules[0], scope="mine"),))
    assert scope_of_point(wide, 0) == scope_of_mine(wide)
    assert scope_of_mine(wide).zones == ("MINE",)


def test_every_point_that_can_order_has_a_scope() -> None:
    for row, point in enumerate(first_mine().points):
        assert scope_of_point(first_mine(), row).zones, point.id


# --- ground ---------------------------------------------------------------------------------


def test_the_smallest_zones_hold_a_call_for_help() -> None:
    mine = story_mine()
    assert smallest(mine, ("MINE", "FACE", "BLAST")) == ("FACE", "BLAST")
    assert smallest(mine, ("MINE", "REFUGE")) == ("MINE",)
    assert smallest(mine, ()) == ()


@pytest.mark.parametrize(
    ("some", "others", "shared"),
    [
        (("FACE",), ("BLAST",), True),
        (("FACE",), ("REFUGE",), False),
        (("FACE",), ("PORTAL",), False),
        (("MINE",), ("REFUGE",), True),
        ((), ("MINE",), False),
    ],
)
def test_ground_is_shared_where_a_stretch_lies_in_both(
    some: tuple[str, ...], others: tuple[str, ...], shared: bool
) -> None:
    assert share_ground(story_mine(), some, others) is shared
    assert share_ground(story_mine(), others, some) is shared


# --- people ---------------------------------------------------------------------------------


def test_people_are_in_scope_by_where_they_were_seen_last_and_until_they_are_out() -> None:
    story = Story()
    story.at("P1", "A", 70)
    story.at("P2", "A", 5)
    story.at("P3", "B", 30)
    for point in ("CH4", "CH4-SLOW", "WIND", "FAN"):
        story.reads(point, 0.5)
    story.passes(2)
    story.vanishes("P1")
    story.vanishes("P2")
    story.passes(60)
    story.reads("CH4", 1.7)
    story.passes(1)
    assert set(story.order.muster) == {"P1", "P3"}  # P2 went out by the portal
    assert story.muster("P1").whereabouts is Whereabouts.UNKNOWN
    assert story.muster("P3").whereabouts is Whereabouts.AT_REFUGE
    assert story.called("tag") == ["FACE", "BLAST", "P3"]  # by name whom no told zone holds


def test_a_call_for_help_from_nowhere_is_about_the_whole_mine() -> None:
    story = Story()
    story.at("P1", "A", 30)
    story.passes(1)
    story.second += 1
    story.hears(story.readings(), story.sightings(TagFlag.SOS, only="P1"))
    assert story.order.zones == ("MINE",)


def test_zones_as_named_bring_no_air() -> None:
    assert scope_of_zones(["FACE"]).roadways == ()
    assert not scope_of_zones([])
