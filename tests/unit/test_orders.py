"""Orders as a fold: what each thing that happens makes of one, told as short stories."""

from dataclasses import replace

import pytest
from story import START, Story, noted, story_mine

from minesafe.evacuation import acts
from minesafe.evacuation.telling import all_clear_commands
from minesafe.model.commands import CallOut, SendText, SetOutput
from minesafe.model.errors import Refused
from minesafe.model.events import (
    Decision,
    LadderStepped,
    OrderIssued,
    OrderKind,
    OrderWidened,
    Origin,
    ReceiptStatus,
    Told,
    Whereabouts,
)
from minesafe.model.frame import TagFlag
from minesafe.model.mine import Duty, Name, Output, Role, Severity
from minesafe.model.time import SECOND

ACCEPTED, DELIVERED = ReceiptStatus.ACCEPTED, ReceiptStatus.DELIVERED
FAILED = ReceiptStatus.FAILED


def at_work(story: Story | None = None) -> Story:
    """P1 at the face, P4 (the leader) near the portal, all well."""
    story = story or Story()
    story.at("P1", "A", 70)
    story.at("P4", "A", 20)
    for point in ("CH4", "CH4-SLOW", "WIND", "FAN"):
        story.reads(point, 0.5)
    story.passes(2)
    return story


def gas(value: float, seconds: float = 2) -> Story:
    story = at_work()
    story.reads("CH4", value)
    story.passes(seconds)
    return story


def decides(story: Story, decision: Decision, by: str = "P4", reason: str = "seen") -> None:
    story.does(*acts.decide(story.order, decision, by, reason, Origin.CONSOLE))


def test_a_warning_that_still_holds_does_not_keep_people_out() -> None:
    """The cause is the alarm; a pre-warning (IV) that outlasts it orders nothing."""
    mine = story_mine()
    warned = replace(mine.points[0].limits, warn_high=0.6)
    points = (replace(mine.points[0], limits=warned), *mine.points[1:])
    story = at_work(Story(replace(mine, points=points)))
    story.reads("CH4", 1.7)
    story.passes(2)
    assert any(story.order.causes.values())
    story.reads("CH4", 0.7)
    story.passes(2)
    assert story.watch.book.alarms()[0].conditions == {"warn_high": Severity.IV}
    assert not any(story.order.causes.values())


# --- what an order says -------------------------------------------------------------------


def test_gas_that_comes_back_below_the_cut_off_stops_work_and_says_so() -> None:
    """The first order is over; its alarm was never acknowledged. 1.2 is not 1.7."""
    story = gas(1.7)
    for person in ("P1", "P4"):
        story.at(person, "B", 30)
    story.reads("CH4", 0.4)
    story.passes(70)
    story.signs("P4", Role.LEADER)
    story.signs("DESK", Role.DISPATCHER)
    story.reads("CH4", 1.2)
    story.passes(2)
    order = story.order
    assert (order.number, order.order_kind, order.severity) == (
        2, OrderKind.STOP_WORK, Severity.II,
    )  # fmt: skip
    assert (order.condition, order.value, order.limit) == ("alarm_high", 1.2, 1.0)


def test_numbers_count_up_and_are_never_given_twice_at_a_time() -> None:
    story = at_work()
    for _ in range(3):
        story.does(by_hand(story, OrderKind.EVACUATE, "FACE"))
    assert [o.number for o in story.orders] == [1, 2, 3]
    assert len({o.order for o in story.orders}) == 3


def test_an_order_of_a_zone_nobody_knows_is_refused() -> None:
    story = at_work()
    with pytest.raises(Refused, match="unknown_zone"):
        by_hand(story, OrderKind.EVACUATE, "FACE", "FACT")
    with pytest.raises(Refused, match="unknown_zone"):
        by_hand(story, OrderKind.STOP_WORK)


def test_an_evacuation_that_names_no_zone_is_of_the_whole_mine() -> None:
    story = at_work()
    assert by_hand(story, OrderKind.EVACUATE).zones == ("MINE",)


def by_hand(story: Story, kind: OrderKind, *zones: str) -> OrderIssued:
    watch = story.watch
    *_, order = watch.evacuation.order_by_hand(
        kind, zones, "smoke seen", "DESK", Origin.CONSOLE, watch.picture(), story.now
    )
    assert isinstance(order, OrderIssued)
    return order


# --- who was told ---------------------------------------------------------------------------


