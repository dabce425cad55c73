"""logic.toml: rules about several points at once, each an expression with its own end."""

from collections.abc import Mapping

from minesafe.config.expression import BadExpression, operands, parse
from minesafe.config.row import Named, Row, gather
from minesafe.model.logic import Logic, Node
from minesafe.model.mine import Point, Severity
from minesafe.model.windows import Window, WindowFamily

ASKS = {"rising": WindowFamily.RISE, "forecast": WindowFamily.FORECAST}
"""Operands that tell what a rule over time found, and of which family it has to be."""

NEVER = Node("number", number=0.0)


def read_logic(file: Row, points: Named[Point], windows: Named[Window]) -> Named[Logic]:
    """Rows of logic.toml; a wrong expression is a fault with its column."""
    rows = gather(
        file.take_parts("logic"), lambda row, ident: _logic(row, ident, points.items, windows)
    )
    file.done()
    return rows


def _logic(row: Row, ident: str, points: Mapping[str, Point], windows: Named[Window]) -> Logic:
    when = _expression(row, "when", points, windows)
    return Logic(
        ident,
        row.text("zh"),
        row.text("en"),
        row.reference("about", points, "point"),
        when,
        _expression(row, "until", points, windows) if row.has("until") else None,
        row.number("for_s", 0.0, low=0, high=86_400),
        row.member("level", Severity),
        row.text("source"),
        row.text("clause"),
    )


def _expression(row: Row, key: str, points: Mapping[str, Point], windows: Named[Window]) -> Node:
    text = row.text(key)
    if not text:
        return NEVER
    try:
        node = parse(text, points)
    except BadExpression as bad:
        row.fault(key, f"{key}, column {bad.column}: {bad.what}", bad.hint)
        return NEVER
    for operand in operands(node):
        family = ASKS.get(operand.op)
        if family and not _has(windows, points[operand.point], family):
            what = f"{operand.op}({operand.point}) asks for a rule over time nobody has given"
            row.fault(key, what, f"give a [[window]] of family {family}")
    return node


def _has(windows: Named[Window], point: Point, family: WindowFamily) -> bool:
    return any(
        w.family is family and w.kind == point.kind and w.point in ("", point.id)
        for w in windows.values
    )
