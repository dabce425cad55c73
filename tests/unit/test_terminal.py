"""Cards at gate, lamp room and attendance: double swipes, people behind one card, late news."""

import asyncio
import json
from dataclasses import replace

import pytest
from fakes import Doors, FindingBook, HandClock
from ring_mine import at_the_face, ring_mine
from small_mine import person
from story import START, Story

from minesafe.evacuation import acts
from minesafe.evacuation.roll import Roll
from minesafe.links.messages import Message
from minesafe.model.errors import Refused
from minesafe.model.events import (
    CardRead,
    CardsRead,
    FindingKind,
    OrderKind,
    Origin,
    ReceiptStatus,
    Through,
    Told,
    Whereabouts,
)
from minesafe.model.mine import Mine, Name, Role, Terminal, TerminalKind
from minesafe.model.time import SECOND
from minesafe.sources.mqtt.terminal import TerminalEars, decode
from minesafe.sources.wire import Unreadable

GATE = Terminal("GATE", Name("闸机", "gate"), TerminalKind.GATE, "PORTAL", "mine/x/GATE", "u", "p")
ATTENDANCE = Terminal(
    "ATT", Name("考勤", "attendance"), TerminalKind.ATTENDANCE, "PORTAL", "m/A", "u", "p"
)
LAMPS = Terminal("LAMP", Name("灯房", "lamps"), TerminalKind.LAMP_ROOM, "PORTAL", "m/L", "u", "p")


def gated() -> Mine:
    """The ring mine with all three kinds of terminals, and P9 whom no tag has ever seen."""
    base = ring_mine()
    phoned = replace(person(9), phone="13900000099")
    return ring_mine(terminals=(GATE, LAMPS, ATTENDANCE), people=(*base.people, phoned))


