"""Expressions about points: what they mean, and with which column they are refused."""

import shutil
from pathlib import Path

import pytest

from minesafe import config
from minesafe.config.expression import BadExpression, parse
from minesafe.model.errors import BadConfig
from minesafe.model.logic import Node
from minesafe.model.mine import Mine
from minesafe.model.time import SECOND

POINTS = ("CH4-T1", "CO.1", "S_2", "and", "1205")


def shown(node: Node) -> str:
    """The tree in brackets, as it binds."""
    if node.op == "number":
        return f"{node.number:g}"
    if node.point:
        return f"{node.op}({node.point})"
    return f"[{node.op} {' '.join(shown(a) for a in node.args)}]"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("lost(CH4-T1)", "lost(CH4-T1)"),
        ("value( CH4-T1 )>=1.5", "[>= value(CH4-T1) 1.5]"),
        (
            "cut(CO.1) or lost(S_2) and not bad(and)",
            "[or cut(CO.1) [and lost(S_2) [not bad(and)]]]",
        ),
        ("not lost(S_2) and cut(S_2)", "[and [not lost(S_2)] cut(S_2)]"),
        ("1+2*value(1205)<4-1-1", "[< [+ 1 [* 2 value(1205)]] [- [- 4 1] 1]]"),
        ("-value(S_2) = -3", "[= [- 0 value(S_2)] [- 0 3]]"),
        (
            "(cut(S_2) or bad(S_2)) and age(S_2) > 60",
            "[and [or cut(S_2) bad(S_2)] [> age(S_2) 60]]",
        ),
        ("2 of (cut(S_2), bad(S_2), lost(S_2))", "[of cut(S_2) bad(S_2) lost(S_2)]"),
    ],
)
def test_what_binds_how(text: str, tree: str) -> None:
    assert shown(parse(text, POINTS)) == tree


@pytest.mark.parametrize(
    ("text", "column", "what", "hint"),
    [
        ("", 1, "missing before the end", ""),
        ("value(CH4-T1)", 1, "this is a number; a truth belongs here", ""),
        ("value(CH4-T1) > lost(S_2)", 17, "this is a truth; a number belongs here", ""),
        ("cut(S_2) + 1 > 0", 1, "this is a truth", ""),
        ("cut(S_2) and 1", 14, "this is a number", ""),
        ("valve(S_2) > 1", 1, "'valve' is not known", "'value'"),
        ("value(CH4-T2) > 1", 7, "point 'CH4-T2' is nowhere", "'CH4-T1'"),
        ("value(S_2 > 1", 7, "needs the id of one point", ""),
        ("value > 1", 7, "value is of a point", ""),
        ("cut(S_2) cut(S_2)", 10, "'cut' follows the end", ""),
        ("cut(S_2) and", 13, "missing before the end", ""),
        ("(cut(S_2)", 10, "')' expected, not the end", ""),
        ("3 of (cut(S_2), bad(S_2))", 6, "3 of 2 cannot be counted", ""),
        ("1.5 of (cut(S_2), bad(S_2))", 8, "1.5 of 2 cannot be counted", ""),
        ("cut(S_2) & bad(S_2)", 10, "'&' means nothing here", ""),
        ("__import__('os')", 1, "'__import__' is not known", ""),
        ("1 < 2 < 3", 7, "'<' follows the end", ""),
        ("not " * 50 + "cut(S_2)", 161, "nested deeper than 40", ""),
        ("(" * 3000, 2000, "more than 2000 characters", ""),
    ],
)  # fmt: skip
def test_a_wrong_expression_is_refused_with_its_column(
    text: str, column: int, what: str, hint: str
) -> None:
    with pytest.raises(BadExpression) as bad:
        parse(text, POINTS)
    assert bad.value.column == column, bad.value
    assert what in bad.value.what
    assert hint in bad.value.hint


ROW = """
[[logic]]
id = "FEED-AFTER-CUT"
zh = "断电后仍有电"
en = "Feed present after a cut"
about = "CH4-T1"
when = "{when}"
level = "I"
source = "AQ 1029"
clause = "-"
"""


def load(tmp_path: Path, when: str) -> Mine:
    home = tmp_path / "mine"
    shutil.copytree(config.shipped("demo"), home)
    (home / "logic.toml").write_text(ROW.format(when=when), "utf-8")
    return config.load(home, now=1_764_000_000 * SECOND, environ={})


def test_a_mine_lays_its_logic_beside_its_points(tmp_path: Path) -> None:
    *_, rule = load(tmp_path, "cut(CH4-T1) and value(FEED-1201) = 1").logic
    assert (rule.about, rule.level, shown(rule.when)) == (
        "CH4-T1", "I", "[and cut(CH4-T1) [= value(FEED-1201) 1]]",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("when", "what"),
    [
        ("cut(CH4-T1) and value(FEED-12O1) = 1", "when, column 23: point 'FEED-12O1' is nowhere"),
        ("sos(FACE-12O1)", "when, column 5: zone 'FACE-12O1' is nowhere"),
        ("rising(CH4-T1)", "rising(CH4-T1) asks for a rule over time nobody has given"),
    ],
)
def test_a_fault_of_an_expression_names_file_line_and_column(
    tmp_path: Path, when: str, what: str
) -> None:
    with pytest.raises(BadConfig) as bad:
        load(tmp_path, when)
    (fault,) = bad.value.faults
    assert (fault.file, fault.line) == ("logic.toml", 7)
    assert what in fault.what
