"""The record of an order: folded from a real journal, told in both languages, as page and paper."""

import re
import sys
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from line_on_disk import Line, line
from msgspec.structs import replace as replaced

from minesafe.afterwards import write_incident
from minesafe.model.errors import MinesafeError, Refused, StoreUnavailable
from minesafe.model.events import (
    AlarmMove,
    AlarmMoved,
    Decision,
    Event,
    InScope,
    LoggedIn,
    OrderIssued,
    OrderKind,
    Origin,
    PersonMoved,
    ReceiptStatus,
    Whereabouts,
)
from minesafe.model.frame import Readings, Sightings
from minesafe.model.logic import Logic, Node
from minesafe.model.mine import Mine, Role
from minesafe.model.time import SECOND, Micros
from minesafe.reports import gather
from minesafe.reports.document import TELL, Document, Teller, document
from minesafe.reports.drawings import MOST_DOTS, Curve, curve_svg, tracks_svg
from minesafe.reports.incident import TOLD, incident, responses
from minesafe.reports.page import page
from minesafe.reports.paper import FONTS, NoPaper, paper
from minesafe.reports.words import WORDS, Lang


async def _evacuated(mine: Line) -> str:
    """Gas rises at the face, everyone is ticked off, and two give the all-clear."""
    await mine.all_is_well()
    mine.shown.reads("CH4", 1.6)
    await mine.passes(2)
    await mine.couriers("sms", "horn")
    order = mine.order.order
    await mine.desk.acknowledge_order(order, "P4", Origin.LINK)
    mine.shown.reads("CH4", 0.4)
    await mine.passes(3)
    for person in mine.order.muster:
        await mine.desk.tick_person(order, person, Whereabouts.OUT, "DESK", "seen at the gate")
    await mine.passes(2)
    await mine.desk.sign_all_clear(order, "P4", Role.LEADER, "gas is gone, fan checked")
    await mine.desk.sign_all_clear(order, "DESK", Role.DISPATCHER, "the same")
    return order


@pytest.fixture
async def told(tmp_path: Path) -> tuple[Mine, Sequence[Event], str]:
    async with line(tmp_path) as mine:
        order = await _evacuated(mine)
        return mine.mine, mine.events(), order


Told = tuple[Mine, Sequence[Event], str]


def _document(told: Told, lang: Lang = "zh") -> Document:
    mine, events, order = told
    about = incident(mine, lambda: events, order)
    return document(mine, about, lang, made=events[-1].recorded, curves=None, tracks=[])


def test_the_record_holds_every_step_with_both_times(told: Told) -> None:
    mine, events, order = told
    about = incident(mine, lambda: events, order)
    steps = [type(e.body).__name__ for e in about.timeline]
    assert steps[0] == "AlarmMoved"
    for step in ("OrderIssued", "LadderStepped", "OrderAcknowledged", "AllClearSigned"):
        assert step in steps
    assert steps[-1] == "OrderClosed"
    assert [e.position for e in about.timeline] == sorted(e.position for e in about.timeline)
    assert about.head == (events[-1].position, events[-1].hash)
    assert about.points == ("CH4",)


def test_two_cards_of_one_man_and_whom_only_attendance_knew_are_named(told: Told) -> None:
    mine, events, order = told
    card = {p.id: p.tag for p in mine.people}

    def as_found(event: Event) -> Event:
        if not isinstance(event.body, OrderIssued):
            return event
        found = {p.person: p for p in event.body.people}
        for one, other in (("P1", "P4"), ("P4", "P1")):
            found[one] = replaced(found[one], other=other)
        found["P3"] = InScope("P3", Whereabouts.UNKNOWN, None, "", None, known_by="attendance")
        return replaced(event, body=replaced(event.body, people=tuple(found.values())))

    said = page(_document((mine, [as_found(e) for e in events], order), "en"))
    assert re.search(r"(\d) \((\d) cards\)", said)
    assert f"card {card['P1']} moved as one with P4 ({card['P4']})" in said
    assert "(known by attendance only)" in said


