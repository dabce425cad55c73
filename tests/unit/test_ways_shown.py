"""What a map is told of an evacuation: the ways that are walked, and what the air carries where."""

from dataclasses import replace

import pytest
from first_mine import first_mine
from ring_mine import ring_mine
from story import Story

from minesafe.model.device import What
from minesafe.model.events import OrderKind, Origin, Peril
from minesafe.model.mine import Broadcaster, Danger, Interval, Name
from minesafe.model.way import Impact, Leg
from minesafe.web.device_places import placed_devices


def outburst() -> Story:
    """Methane may come at 450 m of A, where the face is: the air goes on by B to Q, not to R."""
    story = Story(ring_mine())
    story.at("P1", "A", 420.0)
    story.at("P2", "A", 300.0)
    story.at("P3", "B", 500.0)
    story.passes(2)
    return story


def test_gas_goes_with_the_air_from_where_it_is_told() -> None:
    story = outburst()
    hazards = story.watch.evacuation.guide.hazards
    assert hazards.impacts() == ()
    story.reads("CH4", 1.6)
    story.passes(3)
    own, beyond = Interval("A", 450.0, 500.0), Interval("B", 0.0, 600.0)
    assert hazards.impacts() == (Impact("CH4", Danger.GAS, (own, beyond)),)
    story.reads("CH4", 0.2)
    story.passes(3)
    assert hazards.impacts() == ()


def test_air_against_the_chainage_carries_towards_the_start_and_still_air_anywhere() -> None:
    for air, own in ((-1, Interval("A", 0.0, 450.0)), (0, Interval("A", 0.0, 500.0))):
        base = ring_mine()
        story = Story(
            replace(base, roadways=(replace(base.roadways[0], air=air), *base.roadways[1:]))
        )
        story.reads("CH4", 1.6)
        story.passes(3)
        (impact,) = story.watch.evacuation.guide.hazards.impacts()
        assert impact.stretches[0] == own


@pytest.mark.parametrize(
    ("peril", "danger"), [(Peril.GAS, Danger.GAS), (Peril.FIRE, Danger.FIRE), (Peril.ROOF, None)]
)
def test_an_order_that_names_its_danger_carries_it_from_the_whole_ground_of_its_zones(
    peril: Peril, danger: Danger | None
) -> None:
    story = outburst()
    evacuation, picture = story.watch.evacuation, story.watch.picture()
    wish = (OrderKind.EVACUATE, ("FACE",), "said by telephone", "P1", Origin.CONSOLE, picture)
    story.does(*evacuation.order_by_hand(*wish, story.now, peril=peril))
    ground = (Interval("A", 0.0, 500.0), Interval("B", 0.0, 600.0))
    told = evacuation.guide.hazards.impacts()
    assert told == (() if danger is None else (Impact(story.order.order, danger, ground),))


def test_the_legs_are_those_of_people_on_the_way_and_end_with_them() -> None:
    story = outburst()
    evacuation, picture = story.watch.evacuation, story.watch.picture()
    assert evacuation.guide.legs(evacuation.orders.open(), picture) == []
    wish = (OrderKind.EVACUATE, (), "roof", "P1", Origin.CONSOLE, picture, story.now)
    story.does(*evacuation.order_by_hand(*wish, peril=Peril.ROOF))
    sent = {row.person: row.destination for row in story.order.muster.values()}
    assert sent == {"P1": "P", "P2": "P", "P3": "Q"}
    legs = evacuation.guide.legs(evacuation.orders.open(), picture)
    assert legs == [Leg("A", 420.0, 0.0, 2), Leg("B", 500.0, 600.0, 1)]
    story.at("P3", "B", 595.0)
    story.passes(5)
    story.vanishes("P3")
    story.passes(300)
    legs = evacuation.guide.legs(evacuation.orders.open(), story.watch.picture())
    assert [leg.roadway for leg in legs] == ["A"]


def test_a_device_without_a_place_stands_amid_what_hangs_on_it() -> None:
    mine = first_mine()
    devices = {d.id: d for d in placed_devices(mine)}
    assert {What.SUBSTATION, What.STATION} <= {d.what for d in devices.values()}
    for station in mine.stations:
        own = {r.roadway for r in mine.readers if r.station == station.id}
        levels = {mine.roadways[mine.roadway_row[r]].level for r in own}
        assert not own or devices[station.id].level in levels


def test_a_loudspeaker_stands_where_the_files_say_and_what_has_nothing_stands_nowhere() -> None:
    horn = Broadcaster("BC", Name("播", "horn"), "A", 100.0, "t", "u", "p", ())
    mine = ring_mine(broadcasters=(horn,), points=(), readers=())
    (only,) = placed_devices(mine)
    assert (only.id, only.what, only.x) == ("BC", What.BROADCASTER, 100.0)
