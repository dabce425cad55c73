"""Alarms: how good a mine's are."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from minesafe.cli.life import Config, Data, default_data, failed
from minesafe.model.errors import MinesafeError

if TYPE_CHECKING:
    from minesafe.model.alarm import Kpi, Often
    from minesafe.reports.document import Teller

app = typer.Typer(help="Alarms 报警: how good a mine's are.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """A group, though it holds one command so far."""


@app.command("kpi")
def alarms_kpi(
    config: Config,
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    language: Annotated[str, typer.Option(help="Names in zh · en.")] = "zh",
) -> None:
    """Print the measures of ISA-18.2 of the day that ends with the journal's newest record."""
    from minesafe import config as configuration
    from minesafe.afterwards import alarm_kpi
    from minesafe.alarms.kpi import AIM
    from minesafe.reports.document import Teller

    try:
        mine = configuration.load(config)
        kpi, at = alarm_kpi(mine, data or default_data(mine.id))
    except MinesafeError as error:
        raise failed(error) from error
    if as_json:
        said = asdict(kpi) | {"aim": AIM, "at": at}
        typer.echo(json.dumps(said, ensure_ascii=False))
        return
    teller = Teller(mine, "en" if language == "en" else "zh")
    typer.echo("\n".join(_lines(kpi, AIM, teller, teller.at(at))))


LABEL = 34
"""Columns of a label; a Chinese character takes two."""


def _lines(kpi: "Kpi", aim: Mapping[str, float], teller: "Teller", at: str) -> Iterator[str]:
    yield _row("截至 until", at)
    yield _row("报警次数 heard in 24 h", kpi.heard)
    yield _row("最近十分钟 in the last 10 min", kpi.last_10_min)
    yield _row("十分钟平均 mean per 10 min", f"{kpi.mean_10_min:.2f}")
    yield _row("十分钟最多 most in 10 min", kpi.peak_10_min)
    yield _row("洪水时间 time in flood", _share(kpi.flooded))
    for priority, named in PRIORITIES.items():
        mixed = _share(kpi.mix[priority]) if kpi.mix else "-"
        yield _row(named, f"{mixed}  (目标 aim {_share(aim[priority])})")
    yield from _listed("抖动 chattering", _often(kpi.chattering, teller))
    yield from _listed("持续超过 24 h standing", [_episode(e, teller) for e in kpi.standing])
    yield from _listed(f"前十 top ten, {_share(kpi.top_share)}", _often(kpi.top, teller))


PRIORITIES = {
    "low": "低 low (IV)",
    "medium": "中 medium (III)",
    "high": "高 high (I, II)",
}


def _row(label: str, said: object) -> str:
    wide = sum(2 if ord(letter) > 0x2E7F else 1 for letter in label)
    return f"{label}{' ' * max(LABEL - wide, 1)}{said}"


def _share(share: float) -> str:
    return f"{share:.0%}"


def _listed(label: str, rows: Sequence[str]) -> Iterator[str]:
    yield _row(label, rows[0] if rows else "-")
    yield from (_row("", row) for row in rows[1:])


def _often(often: Sequence["Often"], teller: "Teller") -> list[str]:
    return [f"{o.times:>5} × {teller.name(o.subject)} · {o.condition}" for o in often]


def _episode(episode: str, teller: "Teller") -> str:
    """`high:CH4#3` by its name; of a zone's alarm the zone stands behind the subject."""
    family, _, rest = episode.rpartition("#")[0].partition(":")
    return f"{' '.join(teller.name(part) for part in rest.split(':'))} · {family}"
