"""Outputs by hand 手动输出: a dry run unless it is said, and never by one person alone."""

import json
from typing import Annotated

import typer

from minesafe.cli.life import Config, failed
from minesafe.drill import Console
from minesafe.model.errors import MinesafeError

app = typer.Typer(
    help="Outputs by hand 手动输出: asked for by one, confirmed by another.", no_args_is_help=True
)

LogIn = Annotated[str, typer.Argument(help="Your log-in: dispatcher, leader or engineer.")]


@app.command()
def request(
    config: Config,
    name: LogIn,
    output: Annotated[str, typer.Argument(help="Id of an [[output]] of devices.toml.")],
    reason: Annotated[str, typer.Option(help="Why; it is recorded.")] = "",
    on: Annotated[bool, typer.Option("--on/--off", help="Of a cut, on is without power.")] = True,
    write: Annotated[
        bool, typer.Option("--write", help="Ask for it; without, only say what would be written.")
    ] = False,
) -> None:
    """Ask for a listed output to be switched, at the mine's running server."""
    wanted = {"on": on, "reason": reason, "write": write}
    said = _said(config, name, f"/outputs/{output}/requests", wanted, with_password=False)
    typer.echo(json.dumps(said, ensure_ascii=False))


@app.command()
def confirm(
    config: Config,
    name: LogIn,
    request: Annotated[str, typer.Argument(help="As `request` printed it: output#3.")],
) -> None:
    """Stand for a request as the second person: the output is written."""
    path = f"/outputs/requests/{request.replace('#', '%23')}/confirm"
    _said(config, name, path, {}, with_password=True)
    typer.echo(f"{request}: confirmed")


def _said(
    config: Config, name: str, path: str, body: dict[str, object], *, with_password: bool
) -> dict[str, object]:
    from minesafe import config as configuration

    try:
        console = Console(configuration.load(config).server.public_url)
        password = typer.prompt("password", hide_input=True, err=True)
        console.log_in(name, password)
        said = console.post(path, body | ({"password": password} if with_password else {}))
    except MinesafeError as error:
        raise failed(error) from error
    return said
