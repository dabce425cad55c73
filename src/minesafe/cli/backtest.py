"""Back-test and shadows: what other limits would have told."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from minesafe.cli.life import Config, Data, default_data, failed, moment_of, run_loop
from minesafe.model.errors import MinesafeError

if TYPE_CHECKING:
    from minesafe.backtest import Report, Standing
    from minesafe.backtest.report import Row
    from minesafe.reports.document import Teller

app = typer.Typer()


@app.command("backtest")
def backtest(
    config: Config,
    limits: Annotated[
        Path, typer.Option(help="A TOML file of [[point]], [[rule]], [[window]] by their ids.")
    ],
    since: Annotated[str, typer.Option("--from", help="As 2026-11-26 06:00, in mine time.")],
    until: Annotated[str, typer.Option("--to", help="Likewise; what begins before it counts.")],
    data: Data = None,
    whole: Annotated[
        bool, typer.Option("--all", help="Judge every point and person, not only those changed.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    language: Annotated[str, typer.Option(help="Names in zh · en.")] = "zh",
) -> None:
    """Judge recorded history again with other limits: how often, how many real, how much sooner."""
    from minesafe import config as configuration
    from minesafe.afterwards import tried
    from minesafe.reports.document import Teller

    async def work() -> None:
        old, new = configuration.what_if(config, limits)
        span = moment_of(since, old), moment_of(until, old)
        report = await tried((old, new), data or default_data(old.id), span, whole=whole)
        if as_json:
            typer.echo(json.dumps(_paper(report), ensure_ascii=False))
        else:
            teller = Teller(new, "en" if language == "en" else "zh")
            typer.echo("\n".join(_lines(report, teller)))

    run_loop(work())


@app.command("shadows")
def list_shadows(
    config: Config,
    since: Annotated[str, typer.Option("--from", help="As 2026-11-26 06:00, in mine time.")],
    until: Annotated[str, typer.Option("--to", help="Likewise.")],
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False,
    language: Annotated[str, typer.Option(help="Names in zh · en.")] = "zh",
) -> None:
    """Print what the limits of shadow.toml would have told, live, and how much of it was real."""
    from minesafe import config as configuration
    from minesafe.afterwards import shadowed
    from minesafe.reports.document import Teller

    try:
        mine = configuration.load(config)
        span = moment_of(since, mine), moment_of(until, mine)
        standings = shadowed(mine, data or default_data(mine.id), span)
    except MinesafeError as error:
        raise failed(error) from error
    if as_json:
        typer.echo(json.dumps([_standing(one) for one in standings], ensure_ascii=False))
        return
    teller = Teller(mine, "en" if language == "en" else "zh")
    for one in standings:
        typer.echo(f"{one.shadow.name.zh} {one.shadow.name.en} · {one.shadow.id}")
        for line in _of_rows(one.rows, teller):
            typer.echo(f"  {line}")


def _standing(one: "Standing") -> dict[str, object]:
    rows = [asdict(row) | {"lead": row.lead} for row in one.rows]
    total = asdict(one.total) | {"lead": one.total.lead}
    return {"shadow": one.shadow.id, "total": total, "rows": rows}


def _of_rows(rows: "Sequence[Row]", teller: "Teller") -> Iterator[str]:
    """Of limits that were tried, or that differ in what they told."""
    for row in rows:
        if row.before != row.after or row.fired != row.would_fire:
            was = f"{_limit(row.before)} → {_limit(row.after)}"
            yield f"{teller.name(row.point)} {row.point} · {row.condition} {was}: {_said(row)}"


def _paper(report: "Report") -> dict[str, object]:
    rows = [asdict(row) | {"lead": row.lead} for row in report.rows]
    total = report.total()
    return asdict(report) | {
        "rows": rows,
        "exact": report.exact,
        "total": asdict(total) | {"lead": total.lead},
    }


def _lines(report: "Report", teller: "Teller") -> Iterator[str]:
    span = f"{teller.at(report.start)} … {teller.at(report.end)}"
    yield f"{span}: {report.frames} frames, {report.points} points, revision {report.revision}"
    yield from _of_rows(report.rows, teller)
    yield f"合计 total: {_said(report.total())}"
    if report.left_out:
        yield f"未复算的多测点规则 rules of several points left out (--all): {report.left_out}"
    if report.exact:
        yield "与当时的判定逐字节一致 exact: judged as the server did, to the byte"
    else:
        yield f"近似 approximate: {'; '.join(map(why_of, report.why_not_exact))}"


def _said(row: "Row") -> str:
    lead = "" if row.lead is None else f", lead {_span(row.lead)}"
    missed = f", {row.missed} real ones missed" if row.missed else ""
    times = "once" if row.would_fire == 1 else f"{row.would_fire} times"
    return (
        f"would have fired {times} (fired {row.fired}), "
        f"{row.real} of them real{lead}{missed}; {row.dangers} real in all"
    )


def _limit(limit: float | None) -> str:
    return "-" if limit is None else f"{limit:g}"


def _span(seconds: float) -> str:
    """6 min, 40 s; what comes later than before has a minus."""
    return f"{seconds / 60:.0f} min" if abs(seconds) >= 120 else f"{seconds:.0f} s"


def why_of(said: str) -> str:
    """Why it is not exact, in both languages."""
    code, _, count = said.partition(" ")
    return f"{_WHY[code]} ({count})"


_WHY = {
    "lead_in_s": "缺当时的引擎状态，先运行一段时间 no state of the engine is kept from before; "
    "it was given seconds to find its own",
    "no_state": "缺当时的引擎状态 no state of the engine and no frames from before",
    "state_of_another_revision": "引擎状态属另一版本 the engine's state was of another revision",
    "missing_frames": "缺帧 frames are missing",
    "missing_readings": "缺读数（删除或按死区存储） readings are missing: dropped since, or never "
    "kept by the dead-band of their kind",
    "frames_of_other_revisions": "含其他版本的数据 frames were judged under other revisions",
    "thinned_points": "按死区存储的测点 points stored by dead-band are judged by what was kept",
}
