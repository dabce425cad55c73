"""A drawing becomes roadways.geojson: what was there stays what it is, what is new gets an id."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count, pairwise

import numpy as np
from scipy.spatial import cKDTree

from minesafe.config.row import Findings
from minesafe.importing.drawing import Drawing, Item, Place
from minesafe.importing.matching import Courses, Match
from minesafe.importing.parting import Piece, Pieces
from minesafe.importing.plan import Plan, rule_of
from minesafe.importing.weaving import Edge, Network, weave
from minesafe.model.errors import Fault
from minesafe.model.mine import Mine, Node, NodeKind, Roadway

NAMED_WITHIN_M = 15.0
"""A word so near to the middle of a new roadway is its name."""

IN_FORCE = "in force"
"""Origin of a roadway that was not drawn and stays."""

Feature = dict[str, object]


@dataclass(slots=True)
class Laid:
    """The new roadways.geojson, and where each of its lines comes from."""

    text: str
    origins: dict[int, str]
    """Line of the text → origin in the drawing."""
    pieces: Pieces
    """Of every roadway that is parted now."""


def lay(
    findings: Findings, drawing: Drawing, plan: Plan, mine: Mine, text: str, *, add: bool
) -> Laid | None:
    """Roadways and nodes of a drawing, beside those in force.

    Args:
        findings: where faults and warnings go; origins are their cells.
        drawing: what was drawn.
        plan: what its layers mean.
        mine: the revision in force.
        text: its roadways.geojson, whose properties go on.
        add: roadways that are not drawn stay; otherwise the drawing is the whole mine.
    """
    lines = [line for line in drawing.lines if rule_of(plan.roadways, line.layer)]
    if not lines:
        layers = ", ".join(drawing.layers()[:12]) or "none"
        findings.cannot_read(drawing.file, 0, "has no line on a roadway's layer", f"has: {layers}")
        return None
    teller = _Teller(findings, drawing.file)
    lines = [_on_level(line, plan, mine, teller) for line in lines]
    courses = Courses(mine.roadways, plan.match_m)
    if add:
        lines += _not_drawn(lines, courses, mine)
    network = weave(lines, plan.join_m)
    for item in network.doubled:
        teller.warn(item, "is drawn twice; one of them is left out")
    return _Layer(drawing, plan, mine, said(text), network, teller).laid(courses)


@dataclass(frozen=True, slots=True)
class _Teller:
    findings: Findings
    file: str

    def warn(self, item: Item, what: str, hint: str = "") -> None:
        self.findings.warnings.append(Fault(self.file, 0, what, hint, item.origin))

    def fault(self, item: Item, what: str, hint: str = "") -> None:
        self.findings.faults.append(Fault(self.file, 0, what, hint, item.origin))


def _on_level(line: Item, plan: Plan, mine: Mine, teller: _Teller) -> Item:
    """A flat drawing (all heights 0) is lifted to the level its layer names."""
    rule = rule_of(plan.roadways, line.layer)
    level = dict(line.given).get("level") or (dict(rule.values).get("level") if rule else None)
    found = next((known for known in mine.levels if known.id == level), None)
    if any(place[2] for place in line.places):
        return line
    if found is None:
        hint = "give its layer a level in the plan, or draw it with its height"
        teller.fault(line, "has no height and no level", hint)
        return line
    lifted = tuple((x, y, found.elevation_m) for x, y, _ in line.places)
    return Item(line.layer, line.origin, lifted, line.text, line.given)


def _not_drawn(lines: Sequence[Item], courses: Courses, mine: Mine) -> Iterator[Item]:
    drawn = {match.roadway for line in lines if (match := courses.match(line.places))}
    for roadway in mine.roadways:
        if roadway.id not in drawn:
            yield Item("", IN_FORCE, roadway.path, "", (("id", roadway.id),))


# --- who is who ----------------------------------------------------------------------------


class _Layer:
    """Gives ids and properties; one drawing, once."""

    def __init__(
        self,
        drawing: Drawing,
        plan: Plan,
        mine: Mine,
        said: Mapping[str, Feature],
        network: Network,
        teller: _Teller,
    ) -> None:
        self._drawing, self._plan, self._mine, self._said = drawing, plan, mine, said
        self._network, self._teller = network, teller
        self._roadways = {r.id: r for r in mine.roadways}
        self._taken = set(self._roadways)
        self._words = [w for w in drawing.words if w.layer in plan.names or not plan.names]
        self._pieces: dict[str, list[Piece]] = {}
        self._known = {node.id: node for node in mine.nodes}
        self._meeting = Counter(end for edge in network.edges for end in (edge.start, edge.end))

    def laid(self, courses: Courses) -> Laid:
        """All features, as text."""
        edges = self._in_order(self._known_first(courses))
        nodes = self._nodes(edges)
        features = [self._node_feature(row, nodes[row]) for row in self._rows(nodes)]
        origins = [""] * len(features)
        for edge, properties in edges:
            ends = {"start": nodes[edge.start], "end": nodes[edge.end]}
            features.append(_feature("LineString", properties | ends, edge.path))
            origins.append(edge.item.origin)
        text, first = _collection(features, self._mine)
        pieces = {parent: found for parent, found in self._pieces.items() if len(found) > 1}
        return Laid(text, {first + i: o for i, o in enumerate(origins) if o}, pieces)

    def _known_first(self, courses: Courses) -> list[tuple[Edge, Feature]]:
        """Every edge with its properties; pieces of one roadway by their chainage."""
        matched = [(edge, courses.match(edge.path)) for edge in self._network.edges]
        matched.sort(key=lambda pair: pair[1].low if pair[1] else math.inf)
        return [self._called(edge, match) for edge, match in matched]

    def _in_order(self, edges: Iterable[tuple[Edge, Feature]]) -> list[tuple[Edge, Feature]]:
        """As the file in force has them, what is new behind: a comparison shows what changed."""
        places = {ident: row for row, ident in enumerate(self._roadways)}
        last = len(places)
        return sorted(edges, key=lambda pair: places.get(str(pair[1]["id"]), last))

    def _rows(self, nodes: Mapping[int, str]) -> list[int]:
        places = {ident: row for row, ident in enumerate(self._known)}
        return sorted(nodes, key=lambda row: places.get(nodes[row], len(places) + row))

    def _called(self, edge: Edge, match: Match | None) -> tuple[Edge, Feature]:
        if match is None:
            return edge, self._new(edge)
        known = self._roadways[match.roadway]
        if match.turned:
            edge = Edge(edge.end, edge.start, edge.path[::-1], edge.item)
        properties = dict(self._said[known.id])
        found = self._pieces.setdefault(known.id, [])
        if not found:
            self._check_start(edge, known)
        else:
            piece = len(found) + 1
            names = {"zh": f"{known.name.zh} {piece} 段", "en": f"{known.name.en}, part {piece}"}
            properties |= {"id": self._free(f"{known.id}-{piece}")} | names
        low = match.low if found else 0.0
        found.append(Piece(str(properties["id"]), low, _length(edge.path)))
        return edge, properties

    def _check_start(self, edge: Edge, known: Roadway) -> None:
        moved = math.dist(edge.path[0], known.path[0])
        if moved > self._plan.match_m:
            what = f"roadway {known.id} begins {moved:.0f} m from where it began: chainages move"
            hint = "check its points, readers and zones"
            self._teller.warn(edge.item, what, hint)

    def _new(self, edge: Edge) -> Feature:
        rule = rule_of(self._plan.roadways, edge.item.layer)
        given = dict(rule.values if rule else ()) | dict(edge.item.given)
        ident = str(given.get("id") or self._free("R1"))
        self._taken.add(ident)
        name = edge.item.text or self._word(edge.path) or f"新巷道 {ident}"
        names = {"zh": given.get("zh") or name, "en": given.get("en") or f"Roadway {ident}"}
        if not given.get("en"):
            self._teller.warn(edge.item, f"new roadway {ident} ({name}) has no English name")
        if "air" not in given:
            self._teller.warn(edge.item, f"new roadway {ident} ({name}): its air is not known")
        level = given.get("level") or self._nearest_level(edge.path)
        return {"air": 0, **given, "id": ident, **names, "level": level}

    def _free(self, wish: str) -> str:
        stem = wish.rstrip("0123456789")
        first = int(wish[len(stem) :])
        ident = next(f"{stem}{n}" for n in count(first) if f"{stem}{n}" not in self._taken)
        self._taken.add(ident)
        return ident

    def _word(self, path: Sequence[Place]) -> str:
        """The nearest word that is still free."""
        middle = _middle(path)
        near = [(math.dist(w.places[0][:2], middle[:2]), i) for i, w in enumerate(self._words)]
        away, at = min(near, default=(math.inf, 0))
        return self._words.pop(at).text if away <= NAMED_WITHIN_M else ""

    def _nearest_level(self, path: Sequence[Place]) -> str:
        height = _middle(path)[2]
        return min(self._mine.levels, key=lambda level: abs(level.elevation_m - height)).id

    # --- nodes -------------------------------------------------------------------------------

    def _nodes(self, edges: Iterable[tuple[Edge, Feature]]) -> dict[int, str]:
        """Ids of all nodes: of roadways in force their own, of others the nearest free one."""
        named: dict[int, str] = {}
        taken: set[str] = set()
        for row, wish in (*self._wishes(edges), *self._nearest()):
            if row not in named and wish not in taken:
                named[row] = wish
                taken.add(wish)
        free = (f"N{n}" for n in count(1) if f"N{n}" not in self._known)
        return {row: named.get(row) or next(free) for row in range(len(self._network.nodes))}

    def _wishes(self, edges: Iterable[tuple[Edge, Feature]]) -> Iterator[tuple[int, str]]:
        for edge, properties in edges:
            roadway = self._roadways.get(str(properties["id"]))
            if roadway is None:
                continue
            for row, wish in ((edge.start, roadway.start), (edge.end, roadway.end)):
                if _away(self._network.nodes[row], self._known[wish]) <= self._plan.match_m:
                    yield row, wish

    def _nearest(self) -> Iterator[tuple[int, str]]:
        places = np.array([(node.x, node.y, node.z) for node in self._mine.nodes])
        near = cKDTree(places).query_ball_point(np.array(self._network.nodes), self._plan.match_m)
        for row, found in enumerate(near):
            here = self._network.nodes[row]
            for node in sorted((self._mine.nodes[at] for at in found), key=partial(_away, here)):
                yield row, node.id

    def _node_feature(self, row: int, ident: str) -> Feature:
        place = self._network.nodes[row]
        known = self._known.get(ident)
        properties: Feature = {"id": ident, "level": self._nearest_level((place, place))}
        kind = {"kind": self._kind(row, known)}
        return _feature("Point", properties | dict(self._said.get(ident, {})) | kind, (place,))

    def _kind(self, row: int, known: Node | None) -> str:
        """By a mark in the drawing, else as it was, else by how many roadways meet."""
        place = self._network.nodes[row]
        for mark in self._drawing.marks:
            rule = rule_of(self._plan.nodes, mark.layer)
            if rule and math.dist(mark.places[0][:2], place[:2]) <= self._plan.match_m:
                return str(dict(rule.values)["kind"])
        if known is not None:
            return str(known.kind)
        return str(NodeKind.JUNCTION if self._meeting[row] > 1 else NodeKind.END)


def _away(place: Place, node: Node) -> float:
    return math.dist(place, (node.x, node.y, node.z))


def _length(path: Sequence[Place]) -> float:
    return round(sum(math.dist(a, b) for a, b in pairwise(path)), 2)


def _middle(path: Sequence[Place]) -> Place:
    half = _length(path) / 2
    for a, b in pairwise(path):
        leg = math.dist(a, b)
        if half <= leg and leg:
            x, y, z = (s + half / leg * (e - s) for s, e in zip(a, b, strict=True))
            return (x, y, z)
        half -= leg
    return path[-1]


def said(text: str) -> dict[str, Feature]:
    """The properties of every feature of a roadways.geojson, by id."""
    features = json.loads(text)["features"]
    return {feature["properties"]["id"]: feature["properties"] for feature in features}


# --- the file ------------------------------------------------------------------------------


def _feature(kind: str, properties: Feature, places: Sequence[Place]) -> Feature:
    course = [list(place) for place in places]
    shape = {"type": kind, "coordinates": course[0] if kind == "Point" else course}
    return {"type": "Feature", "properties": properties, "geometry": shape}


def _collection(features: Sequence[Feature], mine: Mine) -> tuple[str, int]:
    """The text, one feature a line, and the line of the first."""
    head = ['{"type": "FeatureCollection",', f' "name": {json.dumps(mine.id)},', ' "features": [']
    lines = [f"  {json.dumps(feature, ensure_ascii=False)}" for feature in features]
    return "\n".join([*head, ",\n".join(lines), " ]", "}"]) + "\n", len(head) + 1
