"""Shelves and permits, as a control room lives with them: told over frames, acts and time."""

from dataclasses import replace

import pytest
from story import Story, story_mine

from minesafe.alarms import decide_act
from minesafe.model.alarm import Alarm
from minesafe.model.alarm_acts import (
    AlarmAct,
    AskPermit,
    ConfirmPermit,
    EndPermit,
    Shelve,
    Unshelve,
)
from minesafe.model.errors import Refused
from minesafe.model.events import (
    AlarmMove,
    AlarmMoved,
    AlarmSource,
    AlarmState,
    FindingKind,
    OrderIssued,
    OrderKind,
    Origin,
    PermitEnded,
    PermitKind,
)
from minesafe.model.mine import Severity
from minesafe.model.mine.triggers import Trigger
from minesafe.model.quality import Quality
from minesafe.model.suppression import DEVICE_LOST, Suppression

CAL, OUT = PermitKind.CALIBRATION, PermitKind.OUT_OF_SERVICE


def quiet(**changes: object) -> Story:
    """Every sensor reads what is no alarm."""
    story = Story(replace(story_mine(), **changes))  # type: ignore[arg-type]  # fields by name
    for point in story.mine.point_row:
        story.reads(point, 0.5)
    story.passes(2)
    assert story.watch.book.alarms() == []
    return story


def acts(story: Story, act: AlarmAct) -> None:
    story.does(decide_act(story.watch.book, act, story.now))


def asks(story: Story, kind: PermitKind, minutes: float = 20.0, point: str = "CH4") -> str:
    asked = AskPermit("ENGINEER", Origin.CONSOLE, kind, AlarmSource.POINT, point, "work", minutes)
    acts(story, asked)
    return story.watch.book.permits.open()[-1].permit


def the_alarm(story: Story, subject: str = "CH4") -> Alarm:
    (alarm,) = (a for a in story.watch.book.alarms() if a.subject == subject)
    return alarm


# --- calibration ----------------------------------------------------------------------------


def test_gas_that_is_still_there_when_the_work_is_done_evacuates() -> None:
    story = quiet()
    permit = asks(story, CAL)
    story.reads("CH4", 2.0)
    story.passes(3)
    story.acknowledges_alarm(the_alarm(story).episode, "DESK")
    acts(story, EndPermit("ENGINEER", Origin.CONSOLE, permit))
    story.passes(1)
    assert the_alarm(story).state is AlarmState.UNACKED
    assert story.order.order_kind is OrderKind.EVACUATE


def test_gas_that_eases_just_as_the_permit_ends_still_stops_work() -> None:
    first, *others = story_mine().points
    easing = replace(first, limits=replace(first.limits, restore_high=None))
    story = quiet(points=(easing, *others))
    permit = asks(story, CAL)
    story.reads("CH4", 2.0)
    story.passes(3)
    acts(story, EndPermit("ENGINEER", Origin.CONSOLE, permit))
    story.reads("CH4", 1.2)  # below the cut-off, over the alarm limit, in the very next frame
    story.passes(2)
    assert story.order.order_kind is OrderKind.STOP_WORK


@pytest.mark.parametrize(
    ("minutes", "reason", "point", "code"),
    [
        (31, "work", "CH4", "wrong_span"),
        (0, "work", "CH4", "wrong_span"),
        (float("nan"), "work", "CH4", "wrong_span"),
        (20, "  ", "CH4", "reason_needed"),
        (20, "work", "CH5", "unknown_subject"),
    ],
)
def test_a_permit_has_an_end_a_reason_and_a_subject(
    minutes: float, reason: str, point: str, code: str
) -> None:
    story = quiet()
    act = AskPermit("ENGINEER", Origin.CONSOLE, CAL, AlarmSource.POINT, point, reason, minutes)
    with pytest.raises(Refused, match=code):
        acts(story, act)


def test_a_person_or_a_zone_is_never_out_of_service() -> None:
    story = quiet()
    for source, subject in ((AlarmSource.PERSON, "P1"), (AlarmSource.ZONE, "FACE")):
        with pytest.raises(Refused, match="unknown_subject"):
            acts(story, AskPermit("ENGINEER", Origin.CONSOLE, OUT, source, subject, "x", 10))


