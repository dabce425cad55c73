"""`minesafe backtest`: an outburst of the shipped scenario tried with other limits, by command."""

import asyncio
import json
import shutil
from pathlib import Path

from first_mine import FIRST
from recorded import Recorded
from system.parts import new_database, open_folder
from typer.testing import CliRunner, Result

from minesafe.cli import app
from minesafe.config import load
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


def test_what_a_lower_limit_would_have_told_is_printed_and_wrong_words_are_refused() -> None:
    config, data, dsn = open_folder() / "mine", open_folder(), new_database()
    shutil.copytree(FIRST, config)
    server = config / "server.toml"
    server.write_text(server.read_text("utf-8").replace('dsn = ""', f'dsn = "{dsn}"'), "utf-8")
    asyncio.run(recorded(config, data, dsn))

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