def test_how_long_it_took_is_told_from_the_order_on(told: Told) -> None:
    mine, events, order = told
    about = incident(mine, lambda: events, order)
    took = responses(about)
    assert took.closed is not None
    assert took.safe_all is not None
    assert took.acknowledged is not None
    assert took.acknowledged <= took.safe_all <= took.closed
    assert took.decided is None
    half = replace(
        about, people={"P1": about.people["P1"]} | {"X": replace(about.people["P1"], safe=None)}
    )
    assert responses(half).safe_half == took.safe_all
    assert responses(half).safe_all is None, "one is still missing"


def test_of_a_journal_of_years_only_what_is_about_the_order_is_kept(told: Told) -> None:
    """Twenty thousand log-ins before it: kept together they took nine megabytes."""
    mine, events, order = told

    def read() -> Iterator[Event]:
        for position in range(1, LOG_INS + 1):
            body = LoggedIn(user=f"user {position}", address="127.0.0.1")
            yield msgspec.structs.replace(events[0], position=position, body=body)
        yield from (msgspec.structs.replace(e, position=e.position + LOG_INS) for e in events)

    tracemalloc.start()
    try:
        about = incident(mine, read, order)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert about.head[0] == events[-1].position + LOG_INS
    assert most < 2_000_000


LOG_INS = 20_000


def test_an_order_is_found_by_its_number_and_another_is_refused(told: Told) -> None:
    mine, events, order = told
    assert incident(mine, lambda: events, "001").order.order == order
    with pytest.raises(Refused, match="unknown_order"):
        incident(mine, lambda: events, "999")


def test_an_order_that_is_open_is_told_as_far_as_it_has_come(told: Told) -> None:
    mine, events, order = told
    so_far = [e for e in events if e.position < events[-1].position - 3]
    about = incident(mine, lambda: so_far, order)
    assert about.order.is_open
    said = document(mine, about, "en", made=0, curves=None, tracks=[])
    assert "still open" in said.subtitle


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_code_has_words_and_no_brace_is_left(told: Told, lang: Lang) -> None:
    codes = [*AlarmMove, *Whereabouts, *ReceiptStatus, *Origin, *Decision, *OrderKind]
    assert {str(code.value) for code in codes} - WORDS.keys() == set()
    assert {*TOLD, AlarmMoved, PersonMoved} - TELL.keys() == set()
    text = re.sub(r"<style>.*?</style>", "", page(_document(told, lang)), flags=re.DOTALL)
    assert not re.search(r"[{}]", text)


def test_an_alarm_of_several_points_goes_by_its_rules_name(told: Told) -> None:
    mine, *_ = told
    stands = Logic("STANDS", "停风", "no air", "CH4", Node("number"), None, 0.0, "II", "test", "1")
    teller = Teller(replace(mine, logic=(stands,)), "zh")
    assert teller.alarm("CH4", "STANDS") == f"{teller.name('CH4')}：停风"
    assert teller.alarm("CH4", None) == teller.name("CH4")


def test_what_people_wrote_stays_text(told: Told) -> None:
    mine, events, order = told
    worst = "<script>alert(1)</script>"
    people = tuple(replace(p, name=worst) if p.id == "P1" else p for p in mine.people)
    said = page(_document((replace(mine, people=people), events, order)))
    assert worst not in said
    assert "&lt;script&gt;" in said


def test_the_page_needs_nothing_else(told: Told) -> None:
    said = page(_document(told))
    assert not re.search(r"(src|href)=|url\(|@import", said)


def test_a_drill_is_stamped(told: Told) -> None:
    mine, events, order = told
    about = incident(mine, lambda: events, order)
    about = replace(about, order=replace(about.order, drill=True))
    said = document(mine, about, "zh", made=0, curves=None, tracks=[])
    assert said.stamp == "演练"
    assert "演练" in page(said)