# --- out of service -------------------------------------------------------------------------


def test_one_person_alone_takes_nothing_out_of_service() -> None:
    story = quiet()
    permit = asks(story, OUT)
    with pytest.raises(Refused, match="same_person"):
        acts(story, ConfirmPermit("ENGINEER", Origin.CONSOLE, permit))
    story.reads("CH4", 2.0)
    story.passes(3)
    assert story.order.order_kind is OrderKind.EVACUATE


def test_what_two_took_out_of_service_is_listed_and_orders_nothing() -> None:
    story = quiet()
    permit = asks(story, OUT)
    acts(story, ConfirmPermit("DESK", Origin.CONSOLE, permit))
    with pytest.raises(Refused, match="already_confirmed"):
        acts(story, ConfirmPermit("HEAD", Origin.CONSOLE, permit))
    story.reads("CH4", 0.5, Quality.FAULT)
    story.passes(3)
    assert the_alarm(story).state is AlarmState.OUT_OF_SERVICE
    story.reads("CH4", 2.0)
    story.passes(3)
    assert {a.state for a in story.watch.book.alarms()} == {AlarmState.OUT_OF_SERVICE}
    assert story.orders == []
    acts(story, EndPermit("ENGINEER", Origin.CONSOLE, permit))
    story.passes(1)
    assert story.order.order_kind is OrderKind.EVACUATE


def test_a_permit_nobody_confirms_lapses() -> None:
    story = quiet()
    asks(story, OUT, minutes=1)
    story.passes(61)
    assert story.watch.book.permits.open() == []
    (ended,) = story.bodies(PermitEnded)
    assert isinstance(ended, PermitEnded)
    assert (ended.by, ended.reason) == (None, "lapsed")


def test_permits_and_shelves_outlive_a_kill_and_end_when_they_would_have() -> None:
    story = quiet()
    asks(story, CAL, minutes=1)
    acts(story, ConfirmPermit("DESK", Origin.CONSOLE, asks(story, OUT, point="WIND", minutes=2)))
    story.reads("CH4-SLOW", 0.5, Quality.FAULT)
    story.passes(2)
    slow = the_alarm(story, "CH4-SLOW")
    acts(story, Shelve("DESK", Origin.CONSOLE, slow.episode, "known", 1))
    story.reads("CH4", 2.0)
    story.passes(5)
    before = story.watch
    story.dies_and_comes_back()
    assert story.watch.book.permits.open() == before.book.permits.open()
    assert story.watch.book.alarms() == before.book.alarms()
    story.passes(40)
    assert story.orders == []
    story.passes(20)
    assert story.order.order_kind is OrderKind.EVACUATE
    assert the_alarm(story, "CH4-SLOW").state is AlarmState.UNACKED


# --- shelving -------------------------------------------------------------------------------


def faulty() -> Story:
    """A sensor nobody's life hangs on is faulty."""
    story = quiet()
    story.reads("CH4-SLOW", 0.5, Quality.FAULT)
    story.passes(2)
    return story


def test_a_shelf_has_a_reason_and_an_end_within_a_shift() -> None:
    story = faulty()
    episode = the_alarm(story, "CH4-SLOW").episode
    for reason, minutes, code in (
        ("", 60, "reason_needed"),
        ("known", 8 * 60 + 1, "wrong_span"),
        ("known", 0, "wrong_span"),
    ):
        with pytest.raises(Refused, match=code):
            acts(story, Shelve("DESK", Origin.CONSOLE, episode, reason, minutes))
    acts(story, Shelve("DESK", Origin.CONSOLE, episode, "known", 8 * 60))
    alarm = the_alarm(story, "CH4-SLOW")
    assert (alarm.shelved_by, alarm.note) == ("DESK", "known")
    with pytest.raises(Refused, match="set_aside"):
        story.acknowledges_alarm(episode, "DESK")
    with pytest.raises(Refused, match="set_aside"):
        acts(story, Shelve("DESK", Origin.CONSOLE, episode, "known", 60))
    acts(story, Unshelve("DESK", Origin.CONSOLE, episode))
    assert the_alarm(story, "CH4-SLOW").state is AlarmState.UNACKED
    with pytest.raises(Refused, match="not_shelved"):
        acts(story, Unshelve("DESK", Origin.CONSOLE, episode))


