"""Shafts, drift and the mains of each level: fresh air comes in the west and leaves in the east.

A level has a track main and a belt main with fresh air, and a return main north of them. An intake
shaft, a belt drift with its inclines and a return shaft at the other end join the levels: so every
level has three ways out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from device_sims.survey.ground import DIP, TOP_M, Draft, Level, Names

APART_M = 420.0
"""From one level's mains to the next, down the dip."""
BELT_M, RETURN_M = -38.0, 42.0
"""Belt main and return main beside the track main, to the north."""
SHAFT_X = -70.0
DISTRICT_M = 430.0
FIRST_M = 300.0
"""Where the first district begins."""
STATION = (0.0, 140.0)
"""Junctions of the shaft station."""
STOPS = (0.0, 170.0, 300.0)
"""Junctions of a district on the track main, from where it begins."""
GROUND_M = 5.0

AIR_M2 = 16.0
"""Section of a track main; a shaft has as much for each level below: so all get a like share."""
SHAFT_M_S = 8.0
"""Speed of the air in a shaft with people in its cages, at most (煤矿安全规程)."""
RETURN_M_S = 10.5
"""In the return shaft, where nobody rides and 15 m/s are allowed."""
DISTRICT_M3_S, LEAST_M3_S, MOST_M3_S = 30.0, 75.0, 120.0
"""What a district needs, and what a level has at least and, in one track main, at most."""

RISE = 0.004
"""Of the mains, to the east."""


@dataclass(frozen=True, slots=True)
class Mains:
    """Where the districts of a level are joined on."""

    level: Level
    row: int
    track: tuple[str, ...]
    """Nodes of the track main from west to east: two of the station, three a district, the end."""
    back: dict[float, str]
    """Nodes of the return main by their x."""

    @property
    def districts(self) -> int:
        """How many there are."""
        return (len(self.track) - len(STATION)) // len(STOPS)

    def stop(self, district: int, which: int) -> str:
        """A junction of a district."""
        return self.track[len(STATION) + len(STOPS) * district + which]


def begin_of(district: int) -> float:
    """X where a district begins."""
    return FIRST_M + DISTRICT_M * district


def levels(count: int) -> tuple[Level, ...]:
    """One below the other down the dip."""
    names = (round(TOP_M - DIP * APART_M * row) for row in range(count))
    return tuple(
        Level(f"L{z}", Names(f"{z} 水平", f"{z} m level"), float(z), -APART_M * row)
        for row, z in enumerate(names)
    )


def sink(draft: Draft, districts: int, returns: Sequence[Sequence[float]]) -> list[Mains]:
    """Everything that is there before a district is opened.

    Args:
        draft: is drawn on.
        districts: of each level.
        returns: for each level, where on the return main a roadway will come in, as x.
    """
    mains = []
    for row, level in enumerate(draft.levels):
        mains.append(_level(draft, level, row, districts, returns[row]))
    _shafts(draft, districts)
    _inclines(draft)
    return mains


def letter(row: int) -> str:
    """What the ids of a level's roadways begin with: nothing on the first."""
    return f"{row + 1}" if row else ""


def _level(draft: Draft, level: Level, row: int, districts: int, returns: Sequence[float]) -> Mains:
    mark, y = letter(row), level.north
    stops = [*STATION, *(begin_of(d) + s for d in range(districts) for s in STOPS)]
    last = begin_of(districts)
    xs = [*stops, last]
    track = tuple(
        draft.node(f"{mark}J{i}", level.id, x, y, _drained(level, x)) for i, x in enumerate(xs)
    )
    belts = sorted({0.0, last, *(begin_of(d) for d in range(districts))})
    belt = [
        draft.node(f"{mark}D{i}", level.id, x, y + BELT_M, _drained(level, x))
        for i, x in enumerate(belts)
    ]
    doors = [begin_of(d) + STOPS[2] for d in range(districts)]
    backs = sorted({*STATION, last, *doors, *returns})
    back = {
        x: draft.node(f"{mark}R{i}", level.id, x, y + RETURN_M, _drained(level, x))
        for i, x in enumerate(backs)
    }
    _chain(draft, f"{mark}A", track, _named(level, "轨道大巷", "track main"), "intake", AIR_M2)
    _chain(draft, f"{mark}D", belt, _named(level, "胶带大巷", "belt main"), "intake", 14.0, first=1)
    returning = _named(level, "回风大巷", "return main")
    _chain(draft, f"{mark}B", list(back.values()), returning, "return", 15.0, main_return=True)
    _cross_cuts(draft, mark, dict(zip(xs, track, strict=True)), dict(zip(belts, belt, strict=True)))
    _doors(draft, mark, dict(zip(xs, track, strict=True)), back, doors, last)
    return Mains(level, row, track, back)


def _drained(level: Level, x: float) -> float:
    """Mains rise evenly from the shaft station, so that their water runs back to its sump."""
    return level.elevation_m + RISE * x


def _named(level: Level, zh: str, en: str) -> Names:
    return Names(f"{level.elevation_m:g} {zh}", f"{level.elevation_m:g} {en}")


