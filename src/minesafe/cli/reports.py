"""What is written afterwards."""

from pathlib import Path
from typing import Annotated

import typer

from minesafe.cli.life import Config, Data, default_data, run_loop

app = typer.Typer(help="What is written afterwards.", no_args_is_help=True)


@app.command("incident")
def report_incident(
    config: Config,
    order: Annotated[str, typer.Argument(help="The order's three-digit number, or its id.")],
    data: Data = None,
    out: Annotated[
        Path | None, typer.Option(help="Where it goes; .html or .pdf.", show_default=False)
    ] = None,
    language: Annotated[str, typer.Option(help="zh · en")] = "zh",
    font: Annotated[str, typer.Option(help="Font of the PDF, one with Chinese.")] = "",
    fonts: Annotated[
        Path | None, typer.Option(help="A folder with fonts.", show_default=False)
    ] = None,
) -> None:
    """Write the record of an order: what happened, when, who answered, and what became of whom."""
    from minesafe import config as configuration
    from minesafe.afterwards import write_incident
    from minesafe.clock import wall

    async def work() -> None:
        mine, target = configuration.load(config), out or Path(f"order-{order}.html")
        folder, folders = data or default_data(mine.id), [fonts] if fonts else []
        await write_incident(
            mine, folder, order, language, wall(), target, font=font, folders=folders
        )
        typer.echo(str(target))

    run_loop(work())