def test_a_shelf_keeps_its_end_however_often_the_alarm_comes_and_goes() -> None:
    story = faulty()
    acts(
        story,
        Shelve("DESK", Origin.CONSOLE, the_alarm(story, "CH4-SLOW").episode, "it chatters", 2),
    )
    until = the_alarm(story, "CH4-SLOW").until
    for quality in (Quality.GOOD, Quality.FAULT, Quality.GOOD, Quality.FAULT):
        story.reads("CH4-SLOW", 0.5, quality)
        story.passes(3)
        alarm = the_alarm(story, "CH4-SLOW")
        assert (alarm.state, alarm.until) == (AlarmState.SHELVED, until)
        assert (alarm.shelved_by, alarm.note) == ("DESK", "it chatters")
    story.passes(110)
    assert the_alarm(story, "CH4-SLOW").state is AlarmState.UNACKED


def test_nobody_shelves_what_may_evacuate_not_even_below_the_cut_off() -> None:
    story = quiet()
    story.reads("CH4", 1.2)
    story.passes(2)
    assert the_alarm(story).severity is Severity.II
    with pytest.raises(Refused, match="evacuation_class"):
        acts(story, Shelve("DESK", Origin.CONSOLE, the_alarm(story).episode, "known", 10))


def test_nobody_shelves_what_the_policy_evacuates_for() -> None:
    mine = story_mine()
    wind = Trigger("cut_low", "wind", Severity.I, "usual")
    story = quiet(policy=replace(mine.policy, triggers=(wind,)))
    story.reads("WIND", 0.2)  # below the alarm limit, not yet the cut-off
    story.passes(2)
    assert the_alarm(story, "WIND").severity is Severity.III
    with pytest.raises(Refused, match="evacuation_class"):
        acts(story, Shelve("DESK", Origin.CONSOLE, the_alarm(story, "WIND").episode, "known", 10))


# --- again, and by design -------------------------------------------------------------------


def test_who_acknowledges_and_leaves_it_is_told_again() -> None:
    mine = story_mine()
    story = quiet(policy=replace(mine.policy, again_s=(0.0, 30.0, 60.0, 0.0)))
    story.reads("CH4", 1.2)
    story.passes(2)
    orders = len(story.bodies(OrderIssued))
    story.acknowledges_alarm(the_alarm(story).episode, "DESK")
    assert the_alarm(story).acknowledged_from is Origin.CONSOLE
    story.passes(29)
    assert the_alarm(story).acknowledged_by == "DESK"
    story.passes(1)
    assert (the_alarm(story).state, the_alarm(story).acknowledged_by) == (AlarmState.UNACKED, None)
    assert len(story.bodies(OrderIssued)) == orders  # it is heard again, not ordered again


def test_a_lost_substation_is_one_alarm_and_its_points_come_back_with_it() -> None:
    row = Suppression("lost", ("health",), tuple(story_mine().point_row), DEVICE_LOST)
    story = quiet(suppressions=(row,))
    story._keep(story.watch.finding(story.now, FindingKind.LINK_DOWN, "S1", True, "timeout"))
    for point in story.mine.point_row:
        story.reads(point, float("nan"), Quality.COMMS_LOST)
    story.passes(3)
    heard = [a for a in story.watch.book.alarms() if a.state is AlarmState.UNACKED]
    assert [a.condition for a in heard] == ["link_down"]
    behind = [a for a in story.watch.book.alarms() if a.state is AlarmState.SUPPRESSED]
    assert {a.root for a in behind} == {heard[0].episode}
    assert len(behind) == len(story.mine.points)
    story._keep(story.watch.finding(story.now, FindingKind.LINK_DOWN, "S1", False, ""))
    for point in set(story.mine.point_row) - {"WIND"}:
        story.reads(point, 0.5)
    story.passes(5)
    moves = [b.move for b in story.bodies(AlarmMoved) if isinstance(b, AlarmMoved)]
    assert moves.count(AlarmMove.RESUME) == 1
    assert the_alarm(story, "WIND").state is AlarmState.UNACKED
