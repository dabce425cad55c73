"""docs/rules.md prints the rows of both packs; this holds the page to the files."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from minesafe.config import shipped

PAGE = Path(__file__).parents[2] / "docs/rules.md"
PACKS = ("coal-cn", "metal-cn")

Table: TypeAlias = dict[str, Any]
"""A row as it stands in its file: what is printed is what somebody wrote."""

HEADS = {
    "rules": "row|kind|place|high: warn / alarm / cut / restore|low: alarm / cut / restore|delay s"
    "|level at alarm|at cut-off|withdraw|statutory|source, edition|verified",
    "windows": "row|pack|kind|family|window|limit|level|source, edition|verified",
    "logic": "row|pack|holds when|in one|level|for|source, edition|verified",
}


def read(file: str) -> Table:
    return tomllib.loads(shipped(file).read_text("utf-8"))


def yes(said: bool) -> str:
    return "yes" if said else "no"


def number(value: float | None) -> str:
    return "—" if value is None else f"{value:g}"


def limits(row: Table, *keys: str) -> str:
    found = [row.get(key) for key in keys]
    return "—" if not any(x is not None for x in found) else " / ".join(map(number, found))


def limitless(row: Table) -> bool:
    return not any(key.endswith(("_high", "_low")) for key in row)


def at_cut_off(row: Table) -> str:
    cuts = "cut_high" in row or "cut_low" in row
    return "—" if not cuts else "I" if row["withdraw"] else row["cut_level"]


def rule_cells(row: Table, unit: str) -> list[str]:
    return [
        f"`{row['id']}`",
        f"{row['kind']} {unit}".strip(),
        "any other" if row["place"] == "*" else row["place"],
        limits(row, "warn_high", "alarm_high", "cut_high", "restore_high"),
        limits(row, "alarm_low", "cut_low", "restore_low"),
        number(row.get("on_delay_s")),
        row["alarm_level"] + (" ¹" if limitless(row) else ""),
        at_cut_off(row),
        yes(row["withdraw"]),
        yes(row["statutory"]),
        f"{row['source']}, {row['edition']}",
        yes(row["verified"]),
    ]


def window_cells(row: Table, pack: str) -> list[str]:
    limit = number(row["limit"]) if "limit" in row else f"cut-off in {row['horizon_s']:g} s"
    return [
        f"`{row['id']}`", pack, row["kind"], row["family"], f"{row['window_s']:g} s", limit,
        row["level"], f"{row['source']}, {row['edition']}", yes(row["verified"]),
    ]  # fmt: skip


def logic_cells(row: Table, pack: str) -> list[str]:
    return [
        f"`{row['id']}`", pack, f"{row['en']}: `{row['when']}`",
        ", ".join(row.get("zones", ["mine"])), row["level"],
        f"{row['for_s']} s" if "for_s" in row else "at once",
        f"{row['source']}, {row['edition']}", yes(row["verified"]),
    ]  # fmt: skip


def rules_of(pack: str) -> Iterator[list[str]]:
    units = {kind["id"]: kind["unit"] for kind in read("kinds.toml")["kind"]}
    for row in read(f"rules/{pack}.toml")["rule"]:
        yield rule_cells(row, units[row["kind"]])


def table(head: str, rows: Iterator[list[str]]) -> str:
    cells = HEADS[head].split("|")
    lines = [cells, ["---"] * len(cells), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def printed(name: str) -> str:
    if name in PACKS:
        return table("rules", rules_of(name))
    cells = window_cells if name == "windows" else logic_cells
    key = name.removesuffix("s")
    rows = ((pack, row) for pack in PACKS for row in read(f"rules/{pack}.toml")[key])
    return table(name, (cells(row, pack) for pack, row in rows))


@pytest.mark.parametrize("name", [*PACKS, "windows", "logic"])
def test_a_table_in_the_docs_is_that_of_the_packs(name: str) -> None:
    between = PAGE.read_text("utf-8").partition(f"<!-- {name} -->\n")[2]
    shown = between.partition(f"<!-- /{name} -->")[0]
    assert shown == printed(name), f"put this between the marks:\n{printed(name)}"
