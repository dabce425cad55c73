"""Every fault in a mine's files is told at once: file, line, what is wrong, and the right word."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from first_mine import FIRST

from minesafe import config
from minesafe.model.errors import BadConfig, Fault
from minesafe.model.time import SECOND

NOW = 1_764_000_000 * SECOND


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A copy of the first mine with kinds and rules of its own."""
    home = tmp_path / "mine"
    shutil.copytree(FIRST, home)
    shutil.copy(config.shipped("kinds.toml"), home)
    shutil.copytree(config.shipped("rules"), home / "rules")
    return home


def spoil(home: Path, file: str, old: str, new: str) -> None:
    path = home / file
    text = path.read_text("utf-8")
    assert old in text, f"{file} does not hold {old!r}"
    path.write_text(text.replace(old, new, 1), "utf-8")


def faults(home: Path) -> list[Fault]:
    with pytest.raises(BadConfig) as bad:
        config.load(home, now=NOW, environ={})
    return list(bad.value.faults)


def line_with(home: Path, file: str, marker: str) -> int:
    lines = (home / file).read_text("utf-8").splitlines()
    return next(n for n, line in enumerate(lines, 1) if marker in line)


RULES, POINTS = "rules/coal-cn.toml", "points.csv"
SERVER, ZONES, DEVICES = "server.toml", "zones.toml", "devices.toml"
PEOPLE, ROSTER, USERS, POLICY = "people.csv", "roster.toml", "users.toml", "policy.toml"


def table() -> dict[str, list[str]]:
    """The cells of test_config_faults.txt by name: file, old, new, marker, what, hint."""
    lines = Path(__file__).with_suffix(".txt").read_text("utf-8").splitlines()
    rows = [[c.strip() for c in line.split("|")] for line in lines if not line.startswith("#")]
    return {name: [c.replace("\\n", "\n") for c in cells] for name, *cells in rows}


BAD = table()


@pytest.mark.parametrize("name", BAD)
def test_a_fault_is_told_with_its_line_and_the_right_word(mine: Path, name: str) -> None:
    file, old, new, marker, what, hint = BAD[name]
    spoil(mine, file, old, new)
    found = [f for f in faults(mine) if what in f.what and hint in f.hint]
    assert found, [str(f) for f in faults(mine)]
    if marker:
        assert (found[0].file, found[0].line) == (file, line_with(mine, file, marker))


def test_all_faults_of_all_files_are_told_at_once(mine: Path) -> None:
    for name in ("unknown key", "kind misspelt", "tag twice", "gap in the roster", "level V"):
        spoil(mine, *BAD[name][:3])
    assert {f.file for f in faults(mine)} == {SERVER, POINTS, PEOPLE, ROSTER, RULES}


def test_a_broken_file_is_told_once_and_hides_no_fault_of_another(mine: Path) -> None:
    spoil(mine, *BAD["broken TOML"][:3])
    spoil(mine, *BAD["tag twice"][:3])
    assert [f.file for f in faults(mine)] == [PEOPLE, POLICY]


def test_a_missing_file_is_told_with_the_name_it_may_have(mine: Path) -> None:
    (mine / ZONES).rename(mine / "zone.toml")
    (mine / PEOPLE).unlink()
    told = {f.file: f for f in faults(mine)}
    assert (told[ZONES].what, told[ZONES].hint) == ("is missing", "did you mean 'zone.toml'?")
    assert told[PEOPLE].what == "is missing"
    assert len(told) == 2


def test_a_text_in_another_coding_is_told_with_its_line(mine: Path) -> None:
    text = (mine / PEOPLE).read_text("utf-8")
    (mine / PEOPLE).write_bytes(text.encode("gbk"))
    [fault] = faults(mine)
    assert (fault.file, fault.what) == (PEOPLE, "is not UTF-8 text: it looks like GBK")
    assert fault.line == 5  # the first with a name in it
    assert "UTF-8" in fault.hint


