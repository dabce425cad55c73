"""A gas outburst by day, from the first reading to the all-clear by two, in virtual time."""

import pytest
from story import Story

from minesafe.model.errors import Refused
from minesafe.model.events import (
    AlarmState,
    LadderStepped,
    OrderKind,
    Origin,
    ReceiptStatus,
    Told,
    Whereabouts,
)
from minesafe.model.mine import Duty, Role, Severity

DELIVERED, FAILED = ReceiptStatus.DELIVERED, ReceiptStatus.FAILED


def shift_at_work() -> Story:
    """P1 at the face, P2 on the way there, P4 (the leader) near the portal; all is well."""
    story = Story()
    story.at("P1", "A", 70)
    story.at("P2", "A", 30)
    story.at("P4", "A", 20)
    for point in ("CH4", "CH4-SLOW", "WIND", "FAN"):
        story.reads(point, 0.5)
    story.passes(5)
    return story


def test_a_quiet_shift_orders_nothing() -> None:
    story = shift_at_work()
    story.passes(120)
    assert story.orders == []
    assert story.told == []


def test_gas_over_the_limit_evacuates_its_zone_once() -> None:
    story = shift_at_work()
    story.reads("CH4", 1.62)
    story.passes(10)
    assert len(story.orders) == 1
    order = story.order
    assert (order.order_kind, order.severity) == (OrderKind.EVACUATE, Severity.I)
    assert (order.subject, order.value, order.limit) == ("CH4", 1.62, 1.5)
    assert order.leader == "P4"
    assert set(order.muster) == {"P1", "P2", "P4"}  # the face, and the roadway down-wind
    assert story.horns() == [("HORN", True)]
    assert story.texts_to("P4") == ["issued"]
    assert story.called("console") == ["DESK"]


def test_an_order_for_the_whole_mine_sounds_every_horn_in_it() -> None:
    story = shift_at_work()
    *_, order = story.watch.evacuation.order_by_hand(
        OrderKind.EVACUATE, (), "flood", "DESK", Origin.CONSOLE, story.watch.picture(), story.now
    )
    story.does(order)
    assert order.zones == ("MINE",)
    assert story.horns() == [("HORN", True)]
    story.carrier_says("horn", DELIVERED)
    assert story.muster("P1").told is Told.NOTIFIED
    assert story.muster("P2").told is Told.NOT_YET  # in the mine, where no horn is heard


def test_alarm_then_cut_off_stops_work_first_and_then_evacuates() -> None:
    story = shift_at_work()
    story.reads("CH4", 1.1)
    story.passes(3)
    assert story.order.order_kind is OrderKind.STOP_WORK
    story.reads("CH4", 1.7)
    story.passes(3)
    assert len(story.orders) == 1
    assert story.order.order_kind is OrderKind.EVACUATE
    assert story.texts_to("P4") == ["issued", "raised"]


def test_a_stop_work_order_nobody_decides_becomes_an_evacuation() -> None:
    story = shift_at_work()
    story.reads("CH4", 1.1)
    story.passes(5)
    story.acknowledges("P4")
    story.passes(170)
    assert story.order.order_kind is OrderKind.STOP_WORK
    story.passes(10)
    assert story.order.order_kind is OrderKind.EVACUATE


def test_a_silent_leader_is_followed_by_the_deputy_and_the_mine_head() -> None:
    story = shift_at_work()
    story.reads("CH4", 1.62)
    story.passes(29)
    assert story.texts_to("LEADER2") == []
    story.passes(2)
    assert story.texts_to("LEADER2") == ["issued"]
    story.passes(30)
    assert story.texts_to("HEAD") == ["issued"]
    story.acknowledges("LEADER2")
    story.passes(120)
    assert story.texts_to("ENGINEER") == []


def test_a_leader_no_channel_reaches_is_followed_at_once() -> None:
    story = shift_at_work()
    story.reads("CH4", 1.62)
    story.passes(1)
    story.carrier_says("call", FAILED)
    assert story.texts_to("LEADER2") == []
    story.carrier_says("sms", FAILED)
    assert story.texts_to("LEADER2") == ["issued"]
    steps = [b for b in story.bodies(LadderStepped) if isinstance(b, LadderStepped)]
    assert steps[-1].reason == "unreachable"
    assert steps[-1].asked == ((Duty.DEPUTY, "LEADER2"),)


