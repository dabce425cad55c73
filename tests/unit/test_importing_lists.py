"""Lists from an office become the mine's: held against what is in force, cell by cell."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from first_mine import FIRST, first_mine
from xlsxwriter import Workbook

from minesafe.importing.bring import Brought, Parcel, bring
from minesafe.importing.difference import difference
from minesafe.importing.lists import in_utf8
from minesafe.model.mine import Duty


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIRST, tmp_path / "mine"))


def book(path: Path, sheet: str, *rows: tuple[object, ...]) -> Path:
    with Workbook(str(path)) as workbook:
        page = workbook.add_worksheet(sheet)
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
    return path


POINTS = (
    "测点号",
    "名称",
    "英文名称",
    "类型",
    "安装位置",
    "巷道",
    "里程",
    "地址",
    "寄存器",
    "数据类型",
)
NEW = ("CH4-N", "1202 掘进甲烷", "Methane at heading 1202", "甲烷", "T1", "H01", 200, "GW1", "", "")


def table(told: Brought, name: str) -> dict[str, str]:
    """Sign of every changed row of a table."""
    return {change.row: change.sign for change in told.changes if change.table == name}


# --- points --------------------------------------------------------------------------------


def test_a_few_points_are_laid_over_those_there_are(home: Path) -> None:
    moved = (
        "CH4-T1",
        "1201 工作面甲烷",
        "Methane at face 1201",
        "甲烷",
        "T1",
        "G02",
        11,
        "FZ01",
        2,
    )
    sheet = book(
        home.parent / "new.xlsx",
        "测点",
        (*POINTS, "状态寄存器"),
        (*NEW, ""),
        (*moved, "float32", 101),
    )
    told = bring(home, Parcel(points=sheet, add=True))
    assert not told.faults
    assert table(told, "points") == {"CH4-N": "+", "CH4-T1": "~"}
    [change] = [c for c in told.changes if c.row == "CH4-T1"]
    assert change.fields == (("chainage_m", "8", "11"),)
    assert "points.csv" in told.files
    assert "points.xlsx" not in told.files


def test_a_whole_list_shows_who_would_be_gone(home: Path) -> None:
    rows = (home / "people.csv").read_text("utf-8").splitlines()
    shorter = home.parent / "people.csv"
    shorter.write_text("\n".join(row for row in rows if not row.startswith("P12")), "utf-8")
    told = bring(home, Parcel(people=shorter))
    assert table(told, "people") == {"P12": "-"}


def test_a_fault_is_told_in_the_cell_where_it_can_be_mended(home: Path) -> None:
    wrong = (*NEW[:3], "甲完", *NEW[4:])
    sheet = book(home.parent / "new.xlsx", "测点", POINTS, NEW, ("CH4-M", *wrong[1:]))
    told = bring(home, Parcel(points=sheet, add=True))
    [fault] = told.faults
    assert str(fault).startswith("new.xlsx: 测点!D3: ")
    assert "甲烷" in fault.hint or "did you mean" in fault.hint


def test_a_limit_looser_than_the_law_is_refused_in_its_cell(home: Path) -> None:
    sheet = book(home.parent / "new.xlsx", "测点", (*POINTS, "报警"), (*NEW, 1.2))
    told = bring(home, Parcel(points=sheet, add=True))
    assert told.mine is None
    [fault] = told.faults
    assert (fault.file, fault.cell) == ("new.xlsx", "测点!K2")
    assert "looser than rule" in fault.what


def test_a_list_laid_over_keeps_a_column_only_the_own_one_has(home: Path) -> None:
    sheet = book(home.parent / "new.xlsx", "测点", POINTS, NEW)
    told = bring(home, Parcel(points=sheet, add=True))
    assert told.mine is not None
    before = {p.id: p for p in first_mine().points}
    assert {p.id: p for p in told.mine.points if p.id in before} == before


# --- people and rosters --------------------------------------------------------------------


def test_people_as_an_older_spreadsheet_saves_them(home: Path) -> None:
    text = "编号,姓名,卡号,工种,班组\r\nP90,新工人（模拟）,9090,采煤工,采一队\r\n"
    path = home.parent / "gbk.csv"
    path.write_bytes(text.encode("gbk"))
    told = bring(home, Parcel(people=path, add=True))
    assert table(told, "people") == {"P90": "+"}
    assert told.files["people.csv"].decode().count("新工人（模拟）") == 1


def test_what_is_neither_coding_is_left_to_be_refused(home: Path) -> None:
    mixed = "姓名\n".encode() + "姓名\n".encode("gbk")
    assert in_utf8(mixed) == mixed
    path = home.parent / "mixed.csv"
    path.write_bytes(mixed)
    told = bring(home, Parcel(people=path))
    assert any("is not UTF-8" in f.what for f in told.faults)


HEADS = ("日期", "班次", "开始", "时长", "带班领导", "副职", "矿长", "调度员", "工程师")


def test_a_roster_may_come_as_csv(home: Path) -> None:
    lines = [
        f"2026-01-{day:02d},早班,{hour:02d}:00,8,P01,P16,P19,P20,P21"
        for day in range(1, 4)
        for hour in (0, 8, 16)
    ]
    path = home.parent / "三天.csv"
    path.write_text("\n".join([",".join(HEADS), *lines]), "utf-8")
    told = bring(home, Parcel(roster=path))
    assert "roster.csv" in told.files
    assert "roster.toml" not in told.files
    assert told.mine is not None, told.faults
    assert len(told.mine.shifts) == 9


def test_shifts_cannot_be_laid_over_a_roster_that_repeats(home: Path) -> None:
    row = ("2026-01-01", "早班", "08:00", 8, "P01", "P16", "P19", "P20", "P21")
    sheet = book(home.parent / "r.xlsx", "带班表", HEADS, row)
    told = bring(home, Parcel(roster=sheet, add=True))
    assert any("roster.toml repeats shifts" in f.what for f in told.faults)


# --- trouble -------------------------------------------------------------------------------


def test_a_file_that_is_not_there_is_said_and_nothing_else(home: Path) -> None:
    told = bring(home, Parcel(points=home / "nowhere.xlsx"))
    assert "cannot be read" in told.faults[0].what


def test_what_is_no_workbook_is_said(home: Path) -> None:
    path = home.parent / "points.xlsx"
    path.write_bytes(b"PK no zip")
    told = bring(home, Parcel(points=path))
    assert any("is no XLSX workbook" in f.what for f in told.faults)


def test_the_list_that_is_there_changes_nothing(home: Path) -> None:
    told = bring(home, Parcel(people=home / "people.csv", points=home / "points.csv"))
    assert not told.changes
    assert told.revision == told.base


def test_a_difference_shows_no_password() -> None:
    mine = first_mine()
    gateway = replace(mine.gateways[0], password="secret-word")
    [change] = difference(mine, replace(mine, gateways=(gateway,)))
    assert change.fields == (("password", "***", "***"),)
    assert "secret-word" not in str(change)


def test_a_limit_a_post_and_a_rung_are_told_one_by_one() -> None:
    """An engineer reads what became of each number, not two long records side by side."""
    mine = first_mine()
    point = next(p for p in mine.points if p.limits.alarm_high is not None)
    limits = replace(point.limits, alarm_high=0.8, restore_high=0.0)
    points = tuple(replace(p, limits=limits) if p is point else p for p in mine.points)
    first, *others = mine.policy.ladder
    policy = replace(mine.policy, ladder=(first, replace(others[0], after_s=45.0), *others[1:]))
    shift = mine.shifts[0]
    shifts = (replace(shift, posts=((Duty.LEADER, "P9"), *shift.posts[1:])), *mine.shifts[1:])
    told = difference(mine, replace(mine, points=points, policy=policy, shifts=shifts))
    by_table = {change.table: {f[0]: f[1:] for f in change.fields} for change in told}
    assert by_table["points"]["limits.alarm_high"] == (f"{point.limits.alarm_high:g}", "0.8")
    assert by_table["points"]["limits.restore_high"][1] == "0"
    assert by_table["policy"] == {"ladder.2.after_s": (f"{others[0].after_s:g}", "45")}
    assert by_table["shifts"]["posts.leader"][1] == "P9"
    assert {c.zh for c in told if c.table == "points"} == {point.name.zh}
