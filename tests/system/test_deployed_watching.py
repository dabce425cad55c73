"""deploy/prometheus and deploy/grafana ask for what the server says, and for nothing else."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_on_paper import DeskOnPaper
from prometheus_client.parser import text_string_to_metric_families
from web_site import running

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = DEPLOY / "prometheus" / "minesafe.rules.yml"
DASHBOARD = DEPLOY / "grafana" / "minesafe.json"

METRIC = re.compile(r"\b(minesafe_\w+|process_\w+)(?:\{([^}]*)\})?")
MATCHER = re.compile(r'(\w+)\s*(=~|!=|=)\s*"([^"]*)"')
OF_EVERY_SCRAPE = {"instance", "job"}


def asked_by_rules() -> list[str]:
    text = RULES.read_text(encoding="utf-8")
    return re.findall(r"^\s*expr: (.+)$", text, flags=re.MULTILINE)


def asked_by_dashboard() -> list[str]:
    def expressions(node: object) -> Iterator[str]:
        if isinstance(node, dict):
            for key, value in node.items():
                if key in ("expr", "query") and isinstance(value, str) and "minesafe" in value:
                    yield value
                else:
                    yield from expressions(value)
        if isinstance(node, list):
            for value in node:
                yield from expressions(value)

    return list(expressions(json.loads(DASHBOARD.read_text(encoding="utf-8"))))


async def told(folder: Path) -> dict[str, dict[str, set[str]]]:
    """What a server says: of each metric its labels, of each label its values."""
    async with running(folder, DeskOnPaper()) as site, site.stranger() as client:
        text = (await client.get("/metrics")).text
    known: dict[str, dict[str, set[str]]] = {}
    for family in text_string_to_metric_families(text):
        suffix = "_total" if family.type == "counter" else ""
        labels = known.setdefault(family.name + suffix, {})
        for sample in family.samples:
            for label, value in sample.labels.items():
                labels.setdefault(label, set()).add(value)
    return known


async def test_every_query_names_a_metric_and_labels_that_are_told(tmp_path: Path) -> None:
    known = await told(tmp_path)
    queries = asked_by_rules() + asked_by_dashboard()
    assert len(queries) > 30
    for query in queries:
        for name, matchers in METRIC.findall(query):
            assert name in known, f"{name} in: {query}"
            for label, _, values in MATCHER.findall(matchers):
                if label in OF_EVERY_SCRAPE:
                    continue
                told_values = known[name].get(label)
                if told_values:  # a mine without devices has no series of them
                    assert set(values.split("|")) <= told_values, query


def test_no_panel_is_drawn_over_another() -> None:
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    taken: set[tuple[int, int]] = set()
    for at in (panel["gridPos"] for panel in panels):
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken
        assert at["x"] + at["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in panels}) == len(panels)


@pytest.mark.needs("promtool")
@pytest.mark.parametrize(
    "command",
    [
        ("check", "rules", "minesafe.rules.yml"),
        ("check", "config", "prometheus.yml"),
        ("test", "rules", "minesafe.rules.test.yml"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_promtool_finds_nothing_wrong(command: tuple[str, ...]) -> None:
    done = subprocess.run(
        ["promtool", *command],
        cwd=RULES.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
