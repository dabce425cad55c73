"""Statutory reports about people: counts against a plain count, cards, leaders."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from recorded_day import MINUTE, Day, FrameHistory, local, watched_mine
from story import START

from minesafe import paperwork
from minesafe.model.events import (
    CardRead,
    CardsRead,
    DutyHandedOver,
    Origin,
    Place,
    RosterCorrected,
    Through,
)
from minesafe.model.filing import Series
from minesafe.model.mine import Duty, Mine, Name, Terminal, TerminalKind
from minesafe.model.time import SECOND, Micros
from minesafe.reports.statutory.attendance import stays
from minesafe.reports.statutory.facts import (
    At,
    Cell,
    Coded,
    Count,
    Facts,
    Lasting,
    Named,
    Said,
)
from minesafe.reports.statutory.happened import happened
from minesafe.reports.statutory.span import day_of, month_of


def _terminal(ident: str, kind: TerminalKind) -> Terminal:
    return Terminal(ident, Name(ident, ident), kind, "PORTAL", "", "", "")


def mine() -> Mine:
    base = watched_mine()
    doors = (_terminal("GATE", TerminalKind.GATE), _terminal("CLOCK", TerminalKind.ATTENDANCE))
    return replace(base, terminals=doors)


def shift() -> Day:
    """P1, P2 and P3 go to the face, where two may be; the blaster belongs there, P1 stays on.

    From 0:05 to 0:10 three are at the face. Then nobody hears anything until 2:00.
    """
    day = Day(mine())
    for ident in ("CH4", "CH4-SLOW", "WIND", "FAN"):
        day.reads(ident, 0.5)
    day.at("P4", "A", 30)
    day.at("P1", "A", 70)
    day.passes(300, step=5)
    day.at("P2", "A", 60)
    day.at("P3", "A", 90)
    day.passes(300, step=5)
    day.at("P2", "A", 20)
    day.at("P3", "A", 20)
    day.passes(300, step=5)
    day.second += 2 * 3600
    day.passes(120, step=5)
    return day


async def facts(day: Day, series: Series, of: str = "2025-11-25") -> Facts:
    span = (month_of if series.monthly else day_of)(day.mine, of, day.now)
    found = happened(day.mine, day.events(), span)
    return (await paperwork.of(day.mine, FrameHistory(day.frames), series, span, found)).facts


def rows(told: Facts, part: str) -> Sequence[dict[str, Cell]]:
    one = next(p for p in told.parts if p.code == part)
    return [dict(zip(one.columns, row, strict=True)) for row in one.rows]


@pytest.fixture(scope="module")
def day() -> Day:
    return shift()


async def test_the_most_of_each_zone_and_hour_is_what_a_plain_count_says(day: Day) -> None:
    told = await facts(day, Series.PEOPLE)
    plain: dict[Micros, set[int]] = {}
    for _, s in day.frames:
        for tag, at, chainage, road in zip(s.tag, s.sampled, s.chainage, s.roadway, strict=True):
            if tag >= 0 and road == 0 and 50 <= chainage <= 100:
                plain.setdefault(int(at) // MINUTE, set()).add(int(tag))
    face = next(r for r in rows(told, "by_hour") if r["zone"] == Named("FACE", "FACE"))
    assert face["hour_00"] == Count(max(map(len, plain.values())))
    most = next(r for r in rows(told, "most") if r["zone"] == Named("FACE", "FACE"))
    assert (most["most_cards"], most["head_limit"]) == (Count(3), Count(2))
    over = [m for m, tags in plain.items() if len(tags) > 2]
    assert most["over_for"] == Lasting(60.0 * len(over))


async def test_an_hour_nobody_heard_anything_in_has_no_count(day: Day) -> None:
    told = await facts(day, Series.PEOPLE)
    face = next(r for r in rows(told, "by_hour") if r["zone"] == Named("FACE", "FACE"))
    assert face["hour_01"] is None
    assert isinstance(face["hour_02"], Count)
    assert face["hour_03"] is None, "it has not come yet"
    hole = rows(told, "missing")[0]
    assert (hole["began"], hole["ended"]) == (At(local(1)), At(local(2)))


async def test_overcrowding_and_who_was_where_he_may_not_be_are_told(day: Day) -> None:
    told = await facts(day, Series.PEOPLE)
    crowded = rows(told, "overcrowding")
    assert crowded[0]["zone"] == Named("FACE", "FACE")
    assert crowded[0]["people_most"] == Count(3)
    assert not rows(told, "restricted_entry"), "the blaster may be there"


async def test_a_door_that_counted_more_than_it_read_is_told() -> None:
    day = shift()
    reads = (CardRead("P1", Through.IN, day.now), CardRead("P2", Through.IN, day.now))
    day.does(CardsRead(terminal="GATE", reads=reads, shift="day", went_in=3, came_out=0))
    day.passes(60, step=5)
    (gate,) = rows(await facts(day, Series.PEOPLE), "gates")
    assert (gate["counted_in"], gate["cards_in"], gate["difference"]) == (
        Count(3), Count(2), Count(1),
    )  # fmt: skip


# --- attendance -------------------------------------------------------------------------------

H = 3600 * SECOND


def test_cards_become_stays_and_what_is_incomplete_stays_so() -> None:
    def read(person: str, through: Through, hours: float) -> tuple[str, CardRead]:
        return "CLOCK", CardRead(person, through, START + int(hours * H))

    found = stays(
        mine(),
        [
            read("P1", Through.IN, 8),
            read("P1", Through.IN, 8.01),  # shown twice
            read("P1", Through.OUT, 16.5),
            read("P2", Through.IN, 8),
            read("P2", Through.IN, 32),  # the way out of the day before is on no record
            read("P2", Through.OUT, 40),
            read("P3", Through.OUT, 9),
            ("GATE", CardRead("P4", Through.IN, START)),  # no attendance terminal
        ],
    )
    assert [(s.person, s.seconds) for s in found] == [
        ("P1", 8.5 * 3600), ("P2", None), ("P2", 8.0 * 3600), ("P3", None),
    ]  # fmt: skip


async def test_attendance_stands_beside_what_the_tag_says() -> None:
    day = shift()
    reads = (
        CardRead("P1", Through.IN, local(0)),
        CardRead("P1", Through.OUT, local(2, 10)),
        CardRead("P2", Through.IN, local(0, 1)),
    )
    day.does(CardsRead(terminal="CLOCK", reads=reads, shift="day", went_in=2, came_out=1))
    day.passes(60, step=5)
    told = await facts(day, Series.ATTENDANCE)
    one, two = rows(told, "stays")
    assert (one["lasted"], one["standing"], one["shift"]) == (
        Lasting(7800.0), Coded("whole"), Said("day"),
    )  # fmt: skip
    assert one["seen_first"] == At(local(0, 0, 5))
    assert (two["card_out"], two["standing"]) == (None, Coded("no_card_out"))
    assert [r["who"] for r in rows(told, "without_card")] == [Named("P3", "P3"), Named("P4", "P4")]
    trips = {r["who"].zh: r for r in rows(told, "trips")}  # type: ignore[union-attr]  # its kind is known
    assert trips["P1"]["went_down"] == At(local(0, 0, 5))
    assert trips["P1"]["standing"] == Coded("below_when_seen_last")
    month = rows(await facts(day, Series.ATTENDANCE_MONTH, "2025-11"), "attendance_of_month")
    assert [(r["times"], r["incomplete"]) for r in month] == [
        (Count(1), Count(0)), (Count(0), Count(1)),
    ]  # fmt: skip


# --- leaders ----------------------------------------------------------------------------------


async def test_a_shift_is_told_with_who_was_to_lead_it_and_who_did() -> None:
    base = mine()
    ends = local(2, 10)
    early = (replace(base.shifts[0], start=START, end=ends),)
    day = Day(replace(base, shifts=early))
    day.reads("CH4", 0.5)
    day.at("P4", "A", 70)
    day.passes(3600, step=60)
    here = Place("A", 70.0, day.now)
    day.does(
        DutyHandedOver(
            start=START, outgoing="LEADER2", incoming="P4", outgoing_place=here,
            incoming_place=here, note="fan 2 is noisy", by="P4", origin=Origin.CONSOLE,
        )
    )  # fmt: skip
    day.passes(2 * 3600, step=60)
    told = await facts(day, Series.LEADERS)
    assert not rows(told, "roster_changes")
    leader = next(r for r in rows(told, "led_shifts") if r["post"] == Coded("post_leader"))
    assert leader["planned_leader"] == leader["actual"] == Named("P4", "P4")
    assert leader["standing"] == Coded("served")
    assert leader["handed_over"] == Coded("yes")
    deputy = next(r for r in rows(told, "led_shifts") if r["post"] == Coded("post_deputy"))
    assert (deputy["standing"], deputy["went_down"]) == (Coded("absent"), None)
    assert [r["note"] for r in rows(told, "hand_overs")] == [Said("fan 2 is noisy")]
    said_since = RosterCorrected(
        duty=Duty.DEPUTY, start=START, person="LEADER2", stood_in="P1", reason="ill",
        by="DESK", origin=Origin.CONSOLE,
    )  # fmt: skip
    day.journal.append((said_since, START, day.now))
    since = await facts(day, Series.LEADERS)
    deputy = next(r for r in rows(since, "led_shifts") if r["post"] == Coded("post_deputy"))
    assert deputy["planned_leader"] == Named("LEADER2", "LEADER2")
    assert deputy["actual"] == Named("P1", "P1"), "and the report has another number for it"
    assert [r["condition"] for r in rows(since, "roster_changes")] == [Coded("roster_corrected")]
    month = rows(await facts(day, Series.LEADERS_MONTH, "2025-11"), "leaders_of_month")
    assert next(r for r in month if r["who"] == Named("P4", "P4"))["served_shifts"] == Count(1)