@pytest.mark.parametrize(
    ("coding", "what"),
    [
        ("gbk", "is not UTF-8 text: it looks like GBK"),
        ("gb18030", "is not UTF-8 text: it looks like GBK"),
        ("utf-16", "is not UTF-8 text: it looks like UTF-16"),
    ],
)
def test_every_file_of_another_coding_is_told(mine: Path, coding: str, what: str) -> None:
    for file in (PEOPLE, POINTS, ZONES):
        (mine / file).write_bytes((mine / file).read_text("utf-8").encode(coding))
    told = faults(mine)
    assert [(f.file, f.what) for f in told] == [(file, what) for file in (PEOPLE, POINTS, ZONES)]
    assert all("save it as UTF-8" in f.hint for f in told)


def test_lines_pasted_in_another_coding_are_told_with_the_first_of_them(mine: Path) -> None:
    lines = (mine / PEOPLE).read_text("utf-8").splitlines(keepends=True)
    raw = [line.encode("gbk" if n >= 8 else "utf-8") for n, line in enumerate(lines, 1)]
    (mine / PEOPLE).write_bytes(b"".join(raw))
    [fault] = faults(mine)
    assert fault.line == 8
    assert "from here on it looks like GBK, before it is UTF-8" in fault.what


def test_rubbish_is_not_taken_for_chinese(mine: Path) -> None:
    (mine / PEOPLE).write_bytes(b"id,name\nP01,Ros\xe9 \xff\n")
    [fault] = faults(mine)
    assert (fault.line, fault.what) == (2, "is not UTF-8 text")


@pytest.mark.parametrize("file", [POINTS, PEOPLE])
def test_an_empty_list_is_no_mine(mine: Path, file: str) -> None:
    (mine / file).write_bytes(b"")
    [fault] = faults(mine)
    assert str(fault) == f"{file}: holds no rows"


def test_more_than_sixty_kinds_of_faults_are_in_the_table() -> None:
    assert len(BAD) > 60


def test_check_and_run_refuse_the_same_lines(mine: Path, tmp_path: Path) -> None:
    for name in ("unknown key", "tag twice", "gap in the roster", "full-width chainage"):
        spoil(mine, *BAD[name][:3])
    (mine / ZONES).write_bytes((mine / ZONES).read_text("utf-8").encode("gbk"))
    (mine / "people.xlsx").write_bytes(b"no workbook")
    data = ("--data", str(tmp_path / "data"))
    check, run = cli("check", str(mine)), cli("run", str(mine), *data)
    assert (check.returncode, run.returncode) == (1, 1)
    told = [x for x in check.stderr.splitlines() if not x.startswith("warning: ")]
    assert told == run.stderr.splitlines()
    assert told[-1] == f"refused: {len(told) - 1} faults"
    assert {line.split(":")[0] for line in told[:-1]} == {
        SERVER, PEOPLE, "people.xlsx", ROSTER, POINTS, ZONES,
    }  # fmt: skip  # one each
    assert not (tmp_path / "data").exists()


def cli(*words: str) -> subprocess.CompletedProcess[str]:
    """The command as somebody at a terminal runs it."""
    command = [sys.executable, "-m", "minesafe.cli", *words]
    home = Path(__file__).parents[2]
    environ = os.environ | {"PYTHONPATH": f"{home / 'src'}{os.pathsep}{home}"}
    return subprocess.run(command, capture_output=True, text=True, env=environ, check=False)


def test_no_directory_is_one_fault(tmp_path: Path) -> None:
    [fault] = faults(tmp_path / "nowhere")
    assert fault.what == "is no directory"


def test_a_real_mine_keeps_its_passwords_out_of_its_files(mine: Path) -> None:
    spoil(mine, SERVER, "demo = true", "demo = false")
    told = [str(f) for f in faults(mine)]
    assert any(t.startswith("users.toml") and "only a demo may" in t for t in told)
    assert any(t.startswith("devices.toml") and 'password = "env:NAME"' in t for t in told)
    assert any(t.startswith("server.toml") and "plain password" in t for t in told)


def test_a_password_comes_from_the_environment(mine: Path) -> None:
    spoil(mine, DEVICES, '"demo-GW1"', '"env:GW1_PASSWORD"')
    loaded = config.load(mine, now=NOW, environ={"GW1_PASSWORD": "word"})
    assert loaded.gateways[0].password == "word"
    [fault] = faults(mine)
    assert fault.line == line_with(mine, DEVICES, "env:GW1_PASSWORD")
    assert "the environment has no 'GW1_PASSWORD'" in fault.what
