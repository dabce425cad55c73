"""`[[window]]` rows of a rule pack: rules over time, each with its parameters and its source."""

from typing import NamedTuple

from minesafe.config.row import Named, Row, gather
from minesafe.model.mine import Kind, Point, Severity
from minesafe.model.windows import AMOUNTS, Window, WindowFamily

SIDES = ("high", "low")


class _Needs(NamedTuple):
    """What a family has to be told besides window and limit, and what it may be told."""

    keys: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


NEEDS: dict[WindowFamily, _Needs] = {
    WindowFamily.RISE: _Needs(may=("restore", "side")),
    WindowFamily.REPEAT: _Needs(("count",), ("of", "side")),
    WindowFamily.OVER_TIME: _Needs(("over_s",), ("side",)),
    WindowFamily.TWA: _Needs(may=("restore", "side")),
    WindowFamily.STEL: _Needs(may=("restore", "side")),
    WindowFamily.FORECAST: _Needs(("horizon_s",), ("restore", "side")),
    WindowFamily.DRIFT: _Needs(("target", "slack")),
}


def read_windows(file: Row, kinds: Named[Kind]) -> Named[Window]:
    """Rows of a rule pack; one row for each family of a kind, and of a point."""
    windows = gather(file.take_parts("window"), lambda row, ident: _window(row, ident, kinds))
    seen: dict[tuple[str, str, str], str] = {}
    for window, row in windows.pairs():
        first = seen.setdefault((window.family, window.kind, window.point), window.id)
        if first != window.id:
            what = (
                f"{window.family} of {window.point or window.kind!r} has a row already: {first!r}"
            )
            row.fault("family", what)
    return windows


def check_windows(windows: Named[Window], points: Named[Point]) -> None:
    """A row for one point names a point there is, of its kind."""
    for window, row in windows.pairs():
        if not window.point:
            continue
        named = row.reference("point", points, "point")
        if named and points[named].kind != window.kind:
            row.fault("kind", f"point {named!r} is of kind {points[named].kind!r}")


def _window(row: Row, ident: str, kinds: Named[Kind]) -> Window:
    family = row.member("family", WindowFamily)
    needs = NEEDS[family]
    kind = row.reference("kind", kinds, "kind")
    given = {key: row.number(key) for key in needs.keys}
    may = {key: row.number(key) for key in needs.may if key != "side" and row.has(key)}
    optional = family is WindowFamily.FORECAST and not row.has("limit")
    limit = None if optional else row.number("limit")
    window_s = row.number("window_s", low=10, high=86_400)
    window = Window(
        ident, family, kind,
        row.text("point", ""),
        row.word("side", SIDES, "high") if "side" in needs.may else "high",
        window_s, limit,
        may.get("restore"),
        given.get("count", 0.0), may.get("of", 0.0), given.get("over_s", 0.0),
        given.get("horizon_s", 0.0), given.get("target", 0.0), given.get("slack", 0.0),
        row.member("level", Severity),
        row.text("source"), row.text("clause"), row.text("edition"), row.flag("verified"),
    )  # fmt: skip
    _check(row, window, given, kinds.items.get(kind))
    return window


def _check(row: Row, window: Window, given: dict[str, float], kind: Kind | None) -> None:
    for key, value in given.items():
        if key != "target" and value <= 0:
            row.fault(key, f"{key} is {value:g}", "it lies above 0")
    _check_limit(row, window, kind)
    if window.of and window.of < window.count:
        row.fault("of", f"{window.count:g} of {window.of:g} is never reached")
    if window.over_s > window.window_s:
        row.fault("over_s", f"{window.over_s:g} s do not fit into {window.window_s:g} s")
    if kind and window.window_s < 9 * kind.period_s:
        row.fault("window_s", f"{window.window_s:g} s hold fewer than nine samples")


def _check_limit(row: Row, window: Window, kind: Kind | None) -> None:
    """A value a sensor can show, or an amount above 0 that `side` gives its direction."""
    limit, restore = window.limit, window.restore
    amount = window.family in AMOUNTS
    sign = -1.0 if window.side == "low" and not amount else 1.0
    if limit is None:
        return
    if restore is not None and sign * restore > sign * limit:
        row.fault("restore", f"restore {restore:g} is not inside the limit {limit:g}")
    if amount and limit <= 0:
        row.fault("limit", f"limit is {limit:g}", "it lies above 0; side says which way")
    elif not amount and kind and not kind.low <= limit <= kind.high:
        what = f"limit {limit:g} {kind.unit} is outside the range of {kind.id!r}"
        row.fault("limit", what, f"{kind.low:g} … {kind.high:g}")
