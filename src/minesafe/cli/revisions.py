"""What a mine may run by: checked, and approved by two."""

import json
from pathlib import Path
from typing import Annotated

import typer

from minesafe.cli.life import Config, Data, default_data, failed, reload_asked
from minesafe.model.errors import BadConfig, MinesafeError
from minesafe.model.events import Origin, RevisionStoodFor

app = typer.Typer()


@app.command()
def check(
    config: Config,
    emit: Annotated[
        Path | None, typer.Option(help="Write what simulators may know, as JSON (- for stdout).")
    ] = None,
) -> None:
    """Read a mine's files and say everything that is wrong with them, or what they make."""
    from minesafe import config as configuration

    checked = configuration.check(config)
    for warning in checked.warnings:
        typer.echo(f"warning: {warning}", err=True)
    if checked.mine is None:
        raise failed(BadConfig(list(checked.faults)))
    mine = checked.mine
    if emit is not None:
        paper = json.dumps(configuration.emit(mine), ensure_ascii=False, indent=1)
        if str(emit) == "-":
            typer.echo(paper)
            return
        emit.write_text(paper + "\n", encoding="utf-8")
    typer.echo(
        f"{mine.name.zh} · {mine.name.en}: revision {mine.revision}: "
        f"{len(mine.roadways)} roadways, {len(mine.zones)} zones, "
        f"{len(mine.points)} points, {len(mine.readers)} readers, {len(mine.people)} people, "
        f"{len(checked.warnings)} warnings"
    )


@app.command()
def approve(
    config: Config,
    name: Annotated[str, typer.Argument(help="Your log-in: engineer, admin or leader.")],
    data: Data = None,
) -> None:
    """Stand for a revision with your name and password; a mine runs what two have approved."""
    from minesafe import config as configuration
    from minesafe.clock import wall
    from minesafe.store.accounts import Accounts
    from minesafe.store.approvals import NEEDED, Approvals
    from minesafe.store.slips import leave

    try:
        mine = configuration.load(config)
        path = (data or default_data(mine.id)) / "accounts.db"
        accounts = Accounts(path, wall)
        accounts.seed(mine.users)
        account = accounts.verify(name, typer.prompt("password", hide_input=True), "console")
        users = Approvals(path, wall).approve(mine.revision, name, tuple(account.roles))
        by = account.person or name
        stood = RevisionStoodFor(revision=mine.revision, by=by, origin=Origin.TERMINAL)
        leave(path, wall, stood)
    except MinesafeError as error:
        raise failed(error) from error
    still = max(0, NEEDED - len(users))
    more = f"{still} more must approve" if still else reload_asked(mine, path.parent)
    typer.echo(f"revision {mine.revision}: approved by {', '.join(users)}; {more}")
