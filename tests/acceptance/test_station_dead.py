"""What cannot be believed: a dead station, a sensor in calibration, a sensor that says nothing."""

from story import Story

from minesafe.model.alarm import Alarm
from minesafe.model.events import AlarmSource, Whereabouts
from minesafe.model.mine import Severity
from minesafe.model.quality import Quality


def at_work() -> Story:
    story = Story()
    story.at("P1", "B", 30)
    story.at("P2", "A", 70)
    for point in ("CH4", "CH4-SLOW", "WIND", "FAN"):
        story.reads(point, 0.5)
    story.passes(3)
    return story


def alarm(story: Story, condition: str) -> Alarm:
    return next(a for a in story.watch.book.alarms() if a.condition == condition)


# --- a dead station -------------------------------------------------------------------------


def test_a_dead_reader_makes_the_count_unknown_and_never_nobody() -> None:
    story = at_work()
    refuge = story.mine.zone_row["REFUGE"]
    assert story.watch.picture().count[refuge] == 1
    story.dead = {"R2"}
    story.passes(120, step=2)
    picture = story.watch.picture()
    assert picture.unknown[refuge]
    assert picture.count[refuge] == 1  # who was there is taken to be there still
    assert alarm(story, "reader_silent").source is AlarmSource.READER
    unknown = [a.subject for a in story.watch.book.alarms() if a.condition == "count_unknown"]
    assert sorted(unknown) == ["MINE", "REFUGE"]
    assert alarm(story, "lost_contact").subject == "P1"


def test_a_dead_reader_orders_nobody_out() -> None:
    story = at_work()
    story.dead = {"R0", "R1", "R2"}
    story.passes(600, step=5)
    assert story.orders == []


def test_in_an_evacuation_whom_no_reader_sees_is_unknown_and_not_accounted_for() -> None:
    story = at_work()
    story.reads("CH4", 1.7)
    story.dead = {"R0"}
    story.passes(60)
    assert story.muster("P2").whereabouts is Whereabouts.UNKNOWN
    assert "P2" in story.order.unaccounted


def test_when_it_is_back_the_count_is_known_again() -> None:
    story = at_work()
    story.dead = {"R2"}
    story.passes(120, step=2)
    story.dead = set()
    story.passes(3)
    assert not story.watch.picture().unknown[story.mine.zone_row["REFUGE"]]
    assert [a.condition for a in story.watch.book.alarms() if a.active] == []


# --- a sensor that is not to be believed ------------------------------------------------------


def test_a_sensor_in_calibration_orders_nothing_whatever_it_shows() -> None:
    story = at_work()
    story.reads("CH4", 2.5, Quality.CALIBRATING)
    story.passes(120)
    assert story.orders == []
    assert (alarm(story, "bad").severity, alarm(story, "bad").subject) == (Severity.IV, "CH4")
    story.reads("CH4", 2.5)
    story.passes(2)
    assert story.order.subject == "CH4"  # the gas bottle is gone, and it still shows 2.5


def test_calibration_does_not_end_what_was_true_before_it() -> None:
    story = at_work()
    story.reads("CH4", 1.7)
    story.passes(2)
    story.reads("CH4", 0.0, Quality.CALIBRATING)
    story.passes(120)
    assert alarm(story, "cut_high").active
    assert story.order.clear_since is None


def test_the_silence_of_a_statutory_sensor_is_an_alarm_and_of_another_a_note() -> None:
    story = at_work()
    del story.values["CH4"], story.values["CH4-SLOW"]
    story.passes(20)
    silent = {a.subject: a.severity for a in story.watch.book.alarms() if a.condition == "silent"}
    assert silent == {"CH4": Severity.III, "CH4-SLOW": Severity.IV}
    assert story.orders == []
    assert "CH4" not in {
        story.mine.points[i].id
        for i, value in enumerate(story.watch.picture().value)
        if value == value and not story.watch.picture().silent[i]
    }


def test_a_sensor_torn_off_over_the_limit_stays_over_the_limit() -> None:
    """A blast may take the sensor with it: its last word stands until a sensor says otherwise."""
    story = at_work()
    story.reads("CH4", 1.7)
    story.passes(2)
    del story.values["CH4"]
    story.passes(300, step=5)
    assert alarm(story, "cut_high").active
    assert alarm(story, "silent").severity is Severity.III
    assert story.order.is_open
    assert story.order.clear_since is None
