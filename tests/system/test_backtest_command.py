"""An outburst of the shipped scenario afterwards: seen again, judged again, with other limits."""

import asyncio
import json
import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from first_mine import FIRST
from recorded import Recorded
from system.parts import new_database, open_folder
from typer.testing import CliRunner, Result

from minesafe.cli import app
from minesafe.config import load
from minesafe.model.events import OrderIssued
from minesafe.store.following import JournalReader
from minesafe.store.history import PostgresHistory
from minesafe.store.journal import SqliteJournal
from minesafe.store.spool import SqliteSpool

SOONER = """
[[rule]]
id = "CH4-T1"
alarm_high = 0.8
restore_high = 0.8
"""

SECONDS = 150


async def recorded(config: Path, data: Path, dsn: str) -> None:
    """The first minutes of the outburst, as a server would have left them."""
    mine = load(config)
    journal = SqliteJournal(data / "journal.db", ballast_mb=0)
    spool = SqliteSpool(data / "spool.db", cap_mb=8, ballast_mb=0, reserve_mb=0)
    scenario = Recorded(mine, "gas-outburst", journal)
    while scenario.second < SECONDS:
        await scenario.one_second()
    history = PostgresHistory(dsn, mine, spool=spool.identity, journal=journal.identity)
    await history.write(scenario.frames)
    await history.project(journal.read(0, 1 << 30))
    await history.close()
    spool.close()
    journal.close()


def asked(config: Path, data: Path, limits: str, *more: str) -> Result:
    (data / "new.toml").write_text(limits, encoding="utf-8")
    words = ["backtest", str(config), "--limits", str(data / "new.toml"), "--data", str(data)]
    return CliRunner().invoke(app, [*words, "--from", "2020-01-01", "--to", "2099-01-01", *more])


@pytest.fixture(scope="module")
def outburst() -> tuple[Path, Path]:
    """A mine's files and a data directory, as a server left them after an outburst."""
    config, data, dsn = open_folder() / "mine", open_folder(), new_database()
    shutil.copytree(FIRST, config)
    server = config / "server.toml"
    server.write_text(server.read_text("utf-8").replace('dsn = ""', f'dsn = "{dsn}"'), "utf-8")
    asyncio.run(recorded(config, data, dsn))
    return config, data


def test_what_a_lower_limit_would_have_told_is_printed_and_wrong_words_are_refused(
    outburst: tuple[Path, Path],
) -> None:
    config, data = outburst
    said = asked(config, data, SOONER, "--language", "en")
    assert said.exit_code == 0, said.output
    assert "alarm_high 1 → 0.8: would have fired" in said.output
    assert "1 of them real, lead 5 s" in said.output
    assert "exact" in said.output
    paper = json.loads(asked(config, data, SOONER, "--json").output)
    assert paper["total"]["would_fire"] >= paper["total"]["fired"] > 0
    assert paper["total"]["real"] > 0
    assert paper["total"]["lead"] >= 0

    wrong = asked(config, data, SOONER.replace("alarm_high", "alarm_hihg", 1))
    assert wrong.exit_code == 1
    assert "new.toml:4: unknown key 'alarm_hihg' (did you mean 'alarm_high'?)" in wrong.output
    looser = asked(config, data, SOONER.replace("0.8", "1.4"))
    assert looser.exit_code == 1
    assert "looser than rule 'CH4-T1' allows" in looser.output
    nowhere = asked(config, data, SOONER.replace("CH4-T1", "CH4-T9"))
    assert "new.toml:3: 'id' names rule 'CH4-T9', which is nowhere" in nowhere.output


def test_the_mine_is_printed_as_the_room_saw_it_and_judged_again_it_tells_the_same(
    outburst: tuple[Path, Path],
) -> None:
    config, data = outburst
    with closing(JournalReader(data / "journal.db")) as journal:
        events = journal.read(0, 1 << 30)
    issued = next(e.recorded for e in events if isinstance(e.body, OrderIssued))
    words = ["replay", str(config), "--data", str(data)]

    def at(time: int, *more: str) -> Result:
        when = datetime.fromtimestamp(time / 1e6, UTC).isoformat()
        return CliRunner().invoke(app, [*words, "--at", when, *more])

    before, then = at(issued - 1_000_000, "--json"), at(issued, "--json")
    assert (before.exit_code, then.exit_code) == (0, 0), then.output
    assert json.loads(before.output)["snapshot"]["orders"] == []
    shown = json.loads(then.output)["snapshot"]
    assert [order["order_kind"] for order in shown["orders"]] == ["stop_work"]
    assert shown["underground"] == len(shown["places"]) > 0
    table = at(issued, "--language", "en")
    assert "orders: 1\n" in table.output
    assert "CH4-T1" in table.output
    unknown = at(1_000_000)
    assert "nothing had been recorded by then" in unknown.output

    span = ["--from", "2020-01-01", "--to", "2099-01-01"]
    verified = CliRunner().invoke(app, [*words, "--verify", *span])
    assert "as the journal says" in verified.output, verified.output
    assert CliRunner().invoke(app, words).exit_code == 2
