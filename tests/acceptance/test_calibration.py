"""A false alarm of a sensor that is being calibrated, and a true one at the same hour.

At ten the engineer is given half an hour to calibrate the methane sensor at the face. Test gas of
2 % is on the screen and calls nobody out; gas in the heading, five minutes later, is ordered as
ever. Once the half hour is over and the permit forgotten, that is an alarm, and the sensor counts.
"""

from story import Story, mine_with_heading

from minesafe.alarms import decide_act
from minesafe.model.alarm import Alarm
from minesafe.model.alarm_acts import AskPermit, EndPermit, Handle
from minesafe.model.events import (
    AlarmSource,
    AlarmState,
    FindingKind,
    OrderIssued,
    OrderKind,
    Origin,
    PermitKind,
)
from minesafe.model.mine import Severity

FACE, HEADING = "CH4", "CH4-B"
MINUTE = 60.0


def morning() -> Story:
    """Work at the face and in the heading, whose air goes its own way; no gas anywhere."""
    story = Story(mine_with_heading(apart=True))
    for point in story.mine.point_row:
        story.reads(point, 0.5)
    story.at("P1", "A", 70)
    story.at("P2", "B", 50)
    story.at("P4", "A", 20)  # the leader on duty
    story.passes(2)
    return story


def is_given_half_an_hour(story: Story) -> str:
    asked = AskPermit(
        "ENGINEER", Origin.CONSOLE, PermitKind.CALIBRATION, AlarmSource.POINT, FACE,
        "test gas 2 %, the fireman watches with his own detector", 30.0,
    )  # fmt: skip
    story.does(decide_act(story.watch.book, asked, story.now))
    return story.watch.book.permits.open()[0].permit


def alarm_of(story: Story, point: str) -> Alarm:
    return next(a for a in story.watch.book.alarms() if a.subject == point)


def test_test_gas_calls_nobody_out_and_gas_next_door_does() -> None:
    story = morning()
    permit = is_given_half_an_hour(story)
    story.reads(FACE, 2.0)
    story.passes(5 * MINUTE, step=5)
    shown = alarm_of(story, FACE)
    assert (shown.severity, shown.state, shown.permit) == (
        Severity.I, AlarmState.UNACKED, permit,
    )  # fmt: skip
    assert story.bodies(OrderIssued) == []
    assert story.horns() == []

    story.reads(HEADING, 1.7)
    story.passes(2)
    assert (story.order.subject, story.order.order_kind) == (HEADING, OrderKind.EVACUATE)
    assert "FACE" not in story.order.zones


def test_work_that_is_done_leaves_nothing_behind_but_a_record() -> None:
    story = morning()
    permit = is_given_half_an_hour(story)
    story.reads(FACE, 2.0)
    story.passes(MINUTE, step=5)
    story.reads(FACE, 0.1)
    story.passes(5)
    book = story.watch.book
    story.does(decide_act(book, EndPermit("ENGINEER", Origin.CONSOLE, permit), story.now))
    episode = alarm_of(story, FACE).episode
    story.acknowledges_alarm(episode, "DESK")
    story.passes(5)
    assert book.alarms() == []
    (record,) = book.records.open().records
    handled = Handle("ENGINEER", Origin.CONSOLE, episode, "calibration", True, "reads 2.0 at 2.0")
    story.does(decide_act(book, handled, story.now))
    assert (record.severity, story.bodies(OrderIssued)) == (Severity.I, [])


def test_a_forgotten_permit_is_an_alarm_and_the_sensor_counts_again() -> None:
    story = morning()
    permit = is_given_half_an_hour(story)
    story.passes(29 * MINUTE, step=5)
    story.reads(FACE, 1.7)  # no test gas this time
    story.passes(30, step=5)
    assert story.bodies(OrderIssued) == []
    story.dies_and_comes_back()  # and the permit's end is in the journal
    story.passes(40, step=5)
    (overrun,) = story.watch.findings.of(FindingKind.PERMIT_OVERRUN)
    assert (overrun.subject, overrun.detail) == (FACE, permit)
    assert (story.order.subject, story.order.order_kind) == (FACE, OrderKind.EVACUATE)
    assert "P1" in story.order.muster
    done = EndPermit("ENGINEER", Origin.CONSOLE, permit)
    story.does(decide_act(story.watch.book, done, story.now))
    story.passes(1)
    assert story.watch.findings.of(FindingKind.PERMIT_OVERRUN) == []
