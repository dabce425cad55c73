"""What became of the alarms of a time, told from the journal alone."""

from collections.abc import Sequence

import pytest
from gas_sensor import ACK, ALARM, CUT, MINE, Sensor, sensor
from story import START

from minesafe.alarms.courses import KINDS, Course, courses
from minesafe.model.alarm_acts import CloseRecord, Handle
from minesafe.model.errors import Refused
from minesafe.model.events import AlarmMoved, AlarmState, Event, Origin
from minesafe.model.mine import Severity
from minesafe.model.search import Found, Search
from minesafe.model.time import SECOND, Micros
from minesafe.queries import Asked, alarm_courses

DAY: tuple[Micros, Micros] = (START, START + 86_400 * SECOND)


def journal_of(one: Sensor) -> list[Event]:
    return [
        Event(
            position=n,
            recorded=at,
            valid=at,
            frame=None,
            cause=None,
            epoch=1,
            body=body,
            previous="",
            hash="",
        )
        for n, (body, at) in enumerate(one.journal, 1)
    ]


def the_course(one: Sensor) -> Course:
    (course,) = courses(journal_of(one), DAY)
    return course


def test_a_course_tells_when_how_grave_who_knew_and_what_was_done() -> None:
    one = sensor((ALARM, True), (CUT, True))
    moved = one.book.decide_acknowledgement(one.moves[-1].episode, "DESK", Origin.CONSOLE, " out ")
    one.takes([(moved, one.now)])
    acknowledged = one.now
    one.says((CUT, False))
    one.waits(30)
    one.says((ALARM, False))
    over = one.now
    one.does(Handle("DESK", Origin.CONSOLE, one.moves[0].episode, "fan", False, "restarted"))
    one.does(CloseRecord("LEADER", Origin.CONSOLE, one.moves[0].episode))

    course = the_course(one)
    assert (course.severity, course.condition) == (Severity.I, "cut_high")
    assert (course.began, course.ended, course.state) == (START + SECOND, over, AlarmState.NORMAL)
    assert (course.acknowledged_by, course.acknowledged_at) == ("DESK", acknowledged)
    assert course.acknowledged_note == "out"
    assert course.times == 1
    assert course.handled is not None
    assert (course.handled.measure, course.closed_by) == ("restarted", "LEADER")


def test_what_somebody_wrote_stands_beside_the_alarm_until_it_sounds_again() -> None:
    one = sensor((ALARM, True))
    moved = one.book.decide_acknowledgement(one.moves[-1].episode, "DESK", Origin.CONSOLE, "seen")
    one.takes([(moved, one.now)])
    (alarm,) = one.book.alarms()
    assert alarm.acknowledged_note == "seen"
    one.says((CUT, True))
    (alarm,) = one.book.alarms()
    assert alarm.acknowledged_note == ""


def test_an_alarm_that_stands_has_no_end_and_one_from_before_is_another_days() -> None:
    one = sensor((ALARM, True), ACK)
    assert the_course(one).ended is None
    later = (one.now + SECOND, DAY[1])
    assert courses(journal_of(one), later) == []


def test_one_that_sounds_again_is_one_course_heard_twice() -> None:
    one = sensor((ALARM, True), ACK)
    one.waits(601)
    assert the_course(one).times == 2


def test_what_was_only_ever_suppressed_was_no_alarm_anybody_heard() -> None:
    one = Sensor("CH4-SLOW")
    one.is_lost(True)
    one.says((ALARM, True))
    moved = [body for body, _ in one.journal if isinstance(body, AlarmMoved)]
    assert {m.state for m in moved if m.subject == "CH4-SLOW"} == {AlarmState.SUPPRESSED}
    assert [c.subject for c in courses(journal_of(one), DAY)] == ["S1"]


async def test_they_are_found_by_the_words_the_room_sees_and_by_their_worst() -> None:
    events = journal_of(sensor((ALARM, True), (CUT, True), ACK))

    async def find(search: Search) -> Found:
        assert search.kinds == KINDS
        half = events[search.after : search.after + 1]
        more = search.after + 1
        return Found(half, "journal", 0, len(events), more if more < len(events) else 0)

    async def found(**asked: object) -> Sequence[Course]:
        return await alarm_courses(find, MINE, Asked(DAY, **asked))  # type: ignore[arg-type]  # by name

    name = MINE.points[MINE.point_row["CH4"]].name
    assert len(await found(text=name.zh)) == 1
    assert len(await found(severities=(Severity.I,))) == 1
    assert await found(severities=(Severity.II,)) == []
    assert await found(text="nowhere") == []


async def test_a_time_in_which_too_much_happened_is_asked_for_in_parts() -> None:
    async def endless(search: Search) -> Found:
        return Found([], "journal", 0, 10**6, search.after + 1)

    with pytest.raises(Refused, match="ask_shorter"):
        await alarm_courses(endless, MINE, Asked(DAY))
