"""What the program is measured by."""

import json
from typing import Annotated

import typer

from minesafe.cli.life import failed
from minesafe.model.errors import MinesafeError

app = typer.Typer()


@app.command()
def bench(
    name: Annotated[
        str, typer.Argument(help="day · engine · line · order · sources · store · web · world")
    ],
    seed: Annotated[int, typer.Option(help="The same seed gives the same work.")] = 1,
) -> None:
    """Measure, and print one JSON object."""
    from minesafe.bench import BENCHES

    if name not in BENCHES:
        typer.echo(f"no bench {name!r}; there are: {', '.join(BENCHES)}", err=True)
        raise typer.Exit(2)
    try:
        typer.echo(json.dumps(BENCHES[name](seed)))
    except MinesafeError as error:
        raise failed(error) from error
