"""History as a file, from the mine's running server, which checks rights and notes who took it."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import typer

from minesafe.cli.life import Config, failed, moment_of
from minesafe.drill import Console
from minesafe.model.errors import MinesafeError

app = typer.Typer()


@app.command("export")
def export(
    config: Config,
    name: Annotated[str, typer.Argument(help="Your log-in: any but a viewer's.")],
    what: Annotated[
        str,
        typer.Argument(
            help="values · trend · track · occupancy · attendance · contacts · events · alarms"
        ),
    ],
    since: Annotated[str, typer.Option("--from", help="2026-11-27T06:00, by the mine's clock.")],
    until: Annotated[str, typer.Option("--to", help="Likewise; not included.")],
    point: Annotated[list[str] | None, typer.Option(help="Of values and trend; several.")] = None,
    person: Annotated[str, typer.Option(help="Of track and contacts.")] = "",
    zone: Annotated[str, typer.Option(help="Of occupancy.")] = "",
    crew: Annotated[str, typer.Option(help="Of attendance; without, everybody.")] = "",
    kind: Annotated[list[str] | None, typer.Option(help="Of events; several.")] = None,
    text: Annotated[str, typer.Option(help="Of events: their words.")] = "",
    width_s: Annotated[int, typer.Option(help="Of a trend: 60 · 300 · 3600.")] = 60,
    metres: Annotated[float, typer.Option(help="Of contacts.")] = 50.0,
    form: Annotated[str, typer.Option("--format", help="csv · csv-gbk · xlsx · parquet")] = "csv",
    language: Annotated[str, typer.Option(help="zh · en")] = "zh",
    out: Annotated[Path | None, typer.Option(help="The file; else its usual name.")] = None,
) -> None:
    """Take history away as CSV, XLSX or Parquet; ask in docs/queries.md what there is."""
    from minesafe import config as configuration

    target = out or Path(f"{what}.{form.removesuffix('-gbk')}")
    try:
        mine = configuration.load(config)
        span = {"start": moment_of(since, mine), "end": moment_of(until, mine)}
        asked = {"person": person, "zone": zone, "crew": crew, "text": text, "language": language}
        wanted = {key: value for key, value in asked.items() if value} | {"format": form}
        numbers = span | {"width_s": width_s, "metres": metres}
        lists = {"point": point or [], "kind": kind or []}
        query = urlencode(wanted | numbers | lists, doseq=True)
        console = Console(mine.server.public_url)
        console.log_in(name, typer.prompt("password", hide_input=True, err=True))
        _take(console, f"/export/{what}?{query}", target)
    except OSError as error:
        raise failed(MinesafeError(f"{target}: {error.strerror}")) from error
    except MinesafeError as error:
        raise failed(error) from error
    typer.echo(str(target))


def _take(console: Console, path: str, target: Path) -> None:
    """Half a file never stands under the file's name."""
    part = target.with_name(f"{target.name}.part")
    try:
        with part.open("wb") as file:
            console.take(path, file)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
