"""处理记录: what is asked about an alarm after it has gone."""

import pytest
from gas_sensor import ACK, ALARM, CUT, OUT, SHELVED, Sensor, plain, sensor

from minesafe.alarms import AlarmBody, Book
from minesafe.alarms import records as rooms
from minesafe.model.alarm import Record
from minesafe.model.alarm_acts import CloseRecord, Handle
from minesafe.model.errors import Refused
from minesafe.model.events import FindingKind, Origin
from minesafe.model.mine import Severity
from minesafe.model.time import SECOND


def the_record(one: Sensor) -> Record:
    (record,) = one.book.records.open().records
    return record


def is_handled(one: Sensor, cause: str = "dust", measure: str = "cleaned") -> None:
    one.does(Handle("DESK", Origin.CONSOLE, one.moves[0].episode, cause, False, measure))


def is_closed(one: Sensor) -> None:
    one.does(CloseRecord("DESK", Origin.CONSOLE, one.moves[0].episode))


def test_the_alarm_returns_to_normal_and_its_record_stays_open() -> None:
    one = sensor((ALARM, True), (CUT, True), ACK, (CUT, False), (ALARM, False))
    assert one.book.alarms() == []
    record = the_record(one)
    assert (record.severity, record.condition) == (Severity.I, "cut_high")  # the worst it was
    assert record.ended == one.now
    assert record.handled is None


def test_nobody_closes_what_is_not_over_or_not_written() -> None:
    one = sensor((ALARM, True), ACK)
    is_handled(one)
    with pytest.raises(Refused, match="still_active"):
        is_closed(one)
    two = sensor((ALARM, True), ACK, (ALARM, False))
    with pytest.raises(Refused, match="unhandled"):
        is_closed(two)
    is_handled(two)
    is_closed(two)
    assert two.book.records.open().records == ()
    for act in (is_handled, is_closed):
        with pytest.raises(Refused, match="unknown_record"):
            act(two)


@pytest.mark.parametrize(("cause", "measure"), [("", "cleaned"), ("dust", " "), ("", "")])
def test_a_record_says_the_cause_and_what_was_done(cause: str, measure: str) -> None:
    one = sensor((ALARM, True))
    with pytest.raises(Refused, match="reason_needed"):
        is_handled(one, cause, measure)


def test_who_knows_better_writes_it_again() -> None:
    one = sensor((ALARM, True), ACK, (ALARM, False))
    is_handled(one)
    is_handled(one, "a fan stood still")
    handled = the_record(one).handled
    assert handled is not None
    assert (handled.cause, handled.by) == ("a fan stood still", "DESK")


def test_an_alarm_that_comes_back_before_it_was_normal_is_the_same_record() -> None:
    one = sensor((ALARM, True), (ALARM, False), (ALARM, True))
    assert the_record(one).ended is None


def test_what_was_never_heard_asks_for_nothing() -> None:
    assert plain(OUT, (ALARM, True)).book.records.open().records == ()
    one = plain((ALARM, True), SHELVED, (ALARM, False))
    assert the_record(one).ended is None  # on the shelf it may come back


def test_notes_ask_for_nothing() -> None:
    one = Sensor()
    one.takes(one.book.decide_finding(FindingKind.GAP, "S1", True, one.now))
    assert one.book.records.open().records == ()


def test_the_list_is_bounded_and_says_how_many_it_does_not_show(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rooms, "MOST_OPEN", 3)
    one = Sensor()
    for number in range(5):
        for on in (True, False):
            one.takes(one.book.decide_finding(FindingKind.LINK_DOWN, f"S{number}", on, one.now))
        episode = f"link_down:S{number}#1"
        moved = one.book.decide_acknowledgement(episode, "DESK", Origin.CONSOLE)
        one.takes([(moved, one.now + SECOND)])
    ledger = one.book.records.open()
    assert ([r.subject for r in ledger.records], ledger.beyond) == (["S2", "S3", "S4"], 2)


def test_records_come_back_from_the_journal() -> None:
    one = sensor((ALARM, True), ACK, (ALARM, False), (CUT, True))
    is_handled(one)
    again = Book(one.book.mine)
    for body, at in one.journal:
        assert isinstance(body, AlarmBody)
        again.apply(body, at)
    assert again.records.open() == one.book.records.open()
    assert again.tally.kpi([], one.now) == one.book.tally.kpi([], one.now)
