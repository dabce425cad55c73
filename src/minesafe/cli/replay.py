"""Replay: a moment of the past on a terminal, and whether the record judges to what was told."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from minesafe.cli.backtest import why_of
from minesafe.cli.columns import aligned
from minesafe.cli.life import Config, Data, default_data, moment_of, run_loop

if TYPE_CHECKING:
    from minesafe.backtest import Report
    from minesafe.backtest.report import Row
    from minesafe.reports.document import Teller
    from minesafe.web.models import CountOut, ReplayOut

app = typer.Typer()

When = Annotated[
    str, typer.Option(help="The moment to print, as 2026-11-26 06:10:00, in mine time.")
]
Since = Annotated[str, typer.Option("--from", help="With --verify: from when on.")]
Until = Annotated[str, typer.Option("--to", help="Likewise; until when.")]
Verify = Annotated[
    bool,
    typer.Option("--verify", help="Judge what is recorded again, and hold it against the journal."),
]


@app.command("replay")
def replay(
    config: Config,
    at: When = "",
    verify: Verify = False,
    since: Since = "",
    until: Until = "",
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    language: Annotated[str, typer.Option(help="Names in zh · en.")] = "zh",
) -> None:
    """Print the mine as the room saw it at a moment: alarms, orders, head-counts, people, values.

    Or, with --verify, judge a stretch of history again and say whether the journal tells the same.
    Beside a running server or without one; nothing is changed.
    """
    if verify == bool(at) or verify != bool(since and until):
        raise typer.BadParameter("either --at, or --verify with --from and --to")
    if verify:
        run_loop(_verified(config, data, since, until, as_json=as_json))
    else:
        run_loop(_told(config, data, at, as_json=as_json, english=language == "en"))


async def _told(config: Path, data: Path | None, at: str, *, as_json: bool, english: bool) -> None:
    from minesafe import config as configuration
    from minesafe.afterwards import seen
    from minesafe.reports.document import Teller
    from minesafe.web.replaying import replay_out

    mine = configuration.load(config)
    then = await seen(mine, data or default_data(mine.id), moment_of(at, mine))
    told = replay_out(then)
    if as_json:
        typer.echo(told.model_dump_json())
    else:
        teller = Teller(then.mine, "en" if english else "zh")
        typer.echo("\n".join(_lines(told, teller)))


async def _verified(
    config: Path, data: Path | None, since: str, until: str, *, as_json: bool
) -> None:
    from minesafe import config as configuration
    from minesafe.afterwards import tried

    mine = configuration.load(config)
    span = moment_of(since, mine), moment_of(until, mine)
    report = await tried((mine, mine), data or default_data(mine.id), span, whole=True)
    other = [row for row in report.rows if row.fired != row.would_fire]
    if as_json:
        told = {
            **{name: getattr(report, name) for name in ("frames", "points", "digest", "exact")},
            "why_not_exact": report.why_not_exact,
            "fired": sum(row.fired for row in report.rows),
            "different": [asdict(row) for row in other],
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        typer.echo("\n".join(_compared(report, other)))
    if other or not report.exact:
        raise typer.Exit(1)


def _compared(report: "Report", other: Sequence["Row"]) -> Iterator[str]:
    for row in other:
        yield f"{row.point} {row.condition}: journal {row.fired}, again {row.would_fire}"
    for why in report.why_not_exact:
        yield f"近似 approximate: {why_of(why)}"
    fired = sum(row.fired for row in report.rows)
    same = "不一致 not what the journal says" if other else "与日志一致 as the journal says"
    yield f"{report.frames} frames, {report.points} points, {fired} conditions: {same}"


def _lines(told: "ReplayOut", teller: "Teller") -> Iterator[str]:
    """The moment, part by part."""
    shown = told.snapshot
    yield f"回放 REPLAY {teller.at(told.at)}  {_mine(teller)}  revision {told.revision}"
    yield _heard(told)
    if told.lacking:
        yield f"名称与限值为另一版本 names and limits are of another revision: {told.lacking}"
    for title, rows in _parts(told, teller).items():
        yield f"\n{title}: {len(rows)}"
        yield from (f"  {line}" for line in aligned(rows))
    yield f"\n井下 underground: {shown.underground}"


def _mine(teller: "Teller") -> str:
    name = teller.mine.name
    return name.en if teller.lang == "en" else name.zh


def _heard(told: "ReplayOut") -> str:
    if told.heard is None:
        return "当时尚无任何记录 nothing had been recorded by then: all is unknown"
    age = _age(told.at, told.heard)
    return f"最近一帧 newest frame {age} before"


def _parts(told: "ReplayOut", teller: "Teller") -> dict[str, list[tuple[str, ...]]]:
    from minesafe.wording import word_of

    shown, at, say = told.snapshot, told.at, partial(word_of, teller.lang)
    return {
        "命令 orders": [
            (
                *(f"{o.number:03d}", say("order_kind", o.order_kind), teller.names(o.zones)),
                teller.at(o.issued),
            )
            for o in shown.orders
        ],
        "报警 alarms": [
            (
                *(a.severity, teller.alarm(a.subject, a.rule), say("condition", a.condition)),
                *(say("state", a.state), teller.at(a.began)),
            )
            for a in shown.alarms
        ],
        "区域人数 heads": [
            (teller.name(c.zone), _count(c), "" if c.limit is None else f"/ {c.limit}")
            for c in shown.counts
        ],
        "人员 people": [
            (
                *(teller.card(p.person), teller.name(p.roadway), f"{p.chainage_m:.0f} m"),
                *(_age(at, p.seen), "lost" if p.lost else "", "SOS" if p.sos else ""),
            )
            for p in shown.places
        ],
        "测点 points": [
            (
                *(teller.name(v.point), v.point, teller.value(v.point, v.value) or "-"),
                *(v.quality, "never heard" if v.sampled is None else _age(at, v.sampled)),
            )
            for v in shown.values
        ],
    }


def _count(count: "CountOut") -> str:
    """Heads, or between what and what where nobody can say."""
    if not count.unknown:
        return str(count.count)
    return f"{count.low} … {'?' if count.high is None else count.high}"


def _age(at: int, then: int) -> str:
    seconds = (at - then) / 1e6
    return f"{seconds:.0f} s" if seconds < 600 else f"{seconds / 60:.0f} min"