def message(*events: dict[str, object], seq: int = 1, went: int = 0, came: int = 0) -> bytes:
    counts = {"shift": "day", "in": went, "out": came}
    report = {"terminal": "GATE", "boot": 1, "seq": seq, "t": START // 1000}
    return json.dumps(report | {"events": list(events), "counts": counts}).encode()


def card(number: str, way: str, second: float = 0.0) -> dict[str, object]:
    return {"card": number, "dir": way, "t": START // 1000 + int(second * 1000)}


def told(
    *reads: tuple[str, Through, float], at: str = "GATE", went: int = 0, came: int = 0
) -> CardsRead:
    cards = tuple(CardRead(p, way, START + int(when * SECOND)) for p, way, when in reads)
    return CardsRead(terminal=at, reads=cards, shift="day", went_in=went, came_out=came)


IN, OUT = Through.IN, Through.OUT


# --- what a terminal says ---------------------------------------------------------------------


def test_cards_become_people_and_a_card_nobody_has_is_a_finding() -> None:
    heard = decode(message(card("1", "in"), card("777", "out"), went=2), "GATE", {"1": "P1"}, START)
    assert heard.told == told(("P1", IN, 0.0), went=2)
    assert heard.unknown == ("777",)


@pytest.mark.parametrize(
    "broken",
    [b"", b"{", b"[]", message(card("1", "through")), message({"card": 1, "dir": "in", "t": 1})],
)
def test_what_cannot_be_read_is_refused_whole(broken: bytes) -> None:
    with pytest.raises(Unreadable):
        decode(broken, "GATE", {"1": "P1"}, START)


def test_a_card_read_in_the_future_was_read_when_it_was_told() -> None:
    (read,) = decode(message(card("1", "in", 3600.0)), "GATE", {"1": "P1"}, START).told.reads
    assert read.at == START


async def test_a_heartbeat_is_no_news_and_a_repeat_is_heard_once() -> None:
    doors, findings = Doors(), FindingBook()
    ears = TerminalEars(gated(), GATE, doors, HandClock(START), findings)
    for seq, events in ((1, [card("1", "in")]), (1, [card("1", "in")]), (2, []), (3, [])):
        await ears.report(Message("t", message(*events, seq=seq, went=1), False))
    assert [len(t.reads) for t in doors.told] == [1]
    await ears.report(Message("t", message(card("777", "in"), seq=4, went=2), False))
    assert (FindingKind.UNKNOWN_TAG, "777") in findings.now
    await ears.report(Message("t", b"garbage", False))
    assert (FindingKind.GARBAGE, "GATE") in findings.now
    await ears.state(Message("t", b'{"online":false}', True))
    assert (FindingKind.LINK_DOWN, "GATE") in findings.now
    await asyncio.sleep(0)


# --- the roll -----------------------------------------------------------------------------------


def test_a_card_swiped_twice_is_one_person_and_one_behind_another_is_said() -> None:
    story = Story(gated())
    roll = Roll(story.mine)
    roll.apply(told(("P1", IN, 0), ("P1", IN, 1.5), ("P2", IN, 2), went=3))
    (gate,) = roll.reckoned(story.watch.picture())
    assert (gate.kind, gate.below, gate.unread) == (TerminalKind.GATE, 2, 1)
    assert gate.only_here == ("P1", "P2")


def test_what_is_told_late_changes_nothing_that_is_newer() -> None:
    story = Story(gated())
    roll = Roll(story.mine)
    roll.apply(told(("P1", OUT, 50), came=1))
    roll.apply(told(("P1", IN, 10), went=1, came=1))
    (gate,) = roll.reckoned(story.watch.picture())
    assert gate.below == 0


def test_the_difference_is_named_both_ways() -> None:
    story = at_the_face(gated())
    story.does(told(("P1", IN, 0), ("P2", IN, 0), ("P9", IN, 0), went=3))
    (gate,) = story.watch.evacuation.roll.reckoned(story.watch.picture())
    assert gate.only_by_tag == ("P3", "P4")
    assert gate.only_here == ("P9",)


# --- the muster ---------------------------------------------------------------------------------


def whole_mine(story: Story) -> None:
    watch = story.watch
    story.does(
        *watch.evacuation.order_by_hand(
            OrderKind.EVACUATE, (), "smoke", "DESK", Origin.CONSOLE, watch.picture(), story.now
        )
    )


def test_who_went_in_and_no_tag_has_seen_is_missed_and_not_forgotten() -> None:
    story = at_the_face(gated())
    story.does(told(("P9", IN, 1), went=1))
    whole_mine(story)
    assert set(story.order.muster) == {"P1", "P2", "P3", "P4", "P9"}
    story.passes(5)
    assert story.muster("P9").whereabouts is Whereabouts.UNKNOWN
    story.does(told(("P9", OUT, story.second + 1), went=1, came=1))
    story.passes(2)
    assert story.muster("P9").whereabouts is Whereabouts.OUT


def test_who_comes_out_at_the_gate_with_a_dead_tag_is_out() -> None:
    story = at_the_face(gated())
    whole_mine(story)
    story.vanishes("P1")
    story.passes(60, step=10)
    assert story.muster("P1").whereabouts is Whereabouts.UNKNOWN
    story.does(told(("P1", OUT, story.second), came=1))
    story.passes(1)
    assert story.muster("P1").whereabouts is Whereabouts.OUT


def test_whom_only_attendance_knows_is_told_by_phone_and_keeps_the_order_open() -> None:
    story = at_the_face(gated())
    story.does(told(("P9", IN, 1), at="ATT", went=1))
    story.does(told(*((p, IN, 0) for p in ("P1", "P2", "P3", "P4")), went=4))
    whole_mine(story)
    row = story.muster("P9")
    assert (row.whereabouts, row.place, row.known_by) == (Whereabouts.UNKNOWN, None, "attendance")
    assert story.texts_to("P9") == ["issued"]
    assert "P9" in story.called("call")
    assert story.texts_to("P1") == []  # his tag shows where he is
    gate, attendance = story.watch.evacuation.roll.reckoned(story.watch.picture())
    assert (gate.only_here, attendance.only_here) == ((), ("P9",))  # named as before

    story.carrier_says("sms", ReceiptStatus.DELIVERED, "P9")
    assert story.muster("P9").told is Told.DELIVERED
    for one in ("P1", "P2", "P3", "P4"):
        story.does(acts.tick(story.order, one, Whereabouts.OUT, "DESK", "counted"))
    with pytest.raises(Refused, match="unaccounted"):
        story.signs("HEAD", Role.LEADER, "no gas")
    story.dies_and_comes_back()
    assert story.order.unaccounted == ("P9",)
    story.does(told(("P9", OUT, story.second + 1), at="ATT", went=1, came=1))
    story.passes(2)
    assert story.order.unaccounted == ()


def test_the_card_of_attendance_is_over_when_his_tag_is_seen() -> None:
    story = at_the_face(gated())
    story.does(told(("P9", IN, 1), at="ATT", went=1))
    whole_mine(story)
    story.at("P9", "A", 300)
    story.passes(2)
    row = story.muster("P9")
    assert (row.whereabouts, row.known_by) == (Whereabouts.STANDING, "")


def test_a_friend_who_shows_his_card_at_attendance_accounts_for_nobody_below() -> None:
    story = at_the_face(gated())
    whole_mine(story)
    story.vanishes("P1")
    story.passes(60, step=10)
    story.does(told(("P1", OUT, story.second), at="ATT", came=1))
    story.passes(1)
    assert story.muster("P1").whereabouts is Whereabouts.UNKNOWN


def test_who_comes_to_attendance_while_the_mine_is_ordered_out_joins_the_list() -> None:
    story = at_the_face(gated())
    whole_mine(story)
    story.does(told(("P9", IN, story.second), at="LAMP", went=1))
    story.passes(1)
    assert story.muster("P9").known_by == "lamp_room"
    assert story.texts_to("P9") == ["issued"]
    for channel in ("horn", "broadcast"):
        story.carrier_says(channel, ReceiptStatus.ACCEPTED)
    assert story.muster("P9").told is Told.NOTIFIED  # every horn of the mine sounds


def test_after_kill_nine_the_doors_are_as_they_were() -> None:
    story = at_the_face(gated())
    story.does(told(("P9", IN, 1), went=1))
    before = story.watch.evacuation.roll.reckoned(story.watch.picture())
    story.dies_and_comes_back()
    assert story.watch.evacuation.roll.reckoned(story.watch.picture()) == before
