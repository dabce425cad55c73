"""GeoJSON of another program (GIS, CAD export) becomes a drawing."""

import math
from collections.abc import Iterator

from minesafe.config.row import Findings, Row
from minesafe.config.text import decode, read_geojson
from minesafe.importing.drawing import MOST_ITEMS, Drawing, Item, Place
from minesafe.importing.plan import Plan

OWN = frozenset(
    {"id", "zh", "en", "kind", "air", "section_m2", "walkable", "main_return", "door", "level"}
)
"""Properties taken as they are, because they are called as ours."""

NAMES = ("zh", "name", "NAME", "名称")


def read_features(findings: Findings, file: str, raw: bytes, plan: Plan) -> Drawing:
    """Lines, polygons and points; what is of another shape is a fault."""
    kinds: dict[str, list[Item]] = {"LineString": [], "Polygon": [], "Point": []}
    rows = read_geojson(findings, file, decode(findings, file, raw))
    if len(rows) > MOST_ITEMS:
        findings.cannot_read(file, 0, f"holds more than {MOST_ITEMS} features")
        return Drawing(file)
    for row in rows:
        kind = str(row.values.get("type"))
        if kind not in kinds:
            row.fault("type", f"{kind} is no Point, LineString or Polygon", "take it apart")
        else:
            kinds[kind].extend(_item(row, kind, plan))
    words = [item for item in kinds["Point"] if item.text]
    return Drawing(
        file,
        tuple(kinds["LineString"]),
        tuple(kinds["Polygon"]),
        tuple(kinds["Point"]),
        tuple(words),
    )


def _item(row: Row, kind: str, plan: Plan) -> Iterator[Item]:
    course = row.values.get("coordinates")
    if kind == "Polygon" and isinstance(course, list):
        if len(course) > 1:
            row.fault("coordinates", "has holes; a zone has none", "draw it as two zones")
        course = course[0] if course else None
    places = _places([course] if kind == "Point" else course, plan)
    if not places:
        row.fault("coordinates", "holds no places", "[[x, y, z], …]")
        return
    if kind == "Polygon" and places[0] == places[-1]:
        places.pop()
    layer = str(row.values.get(plan.layer_property, ""))
    given = tuple((key, value) for key, value in row.values.items() if key in OWN)
    name = next((str(row.values[key]) for key in NAMES if row.values.get(key)), "")
    yield Item(layer, f"line {row.line}", tuple(places), name, given)


def _places(course: object, plan: Plan) -> list[Place]:
    if not isinstance(course, list) or not all(_is_place(place) for place in course):
        return []
    return [plan.place(p[0], p[1], p[2] if len(p) > 2 else 0.0) for p in course]


def _is_place(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) in (2, 3)
        and all(isinstance(n, int | float) and not isinstance(n, bool) for n in value)
        and all(math.isfinite(n) for n in value)
    )
