"""Rings of a drawing become areas of zones.toml; the rest of that file stays as people wrote it."""

from collections.abc import Mapping, Sequence
from itertools import count, pairwise

from minesafe.config.row import Findings
from minesafe.importing.drawing import Drawing, Item, Place
from minesafe.importing.plan import Plan, rule_of
from minesafe.importing.toml import Table, new_table, open_toml, write_toml
from minesafe.model.errors import Fault
from minesafe.model.mine import Mine


def draw_zones(
    findings: Findings, drawing: Drawing, plan: Plan, mine: Mine, text: str
) -> tuple[str, dict[str, str]] | None:
    """zones.toml with the areas of a drawing; and the origin of each zone brought, by its id.

    A ring is the zone whose id or name the word inside it says, else a new one.

    Args:
        findings: where faults and warnings go; origins are their cells.
        drawing: what was drawn.
        plan: what its layers mean.
        mine: the revision in force.
        text: zones.toml as it is.
    """
    rings = [ring for ring in drawing.rings if rule_of(plan.zones, ring.layer)]
    if not rings:
        layers = ", ".join(drawing.layers()[:12]) or "none"
        what = "has no closed line on a zone's layer"
        findings.cannot_read(drawing.file, 0, what, f"has: {layers}")
        return None
    page = open_toml(findings, drawing.file, text)
    if page is None:
        return None
    origins: dict[str, str] = {}
    for ring in rings:
        ident = _put(page, ring, _named(ring, drawing, plan), plan, mine)
        _check(findings, drawing.file, ring, ident, origins)
        origins[ident] = ring.origin
    return write_toml(page), origins


def _check(
    findings: Findings, file: str, ring: Item, ident: str, origins: Mapping[str, str]
) -> None:
    if ident in origins:
        what = f"zone {ident} is drawn twice"
        findings.faults.append(Fault(file, 0, what, f"first as {origins[ident]}", ring.origin))


def _put(page: Table, ring: Item, name: str, plan: Plan, mine: Mine) -> str:
    """Give the zone its new corners; returns its id."""
    rule = rule_of(plan.zones, ring.layer)
    given = dict(rule.values if rule else ()) | dict(ring.given)
    zone = _known(page["zone"], str(given.get("id") or name), name)
    if zone is None:
        zone = _new(page, given, name)
    for stretch in ("roadways", "interval"):
        zone.pop(stretch, None)
    zone["level"] = str(given.get("level") or zone.get("level") or _nearest_level(ring, mine))
    zone["polygon"] = [[x, y] for x, y, _ in ring.places]
    return str(zone["id"])


def _known(zones: Sequence[Table], *names: str) -> Table | None:
    called = {name for name in names if name}
    keys = ("id", "zh", "en")
    return next((z for z in zones if called & {str(z.get(key)) for key in keys}), None)


def _new(page: Table, given: Mapping[str, object], name: str) -> Table:
    taken = {str(zone.get("id")) for zone in page["zone"]}
    ident = str(given.get("id") or next(f"Z{n}" for n in count(1) if f"Z{n}" not in taken))
    names = {"zh": given.get("zh") or name or f"新区域 {ident}", "en": given.get("en")}
    names["en"] = names["en"] or f"Area {ident}"
    told = {key: given[key] for key in FROM_LAYER if given.get(key) is not None}
    page["zone"].append(new_table({"id": ident, **names, **told}))
    added: Table = page["zone"][-1]
    return added


FROM_LAYER = ("kind", "limit", "maintenance_limit")
"""What a layer of the plan may say of a new zone."""


def _nearest_level(ring: Item, mine: Mine) -> str:
    height = ring.places[0][2]
    return min(mine.levels, key=lambda level: abs(level.elevation_m - height)).id


def _named(ring: Item, drawing: Drawing, plan: Plan) -> str:
    """The first word that stands in the ring, unless the ring has a name of its own."""
    words = [w for w in drawing.words if w.layer in plan.names or not plan.names]
    inside = (w.text for w in words if holds(ring.places, w.places[0]))
    return ring.text or next(inside, "")


def holds(corners: Sequence[Place], place: Place) -> bool:
    """Whether a place lies in a ring, in plan.

    >>> holds([(0, 0, 0), (2, 0, 0), (2, 2, 0), (0, 2, 0)], (1, 1, 9))
    True
    """
    x, y, odd = place[0], place[1], False
    for a, b in pairwise((*corners, corners[0])):
        if (a[1] > y) != (b[1] > y) and x < a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1]):
            odd = not odd
    return odd
