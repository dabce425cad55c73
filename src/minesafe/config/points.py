"""测点 of points.csv: where they sit, who reports them, which limits hold."""

from dataclasses import asdict

from minesafe.config.devices import Devices
from minesafe.config.formulas import derived
from minesafe.config.hosts import check_codes, coded
from minesafe.config.place import Ground, Survey
from minesafe.config.registers import (
    Wiring,
    check_period,
    check_registers,
    check_switch,
    read_wiring,
)
from minesafe.config.row import Named, Row, gather
from minesafe.config.rules import (
    NUMBERS,
    check_order,
    check_range,
    looser,
    read_limits,
    rule_for,
)
from minesafe.config.words import nearest
from minesafe.model.mine import Kind, Limits, Point, Rule

HEADINGS = {
    "序号": "no",
    "测点号": "id",
    "名称": "zh",
    "英文名称": "en",
    "类型": "kind",
    "单位": "unit",
    "量程下限": "low",
    "量程上限": "high",
    "安装位置": "place",
    "水平": "level",
    "X": "x",
    "Y": "y",
    "Z": "z",
    "巷道": "roadway",
    "里程": "chainage_m",
    "协议": "protocol",
    "地址": "device",
    "字序": "word_order",
    "寄存器": "address",
    "数据类型": "encoding",
    "比例": "scale",
    "计算式": "formula",
    "状态寄存器": "status_address",
    "功能码": "function",
    "位": "bit",
    "小数位": "decimals",
    "偏移": "offset",
    "状态功能码": "status_function",
    "巡检周期s": "period_s",
    "预警": "warn_high",
    "报警": "alarm_high",
    "断电": "cut_high",
    "复电": "restore_high",
    "低预警": "warn_low",
    "低报警": "alarm_low",
    "低断电": "cut_low",
    "低复电": "restore_low",
    "回差": "dead_band",
    "延时s": "on_delay_s",
    "解除延时s": "off_delay_s",
    "校准日期": "calibrated",
    "负责人": "keeper",
    "处置提示": "guidance_zh",
    "英文处置提示": "guidance_en",
    "编码": "code",
    "备注": "note",
}
"""Chinese headings of a points list → our keys."""

FOR_READERS = ("no", "calibrated", "keeper", "note")
"""Columns that are there for people; nothing is judged by them."""

OFF_ROADWAY_M = 5.0
"""A surveyed sensor lies this near to the middle of its roadway."""


def read_points(
    rows: list[Row], ground: Ground, kinds: Named[Kind], rules: Named[Rule], devices: Devices
) -> Named[Point]:
    """All points; registers that overlap are faults."""
    points = gather(
        rows, lambda row, ident: coded(row, _point(row, ident, ground, kinds, rules, devices))
    )
    check_codes(points)
    check_registers(points, devices.substations)
    _check_unverified(points, rules)
    return points


def _point(
    row: Row,
    ident: str,
    ground: Ground,
    kinds: Named[Kind],
    rules: Named[Rule],
    devices: Devices,
) -> Point:
    row.taken.update(FOR_READERS)
    name = row.name()
    kind = row.reference("kind", _by_any_name(kinds), "kind")
    kind = _by_any_name(kinds).get(kind, "")
    place = row.text("place")
    roadway, chainage = _where(row, ground)
    device = ""
    if not derived(row, kinds, kind):
        device = row.reference("device", devices.reporting, "device")
    wired = read_wiring(row, device, devices.substations.items.get(device))
    _check_kind(row, kinds.items.get(kind), wired)
    rule = _rule(row, kind, place, rules)
    limits = _limits(row, rule, kinds.items.get(kind))
    rule_id = rule.id if rule else None
    return Point(
        ident, name, kind, place, roadway, chainage, rule_id, limits, device,
        guidance=row.guidance(), **asdict(wired),
    )  # fmt: skip  # one line a thought: where, which limits, which registers


def _by_any_name(kinds: Named[Kind]) -> dict[str, str]:
    """A points list may say 甲烷 as well as methane."""
    return {k.name.zh: k.id for k in kinds.values} | {k.id: k.id for k in kinds.values}


def _where(row: Row, ground: Ground) -> tuple[str, float]:
    """Roadway and chainage: given, or the nearest to the surveyed x, y, z."""
    survey = _survey(row)
    if survey and not row.has("roadway"):
        roadway, chainage, away = ground.nearest(survey)
        row.taken.add("chainage_m")
    else:
        roadway = row.reference("roadway", ground.roadways, "roadway")
        chainage = ground.chainage(row, "chainage_m", roadway)
        away = ground.away(roadway, chainage, survey) if survey and roadway else 0.0
    if away > OFF_ROADWAY_M:
        row.fault("x", f"x, y, z lie {away:.0f} m from roadway {roadway!r}", "survey it again")
    level = row.reference("level", ground.levels, "level") if row.has("level") else ""
    if level and roadway and level != ground.roadways[roadway].level:
        row.fault("level", f"roadway {roadway!r} is not on level {level!r}")
    return roadway, chainage


def _survey(row: Row) -> Survey | None:
    given = [row.number_or_none(key) for key in "xyz"]
    numbers = [n for n in given if n is not None]
    if 0 < len(numbers) < 3:
        row.fault("x", "x, y and z stand together or not at all")
    return (numbers[0], numbers[1], numbers[2]) if len(numbers) == 3 else None


def _check_kind(row: Row, kind: Kind | None, wired: Wiring) -> None:
    unit, low, high = row.text("unit", ""), row.number_or_none("low"), row.number_or_none("high")
    if kind is None:
        return
    if unit and unit != kind.unit:
        row.fault("unit", f"unit {unit!r} is not that of {kind.id!r}", f"it is {kind.unit!r}")
    for key, own, kinds_own in (("low", low, kind.low), ("high", high, kind.high)):
        if own is not None and own != kinds_own:
            row.fault(key, f"range {own:g} is not that of {kind.id!r}", f"it is {kinds_own:g}")
    check_switch(row, kind, wired)
    check_period(row, kind, wired)


def _rule(row: Row, kind: str, place: str, rules: Named[Rule]) -> Rule | None:
    rule = rule_for(rules.items, kind, place)
    places = [r.place for r in rules.values if r.kind == kind]
    if places and rule is None and place:
        row.fault("place", f"no rule for {kind!r} at place {place!r}", nearest(place, places))
    elif kind and not places:
        row.warn("kind", f"the rule pack has no row for kind {kind!r}")
    return rule


def _limits(row: Row, rule: Rule | None, kind: Kind | None) -> Limits:
    limits = read_limits(row, rule.limits if rule else None)
    own = [k for k in NUMBERS if k in row.values]
    if own:
        check_order(row, limits)
    if own and kind:
        check_range(row, limits, kind)
    if rule:
        _check_strict(row, limits, rule)
    return limits


def _check_strict(row: Row, limits: Limits, rule: Rule) -> None:
    """A point may be stricter than its rule; a statutory one never looser (AQ 1029)."""
    for key, (own, law) in looser(limits, rule.limits).items():
        what = f"{key} {own:g} is looser than rule {rule.id!r} allows"
        tell = row.fault if rule.statutory else row.warn
        tell(key, what, f"at most as loose as {law:g} ({rule.source} {rule.clause})")


def _check_unverified(points: Named[Point], rules: Named[Rule]) -> None:
    for ident in dict.fromkeys(p.rule for p in points.values if p.rule):
        rule, row = rules[ident], rules.rows[ident]
        if not rule.verified:
            what = f"rule {ident!r} rests on a clause nobody has verified"
            row.warn("verified", what, f"{rule.source} {rule.clause}")
