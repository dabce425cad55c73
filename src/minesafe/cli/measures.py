"""What the program is measured by."""

import json
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def bench(
    name: Annotated[
        str, typer.Argument(help="day · engine · line · order · sources · store · world")
    ],
    seed: Annotated[int, typer.Option(help="The same seed gives the same work.")] = 1,
) -> None:
    """Measure, and print one JSON object."""
    from minesafe.bench import BENCHES

    if name not in BENCHES:
        typer.echo(f"no bench {name!r}; there are: {', '.join(BENCHES)}", err=True)
        raise typer.Exit(2)
    typer.echo(json.dumps(BENCHES[name](seed)))
