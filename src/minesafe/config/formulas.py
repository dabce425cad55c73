"""Column `formula` of points.csv: what a derived point is worked out by, and what it may name."""

from dataclasses import replace

from minesafe.config.expression import BadExpression, parse_formula
from minesafe.config.row import Named, Row
from minesafe.model.logic import OF_ZONES, Node, operands
from minesafe.model.mine import Form, Kind, Point, Zone

OF_DEVICES = ("device", "address", "status_address")
"""What a point has that no device reports: nothing of these."""

OF_COUNTERS = ("rate", "total")


def derived(row: Row, kinds: Named[Kind], kind: str) -> bool:
    """Whether a row is of a derived point: then it has a formula and no device."""
    is_derived = kind in kinds and kinds[kind].form is Form.DERIVED
    if is_derived:
        row.text("formula")
        for key in OF_DEVICES:
            if row.has(key):
                row.fault(key, "a derived point has no device", "leave the cell empty")
    elif row.has("formula"):
        row.fault("formula", f"kind {kind!r} is measured, not worked out", "leave the cell empty")
    return is_derived


def with_formulas(points: Named[Point], kinds: Named[Kind], zones: Named[Zone]) -> Named[Point]:
    """The points, with the formula of each that is derived: it may name every one that is not."""
    forms = {point.id: kinds[point.kind].form for point in points.values if point.kind in kinds}
    measured = [ident for ident, form in forms.items() if form is not Form.DERIVED]
    items = {
        point.id: replace(point, formula=_formula(row, measured, zones, forms))
        if forms.get(point.id) is Form.DERIVED
        else point
        for point, row in points.pairs()
    }
    return Named(items, points.rows)


def _formula(
    row: Row, measured: list[str], zones: Named[Zone], forms: dict[str, Form]
) -> Node | None:
    text = row.text("formula", "")
    if not text:
        return None  # refused already
    try:
        node = parse_formula(text, measured, zones.items)
    except BadExpression as bad:
        row.fault("formula", f"formula, column {bad.column}: {bad.what}", bad.hint)
        return None
    for asked in operands(node):
        if asked.op in OF_COUNTERS and forms[asked.point] is not Form.CUMULATIVE:
            what = f"{asked.op}({asked.point}) is asked of a counter, and this is none"
            row.fault("formula", what, f"value({asked.point})")
    if all(asked.op in OF_ZONES for asked in operands(node)):
        row.fault("formula", "nothing that is measured stands in it", "ask for a value of a point")
    return node
