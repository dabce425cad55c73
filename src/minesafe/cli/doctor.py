"""`minesafe doctor`: is everything as it must be before a mine relies on it?"""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from minesafe.cli.columns import aligned
from minesafe.cli.life import Config, Data, default_data

app = typer.Typer()

MARKS = {"well": "✓", "look": "?", "bad": "✗"}


@app.command()
def doctor(
    config: Config,
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False,
) -> None:
    """Look at a mine's files, data and machine, and say what to mend (自检).

    Writes nothing and asks no device; may be run beside the server. Exits with 1 where something
    is bad (✗), with 0 where a person should look (?) or all is well (✓).
    """
    from minesafe.doctor import State, examine

    found = examine(config, data, default_data)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))
    else:
        rows = [(MARKS[f.state], f.what, f.says, f.do and f"→ {f.do}") for f in found]
        for line in aligned(rows):
            typer.echo(line)
    if any(one.state is State.BAD for one in found):
        raise typer.Exit(1)
