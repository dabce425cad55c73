"""What was true at a moment, and what the room knew then, out of the journal alone."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from field import until
from first_mine import FIRST, first_mine
from line_on_disk import Line, line
from story import START, story_mine
from typer.testing import CliRunner
from web_site import running

from minesafe import cli, config
from minesafe.folds import Folds
from minesafe.memory import FOR_EVER, Memory
from minesafe.memory import memory as room
from minesafe.model.duty_acts import CorrectRoster
from minesafe.model.errors import Refused, StoreUnavailable
from minesafe.model.events import (
    ACCOUNTED,
    AlarmState,
    Event,
    FindingKind,
    Origin,
    RevisionApproved,
    Whereabouts,
)
from minesafe.model.mine import Duty, Mine, Role
from minesafe.model.past import Past
from minesafe.model.time import SECOND, Micros
from minesafe.store.archive import Archive
from minesafe.store.following import JournalReader
from minesafe.store.journal import SqliteJournal


def second(n: float) -> Micros:
    return START + int(n * SECOND)


def memory(folder: Path, mine: Mine | None = None) -> Memory:
    mine = mine or story_mine()
    return Memory(folder, lambda: mine)


async def a_morning(mine: Line) -> None:
    """Quiet; gas from the third second on; acknowledged after half a minute; then it goes."""
    await mine.all_is_well()
    mine.shown.reads("CH4", 1.6)
    await mine.passes(15)
    await mine.couriers("sms", "horn")
    await mine.passes(13)
    await mine.desk.acknowledge_order(mine.order.order, "P4", Origin.LINK)
    mine.shown.reads("CH4", 0.3)
    await mine.passes(20)


def states(past: Past) -> list[AlarmState]:
    return [alarm.state for alarm in past.alarms]


async def test_the_present_is_the_last_moment_of_the_past(tmp_path: Path) -> None:
    async with line(tmp_path) as mine:
        await a_morning(mine)
        now, watch = mine.clock.now(), mine.pipeline.watch
        past = await memory(tmp_path).at(now, now)
        assert list(past.alarms) == watch.book.alarms()
        assert list(past.orders) == watch.evacuation.orders.open()
        assert list(past.findings) == watch.findings.open()
        assert past.shift == watch.duty.roster.at(now)
        assert past.position == mine.recorder.position


async def test_a_morning_is_walked_through_second_by_second(tmp_path: Path) -> None:
    async with line(tmp_path) as mine:
        await a_morning(mine)
    asked = memory(tmp_path)
    walked = [asked.look(second(n), second(n)) for n in range(0, 55, 5)]
    assert [states(past) for past in walked[:2]] == [[], [AlarmState.UNACKED]]
    assert walked[3].orders[0].acknowledged_by is None
    assert walked[-1].orders[0].acknowledged_by == "P4"
    with pytest.raises(StoreUnavailable, match="in time"):
        asked.look(second(50), second(50), until=0)


# --- entered afterwards ---------------------------------------------------------------------


def leader(past: Past) -> tuple[str, ...]:
    return () if past.shift is None else past.shift.holders(Duty.LEADER)


def whereabouts(past: Past) -> Whereabouts:
    return past.orders[0].muster["P1"].whereabouts


async def a_morning_that_is_put_right(mine: Line) -> None:
    """At half past it turns out that P1 was at the gate all the time, and who led the shift."""
    await mine.all_is_well()
    mine.shown.reads("CH4", 1.6)
    await mine.passes(20)
    mine.clock.turn(1_780)
    await mine.passes(2)
    desk, order = mine.desk, mine.order
    for early in (second(2), mine.clock.now() + SECOND):
        with pytest.raises(Refused, match="not_then"):
            await desk.tick_person(
                order.order, "P1", Whereabouts.OUT, "DESK", "in the book", seen=early
            )
    await desk.tick_person(
        order.order, "P1", Whereabouts.OUT, "DESK", "in the book of the gate", seen=second(8)
    )
    shift = desk.shifts(second(0), second(1))[0]
    led = CorrectRoster(
        by="ENGINEER",
        origin=Origin.CONSOLE,
        duty=Duty.LEADER,
        start=shift.start,
        person="P4",
        stood_in="HEAD",
        since=second(5),
        reason="P4 was ill, HEAD went down",
    )
    for wrong, code in (
        ({"since": second(9_999)}, "not_then"),
        ({"start": 7}, "unknown_shift"),
        ({"stood_in": "NOBODY"}, "unknown_person"),
        ({"person": "HEAD"}, "not_on_duty"),
        ({"stood_in": "P4"}, "already_on_duty"),
        ({"reason": " "}, "reason_needed"),
    ):
        with pytest.raises(Refused, match=code):
            await desk.about_duty(replace(led, **wrong))  # type: ignore[arg-type]  # fields by name
    await desk.about_duty(led)
    await mine.passes(2)


async def test_what_was_true_and_what_the_room_knew_part_where_somebody_puts_it_right(
    tmp_path: Path,
) -> None:
    async with line(tmp_path) as mine:
        await a_morning_that_is_put_right(mine)
        asked_by_the_roster = mine.pipeline.watch.duty.roster.at(second(20))
    asked = memory(tmp_path)
    knew, was = asked.look(second(20), second(20)), asked.look(second(20), FOR_EVER)
    assert whereabouts(knew) not in ACCOUNTED
    assert whereabouts(was) is Whereabouts.OUT
    assert was.orders[0].muster["P1"].since == second(8)
    assert (leader(knew), leader(was)) == (("P4",), ("HEAD",))
    assert (knew.late, was.late) == (0, 2)
    before = asked.look(second(7), FOR_EVER)
    assert whereabouts(before) not in ACCOUNTED
    assert leader(asked.look(second(4), FOR_EVER)) == ("P4",)
    assert asked_by_the_roster is not None
    assert asked_by_the_roster.holders(Duty.LEADER) == ("P4",)  # nobody is judged by it


# --- marks ----------------------------------------------------------------------------------


@contextmanager
def kept(asked: Memory) -> Iterator[None]:
    """It keeps its files and marks for a moment."""
    with closing(JournalReader(asked._journal)) as reader:
        course = asked._resume(reader)
        asked._keep_files()
        while asked._advance(course, reader):
            pass
    yield


def told(past: Past) -> tuple[object, ...]:
    return list(past.alarms), list(past.orders), list(past.findings), past.shift


def plainly(every: list[Event], valid: Micros, known: Micros) -> tuple[object, ...]:
    """All that was known, without what was not true yet, one after the other."""
    folds = Folds(story_mine())
    for event in every:
        if event.recorded <= known and min(event.valid, event.recorded) <= valid:
            folds.apply(event.body, event.valid, event.recorded)
    orders = folds.evacuation.orders.open()
    return folds.book.alarms(), orders, folds.findings.open(), folds.duty.corrected.at(valid)


async def test_marks_make_answers_quick_and_change_none_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "EVERY", 4)
    async with line(tmp_path) as mine:
        await a_morning_that_is_put_right(mine)
    asked = memory(tmp_path)
    moments = [second(n) for n in (0, 2, 4, 5, 7, 8, 15, 21, 1_810, 9_999)]
    pairs = [(valid, known) for valid in moments for known in moments]
    before = [asked.look(*pair) for pair in pairs]
    with closing(JournalReader(tmp_path / "journal.db")) as reader:
        every = reader.read(0, 10_000)
    for past in before:
        assert told(past) == plainly(every, past.valid, past.known)
    with kept(asked):
        assert len(list((tmp_path / "marks").glob("*.mark"))) >= 3
        assert [asked.look(*pair) for pair in pairs] == before
    for mark in (tmp_path / "marks").iterdir():
        mark.write_bytes(mark.read_bytes()[:-3])
    assert asked.look(*pairs[-1]) == before[-1]


async def test_there_are_never_too_many_marks_and_the_newest_are_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "EVERY", 2)
    monkeypatch.setattr("minesafe.memory.marks.MOST", 12)
    async with line(tmp_path) as mine:
        await a_morning(mine)
    with kept(memory(tmp_path)):
        files = sorted((tmp_path / "marks").glob("*.mark"))
        at = [int(file.name.split(".")[0]) for file in files]
        assert len(at) <= 12
        assert at[0] == 2
        assert at[-1] - at[-2] == 2


# --- revisions ------------------------------------------------------------------------------


def approved(files: dict[str, bytes], mine: Mine) -> RevisionApproved:
    return RevisionApproved(revision=mine.revision, by=("A", "B"), files=config.digests(files))


def two_revisions(folder: Path) -> tuple[Mine, Mine]:
    """The first mine, and from its tenth minute on one with a lower limit at the return corner."""
    home = Path(shutil.copytree(FIRST, folder / "mine"))
    before, old = first_mine(), config.files_of(FIRST)
    pack = Path(shutil.copytree(config.shipped("rules"), home / "rules")) / "coal-cn.toml"
    text = pack.read_text("utf-8")
    for limit in ("alarm_high", "restore_high"):
        text = text.replace(f"{limit} = 1.0", f"{limit} = 0.8", 1)
    pack.write_text(text, "utf-8")
    after, new = config.load(home), config.files_of(home)
    journal = SqliteJournal(folder / "journal.db", ballast_mb=0)
    for at, files, mine in ((0, old, before), (600, new, after)):
        journal.append([(approved(files, mine), second(at))], now=second(at))
        memory_ = memory(folder, mine)
        memory_.keep(files)
        memory_._keep_files()
    journal.close()
    return before, after


def limit(past: Past) -> float | None:
    return past.mine.points[past.mine.point_row["CH4-T0"]].limits.alarm_high


def test_the_limit_of_then_is_read_from_the_files_of_then(tmp_path: Path) -> None:
    before, after = two_revisions(tmp_path)
    asked = memory(tmp_path, after)
    then, now = asked.look(second(599), second(900)), asked.look(second(600), second(900))
    assert (limit(then), limit(now)) == (1.0, 0.8)
    assert then.mine.revision == before.revision
    assert then.approved is not None
    assert then.approved.by == ("A", "B")
    assert (then.since, now.since) == (second(0), second(600))
    assert (then.lacking, now.lacking) == ("", "")
    assert then.shift is not None
    assert then.shift.start <= second(599) < then.shift.end


def test_a_file_that_is_not_what_was_approved_is_none_and_the_answer_says_so(
    tmp_path: Path,
) -> None:
    _, after = two_revisions(tmp_path)
    digest = dict(config.digests(config.files_of(FIRST)))["points.csv"]
    (tmp_path / "files" / digest).write_bytes(b"id\n")
    past = memory(tmp_path, after).look(second(1), second(900))
    assert "points.csv" in past.lacking
    assert "not what was approved" in past.lacking
    (tmp_path / "files" / digest).unlink()
    assert "not kept" in memory(tmp_path, after).look(second(1), second(900)).lacking
    assert Archive(tmp_path / "files").read([]) == {}


# --- beside a server ------------------------------------------------------------------------


async def test_files_and_marks_are_kept_beside_a_server_and_asked_by_the_api(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "EVERY", 4)
    async with line(tmp_path) as mine:
        await a_morning(mine)
        mine.pipeline.began(FindingKind.LINK_DOWN, "S9", "no answer")
        await mine.settled()
        asked = memory(tmp_path)
        asked.keep({"server.toml": b"of a test"})
        keeping = asyncio.create_task(asked.run())
        try:
            await until(lambda: any((tmp_path / "marks").glob("*.mark")))
            async with (
                running(tmp_path, memory=asked) as site,
                site.user(Role.VIEWER) as page,
            ):
                answer = await page.get(
                    "/api/v1/at", params={"valid": second(20), "known": second(20), "point": "CH4"}
                )
                said = answer.json()
                later = (await page.get("/api/v1/at", params={"valid": second(90)})).json()
                wild = await page.get("/api/v1/at", params={"valid": -1})
        finally:
            keeping.cancel()
    assert answer.status_code == 200
    assert [alarm["subject"] for alarm in said["alarms"]] == ["CH4"]
    assert [order["subject"] for order in said["orders"]] == ["CH4"]
    assert dict(said["duty"]["posts"])["leader"] == "P4"
    assert said["point"]["limits"]["alarm_high"] == 1.0
    assert (said["revision"], said["person"]) == (None, None)
    assert [finding["subject"] for finding in later["findings"]][-1:] == ["S9"]
    assert wild.status_code == 422
    assert len(list((tmp_path / "files").iterdir())) == 1


# --- as a command ---------------------------------------------------------------------------


def command(*words: str | Path) -> tuple[int, str]:
    ran = CliRunner().invoke(cli.app, ["journal", *map(str, words)])
    return ran.exit_code, ran.output


def test_a_stranger_asks_for_a_moment_and_for_records(tmp_path: Path) -> None:
    two_revisions(tmp_path)
    where = (tmp_path / "mine", "--data", tmp_path)
    local = datetime.fromtimestamp(second(300) / 1e6, ZoneInfo(first_mine().server.timezone))
    then = local.isoformat(timespec="seconds")
    code, said = command("at", *where, then, "--point", "CH4-T0", "--person", "NOBODY")
    assert code == 0, said
    assert first_mine().revision in said
    assert "alarm_high 1," in said
    assert "带班领导" in said
    assert "NOBODY: 当时没有 was not there then" in said
    code, said = command("at", *where, "1999-01-01", "--language", "en")
    assert "none was in force" in said
    code, said = command("at", *where, then, "--known", then, "--json")
    assert json.loads(said)["position"] == 1
    code, said = command("search", *where, "配置生效", "--to", then)
    assert (code, said.count("\n")) == (0, 1)
    assert "配置生效" in said
    assert json.loads(command("search", *where, "--json", "--limit", "1")[1])["position"] == 2
    for wrong, why in (
        (("at", *where, "six"), "'six' is no time"),
        (("search", *where, "…"), "no word in it"),
        (("at", tmp_path / "mine", "--data", tmp_path / "no", then), "no such file"),
        (("project", tmp_path / "mine", "--data", tmp_path / "no"), "no such file"),
    ):
        code, said = command(*wrong)
        assert code == 1
        assert why in said
