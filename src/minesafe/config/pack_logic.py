"""`[[logic]]` rows of a rule pack: rules about several points that hold in every mine.

A pack knows no ids. Its expressions name kinds: the kind a row is about means one point of it,
and the row makes a rule for each; any other kind means any point of that kind in the same zone,
the smallest of the row's kinds of zone that holds the point (`roadway`: in the same roadway, as two
doors are), or in the mine where the row names no kind of zone. In a list of `of` every point of the
zone counts for itself. `sos(zone)` and `heads(zone)` ask about that zone. Where a zone has no
point that could make the expression hold, there is no rule.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from minesafe.config.logic import ASKS, has_window, read_expression
from minesafe.config.row import Named, Row
from minesafe.model.logic import Logic, Node, operands
from minesafe.model.mine import Interval, Kind, Point, Severity, Zone, ZoneKind
from minesafe.model.windows import Window

HERE = "zone"
"""What an expression calls the zone of its point."""

ROADWAY = "roadway"
"""In place of kinds of zone: the roadway a point hangs in is all the ground its rule is about."""


class Area(Protocol):
    """Some ground."""

    @property
    def id(self) -> str:
        """Of the zone, or of the roadway."""

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """Stretches of roadways."""


@dataclass(frozen=True, slots=True)
class _Roadway:
    id: str
    intervals: tuple[Interval, ...]


@dataclass(frozen=True)
class Ground:
    """The points of a mine by zone."""

    points: Sequence[Point]
    zones: Sequence[Zone]
    windows: Named[Window]

    def smallest(self, point: Point, kinds: Sequence[str]) -> Area | None:
        """The zone of some kinds with the shortest roadways that holds a point."""
        if ROADWAY in kinds:
            return _Roadway(point.roadway, (Interval(point.roadway, 0.0, math.inf),))
        holding = [z for z in self.zones if z.kind in kinds and _holds(z, point)]
        return min(holding, key=_length, default=None)

    def of_kind(self, kind: str, zone: Area | None) -> list[Point]:
        """Points of a kind in a zone, or in the mine."""
        return [p for p in self.points if p.kind == kind and (zone is None or _holds(zone, p))]


def read_pack_logic(rows: Sequence[Row], kinds: Named[Kind], ground: Ground) -> list[Logic]:
    """Rows of a rule pack, written out for the points of this mine."""
    rules: list[Logic] = []
    for row in rows:
        rules += _rules(row, row.id(), kinds, ground)
        row.done()
    return rules


def _rules(row: Row, ident: str, kinds: Named[Kind], ground: Ground) -> list[Logic]:
    about = row.reference("about", kinds, "kind")
    where = row.words("zones", [*map(str, ZoneKind), ROADWAY], required=False)
    here = (HERE,) if where and ROADWAY not in where else ()
    when = read_expression(row, "when", kinds.items, here, general=True)
    until = None
    if row.has("until"):
        until = read_expression(row, "until", kinds.items, here, general=True)
    general = Logic(
        ident,
        row.text("zh"),
        row.text("en"),
        about,
        when,
        until,
        row.number("for_s", 0.0, low=0, high=86_400),
        row.member("level", Severity),
        row.text("source"),
        row.text("clause"),
        row.guidance(),
    )
    row.text("edition")
    verified = row.flag("verified")
    rules = list(_written_out(general, where, ground))
    if rules and not verified:
        what = f"rule {ident!r} rests on a clause nobody has verified"
        row.warn("verified", f"{what} ({general.source} {general.clause})")
    return rules


def _written_out(general: Logic, where: Sequence[str], ground: Ground) -> Iterator[Logic]:
    seen: set[Node] = set()
    for point in (p for p in ground.points if p.kind == general.about):
        zone = ground.smallest(point, where)
        if where and zone is None:
            continue
        here = {} if zone is None else {HERE: zone.id}
        place = _Place(ground, zone, here | {general.about: point.id})
        when = place.spread(general.when)
        if when is None or when in seen:
            continue
        seen.add(when)
        until = None if general.until is None else place.spread(general.until)
        yield replace(
            general, id=f"{general.id}.{point.id}", about=point.id, when=when, until=until
        )


@dataclass(frozen=True)
class _Place:
    """Where an expression is written out, and what it means there by the names it uses."""

    ground: Ground
    zone: Area | None
    means: Mapping[str, str]

    def spread(self, node: Node) -> Node | None:
        """The node for this place; None where nothing there could make it hold."""
        if node.op == "of":
            return self._several(node)
        if node.op in ("and", "not", "or"):
            return _joined(node, [self.spread(arg) for arg in node.args])
        choices = [self.means]
        for kind in sorted({o.point for o in operands(node)} - set(self.means)):
            points = [p for p in self.ground.of_kind(kind, self.zone) if self._answers(node, p)]
            choices = [{**choice, kind: p.id} for choice in choices for p in points]
        return _any([_named(node, choice) for choice in choices])

    def _several(self, node: Node) -> Node | None:
        """In a list of which some must hold, every point of the zone stands for itself."""
        anywhere = replace(self, means={} if self.zone is None else {HERE: self.zone.id})
        found = [anywhere.spread(arg) for arg in node.args]
        known = [one for one in found if one is not None]
        flat = list(dict.fromkeys(part for one in known for part in _parts(one)))
        return replace(node, args=tuple(flat)) if len(flat) >= node.number else None

    def _answers(self, node: Node, point: Point) -> bool:
        """Whether a point has the rules over time that are asked of its kind."""
        asked = [ASKS[o.op] for o in operands(node) if o.point == point.kind and o.op in ASKS]
        return all(has_window(self.ground.windows, point, family) for family in asked)


def _joined(node: Node, args: Sequence[Node | None]) -> Node | None:
    known = [arg for arg in args if arg is not None]
    if node.op == "or":
        return _any(known)
    return replace(node, args=tuple(known)) if len(known) == len(args) else None


def _parts(node: Node) -> Iterator[Node]:
    """What an `or` is made of: each counts for itself in a list of `of`."""
    if node.op != "or":
        yield node
        return
    for arg in node.args:
        yield from _parts(arg)


def _any(found: Sequence[Node]) -> Node | None:
    if not found:
        return None
    whole = found[0]
    for one in found[1:]:
        whole = Node("or", (whole, one))
    return whole


def _named(node: Node, ids: Mapping[str, str]) -> Node:
    args = tuple(_named(arg, ids) for arg in node.args)
    return replace(node, args=args, point=ids.get(node.point, node.point))


def _holds(zone: Area, point: Point) -> bool:
    return any(
        i.roadway == point.roadway and i.from_m <= point.chainage_m <= i.to_m
        for i in zone.intervals
    )


def _length(zone: Area) -> float:
    return sum(i.to_m - i.from_m for i in zone.intervals)