def test_told_grows_from_notified_to_delivered() -> None:
    """The carrier takes the message, later the phone has it."""
    story = gas(1.7)
    (message,) = (c for c in story.told if isinstance(c, SendText))
    story._keep(story.watch.noted(story.now, noted(message, ACCEPTED)))
    assert story.muster("P4").told is Told.NOTIFIED
    story._keep(story.watch.noted(story.now, noted(message, DELIVERED)))
    assert story.muster("P4").told is Told.DELIVERED
    story._keep(story.watch.noted(story.now, noted(message, FAILED)))
    story._keep(story.watch.noted(story.now, noted(message, ACCEPTED)))
    assert story.muster("P4").told is Told.DELIVERED


def test_a_person_no_channel_reaches_is_said_to_be_unreached() -> None:
    story = gas(1.7)
    for channel in ("horn", "broadcast", "tag"):
        assert story.muster("P1").told is Told.NOT_YET
        story.carrier_says(channel, FAILED)
    assert story.muster("P1").told is Told.FAILED
    horn = next(c for c in story.told if isinstance(c, SetOutput))
    story._keep(story.watch.noted(story.now, noted(horn, DELIVERED)))
    assert story.muster("P1").told is Told.NOTIFIED


def test_the_button_of_a_tag_says_that_its_wearer_knows() -> None:
    story = gas(1.7)
    story.hears(story.readings(), story.sightings(TagFlag.BUTTON, only="P1"))
    assert story.muster("P1").told is Told.ACKNOWLEDGED
    assert story.order.acknowledged_by is None  # he was told; he was not asked


def test_a_horn_that_sounds_already_is_not_switched_on_again_when_a_zone_joins() -> None:
    horn = Output("HORN", Name("号角", "horn"), "horn", "S1", 0, ("FACE", "REFUGE"))
    story = at_work(Story(story_mine(outputs=(horn,))))
    story.does(by_hand(story, OrderKind.EVACUATE, "FACE"))
    story.does(
        OrderWidened(order=story.order.order, zones=("REFUGE",), people=(), cause="high:X#1")
    )
    assert story.horns() == [("HORN", True)]
    assert story.called("broadcast") == ["FACE", "REFUGE"]


def test_a_horn_another_order_needs_goes_on_when_the_first_is_over() -> None:
    story = gas(1.7)
    story.does(by_hand(story, OrderKind.EVACUATE, "BLAST", "FACE"))
    first = min(story.orders, key=lambda o: o.number)
    for person in ("P1", "P4"):
        story.does(acts.tick(first, person, Whereabouts.OUT, "DESK", "seen at the portal"))
    for by, role in (("P4", Role.LEADER), ("DESK", Role.DISPATCHER)):
        found = story.order_of(first.order)
        story.does(
            *acts.sign_all_clear(found, story.mine.policy, by, role, "hand-held 0.2", story.now)
        )
    assert not story.order_of(first.order).is_open
    assert ("HORN", False) not in story.horns()


# --- deciding -------------------------------------------------------------------------------


def test_stop_work_that_suffices_asks_nobody_out_and_ends_by_two() -> None:
    story = gas(1.1)
    story.acknowledges("P4")
    with pytest.raises(Refused, match="undecided"):
        story.signs("P4", Role.LEADER, override="x")
    decides(story, Decision.STOP_WORK_SUFFICES)
    story.passes(200)
    assert story.order.order_kind is OrderKind.STOP_WORK
    story.reads("CH4", 0.4)
    story.passes(65)
    story.signs("P4", Role.LEADER)
    story.signs("DESK", Role.DISPATCHER)
    assert not story.order.is_open
    assert story.muster("P1").whereabouts is not Whereabouts.OUT


def test_a_reason_is_needed_to_do_less_and_none_to_evacuate() -> None:
    story = gas(1.1)
    with pytest.raises(Refused, match="reason_needed"):
        decides(story, Decision.FALSE_ALARM, reason="  ")
    decides(story, Decision.EVACUATE, reason="")
    assert story.order.order_kind is OrderKind.EVACUATE
    with pytest.raises(Refused, match="not_open_to_decision"):
        decides(story, Decision.FALSE_ALARM)


def test_a_signature_under_stopped_work_does_not_end_the_evacuation_it_became() -> None:
    story = gas(1.1)
    decides(story, Decision.STOP_WORK_SUFFICES)
    story.reads("CH4", 0.4)
    story.passes(65)
    story.signs("P4", Role.LEADER)
    story.reads("CH4", 1.7)
    story.passes(2)
    assert story.order.order_kind is OrderKind.EVACUATE
    for person in ("P1", "P4"):
        story.at(person, "B", 30)
    story.passes(2)
    story.signs("DESK", Role.DISPATCHER, override="hand-held reads 0.2")
    assert story.order.is_open
    assert [s.by for s in story.order.signatures] == ["DESK"]


