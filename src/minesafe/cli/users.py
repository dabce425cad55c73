"""Log-ins of the pages."""

from typing import Annotated

import typer

from minesafe.cli.life import Config, Data, default_data, failed
from minesafe.model.errors import MinesafeError

app = typer.Typer(help="Log-ins of the pages.", no_args_is_help=True)


@app.command()
def password(
    config: Config,
    name: Annotated[str, typer.Argument(help="Log-in name, as in users.toml.")],
    data: Data = None,
) -> None:
    """Set a log-in's password; it is asked for twice and every session of it ends."""
    from minesafe import config as configuration
    from minesafe.clock import wall
    from minesafe.store.accounts import Accounts

    try:
        mine = configuration.load(config)
        accounts = Accounts((data or default_data(mine.id)) / "accounts.db", wall)
        accounts.seed(mine.users)
        secret = typer.prompt("password", hide_input=True, confirmation_prompt=True)
        accounts.set_password(name, secret)
    except MinesafeError as error:
        raise failed(error) from error
    typer.echo(f"{name}: password set")
