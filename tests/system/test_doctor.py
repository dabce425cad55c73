"""The doctor: before a mine relies on a server, and when somebody asks why it is red."""

import json
import re
import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import pytest
from first_mine import FIRST
from typer.testing import CliRunner, Result

from minesafe import config as configuration
from minesafe.cli import app
from minesafe.clock import wall
from minesafe.store.accounts import Accounts
from minesafe.store.approvals import Approvals
from minesafe.store.journal import SqliteJournal


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """The first mine as a real one: nobody has a demo password."""
    folder = tmp_path / "mine"
    shutil.copytree(FIRST, folder)
    return folder


def asked(mine: Path, data: Path) -> Result:
    return CliRunner().invoke(app, ["doctor", str(mine), "--data", str(data), "--json"])


def found(result: Result) -> dict[str, Mapping[str, str]]:
    """By what; of several the worst."""
    order = ("well", "look", "bad")
    rows = sorted(json.loads(result.stdout), key=lambda row: order.index(row["state"]))
    return {row["what"]: row for row in rows}


def test_files_nobody_can_run_by_are_the_first_thing_to_mend(mine: Path, tmp_path: Path) -> None:
    server = mine / "server.toml"
    server.write_text(server.read_text("utf-8") + "\nprot = 1\n", "utf-8")
    result = asked(mine, tmp_path / "data")
    assert result.exit_code == 1
    assert "server.toml" in found(result)["config"]["says"]
    assert "minesafe check" in found(result)["config"]["do"]


def test_before_the_first_start_it_says_what_is_missing_and_makes_nothing(
    mine: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    rows = found(asked(mine, data))
    assert rows["server"]["state"] == "look"
    assert rows["journal"]["state"] == "look"
    assert not data.exists(), "who looks changes nothing"


def test_a_changed_record_is_found_and_every_user_of_the_machine_is_kept_out(
    mine: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    SqliteJournal(data / "journal.db").close()
    well = asked(mine, data)
    assert found(well)["journal"]["state"] == "well"
    assert found(well)["data"]["state"] == "bad"
    assert found(well)["data"]["do"] == f"chmod o= {data}"
    data.chmod(0o750)
    assert found(asked(mine, data))["data"]["state"] == "well"
    with sqlite3.connect(data / "journal.db") as db:
        db.execute("UPDATE head SET count = count + 7")
    result = asked(mine, data)
    assert result.exit_code == 1
    assert found(result)["journal"]["state"] == "bad"


def as_a_real_one(mine: Path) -> None:
    """It holds no password and approves nothing by itself."""
    for name in ("users", "server", "devices"):
        file = mine / f"{name}.toml"
        told = file.read_text("utf-8").replace("demo = true", "demo = false")
        told = re.sub(r"(?m)^demo_password.*$", "", told)
        told = re.sub(r'(?m)^password = "[^"]+"', 'password = "env:MINE_SECRET"', told)
        file.write_text(told, "utf-8")


def test_approvals_and_passwords_are_read_from_the_book(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_a_real_one(mine)
    monkeypatch.setenv("MINE_SECRET", "secret")
    loaded = configuration.load(mine)
    data = tmp_path / "data"
    bare = found(asked(mine, data))
    assert bare["approval"]["says"] == "by nobody"
    assert bare["log-ins"]["state"] == "bad"
    book = Accounts(data / "accounts.db", wall)
    book.seed(loaded.users)
    for user in loaded.users:
        book.set_password(user.name, "long and simulated")
    approvals = Approvals(data / "accounts.db", wall)
    for user in loaded.users:
        if {"engineer", "admin", "leader"} & set(user.roles):
            approvals.approve(loaded.revision, user.name, user.roles)
    rows = found(asked(mine, data))
    assert rows["approval"]["state"] == "well"
    assert rows["log-ins"]["state"] == "well"
    approvals.close()
    book.close()
