"""Points, people and rosters from workbooks, with the headings and the habits of a mine."""

import csv
import shutil
import time
import tomllib
import tracemalloc
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from datetime import time as clock
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from first_mine import FIRST
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from minesafe import config
from minesafe.config.people import HEADINGS as PEOPLE
from minesafe.config.points import HEADINGS as POINTS
from minesafe.model.errors import Fault
from minesafe.model.mine import Duty
from minesafe.model.time import SECOND, Micros

NOW = 1_764_000_000 * SECOND
TODAY = date(2025, 11, 25)
SHANGHAI = ZoneInfo("Asia/Shanghai")

Table = list[list[object]]


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIRST, tmp_path / "mine"))


def listed(home: Path, name: str, headings: dict[str, str]) -> Table:
    """A CSV of the mine as a table with Chinese headings; numbers as numbers."""
    text = (home / f"{name}.csv").read_text("utf-8")
    rows = list(csv.reader(x for x in text.splitlines() if not x.startswith("#")))
    chinese = {key: word for word, key in reversed(headings.items())}
    return [[chinese[key] for key in rows[0]], *[[_cell(c) for c in row] for row in rows[1:]]]


def _cell(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


def write(path: Path, sheet: str, table: Sequence[Sequence[object]], *more: str) -> Path:
    """A workbook with the table on its first sheet, and more empty sheets."""
    with Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet(sheet)
        fill(page, table)
        for name in more:
            book.add_worksheet(name)
    return path


def fill(page: Worksheet, table: Sequence[Sequence[object]]) -> None:
    for i, row in enumerate(table):
        for j, value in enumerate(row):
            page.write(i, j, value)


def points(home: Path) -> Table:
    return listed(home, "points", POINTS)


def put_points(home: Path, table: Table, sheet: str = "测点", *more: str) -> Path:
    (home / "points.csv").unlink(missing_ok=True)
    write(home / "points.xlsx", sheet, table, *more)
    return home


def faults(home: Path) -> list[Fault]:
    checked = config.check(home, now=NOW, environ={})
    assert checked.mine is None
    return list(checked.faults)


# --- the same mine from a workbook ---------------------------------------------------------


def test_a_points_list_and_a_list_of_people_in_workbooks_make_the_same_mine(mine: Path) -> None:
    before = config.load(mine, now=NOW)
    people = listed(mine, "people", PEOPLE)
    put_points(mine, points(mine))
    (mine / "people.csv").unlink()
    write(mine / "people.xlsx", "人员", people)
    after = config.load(mine, now=NOW)
    assert (after.points, after.people) == (before.points, before.people)
    assert after.people[0].tag == "10001"  # a number in its cell
    assert after.revision != before.revision
    assert {"points.xlsx", "people.xlsx"} <= dict(config.files_of(mine)).keys()


def test_numbers_as_text_empty_lines_and_columns_for_people_do_no_harm(mine: Path) -> None:
    before = config.load(mine, now=NOW)
    head, *rows = points(mine)
    rows = [[i, *(str(c) for c in row), "复查"] for i, row in enumerate(rows)]
    put_points(mine, [[], ["序号", *head, "备注"], [], *rows[:5], ["", "  "], *rows[5:]])
    assert config.load(mine, now=NOW).points == before.points


def test_a_heading_may_be_broken_into_two_lines(mine: Path) -> None:
    head, *rows = points(mine)
    head[0] = "测点\n号"
    assert config.load(put_points(mine, [head, *rows]), now=NOW).points


def test_the_sheet_is_found_among_others(mine: Path) -> None:
    assert config.load(put_points(mine, points(mine), "测点", "说明", "图例"), now=NOW).points


# --- the roster ----------------------------------------------------------------------------

POSTS = ["王建国", "P16", "韩立民", "宋晓梅", "唐志远"]
SHIFTS = (("夜班", clock(0), POSTS), ("早班", clock(8), POSTS), ("中班", clock(16), POSTS))
HEAD = ["日期", "班次", "开始", "时长", "带班领导", "副职", "矿长", "调度员", "工程师"]


def month(first: date = TODAY, days: int = 30) -> Table:
    dates = [first + timedelta(days=d) for d in range(days)]
    rows = [[d, name, start, 8, *posts] for d in dates for name, start, posts in SHIFTS]
    return [HEAD, *rows]


def put_roster(home: Path, table: Table, dress: Callable[[Worksheet], None] | None = None) -> Path:
    (home / "roster.toml").unlink(missing_ok=True)
    with Workbook(str(home / "roster.xlsx")) as book:
        page = book.add_worksheet("带班表")
        looks = {
            date: book.add_format({"num_format": "yyyy/m/d"}),
            clock: book.add_format({"num_format": "h:mm"}),
        }
        for i, row in enumerate(table):
            for j, value in enumerate(row):
                look = looks.get(type(value))  # type: ignore[call-overload]  # any class may be asked for
                page.write(i, j, value, look)
        if dress:
            dress(page)
    return home


def at(words: str) -> Micros:
    return int(datetime.fromisoformat(words).replace(tzinfo=SHANGHAI).timestamp()) * SECOND


def test_a_month_of_shifts_stands_in_a_roster_sheet(mine: Path) -> None:
    loaded = config.load(put_roster(mine, month()), now=NOW)
    assert len(loaded.shifts) == 90
    shift = loaded.shift_at(at("2025-12-01 09:00"))
    assert shift
    assert (shift.name, shift.holders(Duty.LEADER)) == ("早班", ("P01",))
    assert shift.holders(Duty.DEPUTY) == ("P16",)


def test_dates_may_be_serials_or_chinese_and_times_shares_of_a_day(mine: Path) -> None:
    table = month()
    table[1][0], table[2][0], table[3][0] = 45986, "2025年11月25日", "2025/11/25"
    table[2][2], table[3][2] = "8:00", 2 / 3
    loaded = config.load(put_roster(mine, table), now=NOW)
    assert loaded.shifts[0].start == at("2025-11-25 00:00")
    assert [s.start for s in loaded.shifts[1:3]] == [at("2025-11-25 08:00"), at("2025-11-25 16:00")]


def test_a_date_merged_over_its_shifts_stands_for_each(mine: Path) -> None:
    table = month()
    for i in range(1, len(table)):
        if i % 3 != 1:
            table[i][0] = ""

    def merge(page: Worksheet) -> None:
        for i in range(1, len(table), 3):
            page.merge_range(i, 0, i + 2, 0, table[i][0].isoformat())  # type: ignore[attr-defined]  # a date

    assert len(config.load(put_roster(mine, table, merge), now=NOW).shifts) == 90


def test_several_may_share_a_post_in_one_cell(mine: Path) -> None:
    table = month()
    table[1][4] = "王建国、P02"
    shift = config.load(put_roster(mine, table), now=NOW).shifts[0]
    assert shift.holders(Duty.LEADER) == ("P01", "P02")


@pytest.mark.parametrize(
    ("row", "column", "value", "cell", "what", "hint"),
    [
        (2, 0, "25.11.2025", "带班表!A3", "must be a local date", "2026-01-01"),
        (2, 2, "8点", "带班表!C3", "must be a local time", "08:00"),
        (2, 2, "25:00", "带班表!C3", "must be a local time", "08:00"),
        (2, 3, "八", "带班表!D3", "must be a number", ""),
        (2, 3, "８", "带班表!D3", "must be a number", "write '8' in half-width"),
        (2, 3, 7, "带班表!D3", "a gap after '早班'", "2025-11-25 15:00"),
        (2, 4, "王建囯", "带班表!E3", "unknown person '王建囯'", "'王建国'"),
        (2, 4, "", "带班表!E3", "nobody holds the post leader", ""),
        (2, 2, clock(0), "带班表!C3", "starts with the shift of cell 带班表!C2", ""),
        (0, 4, "领导", "带班表!E1", "unknown key '领导'", ""),
    ],
)
def test_a_fault_of_a_roster_names_its_cell(
    mine: Path, row: int, column: int, value: object, cell: str, what: str, hint: str
) -> None:
    table = [list(line) for line in month()]
    table[row][column] = value
    told = faults(put_roster(mine, table))
    found = [f for f in told if what in f.what and hint in f.hint and f.cell == cell]
    assert found, [str(f) for f in told]


def test_which_of_two_namesakes_leads_is_not_guessed(mine: Path) -> None:
    text = (mine / "people.csv").read_text("utf-8")
    (mine / "people.csv").write_text(text.replace("李安平", "王建国"), "utf-8")
    told = [f for f in faults(put_roster(mine, month(days=1))) if "2 people" in f.what]
    assert [(f.cell, f.hint) for f in told][:1] == [("带班表!E2", "write P01 or P02")]


# --- faults name sheet and cell ------------------------------------------------------------

BAD_CELLS = [
    ("id twice", 3, "测点号", "CH4-T1", "A4", "used twice", "first in cell 测点!A3"),
    ("full-width digit", 2, "报警", "０．８", "M3", "must be a number", "write '0.8' in half-w"),
    ("full-width id", 2, "测点号", "ＣＨ４-T1", "A3", "is no id", "write 'CH4-T1' in half-width"),
    ("full-width kind", 2, "类型", "ｍｅｔｈａｎｅ", "D3", "names kind", "'methane'"),
    ("a word for a limit", 2, "报警", "高", "M3", "must be a number", ""),
    ("looser than the law", 2, "报警", 1.2, "M3", "looser than rule 'CH4-T1'", "as loose as 1"),
    ("wrong order", 2, "报警", 0.5, "A3", "restore_high 1 is not inside", ""),
    ("unknown kind", 2, "类型", "甲脘", "D3", "names kind '甲脘'", "'甲烷'"),
    ("unknown device", 2, "地址", "FZ02", "H3", "names device 'FZ02'", "'FZ01'"),
    ("register twice", 2, "寄存器", 1, "I3", "register 1 is taken by 'CH4-T0'", ""),
    ("half a register", 2, "寄存器", 2.5, "I3", "a whole number", ""),
    ("off the roadway", 2, "里程", 8000, "G3", "8000 m is off roadway", "m long"),
    ("a formula's error", 2, "里程", "#REF!", "G3", "formula error #REF!", "the value itself"),
    ("digits lost", 2, "寄存器", 1e15, "I3", "digits are lost", "as text"),
    ("a date for a number", 2, "里程", "2026-05-03", "G3", "must be a number", ""),
    ("a value under no heading", 2, "", "x", "O3", "under no heading", "give the column one"),
    ("blank name", 2, "名称", "", "B3", "'zh' is missing", "give a text"),
    ("unknown heading", 0, "里程", "里程碑", "G1", "unknown key '里程碑'", ""),
    ("heading twice", 0, "里程", "巷道", "G1", "heading 'roadway' stands twice", ""),
]  # fmt: skip  # a table reads in lines


@pytest.mark.parametrize("bad", BAD_CELLS, ids=lambda bad: bad[0])
def test_a_fault_of_a_points_list_names_its_cell(mine: Path, bad: tuple[object, ...]) -> None:
    _, row, heading, value, cell, what, hint = bad
    table = points(mine)
    column = table[0].index(heading) if heading else len(table[0])
    table[int(str(row))][column : column + 1] = [value]
    told = faults(put_points(mine, table))
    found = [f for f in told if str(what) in f.what and str(hint) in f.hint]
    assert found, [str(f) for f in told]
    assert (found[0].file, found[0].cell) == ("points.xlsx", f"测点!{cell}")
    assert str(found[0]).startswith(f"points.xlsx: 测点!{cell}: ")


def test_a_persons_faults_name_their_cells(mine: Path) -> None:
    table = listed(mine, "people", PEOPLE)
    (mine / "people.csv").unlink()
    table[1][2], table[2][5], table[3][2] = "１０００１", "one", table[4][2]
    write(mine / "people.xlsx", "人员", table)
    told = {f.cell: f for f in faults(mine) if f.file == "people.xlsx"}
    assert told["人员!C2"].hint == "write '10001' in half-width (半角)"
    assert told["人员!F3"].what == "'one' is no phone number"
    assert told["人员!C5"].what == "tag '10004' is also that of 'P03'"


def points_of_demo() -> Table:
    return points(FIRST)


# --- workbooks that are no list ------------------------------------------------------------


def test_a_merged_heading_is_refused_with_its_cells(mine: Path) -> None:
    table = points(mine)
    (mine / "points.csv").unlink()
    with Workbook(str(mine / "points.xlsx")) as book:
        page = book.add_worksheet("测点")
        page.merge_range(0, 0, 0, 5, "示范煤矿测点表")
        for i, row in enumerate(table, 1):
            for j, value in enumerate(row):
                page.write(i, j, value)
    [fault] = faults(mine)
    assert (fault.cell, fault.what) == ("测点!A1", "the heading is merged as far as F1")
    assert "take the merge apart" in fault.hint


def test_a_workbook_beside_the_file_it_stands_for_is_refused(mine: Path) -> None:
    write(mine / "points.xlsx", "测点", points(mine))
    [fault] = faults(mine)
    assert str(fault) == "points.xlsx: stands beside points.csv (keep one of the two)"


def test_a_workbook_without_the_sheet_is_refused(mine: Path) -> None:
    [fault] = faults(put_points(mine, points(mine), "测点表", "说明"))
    assert fault.what == "has no sheet called 测点 or points"
    assert "'测点表'" in fault.hint


def test_an_empty_sheet_is_refused(mine: Path) -> None:
    [fault] = faults(put_points(mine, []))
    assert str(fault) == "points.xlsx: 测点!A1: holds no rows"


@pytest.mark.parametrize(
    ("raw", "hint"),
    [
        (b"id,zh,en", "again"),
        (b"", "again"),
        (b"PK\x03\x04rubbish", "again"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "without a password"),
    ],
)
def test_what_is_no_workbook_is_refused(mine: Path, raw: bytes, hint: str) -> None:
    (mine / "points.csv").unlink()
    (mine / "points.xlsx").write_bytes(raw)
    [fault] = faults(mine)
    assert fault.file == "points.xlsx"
    assert fault.what.startswith("is no XLSX workbook")
    assert hint in fault.hint


def test_a_hundred_thousand_rows_are_refused_at_once(mine: Path) -> None:
    cells = "".join(f'<c r="{c}{{0}}"><v>{{0}}</v></c>' for c in "ABCDEFGHIJ")
    rows = "".join(f'<row r="{n}">{cells.format(n)}</row>' for n in range(1, 100_001))
    (mine / "points.csv").unlink()
    with zipfile.ZipFile(mine / "points.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        sheet = f"<worksheet><sheetData>{rows}</sheetData></worksheet>"
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    began = time.process_time()
    tracemalloc.start()
    [fault] = faults(mine)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "row 20001" in fault.what
    assert "20000 rows" in fault.hint
    assert time.process_time() - began < 10
    assert peak < 16 << 20


def test_a_far_away_cell_and_a_zip_bomb_are_refused_before_they_are_unpacked(mine: Path) -> None:
    table = points(mine)
    table[1] += [""] * 16_000 + ["x"]
    [fault] = faults(put_points(mine, table))
    assert "column WQY" in fault.what
    with zipfile.ZipFile(mine / "points.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        with zipfile.ZipFile(BytesIO(RAW)) as parts:
            for part in parts.infolist():
                archive.writestr(part.filename, parts.read(part))
        archive.writestr("xl/media/bomb.bin", bytes(80 << 20))
    [fault] = faults(mine)
    assert "too many bytes" in fault.what


@pytest.mark.parametrize(
    ("part", "old", "new", "what"),
    [
        ("xl/worksheets/sheet1.xml", 'r="B2"', 'r="ZZZZ2"', "'ZZZZ2' is no cell"),
        ("xl/worksheets/sheet1.xml", 'r="B2"', 'r="B999999999"', "'B999999999' is no cell"),
        ("xl/worksheets/sheet1.xml", 'r="B2"', 'r="B1048576"', "row 1048576"),
        ("xl/worksheets/sheet1.xml", 'row r="2"', 'row r="two"', "invalid literal"),
        ("xl/worksheets/sheet1.xml", "</sheetData>", "", "mismatched tag"),
        ("xl/sharedStrings.xml", "uniqueCount=", 'uniqueCount="99999999999" x=', "99999999999 of"),
    ],
)
def test_a_workbook_that_lies_about_its_size_takes_no_memory(
    mine: Path, part: str, old: str, new: str, what: str
) -> None:
    (mine / "points.csv").unlink()
    with zipfile.ZipFile(BytesIO(RAW)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new, 1)
    with zipfile.ZipFile(mine / "points.xlsx", "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    [fault] = faults(mine)
    assert what in fault.what


def test_formats_down_to_the_last_row_are_no_rows(mine: Path) -> None:
    (mine / "points.csv").unlink()
    with Workbook(str(mine / "points.xlsx")) as book:
        page, red = book.add_worksheet("测点"), book.add_format({"bg_color": "red"})
        fill(page, points_of_demo())
        page.write_blank(1_048_575, 200, None, red)
    assert len(config.load(mine, now=NOW).points) == 20


def test_a_hundred_thousand_lines_of_csv_are_refused_too(mine: Path) -> None:
    lines = (mine / "points.csv").read_text("utf-8").splitlines()
    (mine / "points.csv").write_text("\n".join(lines + lines[-1:] * 100_000), "utf-8")
    [fault] = faults(mine)
    assert "rows" in fault.what
    assert fault.hint == "at most 20000"


def test_a_file_too_large_to_be_read_is_not_read(mine: Path) -> None:
    with (mine / "people.csv").open("r+b") as file:
        file.truncate(65 << 20)
    [fault] = faults(mine)
    assert str(fault) == "people.csv: is larger than a mine's file: 65 MiB (at most 64 MiB)"


def raw_workbook() -> bytes:
    out = BytesIO()
    with Workbook(out) as book:
        fill(book.add_worksheet("测点"), points_of_demo())
    return out.getvalue()


RAW = raw_workbook()
SCRAPS = ["<", "/>", "]]>", "&#0;", '"', "\x00", "A1", "999999999999", "é", "<row>", "</sheetData>"]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_refused_or_read_and_nothing_else_escapes(
    data: st.DataObject,
) -> None:
    with zipfile.ZipFile(BytesIO(RAW)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    spoilt = data.draw(st.sampled_from(sorted(parts)))
    text, scrap = parts[spoilt], data.draw(st.sampled_from(SCRAPS)).encode()
    start = data.draw(st.integers(0, len(text)))
    parts[spoilt] = text[:start] + scrap + text[start + data.draw(st.integers(0, 40)) :]
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    _check_raw(out.getvalue())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(RAW)), st.integers(0, 40), st.binary(max_size=8))
def test_a_damaged_archive_is_refused_or_read_and_nothing_else_escapes(
    start: int, cut: int, scrap: bytes
) -> None:
    _check_raw(RAW[:start] + scrap + RAW[start + cut :])


def _check_raw(raw: bytes) -> None:
    with TemporaryDirectory() as folder:
        home = Path(shutil.copytree(FIRST, Path(folder) / "mine"))
        (home / "points.csv").unlink()
        (home / "points.xlsx").write_bytes(raw)
        checked = config.check(home, now=NOW, environ={})
    assert (checked.mine is None) == bool(checked.faults)
    assert all(f.file and f.what for f in checked.faults)


def test_the_dependency_is_declared() -> None:
    page = Path(__file__).parents[2] / "pyproject.toml"
    needed = tomllib.loads(page.read_text("utf-8"))["project"]["dependencies"]
    assert any(line.startswith("python-calamine") for line in needed)
