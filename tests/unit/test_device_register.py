"""The device register: what is due, what was done, and how each device is."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from first_mine import FIRST
from story import START, Story, noted, story_mine
from typer.testing import CliRunner
from xlsxwriter import Workbook

from minesafe import config
from minesafe.alarms import decide_act
from minesafe.cli import app
from minesafe.config.papers import HEADINGS
from minesafe.model.alarm_acts import AskPermit, EndPermit
from minesafe.model.device import Device, Due, Standing, What
from minesafe.model.errors import BadConfig, Refused
from minesafe.model.events import (
    AlarmSource,
    FindingBegan,
    FindingEnded,
    FindingKind,
    Origin,
    PermitKind,
    ReceiptStatus,
)
from minesafe.model.mine import Mine, Papers
from minesafe.model.time import SECOND, Micros
from minesafe.upkeep.calendar import Calendar
from minesafe.upkeep.devices import Known, devices

DAY: Micros = 86_400 * SECOND
TODAY = datetime.fromtimestamp(START / SECOND, UTC).date()

_F = FindingKind


def papers(device: str, **more: object) -> Papers:
    plain = Papers(device, "SIM-1", "simulated", "SIM-MA-1", None, None, None, None, None)
    return replace(plain, **more)  # type: ignore[arg-type]  # fields by name


def mine(*rows: Papers) -> Mine:
    base = story_mine()
    return replace(base, papers=rows, server=replace(base.server, timezone="UTC"))


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def wanted(calendar: Calendar, now: Micros) -> dict[str, list[str]]:
    return {k.value: sorted(v) for k, v in calendar.wanted(now).items() if v}


def test_a_calibration_is_due_for_a_while_and_then_overdue() -> None:
    sensor = mine(papers("CH4-1", calibrated=ago(0), calibration_days=15))
    calendar = Calendar(sensor)
    midnight = START - START % DAY
    assert wanted(calendar, midnight + 11 * DAY) == {}
    assert wanted(calendar, midnight + 12 * DAY) == {"calibration_due": ["CH4-1"]}
    assert wanted(calendar, midnight + 15 * DAY - 1) == {"calibration_due": ["CH4-1"]}
    assert wanted(calendar, midnight + 15 * DAY) == {"calibration_overdue": ["CH4-1"]}


def test_what_was_never_calibrated_is_overdue_since_ever() -> None:
    calendar = Calendar(mine(papers("CH4-1", calibration_days=15)))
    assert calendar.calibration("CH4-1") == Due(None, 0)
    assert wanted(calendar, START) == {"calibration_overdue": ["CH4-1"]}


def test_a_certificate_is_good_through_its_last_day() -> None:
    calendar = Calendar(mine(papers("S1", valid_until=TODAY)))
    over = START - START % DAY + DAY
    assert wanted(calendar, over - 1) == {}
    assert wanted(calendar, over) == {"certificate_expired": ["S1"]}


# --- done ----------------------------------------------------------------------------------------


@pytest.fixture
def story() -> Story:
    """A mine whose one sensor is overdue."""
    ids = story_mine().points[0].id
    story = Story(mine(papers(ids, calibrated=ago(20), calibration_days=15)))
    story.passes(2)
    assert [b.finding for b in found(story)] == [_F.CALIBRATION_OVERDUE]
    return story


def found(story: Story) -> list[FindingBegan]:
    calendar = (_F.CALIBRATION_DUE, _F.CALIBRATION_OVERDUE, _F.TEST_OVERDUE, _F.CERTIFICATE_EXPIRED)
    began = [b for b in story.bodies(FindingBegan) if isinstance(b, FindingBegan)]
    return [b for b in began if b.finding in calendar]


def calibrates(story: Story, *, well: bool) -> None:
    book, subject = story.watch.book, story.mine.points[0].id
    said = (AlarmSource.POINT, subject, "every fortnight", 10)
    ask = AskPermit("ENGINEER", Origin.CONSOLE, PermitKind.CALIBRATION, *said)
    story.does(decide_act(book, ask, story.now))
    (permit,) = book.permits.open()
    story.passes(5)
    end = EndPermit("ENGINEER", Origin.CONSOLE, permit.permit, well)
    story.does(decide_act(book, end, story.now))


def test_a_calibration_that_ended_well_is_in_the_calendar(story: Story) -> None:
    calibrates(story, well=True)
    done = story.now
    story.passes(62)
    ended = [b.finding for b in story.bodies(FindingEnded) if isinstance(b, FindingEnded)]
    assert _F.CALIBRATION_OVERDUE in ended
    due = story.watch.calendar.calibration(story.mine.points[0].id)
    assert due == Due(done, done + 15 * DAY)


def test_one_that_was_given_up_is_not(story: Story) -> None:
    calibrates(story, well=False)
    story.passes(62)
    assert wanted(story.watch.calendar, story.now) == {
        "calibration_overdue": [story.mine.points[0].id]
    }


def test_what_was_done_outlives_a_restart(story: Story) -> None:
    calibrates(story, well=True)
    again = Calendar(story.mine)
    for body, valid, _ in story.journal:
        again.apply(body, valid)
    ident = story.mine.points[0].id
    assert again.calibration(ident) == story.watch.calendar.calibration(ident)


def test_a_test_call_is_due_and_done_by_hand_or_by_what_came_through() -> None:
    calendar = Calendar(mine(papers("HORN", tested=ago(40), test_days=30)))
    assert wanted(calendar, START) == {"test_overdue": ["HORN"]}
    calendar.apply(calendar.decide_test("HORN", False, "no sound", "DESK"), START)
    assert wanted(calendar, START) == {"test_overdue": ["HORN"]}
    calendar.apply(calendar.decide_test("HORN", True, "", "DESK"), START)
    assert wanted(calendar, START + 29 * DAY) == {}
    assert wanted(calendar, START + 30 * DAY) == {"test_overdue": ["HORN"]}
    with pytest.raises(Refused, match="not_tested"):
        calendar.decide_test("S1", True, "", "DESK")


def test_a_horn_that_was_heard_in_an_evacuation_needs_no_test() -> None:
    story = Story(mine(papers("HORN", tested=ago(40), test_days=30)))
    story.reads(story.mine.points[0].id, 2.0)
    story.passes(5)
    horn = next(c for c in story.told if getattr(c, "channel", "") == "horn")
    story.does()
    story.watch.noted(story.now, noted(horn, ReceiptStatus.DELIVERED))
    assert story.watch.calendar.test("HORN").last == story.now


# --- how each is ---------------------------------------------------------------------------------


def look(story: Story) -> dict[str, Device]:
    watch = story.watch
    known = Known(watch.picture(), watch.findings.open(), watch.findings.times, watch.calendar)
    return {device.id: device for device in devices(story.mine, known)}


def test_every_device_says_what_it_is_when_it_was_heard_and_what_is_wrong(story: Story) -> None:
    sensor = story.mine.points[0].id
    before = look(story)
    assert before[sensor].standing is Standing.NEVER_HEARD
    story.reads(sensor, 0.1)
    story.passes(3)
    told = look(story)
    assert (told[sensor].what, told[sensor].heard) == (What.INSTRUMENT, story.now)
    assert told[sensor].standing is Standing.TROUBLED, "its calibration is overdue"
    assert told[sensor].troubles == ("calibration_overdue",)
    assert told["HORN"].standing is Standing.UNKNOWN, "it says nothing by itself"
    story.values.clear()
    story.passes(60)
    assert look(story)[sensor].standing is Standing.SILENT
    assert told[sensor].errors == 1


# --- the file -----------------------------------------------------------------------------

REGISTER = "device,model,maker,certificate,valid_until,calibrated,calibration_days,test_days\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    there = tmp_path / "mine"
    shutil.copytree(FIRST, there)
    return there


def load(home: Path, *lines: str) -> Mine:
    (home / "register.csv").write_text(REGISTER + "\n".join(lines) + "\n", "utf-8")
    return config.load(home)


def test_a_mine_needs_no_register(home: Path) -> None:
    assert config.load(home).papers == ()


def test_a_register_is_read_and_the_kind_says_how_often(home: Path) -> None:
    sensor = next(p for p in config.load(home).points if p.kind == "methane")
    (row,) = load(home, f"{sensor.id},SIM-1,x,SIM-MA-1,2030/1/31,2026-01-02,,").papers
    assert (row.id, row.valid_until) == (sensor.id, date(2030, 1, 31))
    assert (row.calibrated, row.calibration_days) == (date(2026, 1, 2), 15)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("NOBODY,m,,,,,,", "names device 'NOBODY', which is nowhere"),
        ("{id},,,,,,,", "'model' is missing"),
        ("{id},m,,,soon,,,", "'soon' is no date"),
        ("{id},m,,,,,0,", "'calibration_days' is 0, outside 1 … 3650"),
        ("{id},m,,,,,,\n{id},m,,,,,,", "is used twice"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(home: Path, line: str, told: str) -> None:
    sensor = config.load(home).points[0].id
    with pytest.raises(BadConfig, match=r"register\.csv:[123]") as refused:
        load(home, line.replace("{id}", sensor))
    assert told in "\n".join(map(str, refused.value.faults))


def test_it_may_be_a_workbook_with_chinese_headings(home: Path) -> None:
    sensor = config.load(home).points[0].id
    chinese = {key: head for head, key in HEADINGS.items()}
    with Workbook(str(home / "register.xlsx"), {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("台账")
        sheet.write_row(0, 0, [chinese[key] for key in ("device", "model", "calibrated")])
        sheet.write_row(1, 0, [sensor, "模拟-1"])
        sheet.write_datetime(1, 2, datetime(2026, 1, 2))  # noqa: DTZ001  a cell has no zone
    (row,) = config.load(home).papers
    assert (row.id, row.model, row.calibrated) == (sensor, "模拟-1", date(2026, 1, 2))


def test_a_sensor_that_was_forgotten_in_it_is_named(home: Path) -> None:
    first, *rest = config.load(home).points
    warnings = "\n".join(load(home, f"{first.id},m,,,,,,").warnings)
    assert f"{len(rest)} points stand in no row of it" in warnings


# --- the command --------------------------------------------------------------------------


def test_the_command_prints_the_register(home: Path, tmp_path: Path) -> None:
    sensor = config.load(home).points[0].id
    load(home, f"{sensor},SIM-1,x,SIM-MA-1,2020-01-31,2020-01-02,,")
    said = CliRunner().invoke(app, ["devices", str(home), "--data", str(tmp_path / "none")])
    assert said.exit_code == 0, said.output
    line = next(line for line in said.output.splitlines() if line.startswith(f"{sensor} "))
    assert "SIM-MA-1" in line
    assert "never_heard" in line
    as_json = CliRunner().invoke(
        app, ["devices", str(home), "--data", str(tmp_path / "none"), "--json"]
    )
    told = json.loads(as_json.output)
    assert {d["id"] for d in told["devices"]} >= {sensor}