def test_gas_that_returns_before_the_second_signs_asks_both_again() -> None:
    story = gas(1.7)
    for person in ("P1", "P4"):
        story.at(person, "B", 30)
    story.reads("CH4", 0.4)
    story.passes(70)
    story.signs("P4", Role.LEADER)
    story.reads("CH4", 1.7)
    story.passes(2)
    assert story.order.signatures == ()


def test_a_new_alarm_in_a_decided_order_asks_for_a_new_decision() -> None:
    """It was called a false alarm on one sensor's word; now a second one says the same."""
    story = gas(1.1)
    decides(story, Decision.FALSE_ALARM)
    second = replace(story.mine.points[1], rule="CH4-T1")
    again = at_work(
        Story(story_mine(points=(story.mine.points[0], second, *story.mine.points[2:])))
    )
    again.reads("CH4", 1.1)
    again.passes(2)
    decides(again, Decision.FALSE_ALARM)
    again.reads("CH4-SLOW", 1.1)
    again.passes(8)
    assert again.order.decision is None
    again.passes(181)
    assert again.order.order_kind is OrderKind.EVACUATE


# --- scope that grows -----------------------------------------------------------------------


def test_who_walks_into_an_open_order_is_counted_in_it() -> None:
    story = gas(1.7)
    story.at("P3", "A", 55)
    story.passes(2)
    assert "P3" in story.order.muster
    assert story.order.zones == ("FACE", "BLAST")
    assert len(story.bodies(OrderWidened)) == 1


def test_who_walks_in_is_sent_round_the_danger_like_everybody_else() -> None:
    story = gas(1.7)
    story.at("P3", "A", 55)
    story.passes(2)
    assert story.muster("P3").destination == story.muster("P1").destination


def test_an_order_forgets_what_ended_an_hour_ago() -> None:
    story = at_work()
    story.does(by_hand(story, OrderKind.EVACUATE, "REFUGE"))
    order = story.order
    for by, role in (("P4", Role.LEADER), ("DESK", Role.DISPATCHER)):
        found = story.order_of(order.order)
        story.does(*acts.sign_all_clear(found, story.mine.policy, by, role, "drained", story.now))
    story.passes(3700, step=100)
    story.does(by_hand(story, OrderKind.EVACUATE, "REFUGE"))
    assert [o.number for o in story.orders] == [2]


def test_receipts_of_an_order_long_forgotten_change_nothing() -> None:
    story = gas(1.7)
    message = next(c for c in story.told if isinstance(c, CallOut))
    other = Story()
    other._keep(other.watch.noted(START + SECOND, noted(message, FAILED)))
    assert other.orders == []


def test_the_first_rung_names_who_is_asked() -> None:
    story = gas(1.7)
    (leader, desk) = (b for b in story.bodies(LadderStepped) if isinstance(b, LadderStepped))
    assert leader.asked == ((Duty.LEADER, "P4"),)
    assert desk.asked == ((Duty.DISPATCHER, "DESK"),)


@pytest.mark.parametrize(
    ("origin", "read"), [(Origin.SMS, True), (Origin.LINK, True), (Origin.CONSOLE, False)]
)
def test_who_acknowledges_by_what_he_was_sent_has_read_it(origin: Origin, read: bool) -> None:
    story = gas(1.7)
    story.carrier_says("sms", ReceiptStatus.ACCEPTED, "P4")
    story.does(acts.acknowledge(story.order, "P4", origin))
    [row] = [r for r in story.order.receipts.values() if r.recipient == "P4" and r.channel == "sms"]
    assert (row.status is ReceiptStatus.READ) is read


def test_a_failure_that_comes_late_takes_nothing_back_from_who_was_reached() -> None:
    story = gas(1.7)
    story.carrier_says("sms", ReceiptStatus.DELIVERED, "P4")
    key = f"{story.order.order}/0/P4/sms"
    late = noted(next(c for c in story.told if c.key == key), ReceiptStatus.FAILED)
    story._keep(story.watch.noted(story.now, late))
    assert story.order.receipts[key].status is ReceiptStatus.DELIVERED


def test_the_all_clear_goes_by_every_channel_that_asked_in_writing() -> None:
    mine = story_mine()
    first, *rest = mine.policy.ladder
    rungs = (replace(first, channels=("modem", "mail", "call")), *rest)
    story = at_work(Story(replace(mine, policy=replace(mine.policy, ladder=rungs))))
    story.reads("CH4", 1.7)
    story.passes(2)
    closed = replace(story.order, closed=story.now)
    told = all_clear_commands(story.mine, closed, (), story.now)
    assert {c.channel for c in told if c.recipient == "P4"} == {"modem", "mail", "sms"}
