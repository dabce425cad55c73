"""`minesafe backup` and `minesafe restore`: a copy of everything, and a server made of it again."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from minesafe.cli.life import Config, Data, default_data, failed
from minesafe.model.errors import MinesafeError

app = typer.Typer()


@app.command()
def backup(
    config: Config,
    to: Annotated[Path, typer.Argument(help="Folder of the copies; best of another machine.")],
    data: Data = None,
) -> None:
    """Copy journal, spool, accounts, revisions and the database (备份); beside a running server."""
    from minesafe.backup import save
    from minesafe.config import load

    try:
        mine = load(config)
        made = asyncio.run(save(mine, data or default_data(mine.id), to, datetime.now(UTC)))
    except MinesafeError as error:
        raise failed(error) from error
    typer.echo(f"{made}: whole and looked through")
    if mine.database.dsn:
        typer.echo("the database is the mine's own: its server backs it up")


@app.command()
def restore(
    config: Config,
    copy: Annotated[Path, typer.Argument(help="What `minesafe backup` made.")],
    data: Data = None,
    to_time: Annotated[
        datetime | None,
        typer.Option(
            help="The moment the database is brought to, UTC; to the log's end without it.",
            formats=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"],
            show_default=False,
        ),
    ] = None,
    archive: Annotated[
        Path | None,
        typer.Option(help="Where the archived log is now.", show_default=False),
    ] = None,
) -> None:
    """Make of a copy what a data directory lacks (恢复); its server must not run.

    What is there stays: journal and spool are the truth, and what the database lacks of them is
    taken over when the server starts.
    """
    from minesafe import backup as room
    from minesafe.config import load

    until = to_time.replace(tzinfo=UTC) if to_time else None
    try:
        mine = load(config)
        where, log = data or default_data(mine.id), str(archive.resolve()) if archive else ""
        found = asyncio.run(room.restore(mine, copy, where, until=until, archive=log))
    except MinesafeError as error:
        raise failed(error) from error
    typer.echo(f"{where}: from the copy {', '.join(found.from_copy) or 'nothing'}")
    typer.echo(f"kept as it was: {', '.join(found.kept) or 'nothing'}")
    typer.echo(f"the database has frames up to {found.frames}, records up to {found.events}")
    if found.set_aside:
        typer.echo(f"{found.set_aside} records the journal does not know lie under their own feed")
