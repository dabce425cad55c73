"""The survey as a whole: from a seed and a size to everything a mine's files say."""

import random
from dataclasses import dataclass

from device_sims.survey import mains as at
from device_sims.survey import panels, rooms
from device_sims.survey.crews import Person, people
from device_sims.survey.duty import Line, lines
from device_sims.survey.ground import Draft, Names, Stretch, Zone
from device_sims.survey.instruments import points
from device_sims.survey.positioning import Reader, readers
from device_sims.survey.wiring import Loom, weave

COLLAR_M = 40.0
"""Whoever was last seen so near to the surface has gone out."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a mine is to be; what is shipped as the demo has these figures."""

    levels: int = 3
    districts: int = 2
    """On each level."""
    people: int = 640
    """With a card and a crew."""
    slaves: int = 0
    """Substations; 0: one for each district, level and the surface."""
    shifts: bool = True
    """False: everybody may be underground at once, whatever the hour."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What is written into a mine's directory."""

    draft: Draft
    loom: Loom
    readers: tuple[Reader, ...]
    people: tuple[Person, ...]
    roster: tuple[Line, ...]
    seed: int


def survey(seed: int, size: Size) -> Survey:
    """Survey a mine. The same seed and size give the same mine."""
    dice = random.Random(seed)
    draft = Draft(dice)
    draft.levels += at.levels(size.levels)
    everywhere = Zone("MINE", Names("全矿井下", "Whole mine"), "mine", (), _most(size.people))
    draft.zones.append(everywhere)
    returns = [panels.returns_of(row, size.districts) for row in range(size.levels)]
    mains = at.sink(draft, size.districts, returns)
    _mains_zones(draft)
    for main in mains:
        for district in range(size.districts):
            panels.open_district(draft, main, district)
        rooms.cut_rooms(draft, main, size.districts)
    _portals(draft)
    hung = points(draft, mains)
    kinds = [p.kind for p in draft.panels]
    everybody = people(dice, size.people, kinds.count("face"), kinds.count("heading"), size.shifts)
    return Survey(
        draft,
        weave(draft, hung, size.slaves),
        tuple(readers(draft)),
        tuple(everybody),
        tuple(lines(everybody)),
        seed,
    )


def _most(people: int) -> int:
    """限员 of the mine: well above the largest shift of so many people."""
    return max(400, people)


def _mains_zones(draft: Draft) -> None:
    """Shaft station and mains of each level: where most people are who are in no district."""
    for level in draft.levels:
        own = [r.id for r in draft.roads.values() if r.level == level.id and r.kind != "shaft"]
        z = f"{level.elevation_m:g}"
        name = Names(f"{z} 车场及大巷", f"{z} station and mains")
        draft.zones.append(Zone(f"MAIN{z}", name, "district", tuple(Stretch(road) for road in own)))


def _portals(draft: Draft) -> None:
    words = {
        "P1": ("SHAFT", "副井井口", "Service shaft, collar"),
        "P2": ("RETURN", "风井井口", "Return shaft, collar"),
        "P3": ("DRIFT", "主斜井井口", "Belt drift, portal"),
    }
    for road in list(draft.roads.values()):
        for node, stretch in (
            (road.start, Stretch(road.id, 0.0, COLLAR_M)),
            (road.end, Stretch(road.id, round(road.length_m - COLLAR_M, 1))),
        ):
            if node in words:
                ident, zh, en = words[node]
                name = Names(zh, en)
                draft.zones.append(Zone(f"PORTAL-{ident}", name, "portal", (stretch,)))
