"""`[[armed]]` rows of a rule pack: what an order to evacuate demands of the mine's machines."""

from collections.abc import Sequence

from minesafe.config.row import Named, Row, gather
from minesafe.model.mine import Armed, Kind, Point


def read_armed(rows: Sequence[Row], kinds: Named[Kind], points: Named[Point]) -> Named[Armed]:
    """Rows of a pack; one that watches nothing in this mine is said."""
    armed = gather(rows, lambda row, ident: _armed(row, ident, kinds))
    here = {point.kind for point in points.values}
    for rule, row in armed.pairs():
        if rule.kind and rule.kind not in here:
            row.warn("kind", f"rule {rule.id!r} watches no point: the mine has no {rule.kind!r}")
    return armed


def _armed(row: Row, ident: str, kinds: Named[Kind]) -> Armed:
    kind = row.reference("kind", kinds, "kind")
    state = row.whole("state", low=0, high=65_535)
    known = dict(kinds[kind].states) if kind else {}
    if kind and state not in known:
        states = ", ".join(f"{value} {name.en}" for value, name in known.items())
        row.fault("state", f"{kind!r} has no state {state}", states or "it is no switch")
    row.text("edition")
    if not row.flag("verified"):
        row.warn("verified", f"rule {ident!r} rests on a clause nobody has verified")
    return Armed(
        ident,
        row.name(),
        kind,
        state,
        row.number("within_s", low=1, high=86_400),
        row.text("source"),
        row.text("clause"),
    )
