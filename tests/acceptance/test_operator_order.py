"""The dispatcher orders by hand: no sensor, no approval, no delay."""

import pytest
from story import Story

from minesafe.model.errors import Refused
from minesafe.model.events import OrderKind, Origin, Whereabouts
from minesafe.model.mine import Role, Severity


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
