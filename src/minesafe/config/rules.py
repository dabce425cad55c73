"""The rule pack: limits are data, each with its clause."""

from collections.abc import Mapping
from dataclasses import fields, replace
from itertools import pairwise

from minesafe.config.row import Named, Row, gather
from minesafe.model.mine import Kind, Limits, Rule, Severity

SIDES = (
    (("warn_high", "alarm_high", "cut_high"), "restore_high", 1.0),
    (("warn_low", "alarm_low", "cut_low"), "restore_low", -1.0),
)
"""Of each side its limits from the inside out, its restore value, and the sign that turns the low
side into the high one."""

BEYOND = {1.0: "above", -1.0: "below"}

NUMBERS = tuple(f.name for f in fields(Limits) if not f.name.endswith("_delay_s"))

RESTORES = frozenset(restore_key for _, restore_key, _ in SIDES)


# --- limits --------------------------------------------------------------------------------


def read_limits(row: Row, given: Limits | None = None) -> Limits:
    """The limits of a row; what it does not give is taken from `given`.

    An own dead-band stands instead of restore values given, and the other way round.
    """
    base = given or Limits()
    own = {key: row.number_or_none(key) for key in NUMBERS if row.has(key)}
    if "dead_band" in own:
        base = replace(base, restore_high=None, restore_low=None)
    elif not RESTORES.isdisjoint(own):
        base = replace(base, dead_band=None)
    return replace(
        base,
        on_delay_s=row.number("on_delay_s", base.on_delay_s, low=0, high=3600),
        off_delay_s=row.number("off_delay_s", base.off_delay_s, low=0, high=3600),
        **own,
    )


def check_order(row: Row, limits: Limits) -> None:
    """Restore inside alarm, warning inside alarm inside cut-off, low side below high side."""
    for keys, restore_key, sign in SIDES:
        given = [(key, v) for key in keys if (v := _signed(limits, key, sign)) is not None]
        for (inner, near), (outer, far) in pairwise(given):
            if far < near:
                what = f"{outer} {sign * far:g} must not be inside {inner} {sign * near:g}"
                row.fault(outer, what, f"it lies at it or {BEYOND[sign]} it")
        _check_restore(row, limits, restore_key, sign, given)
    _check_dead_band(row, limits)
    high, low = limits.alarm_high, limits.alarm_low
    if high is not None and low is not None and low >= high:
        row.fault("alarm_low", f"alarm_low {low:g} is not below alarm_high {high:g}")


def _check_restore(
    row: Row, limits: Limits, key: str, sign: float, given: list[tuple[str, float]]
) -> None:
    """Inside the alarm limit, or the cut-off where there is none; a warning may lie inside it."""
    restore = _signed(limits, key, sign)
    if restore is None:
        return
    limit = min((v for name, v in given if not name.startswith("warn")), default=None)
    if not given:
        row.fault(key, f"{key} without a limit")
    elif limit is not None and restore > limit:
        what = f"{key} {sign * restore:g} is not inside the limit {sign * limit:g}"
        row.fault(key, what, f"it may not lie {BEYOND[sign]} it")


def _check_dead_band(row: Row, limits: Limits) -> None:
    if limits.dead_band is None:
        return
    if limits.restore_high is not None or limits.restore_low is not None:
        row.fault("dead_band", "dead_band and a restore value stand together", "keep one of them")
    if limits.dead_band <= 0:
        row.fault("dead_band", f"dead_band is {limits.dead_band:g}", "it lies above 0")
    if all(getattr(limits, key) is None for keys, _, _ in SIDES for key in keys):
        row.fault("dead_band", "dead_band without a limit")


def _signed(limits: Limits, key: str, sign: float) -> float | None:
    value: float | None = getattr(limits, key)
    return None if value is None else sign * value


def check_range(row: Row, limits: Limits, kind: Kind) -> None:
    """A limit the sensor cannot reach would never be seen, nor cleared where it cannot go back."""
    reach = f"{kind.low:g} … {kind.high:g}"
    for key in set(NUMBERS) - {"dead_band"}:
        value: float | None = getattr(limits, key)
        if value is not None and not kind.low <= value <= kind.high:
            what = f"{key} {value:g} {kind.unit} is outside the range of {kind.id!r}"
            row.fault(key, what, reach)
    for key in (key for keys, _, _ in SIDES for key in keys if limits.dead_band is not None):
        back = limits.restore(key)
        if back is not None and not kind.low <= back <= kind.high:
            row.fault("dead_band", f"{key} would be cleared at {back:g} {kind.unit}", reach)


def looser(limits: Limits, rule: Limits) -> dict[str, tuple[float, float]]:
    """Keys in which limits let more pass than the rule: what they say, and what the rule says.

    A dead-band is as loose as the restore values it comes to.
    """
    found: dict[str, tuple[float, float]] = {}
    for keys, restore_key, sign in SIDES:
        for key in keys:
            for name, mine, law in (
                (key, getattr(limits, key), getattr(rule, key)),
                (restore_key, limits.restore(key), rule.restore(key)),
            ):
                if mine is not None and law is not None and sign * mine > sign * law:
                    found.setdefault(name, (mine, law))
    if limits.on_delay_s > rule.on_delay_s:
        found["on_delay_s"] = (limits.on_delay_s, rule.on_delay_s)
    return found


# --- the rule pack -------------------------------------------------------------------------


def read_rules(file: Row, kinds: Named[Kind]) -> Named[Rule]:
    """Rows of a rule pack; (kind, place) is unique."""
    _head(file)
    rules = gather(file.take_parts("rule"), lambda row, ident: _rule(row, ident, kinds))
    file.done()
    seen: dict[tuple[str, str], str] = {}
    for rule, row in rules.pairs():
        first = seen.setdefault((rule.kind, rule.place), rule.id)
        if first != rule.id:
            row.fault("place", f"{rule.kind} at {rule.place!r} has a rule already: {first!r}")
    return rules


def _head(file: Row) -> None:
    """What the pack says about itself, for its readers."""
    for key in ("id", "zh", "en"):
        file.text(key)


def _rule(row: Row, ident: str, kinds: Named[Kind]) -> Rule:
    kind = row.reference("kind", kinds, "kind")
    steady = kinds[kind].debounce_s if kind else 0.0
    limits = read_limits(row, Limits(on_delay_s=steady, off_delay_s=steady))
    latch = row.flag("latch") if row.has("latch") else None
    check_order(row, limits)
    if kind:
        check_range(row, limits, kinds[kind])
    rule = Rule(
        ident,
        kind,
        row.text("place"),
        limits,
        row.member("alarm_level", Severity),
        row.member("cut_level", Severity),
        row.flag("withdraw"),
        row.flag("statutory"),
        row.text("source"),
        row.text("clause"),
        row.text("edition"),
        row.flag("verified"),
        row.word("scope", ("airway", "mine"), "airway"),
        latch,
        row.guidance(),
    )
    if latch is False and rule.withdraw:
        row.fault("latch", "a rule that withdraws people latches", "leave latch out")
    return rule


def rule_for(rules: Mapping[str, Rule], kind: str, place: str) -> Rule | None:
    """The row for (kind, place), else the kind's row for any place ("*")."""
    by_place = {r.place: r for r in rules.values() if r.kind == kind}
    return by_place.get(place) or by_place.get("*")
