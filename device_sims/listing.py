"""The scenarios listed: lines for a terminal, a table for docs/scenarios.md, JSON for a page."""

import json
from collections.abc import Callable, Iterable, Mapping

from device_sims.scenario import Expected, Scenario

Scenarios = Mapping[str, Scenario]

HEAD = (
    "| scenario | what happens | orders | in zones | alarms | found | accounted | all clear |\n"
    "|---|---|---|---|---|---|---|---|"
)


def lines(scenarios: Scenarios) -> str:
    """A line each: name, Chinese, English."""
    width = max(len(name) for name in scenarios)
    return "\n".join(f"{name:<{width}}  {s.zh} · {s.en}" for name, s in scenarios.items())


def table(scenarios: Scenarios) -> str:
    """What each scenario is and what must come of it, as a Markdown table."""
    return "\n".join((HEAD, *(_row(name, s) for name, s in scenarios.items())))


def paper(scenarios: Scenarios) -> str:
    """One JSON array for another program."""
    told = [{"name": name, "zh": s.zh, "en": s.en} for name, s in scenarios.items()]
    return json.dumps(told, ensure_ascii=False)


LISTINGS: Mapping[str, Callable[[Scenarios], str]] = {
    "lines": lines,
    "markdown": table,
    "json": paper,
}


def _row(name: str, scenario: Scenario) -> str:
    expected = scenario.expected
    cells = (
        f"`{name}`",
        f"{scenario.en}<br>{scenario.zh}",
        ", ".join(kind.replace("_", " ") for kind in expected.order_kinds) or "none",
        ", ".join(expected.zone_kinds),
        _code(expected.alarms),
        _code(expected.findings),
        "all" if expected.everyone_accounted else "somebody is missing",
        _ending(expected),
    )
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _ending(expected: Expected) -> str:
    if expected.closed_within_s is not None:
        return f"within {expected.closed_within_s:g} s"
    return "stays open" if expected.order_kinds else ""