@pytest.mark.needs("fc-list")
def test_the_paper_is_a_pdf(told: Told) -> None:
    made = paper(_document(told))
    assert made.startswith(b"%PDF-")
    assert len(made) > 10_000, "with its font"


def test_without_a_font_with_chinese_there_is_no_paper(told: Told) -> None:
    with pytest.raises(NoPaper, match=r"no font Nowhere Sans.*--font"):
        paper(_document(told), font="Nowhere Sans")
    assert len(FONTS) > 1


def test_without_the_extra_there_is_no_paper(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(NoPaper, match=r"minesafe\[reports\]"):
        paper(_document(told))


# --- curves and tracks ------------------------------------------------------------------------


class PlainHistory:
    """A history that knows one curve and no places."""

    def __init__(self, *, there: bool = True) -> None:
        self.there = there

    async def values(self, point: int, start: Micros, end: Micros, limit: int) -> Readings:
        if not self.there:
            raise StoreUnavailable("the database is away")
        times = np.arange(start, end, 10 * SECOND)
        number = len(times)
        return Readings(
            np.full(number, point), np.linspace(0, 2, number), np.zeros(number), times, times
        )

    async def track(self, tag: int, start: Micros, end: Micros, limit: int) -> Sightings:
        if not self.there:
            raise StoreUnavailable("the database is away")
        return Sightings.joined([])

    async def write(self, frames: object) -> None:
        raise NotImplementedError

    async def stored_through(self) -> int:
        return 0


async def test_curves_begin_before_the_order_and_carry_its_limits(told: Told) -> None:
    mine, events, order = told
    about = incident(mine, lambda: events, order)
    (curve,) = await gather.curves(mine, about, PlainHistory()) or []
    assert curve.point == "CH4"
    assert curve.times[0] == about.order.issued - gather.BEFORE
    limits = mine.points[mine.point_row["CH4"]].limits
    assert set(curve.limits) >= {limits.alarm_high, limits.cut_high}


async def test_without_the_history_the_journal_still_tells_where_people_went(told: Told) -> None:
    mine, events, order = told
    about = incident(mine, lambda: events, order)
    assert await gather.curves(mine, about, PlainHistory(there=False)) is None
    for history in (None, PlainHistory(there=False)):
        tracks = await gather.tracks(mine, about, history)
        assert {t.person for t in tracks} == set(about.people)
        assert any(t.places for t in tracks)
    assert "polyline" in tracks_svg(mine, tracks, "P1")


def test_a_thinned_curve_keeps_its_peak_and_its_gap() -> None:
    times = np.arange(100_000) * SECOND
    values = np.full(100_000, 0.5)
    values[54_321], values[70_000] = 9.75, np.nan
    svg = curve_svg(Curve("CH4", "%", times, values, (1.0,)), str)
    strokes = re.findall(r'<polyline[^>]*points="([^"]*)"', svg)
    assert len(strokes) == 2, "parted at the gap"
    dots = [tuple(map(float, dot.split(","))) for stroke in strokes for dot in stroke.split()]
    assert len(dots) <= MOST_DOTS + 2
    assert min(y for _, y in dots) < 20, "the peak is near the top"


# --- the command ------------------------------------------------------------------------------


async def test_the_command_writes_a_page_where_no_database_is(tmp_path: Path) -> None:
    async with line(tmp_path) as mine:
        await _evacuated(mine)
        where = tmp_path / "order.html"
        await write_incident(mine.mine, tmp_path, "1", "en", 0, where)
        assert "no curves" in where.read_text("utf-8")
        for language, name in (("fr", "a.html"), ("zh", "a.doc")):
            with pytest.raises(MinesafeError):
                await write_incident(mine.mine, tmp_path, "1", language, 0, tmp_path / name)
