"""The statutory reports: a recorded gas-outburst day, counted plainly beside."""

import asyncio
import base64
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

import msgspec
import pytest
from recorded_day import MINUTE, Day, FrameHistory, local, outburst

from minesafe import paperwork
from minesafe.model.errors import Refused
from minesafe.model.events import AlarmHandled, Origin, PermitAsked, PermitKind
from minesafe.model.filing import Series
from minesafe.model.mine import Kind
from minesafe.paperwork import Made
from minesafe.reports.page import page
from minesafe.reports.statutory.changes import changes
from minesafe.reports.statutory.facts import (
    At,
    Cell,
    Coded,
    Count,
    Facts,
    Lasting,
    Measured,
    Named,
    Said,
    digest_of,
    packed,
    unpacked,
)
from minesafe.reports.statutory.happened import happened
from minesafe.reports.statutory.span import day_of, month_of
from minesafe.reports.statutory.statistics import Minutes, amount
from minesafe.reports.statutory.words import WORDS
from minesafe.reports.words import Lang
from minesafe.web.headers import STYLE

DAY = "2025-11-25"


@pytest.fixture(scope="module")
def day() -> Day:
    return outburst()


async def made(
    day: Day, series: Series = Series.DAILY, *, of: str = DAY, there: bool = True
) -> Made:
    span = (month_of if series.monthly else day_of)(day.mine, of, day.now)
    found = happened(day.mine, day.events(), span)
    return await paperwork.of(day.mine, FrameHistory(day.frames, there), series, span, found)


def rows(facts: Facts, part: str) -> Sequence[dict[str, Cell]]:
    one = next(p for p in facts.parts if p.code == part)
    return [dict(zip(one.columns, row, strict=True)) for row in one.rows]


def row(facts: Facts, part: str, point: str) -> dict[str, Cell]:
    return next(r for r in rows(facts, part) if r.get("point", r.get("subject")) == Said(point))


# --- the day, counted plainly -----------------------------------------------------------------


async def test_a_point_has_the_days_extremes_at_their_moments_and_its_mean(day: Day) -> None:
    facts = (await made(day)).facts
    number = day.mine.point_row["CH4"]
    samples = [(int(r.sampled[number]), float(r.value[number])) for r, _ in day.frames]
    values = [v for at, v in samples if at < facts.until]
    said = row(facts, "points", "CH4")
    assert said["highest"] == Measured(2.31, 2)
    assert (
        said["highest_at"] == At(next(at for at, v in samples if v == 2.31)) == At(local(0, 11, 1))
    )
    assert said["lowest"] == Measured(min(values), 2)
    assert said["lowest_at"] == At(next(at for at, v in samples if v == 0.4))
    assert said["mean"] == Measured(round(sum(values) / len(values), 3), 3)


async def test_an_outburst_is_one_alarm_and_one_cut_with_times_and_what_was_measured(
    day: Day,
) -> None:
    facts = (await made(day)).facts
    number = day.mine.point_row["CH4"]
    over = [
        float(r.value[number])
        for r, _ in day.frames
        if local(0, 10, 1) <= r.sampled[number] < local(0, 12, 5)
    ]
    alarm, cut = rows(facts, "over_limit")
    assert [alarm["condition"], cut["condition"]] == [Coded("alarm_high"), Coded("cut_high")]
    for said, limit in ((alarm, 1.0), (cut, 1.5)):
        assert (said["began"], said["ended"]) == (At(local(0, 10, 1)), At(local(0, 12, 5)))
        assert said["lasted"] == Lasting(124.0)
        assert said["worst"] == Measured(max(over), 2)
        assert said["mean"] == Measured(round(sum(over) / len(over), 3), 3)
        assert said["limit"] == Measured(limit, 2)
    said = row(facts, "points", "CH4")
    assert (said["alarms"], said["alarm_time"], said["cuts"]) == (
        Count(1), Lasting(124.0), Count(1),
    )  # fmt: skip


async def test_a_cut_is_told_with_its_area_and_proven_by_its_feed(day: Day) -> None:
    facts = (await made(day)).facts
    by_limit, seen = rows(facts, "power_cuts")
    assert by_limit["condition"] == Coded("cut_high")
    assert by_limit["area"] == Named("FACE", "FACE")
    assert At(local(0, 10, 2)) in by_limit["feed"].cells  # type: ignore[union-attr]  # its kind is known
    assert (seen["began"], seen["ended"]) == (At(local(0, 10, 2)), At(local(0, 12, 5)))


async def test_a_switch_tells_each_change_and_how_long_it_was_in_each_state(day: Day) -> None:
    facts = (await made(day)).facts
    moves = [(r["changed_at"], r["to_state"].zh) for r in rows(facts, "switch_changes")]  # type: ignore[union-attr]  # its kind is known
    assert moves == [(At(local(0, 10, 2)), "无电"), (At(local(0, 12, 5)), "有电")]
    total = sum(r["time_in_state"].seconds for r in rows(facts, "switch_totals"))  # type: ignore[union-attr]  # its kind is known
    assert total == pytest.approx((facts.until - facts.start) / 1e6, abs=5.1)


async def test_hours_nobody_heard_anything_in_are_missing_and_not_zero(day: Day) -> None:
    facts = (await made(day)).facts
    hole = rows(facts, "missing")[0]
    assert hole["subject"] == Coded("whole_mine")
    assert (hole["began"], hole["ended"]) == (At(local(0, 21)), At(local(3, 20)))
    assert row(facts, "points", "CH4")["unknown_for"] == Lasting(2 * 3600 + 59 * 60.0)


