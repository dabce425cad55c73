"""The dispatcher orders by hand: no sensor, no approval, no delay."""

from dataclasses import replace

import pytest
from ring_mine import ring_mine
from story import Story

from minesafe.evacuation import acts
from minesafe.model.commands import SendText
from minesafe.model.errors import Refused
from minesafe.model.events import OrderKind, Origin, Peril, PersonSent, Whereabouts
from minesafe.model.mine import Danger, Mine, Role, Severity


def at_work() -> Story:
    story = Story()
    story.at("P1", "A", 70)
    story.at("P2", "A", 30)
    for point in ("CH4", "CH4-SLOW", "WIND", "FAN"):
        story.reads(point, 0.5)
    story.passes(3)
    return story


def orders(story: Story, kind: OrderKind, *zones: str) -> None:
    watch = story.watch
    story.does(
        *watch.evacuation.order_by_hand(
            kind, zones, "smoke reported by phone", "DESK", Origin.CONSOLE,
            watch.picture(), story.now,
        )
    )  # fmt: skip


def test_an_order_by_hand_is_told_in_the_same_moment() -> None:
    story = at_work()
    orders(story, OrderKind.EVACUATE, "FACE")
    order = story.order
    assert (order.by, order.origin, order.cause) == (
        "DESK", Origin.CONSOLE, "smoke reported by phone",
    )  # fmt: skip
    assert (order.order_kind, order.severity) == (OrderKind.EVACUATE, Severity.I)
    assert story.horns() == [("HORN", True)]
    assert story.texts_to("P4") == ["issued"]
    assert set(order.muster) == {"P1"}


def flees(peril: Peril, mine: Mine, *, drill: bool = False) -> Story:
    """P1 stands in the return, 300 m before its portal Q; P is 800 m away, against the air."""
    story = Story(mine)
    story.at("P1", "B", 300)
    story.passes(2)
    evacuation, picture = story.watch.evacuation, story.watch.picture()
    wish = (OrderKind.EVACUATE, (), "by telephone", "DESK", Origin.CONSOLE, picture, story.now)
    story.does(*evacuation.order_by_hand(*wish, peril=peril, drill=drill))
    return story


@pytest.mark.parametrize(
    ("peril", "to"),
    [(Peril.OTHER, "Q"), (Peril.ROOF, "Q"), (Peril.FIRE, "P"), (Peril.GAS, "P")],
)
def test_the_danger_he_names_decides_which_way_is_the_way_out(peril: Peril, to: str) -> None:
    """Nothing shortens the way but fire and gas, which are fled against the air."""
    story = flees(peril, ring_mine())
    assert story.muster("P1").destination == to
    story.passes(3)
    assert story.bodies(PersonSent) == []  # he was sent right at once
    facts = {c.facts.peril for c in story.told if isinstance(c, SendText)}
    assert facts == {peril.value}


def test_from_water_people_go_up_even_where_that_is_farther() -> None:
    base = ring_mine()
    falls = {"A": (0.0, -30.0), "B": (-30.0, -60.0)}
    roads = tuple(
        replace(r, path=((0, 0, falls[r.id][0]), (r.length_m, 0, falls[r.id][1])))
        if r.id in falls
        else r
        for r in base.roadways
    )
    height = {"M": -30.0, "Q": -60.0}
    nodes = tuple(replace(n, z=height.get(n.id, n.z)) for n in base.nodes)
    hill = replace(base, roadways=roads, nodes=nodes)
    assert flees(Peril.OTHER, hill).muster("P1").destination == "Q"
    assert flees(Peril.INRUSH, hill).muster("P1").destination == "P"


def test_the_danger_of_a_drill_sends_nobody_who_flees_in_earnest() -> None:
    story = flees(Peril.FIRE, ring_mine(), drill=True)
    assert story.muster("P1").destination == "P"
    story.at("P2", "B", 300)
    story.passes(1)
    evacuation, picture = story.watch.evacuation, story.watch.picture()
    wish = (OrderKind.EVACUATE, (), "roof", "DESK", Origin.CONSOLE, picture, story.now)
    story.second += 1
    story.does(*evacuation.order_by_hand(*wish, peril=Peril.ROOF))
    assert story.muster("P2").destination == "Q"


def test_with_its_end_the_danger_is_over_and_a_restart_knows_it_meanwhile() -> None:
    story = flees(Peril.FIRE, ring_mine())
    story.dies_and_comes_back()
    hazards = story.watch.evacuation.guide.hazards
    assert hazards.ground().dangers == {Danger.FIRE}
    story.does(acts.tick(story.order, "P1", Whereabouts.OUT, "DESK", "seen"))
    story.signs("HEAD", Role.LEADER, "put out")
    story.signs("DESK", Role.DISPATCHER, "put out")
    assert hazards.ground().dangers == frozenset()


def test_the_dispatcher_reads_the_ground_he_named_as_the_ground_of_his_own_power() -> None:
    story = flees(Peril.INRUSH, ring_mine())
    story.passes(61, step=10)
    assert story.order.power == "water"


def test_the_whole_mine_is_one_word() -> None:
    story = at_work()
    orders(story, OrderKind.EVACUATE, "MINE")
    assert set(story.order.muster) == {"P1", "P2"}


def test_work_stopped_by_hand_must_be_decided_like_any_other() -> None:
    story = at_work()
    orders(story, OrderKind.STOP_WORK, "FACE")
    story.passes(179)
    assert story.order.order_kind is OrderKind.STOP_WORK
    story.passes(2)
    assert story.order.order_kind is OrderKind.EVACUATE


def test_gas_that_comes_to_the_same_place_joins_the_dispatchers_order() -> None:
    story = at_work()
    orders(story, OrderKind.STOP_WORK, "FACE")
    story.reads("CH4", 1.7)
    story.passes(2)
    (order,) = story.orders
    assert order.order_kind is OrderKind.EVACUATE
    assert set(order.causes) == {"high:CH4#1"}


def test_what_a_person_ordered_ends_by_two_once_everyone_is_out() -> None:
    story = at_work()
    orders(story, OrderKind.EVACUATE, "FACE")
    story.passes(61)
    with pytest.raises(Refused, match="unaccounted"):
        story.signs("P4", Role.LEADER)
    story.at("P1", "B", 30)
    story.passes(2)
    assert story.muster("P1").whereabouts is Whereabouts.AT_REFUGE
    story.signs("DESK", Role.DISPATCHER)
    assert story.order.is_open
    story.signs("HEAD", Role.LEADER)
    assert not story.order.is_open


def test_a_second_order_for_the_same_place_is_a_second_number_and_both_must_end() -> None:
    story = at_work()
    orders(story, OrderKind.EVACUATE, "FACE")
    orders(story, OrderKind.EVACUATE, "FACE")
    assert [o.number for o in story.orders] == [1, 2]
    assert len({c.key for c in story.told}) == len(story.told)
