"""plan.toml: what the layers of a mine's drawing mean."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from minesafe.config.place import DOORS, ROADWAY_KINDS
from minesafe.config.row import Findings, Row
from minesafe.config.text import decode, read_toml
from minesafe.importing.drawing import Place
from minesafe.model.mine import NodeKind, ZoneKind


@dataclass(frozen=True, slots=True)
class Rule:
    """A layer, or a pattern of layers with * and ?, and what stands on it."""

    layer: str
    values: tuple[tuple[str, object], ...]
    """Properties by our keys, for what is new on the layer."""

    def holds(self, layer: str) -> bool:
        """Whether the layer is one of them."""
        return fnmatchcase(layer, self.layer)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a drawing is read."""

    metres: float = 1.0
    """Length of one unit of the drawing."""
    origin: Place = (0.0, 0.0, 0.0)
    """In units of the drawing; becomes the mine's (0, 0, 0)."""
    north_first: bool = False
    """Whether the drawing's X is north, as in a Chinese survey (X 北, Y 东)."""
    join_m: float = 0.5
    """Ends so near to one another meet in one node."""
    match_m: float = 3.0
    """What is drawn so near to a roadway in force is that roadway."""
    names: tuple[str, ...] = ()
    """Layers of words that are names."""
    layer_property: str = "layer"
    """Of GeoJSON: which property says the layer."""
    roadways: tuple[Rule, ...] = ()
    zones: tuple[Rule, ...] = ()
    nodes: tuple[Rule, ...] = ()

    def place(self, x: float, y: float, z: float) -> Place:
        """A place of the drawing in the mine's metres, to whole centimetres."""
        near = [(v - o) * self.metres for v, o in zip((x, y, z), self.origin, strict=True)]
        east, north = (near[1], near[0]) if self.north_first else (near[0], near[1])
        return (round(east, 2), round(north, 2), round(near[2], 2))


def rule_of(rules: Sequence[Rule], layer: str) -> Rule | None:
    """The first rule that holds for a layer."""
    return next((rule for rule in rules if rule.holds(layer)), None)


def read_plan(findings: Findings, file: str, raw: bytes, levels: Collection[str]) -> Plan:
    """The plan; what it does not know is refused with its line.

    Args:
        findings: where faults go.
        file: its name, for faults.
        raw: its content.
        levels: ids of the mine's levels.
    """
    page = read_toml(findings, file, decode(findings, file, raw))
    drawn = next(iter(page.take_parts("drawing")), Row(findings, file, 1, {}))
    usual = Plan()
    plan = Plan(
        metres=drawn.number("metres", usual.metres, low=1e-6, high=1000),
        origin=_origin(drawn),
        north_first=drawn.flag("north_first", usual.north_first),
        join_m=drawn.number("join_m", usual.join_m, low=0.01, high=20),
        match_m=drawn.number("match_m", usual.match_m, low=0.1, high=50),
        names=drawn.texts("names", required=False),
        layer_property=drawn.text("layer_property", usual.layer_property),
        roadways=tuple(_roadway(row, levels) for row in page.take_parts("roadway")),
        zones=tuple(_zone(row, levels) for row in page.take_parts("zone")),
        nodes=tuple(_node(row) for row in page.take_parts("node")),
    )
    drawn.done()
    page.done()
    if not (plan.roadways or plan.zones):
        page.fault("", "says of no layer what it is", "give [[roadway]] or [[zone]] with a layer")
    return plan


def _origin(row: Row) -> Place:
    given = row.values.get("origin", [0.0, 0.0, 0.0])
    row.taken.add("origin")
    numbers = [float(n) for n in given if _is_number(n)] if isinstance(given, list) else []
    if len(numbers) != 3:
        row.fault("origin", f"{given!r} is no place", "[x, y, z] in units of the drawing")
        return (0.0, 0.0, 0.0)
    return (numbers[0], numbers[1], numbers[2])


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _rule(row: Row, known: dict[str, object]) -> Rule:
    layer = row.text("layer")
    row.done()
    given = {key: value for key, value in known.items() if key in row.values}
    return Rule(layer, tuple(given.items()))


def _roadway(row: Row, levels: Collection[str]) -> Rule:
    values: dict[str, object] = {
        "kind": row.word("kind", ROADWAY_KINDS),
        "section_m2": row.number("section_m2", low=0.1, high=200),
        "air": row.whole("air", 0, low=-1, high=1),
        "walkable": row.flag("walkable", default=True),
        "main_return": row.flag("main_return", default=False),
        "door": row.word("door", DOORS, "none"),
    }
    return _rule(row, values | _level(row, levels))


def _zone(row: Row, levels: Collection[str]) -> Rule:
    values: dict[str, object] = {"kind": row.word("kind", [str(kind) for kind in ZoneKind])}
    for key in ("limit", "maintenance_limit"):
        values[key] = row.whole_or_none(key, low=1, high=10_000)
    return _rule(row, values | _level(row, levels))


def _level(row: Row, levels: Collection[str]) -> dict[str, object]:
    return {"level": row.reference("level", levels, "level")} if row.has("level") else {}


def _node(row: Row) -> Rule:
    return _rule(row, {"kind": row.word("kind", [str(kind) for kind in NodeKind])})
