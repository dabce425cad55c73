"""Log-ins of the pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from minesafe.cli.columns import aligned
from minesafe.cli.life import Config, Data, default_data, failed
from minesafe.model.errors import MinesafeError

if TYPE_CHECKING:
    from minesafe.model.mine import Mine
    from minesafe.store.accounts import Accounts

app = typer.Typer(help="Log-ins of the pages.", no_args_is_help=True)

Login = Annotated[str, typer.Argument(help="Log-in name, as in users.toml.")]


@app.command()
def password(config: Config, name: Login, data: Data = None) -> None:
    """Set a log-in's password; it is asked for twice and every session of it ends."""
    with _book(config, data) as (_, accounts):
        secret = typer.prompt("password", hide_input=True, confirmation_prompt=True)
        accounts.set_password(name, secret)
    typer.echo(f"{name}: password set")


@app.command()
def once(config: Config, name: Login, data: Data = None) -> None:
    """Print a password for one log-in; its user then chooses an own one, and every session ends."""
    with _book(config, data) as (_, accounts):
        given = accounts.give_password(name)
    typer.echo(f"{name}: {given}")


@app.command("list")
def list_users(config: Config, data: Data = None) -> None:
    """Print who may log in, as what, and whether the password is the user's own."""
    with _book(config, data) as (mine, accounts):
        standings = {standing.user: standing for standing in accounts.standings()}
    rows = [(u.name, u.person, " ".join(u.roles), standings[u.name].password) for u in mine.users]
    for line in aligned([("name", "person", "roles", "password"), *rows]):
        typer.echo(line)


@contextmanager
def _book(config: Path, data: Path | None) -> "Iterator[tuple[Mine, Accounts]]":
    """The users' book of a mine, with whom the files name now."""
    from minesafe import config as configuration
    from minesafe.clock import wall
    from minesafe.store.accounts import Accounts

    try:
        mine = configuration.load(config)
        accounts = Accounts((data or default_data(mine.id)) / "accounts.db", wall)
        accounts.seed(mine.users)
        yield mine, accounts
    except MinesafeError as error:
        raise failed(error) from error
