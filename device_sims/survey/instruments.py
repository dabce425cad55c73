"""What is measured where: tables of points for a face, a heading, a main, a chamber, a refuge.

Places are those of the rule pack coal-cn: T0 return corner, T1 face or heading, T2 their return.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files

import msgspec

from device_sims.survey.derived import derived
from device_sims.survey.ground import Draft, Level, Names, Panel
from device_sims.survey.hung import Point, Row
from device_sims.survey.mains import Mains


def _tables() -> Mapping[str, tuple[Row, ...]]:
    """instruments.csv by its first column."""
    text = files("device_sims.survey").joinpath("instruments.csv").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    tables: dict[str, list[Row]] = {}
    for cells in csv.DictReader(lines):
        row = msgspec.convert(cells, Row, strict=False)  # numbers stand as text
        tables.setdefault(cells["table"], []).append(row)
    return {name: tuple(rows) for name, rows in tables.items()}


TABLES = _tables()


def points(draft: Draft, mains: Iterable[Mains]) -> list[Point]:
    """Every point, in the order of the places they hang at."""
    hung: list[Point] = []
    for panel in draft.panels:
        hung += _of_panel(draft, panel, hung)
    for main in mains:
        hung += _of_main(draft, main)
    for what, roads in draft.rooms.items():
        for road in roads:
            hung += _of_room(draft, what, road)
    outlet, inlet = {"outlet": "U01"}, {"inlet": "V01"}
    hung += _hang(draft, TABLES["fan_house"], outlet, "", "", "surface")
    hung += _hang(draft, TABLES["surface"], inlet, "", "", "surface")
    return [*hung, *derived(draft, hung)]


def _of_panel(draft: Draft, panel: Panel, before: Iterable[Point]) -> Iterator[Point]:
    """The first panel of a sort has the plain ids, the others their number behind."""
    ids = {p.id for p in before}
    for point in _hang(draft, TABLES[panel.kind], panel.roads, panel.number, "", panel.district):
        plain = point.id.format(n=panel.number)
        ident = f"{plain}-{panel.number}" if plain in ids else plain
        place = "rock_heading" if panel.rock and point.kind == "wind" else point.place
        yield Point(
            ident, point.name, point.kind, place, point.road, point.chainage_m, point.region
        )


def _of_main(draft: Draft, main: Mains) -> Iterator[Point]:
    """On the middle sections; the return where it leaves the level."""
    mark = main.track[0].removesuffix("J0")
    tracks = [r for r in draft.roads if r.startswith(f"{mark}A") and r[len(mark) + 1 :].isdigit()]
    belts = [r for r in draft.roads if r.startswith(f"{mark}D") and r[len(mark) + 1 :].isdigit()]
    roads = {
        "track": tracks[len(tracks) // 2],
        "belt": belts[-1],
        "back": f"{mark}B01",
        "station": f"{mark}A01",
        "doors": f"{mark}Y01",
    }
    z = f"{main.level.elevation_m:g}"
    yield from _hang(draft, TABLES["mains"], roads, z, z, main.level.id)


def _of_room(draft: Draft, what: str, road: str) -> Iterator[Point]:
    survey = draft.roads[road]
    name, level = survey.name, _level(draft, survey.level)
    rows = TABLES["refuge"] if what == "refuge" else TABLES["room"]
    rows += TABLES["sump"] if what == "pump" else ()
    yield from _hang(draft, rows, {"room": road}, name.zh, road, level.id, en=name.en)


def _level(draft: Draft, ident: str) -> Level:
    return next(level for level in draft.levels if level.id == ident)


def _hang(
    draft: Draft,
    rows: Iterable[Row],
    roads: Mapping[str, str],
    where: str,
    suffix: str,
    region: str,
    *,
    en: str = "",
) -> Iterator[Point]:
    """Hang a table's instruments."""
    for row in rows:
        road = draft.roads[roads[row.part]]
        zh = f"{where} {row.zh}".strip() if where else row.zh
        english = _sentence(f"{en or where} {row.en}".strip())
        ident = f"{row.id}{suffix if suffix.startswith('-') or not suffix else '-' + suffix}"
        at = _chainage(row.at, road.length_m)
        yield Point(ident, Names(zh, english), row.kind, row.place, road.id, at, region)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _chainage(at: float, length: float) -> float:
    """See `Row.at`; never nearer to an end than two metres."""
    metres = length + at if at < 0 else at * length if at < 1 else at
    return round(min(max(metres, 2.0), length - 2.0), 1)