def _chain(
    draft: Draft,
    mark: str,
    nodes: Sequence[str],
    name: Names,
    kind: str,
    section: float,
    *,
    first: int = 2,
    main_return: bool = False,
) -> None:
    """A main in sections from junction to junction; 01 is kept for the way from the shaft."""
    for i in range(1, len(nodes)):
        part = Names(f"{name.zh} {i} 段", f"{name.en}, section {i}")
        ends = nodes[i - 1], nodes[i]
        ident = f"{mark}{first + i - 1:02d}"
        draft.road(ident, part, ends, kind, 1, section, main_return=main_return)


def _cross_cuts(draft: Draft, mark: str, track: dict[float, str], belt: dict[float, str]) -> None:
    """Between the two intakes; the last leads the belt main's air over to the track main."""
    for i, (x, node) in enumerate(belt.items(), 1):
        last = i == len(belt)
        name = Names(f"{i} 号胶带联络巷", f"Belt cross-cut {i}")
        door = "none" if last else "closed"
        ends = (node, track[x])
        draft.road(f"{mark}X{i:02d}", name, ends, "drift", int(last), 11.0, door=door)


def _doors(
    draft: Draft,
    mark: str,
    track: dict[float, str],
    back: dict[float, str],
    doors: Sequence[float],
    last: float,
) -> None:
    """Between fresh and used air: two doors in each cross-cut, a regulator in the last."""
    for i, x in enumerate(doors, 1):
        name = Names(f"{i} 号风门联络巷", f"Door cross-cut {i}")
        draft.road(f"{mark}Y{i:02d}", name, (track[x], back[x]), "drift", 0, 10.0, door="closed")
    name = Names("调节风窗联络巷", "Regulator cross-cut")
    ends = (track[last], back[last])
    draft.road(f"{mark}Y{len(doors) + 1:02d}", name, ends, "drift", 1, 10.0, door="regulator")


def _shafts(draft: Draft, districts: int) -> None:
    """The intake shaft in the west and the return shaft in the east, midway between the levels."""
    y = sum(level.north for level in draft.levels) / len(draft.levels)
    east = begin_of(districts) + 150.0
    top = draft.levels[0].id
    draft.node("P1", top, SHAFT_X, y, GROUND_M, "portal")
    draft.node("P2", top, east, y, GROUND_M - 2, "portal")
    above, below = "P1", "P2"
    need = min(MOST_M3_S, max(LEAST_M3_S, DISTRICT_M3_S * districts))
    wide = 1.2 * need * len(draft.levels) / RETURN_M_S
    for row, level in enumerate(draft.levels):
        mark, z = letter(row), level.elevation_m
        foot = draft.node(f"{mark}JS", level.id, SHAFT_X, y, z)
        head = draft.node(f"{mark}RS", level.id, east, y, z + 2)
        part = f"{row + 1} 段"
        name = Names(f"副井 {part}", f"Service shaft, section {row + 1}")
        below_it = len(draft.levels) - row
        width = AIR_M2 * below_it if row else need * len(draft.levels) / SHAFT_M_S
        draft.road(f"V{row + 1:02d}", name, (above, foot), "shaft", 1, width, level=level.id)
        name = Names(f"风井 {part}", f"Return shaft, section {row + 1}")
        ends = (head, below)
        draft.road(
            f"U{row + 1:02d}", name, ends, "shaft", 1, wide, main_return=True, level=level.id
        )
        name = _named(level, "副井石门", "drift from the service shaft")
        draft.road(f"{mark}A01", name, (foot, f"{mark}J0"), "drift", 1, AIR_M2)
        name = _named(level, "回风石门", "drift to the return shaft")
        last = max((n for n in draft.nodes.values() if _back(n.id, mark)), key=lambda n: n.place[0])
        draft.road(f"{mark}B01", name, (last.id, head), "return", 1, 17.0, main_return=True)
        above, below = foot, head


def _back(node: str, mark: str) -> bool:
    return node.removeprefix(f"{mark}R").isdigit() and node.startswith(f"{mark}R")


def _inclines(draft: Draft) -> None:
    """The belt drift from the surface, and its inclines from level to level."""
    first = draft.levels[0]
    draft.node("P3", first.id, -690.0, first.north + 60, GROUND_M - 4, "portal")
    draft.node("D-MID", first.id, -360.0, first.north + 15, -103.0)
    name = Names("主斜井上段", "Belt drift, upper part")
    draft.road("E01", name, ("P3", "D-MID"), "drift", 1, 15.0)
    name = Names("主斜井下段", "Belt drift, lower part")
    draft.road("E02", name, ("D-MID", "D0"), "drift", 1, 15.0)
    for row in range(1, len(draft.levels)):
        upper, lower = letter(row - 1), letter(row)
        middle = draft.levels[row - 1].north + BELT_M - APART_M / 2
        draft.node(f"{lower}D-MID", draft.levels[row].id, 34.0, middle)
        stops = (f"{upper}D0", f"{lower}D-MID", f"{lower}D0")
        for n, (zh, en) in enumerate((("上段", "upper part"), ("下段", "lower part"))):
            name = Names(f"{row} 号胶带下山{zh}", f"Belt incline {row}, {en}")
            draft.road(f"E{row}{n + 1}", name, stops[n : n + 2], "drift", 1, 13.0)
