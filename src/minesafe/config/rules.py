"""Kinds of points and the rule pack: limits are data, each with its clause."""

from collections.abc import Mapping
from dataclasses import fields

from minesafe.config.row import Named, Row, gather
from minesafe.model.mine import Kind, Limits, Name, Rule, Severity, System

SIDES = (
    ("alarm_high", "cut_high", "restore_high", 1.0),
    ("alarm_low", "cut_low", "restore_low", -1.0),
)
"""Keys of each side and the sign that turns the low side into the high one."""

NUMBERS = tuple(f.name for f in fields(Limits) if not f.name.endswith("_delay_s"))


def read_kinds(file: Row) -> Named[Kind]:
    """Rows of kinds.toml."""
    kinds = gather(file.take_parts("kind"), _kind)
    file.done()
    return kinds


def _kind(row: Row, ident: str) -> Kind:
    low, high = row.number("low"), row.number("high")
    period, stale = row.number("period_s", low=0.1, high=3600), row.number("stale_s", low=0.1)
    if low >= high:
        row.fault("high", f"the range ends at {high:g}, not above its start {low:g}")
    if stale < 2 * period:
        row.fault("stale_s", f"{stale:g} s is less than two periods", f"at least {2 * period:g}")
    states = tuple(_state(part) for part in row.take_parts("state"))
    return Kind(
        ident,
        row.name(),
        row.member("system", System),
        row.text("unit", ""),
        low,
        high,
        row.whole("decimals", low=0, high=6),
        period,
        stale,
        states,
        Name(row.text("guidance_zh"), row.text("guidance_en")),
    )


def _state(row: Row) -> tuple[int, Name]:
    state = (row.whole("value", low=0, high=65_535), row.name())
    row.done()
    return state


# --- limits --------------------------------------------------------------------------------


def read_limits(row: Row, given: Limits | None = None) -> Limits:
    """The limits of a row; what it does not give is taken from `given`."""
    base = given or Limits()

    def own(key: str, else_: float | None) -> float | None:
        return row.number_or_none(key) if row.has(key) else else_

    return Limits(
        own("alarm_high", base.alarm_high),
        own("cut_high", base.cut_high),
        own("restore_high", base.restore_high),
        own("alarm_low", base.alarm_low),
        own("cut_low", base.cut_low),
        own("restore_low", base.restore_low),
        row.number("on_delay_s", base.on_delay_s, low=0, high=3600),
        row.number("off_delay_s", base.off_delay_s, low=0, high=3600),
    )


def check_order(row: Row, limits: Limits) -> None:
    """Restore inside alarm, alarm inside cut-off, low side below high side."""
    for alarm_key, cut_key, restore_key, sign in SIDES:
        alarm, cut, restore = (_signed(limits, k, sign) for k in (alarm_key, cut_key, restore_key))
        beyond = "above" if sign > 0 else "below"
        if alarm is not None and cut is not None and cut < alarm:
            what = f"{cut_key} {sign * cut:g} must not be inside {alarm_key} {sign * alarm:g}"
            row.fault(cut_key, what, f"the cut-off lies at the alarm limit or {beyond} it")
        first = min((v for v in (alarm, cut) if v is not None), default=None)
        if restore is not None and first is None:
            row.fault(restore_key, f"{restore_key} without an alarm limit or a cut-off")
        elif restore is not None and first is not None and restore > first:
            what = f"{restore_key} {sign * restore:g} is not inside the limit {sign * first:g}"
            row.fault(restore_key, what, f"it may not lie {beyond} it")
    high, low = limits.alarm_high, limits.alarm_low
    if high is not None and low is not None and low >= high:
        row.fault("alarm_low", f"alarm_low {low:g} is not below alarm_high {high:g}")


def _signed(limits: Limits, key: str, sign: float) -> float | None:
    value: float | None = getattr(limits, key)
    return None if value is None else sign * value


def check_range(row: Row, limits: Limits, kind: Kind) -> None:
    """A limit the sensor cannot reach would never be seen."""
    for key in NUMBERS:
        value: float | None = getattr(limits, key)
        if value is not None and not kind.low <= value <= kind.high:
            what = f"{key} {value:g} {kind.unit} is outside the range of {kind.id!r}"
            row.fault(key, what, f"{kind.low:g} … {kind.high:g}")


def looser(limits: Limits, rule: Limits) -> dict[str, float]:
    """Keys in which limits let more pass than the rule, each with the rule's own value."""
    found: dict[str, float] = {}
    for *keys, sign in SIDES:
        for key in keys:
            mine, law = _signed(limits, str(key), float(sign)), _signed(rule, str(key), float(sign))
            if law is not None and mine is not None and mine > law:
                found[str(key)] = float(sign) * law
    if limits.on_delay_s > rule.on_delay_s:
        found["on_delay_s"] = rule.on_delay_s
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
    limits = read_limits(row)
    check_order(row, limits)
    if kind:
        check_range(row, limits, kinds[kind])
    return Rule(
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
    )


def rule_for(rules: Mapping[str, Rule], kind: str, place: str) -> Rule | None:
    """The row for (kind, place), else the kind's row for any place ("*")."""
    by_place = {r.place: r for r in rules.values() if r.kind == kind}
    return by_place.get(place) or by_place.get("*")
