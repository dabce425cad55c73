"""logic.toml: rules about several points at once, each an expression with its own end."""

from collections.abc import Collection, Mapping

from minesafe.config.expression import BadExpression, parse
from minesafe.config.row import Named, Row, gather
from minesafe.model.logic import Logic, Node, operands
from minesafe.model.mine import Point, Severity, Zone
from minesafe.model.windows import Window, WindowFamily

ASKS = {"rising": WindowFamily.RISE, "forecast": WindowFamily.FORECAST}
"""Operands that tell what a rule over time found, and of which family it has to be."""

NEVER = Node("number", number=0.0)


def read_logic(
    file: Row, points: Named[Point], zones: Named[Zone], windows: Named[Window]
) -> Named[Logic]:
    """Rows of logic.toml; a wrong expression is a fault with its column."""

    def logic(row: Row, ident: str) -> Logic:
        return _logic(row, ident, points.items, zones.items, windows)

    rows = gather(file.take_parts("logic"), logic)
    file.done()
    return rows


def _logic(
    row: Row,
    ident: str,
    points: Mapping[str, Point],
    zones: Mapping[str, Zone],
    windows: Named[Window],
) -> Logic:
    def expression(key: str) -> Node:
        node = read_expression(row, key, points, zones)
        for operand in operands(node):
            family = ASKS.get(operand.op)
            if family and not has_window(windows, points[operand.point], family):
                what = f"{operand.op}({operand.point}) asks for a rule over time nobody has given"
                row.fault(key, what, f"give a [[window]] of family {family}")
        return node

    return Logic(
        ident,
        row.text("zh"),
        row.text("en"),
        row.reference("about", points, "point"),
        expression("when"),
        expression("until") if row.has("until") else None,
        row.number("for_s", 0.0, low=0, high=86_400),
        row.member("level", Severity),
        row.text("source"),
        row.text("clause"),
        row.guidance(),
    )


def read_expression(
    row: Row, key: str, points: Collection[str], zones: Collection[str] = (), general: bool = False
) -> Node:
    """An expression; a wrong one is a fault, and never holds."""
    text = row.text(key)
    if not text:
        return NEVER
    try:
        return parse(text, points, zones, general=general)
    except BadExpression as bad:
        row.fault(key, f"{key}, column {bad.column}: {bad.what}", bad.hint)
        return NEVER


def has_window(windows: Named[Window], point: Point, family: WindowFamily) -> bool:
    """Whether a point has a rule over time of a family."""
    return any(
        w.family is family and w.kind == point.kind and w.point in ("", point.id)
        for w in windows.values
    )
