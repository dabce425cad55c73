"""Log-ins of the pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from minesafe.cli.columns import aligned
from minesafe.cli.life import Config, Data, default_data, failed
from minesafe.model.errors import MinesafeError
from minesafe.model.events import Origin, PasswordSet, SessionsEnded, UserBarred, UserLetIn

if TYPE_CHECKING:
    from minesafe.model.events import AnyBody
    from minesafe.model.mine import Mine
    from minesafe.store.accounts import Accounts

app = typer.Typer(help="Log-ins of the pages.", no_args_is_help=True)

Login = Annotated[str, typer.Argument(help="Log-in name, as in users.toml.")]

TERMINAL = "terminal"
"""By whom, where somebody at the machine's own terminal did it: he is nobody the mine names."""


@app.command()
def password(config: Config, name: Login, data: Data = None) -> None:
    """Set a log-in's password; it is asked for twice and every session of it ends."""
    with _book(config, data) as book:
        secret = typer.prompt("password", hide_input=True, confirmation_prompt=True)
        book.accounts.set_password(name, secret)
        book.note(PasswordSet(user=name, by=TERMINAL, once=False))
    typer.echo(f"{name}: password set")


@app.command()
def once(config: Config, name: Login, data: Data = None) -> None:
    """Print a password for one log-in; its user then chooses an own one, and every session ends."""
    with _book(config, data) as book:
        given = book.accounts.give_password(name)
        book.note(PasswordSet(user=name, by=TERMINAL, once=True))
    typer.echo(f"{name}: {given}")


@app.command()
def disable(
    config: Config,
    name: Login,
    reason: Annotated[str, typer.Option(help="Why; it is recorded.")] = "",
    data: Data = None,
) -> None:
    """Bar a log-in at once, whatever the files say; every session of it ends (停用)."""
    with _book(config, data) as book:
        book.accounts.bar(name)
        origin = Origin.TERMINAL
        book.note(UserBarred(user=name, by=TERMINAL, reason=reason, origin=origin))
    typer.echo(f"{name}: barred")


@app.command()
def enable(config: Config, name: Login, data: Data = None) -> None:
    """Let a barred log-in in again."""
    with _book(config, data) as book:
        book.accounts.let_in(name)
        book.note(UserLetIn(user=name, by=TERMINAL, origin=Origin.TERMINAL))
    typer.echo(f"{name}: may log in")


@app.command("end-sessions")
def end_sessions(config: Config, name: Login, data: Data = None) -> None:
    """End every session of a log-in; its open pages end within a minute."""
    with _book(config, data) as book:
        ended = book.accounts.end_sessions(name)
        origin = Origin.TERMINAL
        book.note(SessionsEnded(user=name, sessions=ended, by=TERMINAL, origin=origin))
    typer.echo(f"{name}: {ended} sessions ended")


@app.command("list")
def list_users(config: Config, data: Data = None) -> None:
    """Print who may log in, as what, and whether the password is the user's own."""
    with _book(config, data) as book:
        standings = {standing.user: standing for standing in book.accounts.standings()}
    rows = [
        (u.name, u.person, " ".join(u.roles), standings[u.name].password)
        for u in book.mine.users
        if u.name in standings
    ]
    for line in aligned([("name", "person", "roles", "password"), *rows]):
        typer.echo(line)


@dataclass(frozen=True)
class _Book:
    """The users' book of a mine, with whom the files name now."""

    mine: "Mine"
    accounts: "Accounts"
    path: Path

    def note(self, body: "AnyBody") -> None:
        """For the journal of the server that runs beside it, or will."""
        from minesafe.clock import wall
        from minesafe.store.slips import leave

        leave(self.path, wall, body)


@contextmanager
def _book(config: Path, data: Path | None) -> Iterator[_Book]:
    from minesafe import config as configuration
    from minesafe.clock import wall
    from minesafe.store.accounts import Accounts

    try:
        mine = configuration.load(config)
        path = (data or default_data(mine.id)) / "accounts.db"
        accounts = Accounts(path, wall)
        accounts.seed(mine.users)
        yield _Book(mine, accounts, path)
    except MinesafeError as error:
        raise failed(error) from error
