"""[[suppress]] of logic.toml: which alarms another alarm explains.

What could hide a rule that withdraws people is refused: such an alarm is always heard.
"""

from collections.abc import Mapping, Sequence

from minesafe.config.row import Named, Row, gather
from minesafe.model.logic import Logic
from minesafe.model.mine import Kind, Point, Rule, Severity
from minesafe.model.mine.triggers import Trigger
from minesafe.model.suppression import DEVICE_LOST, Suppression
from minesafe.model.windows import CONDITIONS, Window

LIMITS = ("high", "low")
HEALTH = "health"
WINDOWS = {condition.name.lower(): family for family, condition in CONDITIONS.items()}
FAMILIES = (HEALTH, *LIMITS, *WINDOWS)
"""Families of alarms about a point, as `minesafe.alarms.conditions` names them."""


def read_suppressions(
    rows: Sequence[Row],
    points: Named[Point],
    kinds: Named[Kind],
    rules: Named[Rule],
    windows: Named[Window],
    logic: Named[Logic],
    triggers: Sequence[Trigger],
) -> Named[Suppression]:
    """The rows, each with its points written out."""

    def one(row: Row, ident: str) -> Suppression:
        families = row.words("families", FAMILIES, what="family")
        chosen = _chosen(row, points, kinds)
        for point in chosen:
            _check(row, point, families, rules.items, windows)
            _check_triggers(row, point, families, triggers)
        ids = tuple(p.id for p in chosen)
        return Suppression(ident, families, ids, row.word("while", (DEVICE_LOST, *logic)))

    return gather(rows, one)


def _chosen(row: Row, points: Named[Point], kinds: Named[Kind]) -> list[Point]:
    """By name, by kind, or all there are."""
    named = row.words("points", points, required=False, what="point")
    of_kind = row.words("kinds", kinds, required=False, what="kind")
    if not named and not of_kind:
        return list(points.values)
    return [p for p in points.values if p.id in named or p.kind in of_kind]


def _check(
    row: Row,
    point: Point,
    families: Sequence[str],
    rules: Mapping[str, Rule],
    windows: Named[Window],
) -> None:
    rule = rules.get(point.rule or "")
    hides = set(families)
    if rule is not None and not hides.isdisjoint(LIMITS):
        worst = Severity.I in (rule.alarm_level, rule.cut_level)
        if rule.withdraw or worst:
            what = f"it could hide rule {rule.id!r} of point {point.id!r}, which withdraws people"
            row.fault("families", what, 'suppress "health" alone, or name other points')
    for window in windows.values:
        own = window.kind == point.kind and window.point in ("", point.id)
        if own and window.level == Severity.I and _family(window) in hides:
            what = f"it could hide {window.id!r} of point {point.id!r}, which is of level I"
            row.fault("families", what, f"leave {_family(window)!r} out")


def _check_triggers(
    row: Row, point: Point, families: Sequence[str], triggers: Sequence[Trigger]
) -> None:
    """The policy may evacuate where the rule pack does not."""
    for side in (family for family in families if family in LIMITS):
        for trigger in triggers:
            told = any(trigger.answers(f"{limit}_{side}", point.kind) for limit in ("alarm", "cut"))
            if told and trigger.level is Severity.I:
                what = f"it could hide {trigger.on!r} of point {point.id!r}, which evacuates"
                row.fault("families", what, f"leave {side!r} out")


def _family(window: Window) -> str:
    return CONDITIONS[window.family].name.lower()
