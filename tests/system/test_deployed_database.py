"""deploy/database and deploy/systemd as shipped: well formed, and in words their readers know."""

import re
import subprocess
from configparser import ConfigParser
from pathlib import Path

import asyncpg
import pytest
import yaml
from system.parts import new_database
from typer.testing import CliRunner

from minesafe.cli import app
from minesafe.store.status import JUDGING_S

DEPLOY = Path(__file__).parents[2] / "deploy"
DATABASE, UNITS = DEPLOY / "database", DEPLOY / "systemd"

OTHERS = re.compile(r"timescaledb\.")
"""Settings of an extension, which the embedded PostgreSQL does not have."""


def settings() -> dict[str, str]:
    text = (DATABASE / "postgresql.conf").read_text("utf-8")
    return dict(re.findall(r"^([\w.]+) = '([^']*)'", text, flags=re.MULTILINE))


def test_the_composition_names_files_that_are_here_and_one_version() -> None:
    whole = yaml.safe_load((DATABASE / "compose.yml").read_text("utf-8"))
    services = whole["services"].values()
    mounts = [mount.split(":")[0] for service in services for mount in service["volumes"]]
    files = {mount for mount in mounts if mount.startswith("./")}
    assert files == {f"./{p.name}" for p in DATABASE.iterdir() if p.name != "compose.yml"}
    assert {mount for mount in mounts if "." not in mount} == set(whole["volumes"])
    assert len({service["image"] for service in services}) == 1
    assert all(set(service["secrets"]) <= set(whole["secrets"]) for service in services)
    for script in DATABASE.glob("*.sh"):
        subprocess.run(["sh", "-n", script], check=True)


async def test_postgresql_knows_every_setting_and_takes_its_value() -> None:
    """ALTER SYSTEM looks at a value and does nothing with it before a restart."""
    known = settings()
    assert len(known) > 25
    assert known["synchronous_commit"] == "on", "the spool forgets what the database said it has"
    connection = await asyncpg.connect(new_database(), timeout=10, command_timeout=30)
    try:
        for name, value in known.items():
            if not OTHERS.match(name):
                await connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    finally:
        await connection.execute("ALTER SYSTEM RESET ALL")
        await connection.close()


def unit(name: str) -> ConfigParser:
    found = ConfigParser(strict=True, interpolation=None)
    found.optionxform = str  # type: ignore[method-assign, assignment]  # as systemd reads it
    found.read(UNITS / name, "utf-8")
    return found


@pytest.mark.parametrize("name", ["minesafe.service", "minesafe-backup.service"])
def test_the_units_call_commands_there_are(name: str) -> None:
    """Looked through besides by `systemd-analyze verify`, where there is one."""
    program, *words = unit(name)["Service"]["ExecStart"].split()
    assert program == "/opt/minesafe/bin/minesafe"
    said = CliRunner().invoke(app, [words[0], "--help"], env={"COLUMNS": "200"})
    assert said.exit_code == 0
    assert all(word in said.output for word in words if word.startswith("--"))


def test_a_server_that_does_not_judge_is_started_again() -> None:
    """Petted each second while frames are no older than ten: three times that and it is killed."""
    service = unit("minesafe.service")["Service"]
    assert service["Type"] == "notify"
    assert service["Restart"] == "always"
    assert int(service["WatchdogSec"]) >= 3 * JUDGING_S
    assert unit("minesafe-backup.timer")["Timer"]["Persistent"] == "true"
