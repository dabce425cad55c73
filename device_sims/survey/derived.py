"""Points nobody reports: what the server works out of others, written as it reads formulas."""

from collections.abc import Iterable, Iterator

from device_sims.survey.ground import Draft, Names
from device_sims.survey.hung import Point

OF_A_SHIFT = {
    "water_total": ("water_shift", Names("本班用水量", "Water used in this shift")),
    "drainage_total": ("drainage_shift", Names("本班抽采量", "Gas drained in this shift")),
}
"""Counters whose shift is shown, and by which kind."""
OF_A_FACE, RETURN_OF_IT = "WIND-01", "CH4-T2"
"""How the ids of a face's air speed and of the methane in its return begin."""
O2_M3_H = 0.03
"""What one sheltering person breathes: half a litre a minute (井下紧急避险系统建设管理规定)."""
BOTTLES_M3 = 2.0
"""Oxygen bottles of a refuge, by their own volume."""
BAR_MPA = 10.0
"""Volumes of free gas that a volume holds for each MPa."""


def derived(draft: Draft, hung: Iterable[Point]) -> Iterator[Point]:
    """Air where its speed is measured, gas that comes of a face, hours a refuge's oxygen lasts."""
    points = list(hung)
    for wind in (p for p in points if p.kind == "wind"):
        yield _air(draft, wind)
    known = {p.id: p for p in points}
    for wind in (p for p in points if p.id.startswith(OF_A_FACE)):
        yield _emission(draft, wind, known[wind.id.replace(OF_A_FACE, RETURN_OF_IT)])
    for counter in (p for p in points if p.kind in OF_A_SHIFT):
        yield _shift(counter)
    for store in (p for p in points if p.kind == "stored_air"):
        yield _endurance(draft, store)


def _made(like: Point, ident: str, names: Names, kind: str, formula: str) -> Point:
    return Point(ident, names, kind, like.place, like.road, like.chainage_m, like.region, formula)


def _air(draft: Draft, wind: Point) -> Point:
    section = draft.roads[wind.road].section_m2
    names = Names(
        wind.name.zh.replace("风速", "风量"), wind.name.en.replace("air speed", "air volume")
    )
    formula = f"value({wind.id}) * {section:g} * 60"
    return _made(wind, f"Q-{wind.id}", names, "air_volume", formula)


def _emission(draft: Draft, wind: Point, gas: Point) -> Point:
    section = draft.roads[wind.road].section_m2
    where = gas.name.zh.split(" ")[0]
    names = Names(f"{where} 瓦斯涌出量", f"{where} gas emission")
    formula = f"value({gas.id}) / 100 * value({wind.id}) * {section:g} * 60"
    return _made(gas, f"EMIT-{gas.id}", names, "gas_emission", formula)


def _shift(counter: Point) -> Point:
    kind, names = OF_A_SHIFT[counter.kind]
    ident = counter.id.replace("SUM", "SHIFT")
    return _made(counter, ident, names, kind, f"total({counter.id})")


def _endurance(draft: Draft, store: Point) -> Point:
    """The refuge is the zone its room is in; the range of the kind ends at a thousand hours."""
    zone = next(
        z.id for z in draft.zones if z.kind == "refuge" and z.stretches[0].road == store.road
    )
    names = Names(
        store.name.zh.replace("供氧瓶压力", "可生存时间"),
        store.name.en.replace("stored oxygen", "endurance"),
    )
    gas = f"value({store.id}) * {BAR_MPA * BOTTLES_M3:g}"
    formula = f"min(999, {gas} / ({O2_M3_H:g} * max(heads({zone}), 1)))"
    return _made(store, store.id.replace("STORE", "HOURS"), names, "endurance", formula)
