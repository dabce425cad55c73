"""`minesafe alarms kpi`: the measures of the page, read from a journal by a command."""

import json
from pathlib import Path

from first_mine import FIRST
from typer.testing import CliRunner

from minesafe.cli import app
from minesafe.model.events import AlarmMove, AlarmMoved, AlarmSource, AlarmState
from minesafe.model.mine import Severity
from minesafe.model.time import SECOND, Micros
from minesafe.store.journal import SqliteJournal

START: Micros = 1_764_000_000 * SECOND


def moved(point: str, n: int, state: AlarmState) -> AlarmMoved:
    """One move of a methane point over its alarm limit."""
    active = state is not AlarmState.NORMAL
    return AlarmMoved(
        episode=f"high:{point}#{n}",
        move=AlarmMove.RAISE if active else AlarmMove.CLEAR,
        state=state,
        severity=Severity.III,
        source=AlarmSource.POINT,
        subject=point,
        condition="alarm_high",
        active={"alarm_high": Severity.III} if active else {},
    )


def a_day(folder: Path) -> Path:
    """One stands from the first minute on, another comes and goes three times within a minute."""
    journal = SqliteJournal(folder / "journal.db")
    moves = [(0, moved("CH4-T1", 1, AlarmState.UNACKED))]
    for n in range(1, 4):
        moves.append((100 + 10 * n, moved("CH4-T0", n, AlarmState.UNACKED)))
        moves.append((105 + 10 * n, moved("CH4-T0", n, AlarmState.NORMAL)))
    moves.append((86_400 + 90, moved("CH4-T1", 1, AlarmState.ACKED)))
    for second, move in moves:
        at = START + second * SECOND
        journal.append([(move, at)], now=at)
    journal.close()
    return folder


def said(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["alarms", "kpi", str(FIRST), *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_measures_of_a_day_are_a_table_with_the_mines_own_names(tmp_path: Path) -> None:
    table = said("--data", str(a_day(tmp_path)))
    assert "1201 回风隅角甲烷 · alarm_high" in table
    assert "(目标 aim 15%)" in table
    rows = {line.split("  ")[0]: line for line in table.splitlines()}
    assert rows["报警次数 heard in 24 h"].endswith(" 3"), "the other began more than a day ago"
    assert rows["抖动 chattering"].endswith("3 × 1201 回风隅角甲烷 · alarm_high")
    assert rows["持续超过 24 h standing"].endswith("1201 工作面甲烷 · high")


def test_the_same_is_one_json_object(tmp_path: Path) -> None:
    kpi = json.loads(said("--data", str(a_day(tmp_path)), "--json"))
    assert kpi["aim"] == {"low": 0.80, "medium": 0.15, "high": 0.05}
    assert kpi["mix"] == {"low": 0.0, "medium": 1.0, "high": 0.0}
    assert kpi["top"][0]["subject"] == "CH4-T0"
    assert kpi["at"] == START + (86_400 + 90) * SECOND


def test_where_there_is_no_journal_the_command_says_so(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["alarms", "kpi", str(FIRST), "--data", str(tmp_path)])
    assert done.exit_code == 1
    assert "journal" in done.output
