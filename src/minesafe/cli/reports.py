"""What is written afterwards."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from minesafe.cli.life import Config, Data, default_data, run_loop

app = typer.Typer(help="What is written afterwards.", no_args_is_help=True)

Language = Annotated[str, typer.Option("--lang", "--language", help="zh · en")]
Font = Annotated[str, typer.Option(help="Font of the PDF, one with Chinese.")]
Fonts = Annotated[Path | None, typer.Option(help="A folder with fonts.", show_default=False)]
Out = Annotated[Path | None, typer.Option(help="Where it goes; .html or .pdf.", show_default=False)]


_MONTHS = (
    "2026-11-26 by the mine's calendar; yesterday by default.",
    "2026-11-26, or 2026-11 for the month, by the mine's calendar; yesterday by default.",
)


@app.command("incident")
def report_incident(
    config: Config,
    order: Annotated[str, typer.Argument(help="The order's three-digit number, or its id.")],
    data: Data = None,
    out: Out = None,
    language: Language = "zh",
    font: Font = "",
    fonts: Fonts = None,
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


def _statutory(series: str, monthly: str) -> Callable[..., None]:
    """The command of one statutory report; `monthly`: that of a month, where there is one."""

    def command(
        config: Config,
        day: Annotated[str, typer.Option(help=_MONTHS[bool(monthly)])] = "",
        data: Data = None,
        out: Annotated[Path | None, typer.Option(help="Where it goes.", show_default=False)] = None,
        lang: Language = "zh",
        format: Annotated[str, typer.Option(help="html · pdf · json")] = "html",
        font: Font = "",
        fonts: Fonts = None,
        number: Annotated[
            int, typer.Option(help="The report that has this number; none: made anew, a draft.")
        ] = 0,
    ) -> None:
        from minesafe import config as configuration
        from minesafe.clock import wall
        from minesafe.paperwork import Print, of_day, write_statutory

        async def work() -> None:
            mine = configuration.load(config)
            folder, folders = data or default_data(mine.id), [fonts] if fonts else []
            wanted = Print(of_day(series, monthly, day), day, lang, format, font, folders, number)
            typer.echo(str(await write_statutory(mine, folder, wanted, wall(), out)))

        run_loop(work())

    return command


@app.command("verify")
def report_verify(
    data: Annotated[Path, typer.Argument(help="Data directory.")],
    report: Annotated[str, typer.Argument(help="Its id, such as daily-20261126-1.")],
) -> None:
    """Say whether what is kept of a report is what was filed and signed, by the journal."""
    from minesafe.cli.life import failed
    from minesafe.model.errors import MinesafeError
    from minesafe.paperwork import verified

    try:
        filed = verified(data, report)
    except MinesafeError as error:
        raise failed(error) from error
    typer.echo(f"{filed.report}: SHA-256 {filed.digest}, stands on record {filed.position}")
    for signature in filed.signatures:
        typer.echo(f"signed as {signature.post} by {signature.by}")


_SERIES = {
    "daily": ("", "安全监控日报: points, alarms, cuts, faults and measures of a day."),
    "people": ("", "井下人员日报: head-counts by hour and zone, overcrowding, overtime, doors."),
    "attendance": ("attendance_month", "考勤: who went down and came up, of a day or a month."),
    "leaders": ("leaders_month", "领导带班下井: planned and done, of a day or a month."),
}
"""Command → the series of a month, and what it is."""

for _series, (_monthly, _help) in _SERIES.items():
    app.command(_series, help=_help)(_statutory(_series, _monthly))
