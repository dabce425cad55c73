"""A drill (演练): the same path as in earnest, stamped everywhere, and scored."""

import pytest
from ring_mine import at_the_face, ring_mine
from story import Story

from minesafe.evacuation import acts
from minesafe.evacuation.score import score
from minesafe.model.commands import CallOut, SendText
from minesafe.model.errors import Refused
from minesafe.model.events import (
    OrderAcknowledged,
    OrderIssued,
    OrderKind,
    Origin,
    PersonTold,
    ReceiptStatus,
    Told,
    WaysChanged,
)
from minesafe.model.mine import Role


def drilled(story: Story, *zones: str) -> list[WaysChanged | OrderIssued]:
    watch = story.watch
    return watch.evacuation.order_by_hand(
        OrderKind.EVACUATE, zones, "half-year drill", "DESK", Origin.CONSOLE,
        watch.picture(), story.now, drill=True,
    )  # fmt: skip


def begun() -> Story:
    story = at_the_face(ring_mine(holds=9))
    story.does(*drilled(story, "FACE"))
    return story


def test_every_record_and_every_message_says_that_it_is_a_drill() -> None:
    story = begun()
    story.carrier_says("sms", ReceiptStatus.DELIVERED)
    orders = [body.order for body, *_ in story.journal if getattr(body, "order", "")]
    assert orders
    assert all(order.endswith("-DRILL") for order in orders)
    assert all("-DRILL/" in command.key for command in story.told)
    said = [c.facts for c in story.told if isinstance(c, SendText | CallOut)]
    assert said
    assert all(facts is not None and facts.drill for facts in said)


def test_it_is_scored_by_its_first_acknowledgement_and_by_who_was_out_when() -> None:
    story = begun()
    assert score(story.order).out_50_s is None
    story.passes(9)
    story.acknowledges("P4")
    for i, person in enumerate(("P1", "P2", "P3", "P4")):
        story.passes(30, step=10)
        story.at(person, "C", 40.0)
        story.passes(1)
        assert score(story.order).accounted == i + 1
    found = score(story.order)
    assert (found.people, found.accounted, found.drill) == (4, 4, True)
    assert found.first_acknowledged_s == 9.0
    assert (found.out_50_s, found.out_90_s, found.out_100_s) == (71.0, 133.0, 133.0)
    assert found.slowest_zone == "FACE"


def test_a_button_pressed_underground_is_an_acknowledgement_too() -> None:
    story = begun()
    story.passes(4)
    told = PersonTold(order=story.order.order, person="P1", told=Told.ACKNOWLEDGED, channel="tag")
    story.does(told)
    assert score(story.order).first_acknowledged_s == 4.0


def test_real_gas_in_a_drill_is_an_order_of_its_own_and_speaks_first() -> None:
    story = begun()
    story.reads("CH4", 1.7)
    story.passes(1)
    drill, real = sorted(story.orders, key=lambda o: not o.drill)
    assert (drill.drill, real.drill) == (True, False)
    assert set(real.muster) == set(drill.muster)
    assert not any(isinstance(b, OrderAcknowledged) for b, *_ in story.journal)
    with pytest.raises(Refused, match="real_order_open"):
        drilled(story, "FACE")


def test_it_ends_by_two_without_a_wait_and_work_goes_on_by_a_permit() -> None:
    story = begun()
    for person in ("P1", "P2", "P3", "P4"):
        story.at(person, "C", 40.0)
    story.passes(2)
    story.signs("P4", Role.LEADER)
    story.signs("DESK", Role.DISPATCHER)
    assert not story.order.is_open
    permit = acts.permit_reentry(
        story.order, story.mine.policy, "DESK", Role.DISPATCHER, "gas 0.2 %, walked", ""
    )
    story.does(permit)
    assert (story.order.reentry_by, story.order.is_open) == ("DESK", False)
    with pytest.raises(Refused, match="already_permitted"):
        acts.permit_reentry(story.order, story.mine.policy, "HEAD", Role.LEADER, "again", "")


def test_nobody_is_let_back_before_the_all_clear_nor_while_the_gas_is_back() -> None:
    story = at_the_face(ring_mine(holds=9))
    policy = story.mine.policy
    story.reads("CH4", 1.7)
    story.passes(1)
    with pytest.raises(Refused, match="not_closed"):
        acts.permit_reentry(story.order, policy, "DESK", Role.DISPATCHER, "walked", "")
    for person in ("P1", "P2", "P3", "P4"):
        story.at(person, "C", 40.0)
    story.reads("CH4", 0.3)
    story.passes(70)
    story.signs("P4", Role.LEADER)
    story.signs("DESK", Role.DISPATCHER)
    closed = story.order
    story.reads("CH4", 1.7)
    story.passes(1)
    back = story.order_of(closed.order)
    with pytest.raises(Refused, match="cause_back"):
        acts.permit_reentry(back, policy, "DESK", Role.DISPATCHER, "walked", "")
    assert back.signatures == closed.signatures
