"""Column `formula` of a points list: what a derived point may be made of."""

import shutil
from pathlib import Path

import pytest

from minesafe import config
from minesafe.config.expression import BadExpression, parse, parse_formula
from minesafe.model.errors import BadConfig
from minesafe.model.mine import Form

AIR = "value(H380.AIR) * 9 * 60"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return Path(shutil.copytree(config.shipped("metal"), tmp_path / "mine"))


def faults(home: Path, old: str, new: str) -> str:
    points = home / "points.csv"
    text = points.read_text("utf-8")
    assert old in text
    points.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(BadConfig) as refused:
        config.load(home)
    return "\n".join(map(str, refused.value.faults))


@pytest.mark.parametrize("name", ["demo", "metal"])
def test_a_derived_point_has_a_formula_and_no_device(name: str) -> None:
    mine = config.load(config.shipped(name))
    derived = [p for p in mine.points if mine.kind[p.kind].form is Form.DERIVED]
    assert derived
    assert all(p.formula is not None and not p.device for p in derived)
    assert all(p.formula is None for p in mine.points if p not in derived)
    told = config.emit(mine)["points"]
    assert isinstance(told, list)
    assert not {p.id for p in derived} & {row["id"] for row in told}, "no device reports it"


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("value(H380.AIRR) * 9", "did you mean 'H380.AIR'"),
        ("value(H380.AIR) * ", "a value is missing before the end"),
        ("value(H380.AIR) > 1", "follows the end"),
        ("total(H380.AIR)", "is asked of a counter, and this is none"),
        ("value(RFG430.HOURS)", "point 'RFG430.HOURS' is nowhere"),
        ("9 * heads(REFUGE-430)", "nothing that is measured stands in it"),
        ("max(value(H380.AIR)", "')' expected, not the end"),
        ("", "'formula' is missing"),
    ],
)
def test_a_formula_that_means_nothing_is_refused_with_its_line(
    home: Path, formula: str, told: str
) -> None:
    said = faults(home, AIR, f'"{formula}"' if formula else "")
    assert told in said
    assert "points.csv:" in said


def test_what_is_measured_has_no_formula(home: Path) -> None:
    row = "heading,DEV-380,150,RTU-380,110,uint16,0.01,206,"
    said = faults(home, row, f"{row}value(COMP.P)")
    assert "kind 'wind' is measured, not worked out" in said


def test_a_derived_point_on_a_device_is_refused(home: Path) -> None:
    said = faults(home, "air_volume,heading,DEV-380,150,,", "air_volume,heading,DEV-380,150,EDGE,")
    assert "a derived point has no device" in said


def test_words_of_formulas_are_of_formulas_alone() -> None:
    with pytest.raises(BadExpression, match="rate is a word of formulas alone"):
        parse("rate(A) > 1", {"A"})
    with pytest.raises(BadExpression, match="max is a word of formulas alone"):
        parse("max(value(A), 1) > 1", {"A"})
    assert parse_formula("max(1, rate(A), 3)", {"A"}).op == "max"
