"""Chambers of a level: substation, pumps or locomotives, and the refuge."""

from device_sims.survey.ground import Draft, Names, Stretch, Zone
from device_sims.survey.mains import STATION, Mains, letter

ASIDE = (50.0, 21.0)
"""Its inner end, east and north of the junction: between track main and return main."""
DOOR_M = 14.0
"""The blast door, from the main: who is behind it counts as safe."""
HOLDS = 60
"""People a refuge is laid out for."""
SIDES = ("E", "S", "W")
"""What the refuges are called by, in the order of the levels."""
WORDS = {"E": ("东部", "East"), "S": ("南部", "South"), "W": ("深部", "Deep")}


def cut_rooms(draft: Draft, mains: Mains, districts: int) -> None:
    """Cut them beside the mains. Chambers with machines have air of their own, to the return."""
    mark, level = letter(mains.row), mains.level
    z = f"{level.elevation_m:g}"
    substation = Names(f"{z} 变电所", f"{z} substation")
    west, east = (mains.back[x] for x in STATION)
    road = draft.road(
        f"{mark}S01", substation, (mains.track[0], west), "chamber", 1, 7.0, door="regulator"
    )
    draft.rooms.setdefault("substation", []).append(road)
    _key(draft, f"SUB{z}", substation, road)
    last = mains.row == len(draft.levels) - 1
    what = "pump" if last or mains.row == 0 else "charging"
    name = Names(f"{z} 主排水泵房", f"{z} pump chamber")
    if what == "charging":
        name = Names(f"{z} 蓄电池充电硐室", f"{z} locomotive charging chamber")
    road = draft.road(
        f"{mark}S02", name, (mains.track[1], east), "chamber", 1, 7.0, door="regulator"
    )
    draft.rooms.setdefault(what, []).append(road)
    _key(draft, f"{what.upper()}{z}", name, road)
    _refuge(draft, mains, districts)


def _key(draft: Draft, ident: str, name: Names, road: str) -> None:
    draft.zones.append(Zone(ident, name, "key", (Stretch(road),)))


def _refuge(draft: Draft, mains: Mains, districts: int) -> None:
    """Where the last district of the level begins to be far from any shaft."""
    mark = letter(mains.row)
    side = SIDES[mains.row] if mains.row < len(SIDES) else f"{mains.row + 1}"
    zh, en = WORDS.get(side, (f"{mains.row + 1} 号", f"No. {mains.row + 1}"))
    beside = mains.stop(districts - 1, 2)
    x, y, _ = draft.nodes[beside].place
    inner = draft.node(f"{mark}RF", mains.level.id, x + ASIDE[0], y + ASIDE[1], kind="refuge")
    name = Names(f"{zh}避难硐室", f"{en} refuge chamber")
    road = draft.road(f"{mark}S03", name, (beside, inner), "chamber", 0, 9.0, door="closed")
    draft.rooms.setdefault("refuge", []).append(road)
    draft.zones.append(
        Zone(f"REFUGE-{side}", name, "refuge", (Stretch(road, DOOR_M),), HOLDS, note="its capacity")
    )