async def test_without_a_history_the_journals_half_stands_and_no_number_is_invented(
    day: Day,
) -> None:
    away = await made(day, there=False)
    said = row(away.facts, "points", "CH4")
    assert said["highest"] is said["mean"] is said["lowest"] is said["unknown_for"] is None
    assert said["alarms"] == Count(1)
    assert rows(away.facts, "missing")[0]["ended"] == At(away.facts.until)
    assert "历史库不可用" in page(paperwork.draft(day.mine, away, "zh"))


async def test_the_counter_rose_by_what_it_shows_and_shifts_are_parts_of_the_day(day: Day) -> None:
    facts = (await made(day)).facts
    assert [r["amount"] for r in rows(facts, "totals")] == [Measured(30.0, 0, "m3")] * 2
    assert {r["shift"] for r in rows(facts, "by_shift")} == {Said("day")}


@pytest.mark.parametrize(("shown", "wrap", "rose"), [
    ((10, 12, 15), None, 5.0), ((10, 15, 2, 4), None, 9.0), ((98, 99, 1), 100.0, 3.0),
])  # fmt: skip
def test_a_counter_that_began_anew_or_went_round_never_runs_back(
    day: Day, shown: Sequence[float], wrap: float | None, rose: float
) -> None:
    frames = Day(day.mine)
    for value in shown:
        frames.second += 60
        frames.values = {"METER": (value, 0)}  # type: ignore[dict-item]  # quality good
        frames.frames.append((frames.readings(), frames.sightings()))
    kind: Kind = replace(day.mine.kind["meter"], wrap=wrap)
    span = (local(0), local(1))

    async def trend() -> Minutes:
        point = day.mine.point_row["METER"]
        return Minutes.of(await FrameHistory(frames.frames).trend(point, *span, 60), span, kind)

    assert amount(asyncio.run(trend()), kind, span) == rose


async def test_what_people_wrote_and_permitted_stands_in_it() -> None:
    day = outburst()
    span = day_of(day.mine, DAY, day.now)
    episode = happened(day.mine, day.events(), span).of("cut_high")[0].episode
    day.does(
        PermitAsked(
            permit="calibration:WIND#1", permit_kind=PermitKind.CALIBRATION, source="point",  # type: ignore[arg-type]  # by name
            subject="WIND", reason="gas bottle", until=day.now + MINUTE, by="ENGINEER",
            origin=Origin.CONSOLE,
        ),
        AlarmHandled(
            episode=episode, cause="outburst", planned=False, measure="drained", by="DESK",
            origin=Origin.CONSOLE,
        ),
    )  # fmt: skip
    day.passes(60, step=5)
    facts = (await made(day)).facts
    assert row(facts, "calibration", "WIND")["reason"] == Said("gas bottle")
    assert row(facts, "over_limit", "CH4")["measure"] == Said("outburst: drained")
    assert [r["measure"] for r in rows(facts, "handling")] == [Said("drained")]


# --- the same data is the same paper ----------------------------------------------------------


async def test_the_same_data_is_the_same_bytes_and_comes_back_whole(day: Day) -> None:
    one, again = await made(day), await made(day)
    assert one.data == again.data
    assert unpacked(one.data) == one.facts
    assert packed(unpacked(one.data)) == one.data
    assert json.loads(paperwork.as_json(one.facts, one.head))["digest"] == digest_of(one.data)


async def test_what_is_otherwise_is_said_cell_by_cell(day: Day) -> None:
    late = replace_frames(day, dropped=40)
    before, now = (await made(late)).facts, (await made(day)).facts
    said = changes(before, now)
    assert all(r[3] != r[4] for r in said.rows)
    assert any(r[0] == Coded("missing") for r in said.rows)
    assert changes(now, now).rows == ()
    renamed = msgspec.structs.replace(now, revision="another")
    assert [r[0] for r in changes(now, renamed).rows] == [Coded("made_by_revision")]


def replace_frames(day: Day, dropped: int) -> Day:
    """The same day, of which the history has not the last frames yet."""
    behind = Day(day.mine)
    behind.journal, behind.second, behind.frames = day.journal, day.second, day.frames[:-dropped]
    return behind


@pytest.mark.parametrize("series", Series)
async def test_every_code_has_words_in_both_languages(day: Day, series: Series) -> None:
    of = "2025-11" if series.monthly else DAY
    report = await made(day, series, of=of)
    for lang in get_args(Lang):
        document = paperwork.draft(day.mine, report, lang)
        text = re.sub(r"<style>.*?</style>", "", page(document), flags=re.DOTALL)
        assert not re.search(r"[{}]", text)
    codes = {p.code for p in report.facts.parts} | {
        c for p in report.facts.parts for c in p.columns if not c.startswith("hour_")
    }
    assert codes - WORDS.keys() == set()


async def test_a_page_has_the_one_style_that_its_policy_lets_it_have(day: Day) -> None:
    said = page(paperwork.draft(day.mine, await made(day), "en"))
    (style,) = re.findall(r"<style>(.*?)</style>", said, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"sha256-{digest}" == STYLE
    assert " style=" not in said


def test_a_day_is_of_the_mines_calendar(day: Day) -> None:
    span = day_of(day.mine, DAY, day.now)
    assert (span.start, span.end - span.start) == (local(0), 24 * 60 * MINUTE)
    november = month_of(day.mine, "2025-11", day.now)
    assert november.start < span.start < november.until < november.end
    for wrong, code in (("2025-13-01", "no_such_day"), ("2025-11-26", "day_not_begun")):
        with pytest.raises(Refused, match=code):
            day_of(day.mine, wrong, day.now)
