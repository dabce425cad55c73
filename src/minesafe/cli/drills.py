"""Drills 演练: the same path, stamped."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from minesafe.cli.life import Config, Data, default_data, failed
from minesafe.model.errors import MinesafeError

app = typer.Typer(help="Drills 演练: the same path, stamped.", no_args_is_help=True)


@app.command()
def start(
    config: Config,
    name: Annotated[str, typer.Argument(help="Your log-in: dispatcher, leader or engineer.")],
    zone: Annotated[list[str] | None, typer.Option(help="Zone id; none: the whole mine.")] = None,
) -> None:
    """Order people out as a drill, at the mine's running server."""
    from minesafe import config as configuration
    from minesafe.drill import start as start_drill

    try:
        url = configuration.load(config).server.public_url
        typer.echo(start_drill(url, name, typer.prompt("password", hide_input=True), zone))
    except MinesafeError as error:
        raise failed(error) from error


@app.command("score")
def drill_score(
    config: Config,
    data: Data = None,
    order: Annotated[str, typer.Option(help="An order's id; the newest drill's by default.")] = "",
) -> None:
    """Print how an order went: one JSON object, seconds since its issue."""
    from minesafe import config as configuration
    from minesafe.drill import scored

    try:
        mine = configuration.load(config)
        journal = (data or default_data(mine.id)) / "journal.db"
        typer.echo(json.dumps(asdict(scored(mine, journal, order)), ensure_ascii=False))
    except MinesafeError as error:
        raise failed(error) from error