def test_people_are_told_when_the_horn_has_sounded() -> None:
    story = shift_at_work()
    story.reads("CH4", 1.62)
    story.passes(1)
    assert story.muster("P1").told is Told.NOT_YET
    story.carrier_says("horn", DELIVERED)
    assert story.muster("P1").told is Told.NOTIFIED
    assert story.muster("P2").told is Told.NOT_YET  # not in the horn's zone
    story.carrier_says("sms", DELIVERED)
    assert story.muster("P4").told is Told.DELIVERED
    story.acknowledges("P4")
    assert story.muster("P4").told is Told.ACKNOWLEDGED


def test_everyone_is_followed_until_out_or_at_the_refuge() -> None:
    story = shift_at_work()
    story.reads("CH4", 1.62)
    story.passes(2)
    assert story.muster("P1").whereabouts is Whereabouts.STANDING
    story.at("P1", "B", 10)
    story.at("P2", "A", 20)
    story.passes(2)
    assert story.muster("P1").whereabouts is Whereabouts.MOVING
    assert story.muster("P2").whereabouts is Whereabouts.MOVING
    story.at("P1", "B", 30)
    story.at("P2", "A", 5)
    story.passes(2)
    assert story.muster("P1").whereabouts is Whereabouts.AT_REFUGE
    story.vanishes("P2")
    story.passes(8)
    assert story.muster("P2").whereabouts is Whereabouts.OUT
    story.vanishes("P4")
    story.passes(60)
    assert story.muster("P4").whereabouts is Whereabouts.UNKNOWN
    assert story.order.unaccounted == ("P4",)


def evacuated() -> Story:
    """Everyone is accounted for, the gas is gone for a minute."""
    story = shift_at_work()
    story.reads("CH4", 1.62)
    story.passes(2)
    for person in ("P1", "P2", "P4"):
        story.at(person, "B", 30)
    story.reads("CH4", 0.4)
    story.passes(70)
    return story


def test_the_all_clear_needs_two_people_of_set_roles() -> None:
    story = evacuated()
    assert story.order.unaccounted == ()
    with pytest.raises(Refused, match="role_not_allowed"):
        story.signs("P9", Role.VIEWER)
    story.signs("P4", Role.LEADER)
    assert story.order.is_open
    with pytest.raises(Refused, match="same_person"):
        story.signs("P4", Role.DISPATCHER)
    with pytest.raises(Refused, match="already_signed"):
        story.signs("HEAD", Role.LEADER)
    story.signs("DESK", Role.DISPATCHER)
    assert not story.order.is_open
    assert story.horns() == [("HORN", True), ("HORN", False)]
    assert story.texts_to("P4") == ["issued", "all_clear"]


def test_nobody_signs_while_one_person_is_missing_unless_found_by_hand() -> None:
    story = evacuated()
    story.vanishes("P1")
    story.at("P1", "A", 60)
    story.passes(2)
    with pytest.raises(Refused, match="unaccounted"):
        story.signs("P4", Role.LEADER)


def test_gas_that_is_not_yet_gone_needs_a_stated_reason_to_override() -> None:
    story = shift_at_work()
    story.reads("CH4", 1.62)
    story.passes(2)
    for person in ("P1", "P2", "P4"):
        story.at(person, "B", 30)
    story.passes(5)
    with pytest.raises(Refused, match="override_needed"):
        story.signs("P4", Role.LEADER)
    story.signs("P4", Role.LEADER, override="sensor replaced, hand-held reads 0.2 %")
    story.signs("DESK", Role.DISPATCHER, override="confirmed by phone")
    assert not story.order.is_open


def test_falling_gas_never_ends_an_order() -> None:
    story = evacuated()
    story.passes(3600, step=10)
    assert story.order.is_open


def test_after_kill_9_the_journal_alone_makes_the_same_orders_and_alarms() -> None:
    story = evacuated()
    story.acknowledges("P4")
    story.signs("P4", Role.LEADER)
    again = story.retold()
    assert again.evacuation.orders.all() == story.orders
    assert again.book.alarms() == story.watch.book.alarms()


def test_an_acknowledged_alarm_that_rises_sounds_again() -> None:
    story = shift_at_work()
    story.reads("CH4", 1.1)
    story.passes(2)
    (alarm,) = story.watch.book.alarms()
    assert (alarm.severity, alarm.state) == (Severity.II, AlarmState.UNACKED)
    story.acknowledges_alarm(alarm.episode, "DESK")
    story.reads("CH4", 1.7)
    story.passes(2)
    (alarm,) = story.watch.book.alarms()
    assert (alarm.severity, alarm.state) == (Severity.I, AlarmState.UNACKED)
