"""The command `minesafe`. Words for people; every error says what to do."""

import typer

from minesafe.cli import (
    alarms,
    backtest,
    backups,
    doctor,
    drills,
    exports,
    imports,
    journal,
    measures,
    outputs,
    register,
    replay,
    reports,
    revisions,
    serve,
    users,
)

app = typer.Typer(
    name="minesafe",
    help="井下安全避险六大系统服务器 · The server of an underground mine's six safety systems.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)
for commands in (
    serve.app,
    revisions.app,
    imports.app,
    register.app,
    replay.app,
    backtest.app,
    doctor.app,
    backups.app,
    measures.app,
    exports.app,
):
    app.add_typer(commands)
app.add_typer(alarms.app, name="alarms")
app.add_typer(journal.app, name="journal")
app.add_typer(reports.app, name="report")
app.add_typer(drills.app, name="drill")
app.add_typer(outputs.app, name="output")
app.add_typer(users.app, name="user")


def main() -> None:
    """The installed command."""
    app()
