"""The alarm book, by what a control room would ask of it."""

from dataclasses import replace

from gas_sensor import ALARM, CUT, Sensor, sensor
from story import START, Story, story_mine

from minesafe.alarms import Book
from minesafe.alarms.conditions import FAMILIES, FINDING_LEVELS
from minesafe.engine import Layout, State
from minesafe.engine import picture as picture_of
from minesafe.model.events import AlarmMove, AlarmState, FindingKind
from minesafe.model.frame import TagFlag
from minesafe.model.mine import Mine, Severity
from minesafe.model.picture import Picture
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND
from minesafe.model.verdict import Condition, Transitions, Verdict


def test_a_jump_over_both_limits_is_one_rise_to_the_worse() -> None:
    one = Sensor()
    (moved,) = one.says((ALARM, True), (CUT, True))
    assert (moved.move, moved.severity, moved.condition) == (
        AlarmMove.RAISE, Severity.I, "cut_high",
    )  # fmt: skip
    assert moved.active == {"alarm_high": Severity.II, "cut_high": Severity.I}


def test_a_peak_between_two_frames_is_told_and_taken_back() -> None:
    one = Sensor()
    moves = one.says((ALARM, True), (CUT, True), (CUT, False), (ALARM, False))
    assert [m.move for m in moves] == [AlarmMove.RAISE, AlarmMove.RETURN]
    assert one.state is AlarmState.RETURNED_UNACKED
    assert one.book.alarms()[0].severity is Severity.I


def test_severity_keeps_its_maximum_until_somebody_knows() -> None:
    one = sensor((ALARM, True), (CUT, True), (CUT, False))
    assert one.book.alarms()[0].severity is Severity.I
    one.is_acknowledged()
    alarm = one.book.alarms()[0]
    assert (alarm.severity, alarm.condition) == (Severity.II, "alarm_high")
    one.says((CUT, True))
    assert one.state is AlarmState.UNACKED


def test_what_comes_back_unacknowledged_is_described_as_it_is_now() -> None:
    """It was 1.7, went, and comes back as 1.2: its words say 1.2 over the alarm limit."""
    story = quiet()
    for value in (1.7, 0.4, 1.2):
        story.reads("CH4", value)
        story.passes(3)
    (alarm,) = story.watch.book.alarms()
    assert (alarm.condition, alarm.value, alarm.limit) == ("alarm_high", 1.2, 1.0)
    assert alarm.severity is Severity.I  # nobody has acknowledged what it was


def test_the_number_of_an_alarm_keeps_the_moment_it_was_read() -> None:
    """Acknowledged a minute later, it is still the number of a minute ago."""
    story = quiet()
    story.reads("CH4", 1.2)
    story.passes(3)
    (raised,) = story.watch.book.alarms()
    story.passes(60)
    story.acknowledges_alarm(raised.episode, "DESK")
    (known,) = story.watch.book.alarms()
    assert known.valued == raised.valued < known.changed
    story.reads("CH4", 1.7)
    story.passes(3)
    (worse,) = story.watch.book.alarms()
    assert worse.valued > raised.valued


def test_an_sos_pressed_again_elsewhere_is_about_that_place() -> None:
    story = quiet()
    story.at("P1", "A", 90)
    story.passes(1)
    story.hears(story.readings(), story.sightings(TagFlag.SOS))
    story.passes(1)
    story.at("P1", "B", 30)
    story.passes(1)
    story.hears(story.readings(), story.sightings(TagFlag.SOS))
    (alarm,) = (a for a in story.watch.book.alarms() if a.condition == "sos")
    assert alarm.zones == ("MINE", "REFUGE")


def test_a_sensor_that_fails_while_it_is_calibrated_alarms() -> None:
    """Calibrating is a note (IV); a fault of a statutory sensor must be attended to (III)."""
    story = quiet()
    story.reads("CH4", 0.5, Quality.CALIBRATING)
    story.passes(2)
    (alarm,) = story.watch.book.alarms()
    assert alarm.severity is Severity.IV
    story.acknowledges_alarm(alarm.episode, "DESK")
    story.reads("CH4", 0.5, Quality.FAULT)
    story.passes(2)
    (alarm,) = story.watch.book.alarms()
    assert (alarm.severity, alarm.state) == (Severity.III, AlarmState.UNACKED)
    story.reads("CH4", 0.5, Quality.CALIBRATING)
    story.passes(2)
    assert story.watch.book.alarms()[0].conditions == {"bad": Severity.IV}


def test_each_zone_a_person_may_not_be_in_is_an_alarm_of_its_own() -> None:
    mine = story_mine()
    blast, row = mine.zone_row["BLAST"], mine.person_row["P1"]
    keys = [f"trespass:P1:{zone}#1" for zone in ("BLAST", "FACE")]
    book, picture = _fresh(mine)
    rows = [
        (int(Condition.TRESPASSING), row, zone, True, float("nan"), START)
        for zone in (blast, mine.zone_row["FACE"])
    ]
    moves = book.decide(Verdict(1, START, Transitions.of(rows)), picture)
    assert [m.episode for m, _ in moves] == keys
    assert [m.zones for m, _ in moves] == [("BLAST",), ("FACE",)]


def test_an_alarm_of_a_crowd_names_its_limit_and_head_count() -> None:
    mine = story_mine()
    book, picture = _fresh(mine)
    rows = [(int(Condition.OVERCROWDED), mine.zone_row["FACE"], -1, True, 3.0, START)]
    ((moved, at),) = book.decide(Verdict(1, START, Transitions.of(rows)), picture)
    assert (moved.episode, moved.value, moved.limit, at) == ("crowd:FACE#1", 3.0, 2.0, START)


def test_a_point_without_a_rule_stops_nothing() -> None:
    mine = story_mine(rules=(), points=(replace(story_mine().points[0], rule=None),))
    book, picture = _fresh(mine)
    rows = [(int(c), 0, -1, True, 2.0, START) for c in (ALARM, CUT)]
    ((moved, _),) = book.decide(Verdict(1, START, Transitions.of(rows)), picture)
    assert moved.severity is Severity.II  # a cut-off stops work, but only a rule withdraws
    assert moved.rule is None


def test_unacknowledged_comes_first_then_the_worst_then_the_newest() -> None:
    book = Book(story_mine())
    kinds = (FindingKind.GAP, FindingKind.LINK_DOWN, FindingKind.DISK_FULL)
    for i, kind in enumerate((*kinds, FindingKind.LINK_DOWN)):
        for moved, at in book.decide_finding(kind, f"S{i}", True, START + i * SECOND):
            book.apply(moved, at)
    assert [a.subject for a in book.alarms()] == ["S2", "S3", "S1", "S0"]


def test_every_condition_that_is_booked_and_every_finding_has_a_level() -> None:
    assert set(FINDING_LEVELS) == set(FindingKind)
    assert set(Condition) - set(FAMILIES) == {Condition.INSIDE, Condition.BUTTON}


def quiet() -> Story:
    story = Story()
    story.reads("CH4", 0.5)
    for point in ("CH4-SLOW", "WIND", "FAN"):
        story.reads(point, 0.5)
    story.at("P1", "A", 40)
    story.passes(2)
    assert story.watch.book.alarms() == []
    return story


def _fresh(mine: Mine) -> tuple[Book, Picture]:
    layout = Layout.of(mine)
    return Book(mine), picture_of(layout, State.fresh(layout), START)
