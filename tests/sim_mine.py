"""A small mine.json written by hand: two portals, an intake, a face, a heading, a refuge."""

import json
from collections.abc import Iterable
from typing import Any

from device_sims.clock import MineClock
from device_sims.diary import Diary
from device_sims.faults.words import FaultSource, placed
from device_sims.mine import Mine, decode
from device_sims.stage import Stage
from device_sims.world.site import Site

START = 1_764_000_000_000_000
"""Micros at which stories of the simulated mine begin."""

LIMITS = ("alarm_high", "cut_high", "restore_high", "alarm_low", "cut_low", "restore_low")


def roadway(
    name: str, start: str, end: str, length_m: float, kind: str, air: int, **more: Any
) -> dict[str, Any]:
    """A straight roadway."""
    return {
        "id": name,
        "zh": name,
        "en": name,
        "start": start,
        "end": end,
        "level": "L1",
        "path": [[0, 0, 0], [length_m, 0, 0]],
        "length_m": length_m,
        "kind": kind,
        "air": air,
        "walkable": True,
        "section_m2": 12.0,
        "main_return": False,
    } | more


def kind(name: str, unit: str, low: float, high: float, states: Any = ()) -> dict[str, Any]:
    """A kind of point that reports every second."""
    return {
        "id": name,
        "zh": name,
        "en": name,
        "unit": unit,
        "low": low,
        "high": high,
        "decimals": 2,
        "period_s": 1.0,
        "system": "monitoring",
        "states": states,
    }


def point(
    name: str, kind_: str, place: tuple[str, float], device: str, **more: Any
) -> dict[str, Any]:
    """A point; limits by keyword, the rest is null."""
    limits = dict.fromkeys(LIMITS) | {k: more.pop(k) for k in LIMITS if k in more}
    return {
        "id": name,
        "zh": name,
        "en": name,
        "kind": kind_,
        "place": "T1",
        "roadway": place[0],
        "chainage_m": place[1],
        "device": device,
        "address": None,
        "encoding": "float32",
        "scale": 1.0,
        "status_address": None,
        "limits": limits,
    } | more


def zone(name: str, kind_: str, *intervals: tuple[str, float, float]) -> dict[str, Any]:
    """A zone of intervals."""
    stretches = [{"roadway": r, "from_m": a, "to_m": b} for r, a, b in intervals]
    return {"id": name, "kind": kind_, "limit": None, "permitted": [], "intervals": stretches}


def person(id_: str, name: str, tag: str, trade: str, crew: str, phone: str = "") -> dict[str, Any]:
    """Somebody of the mine; without a tag, somebody who stays above."""
    return {"id": id_, "name": name, "tag": tag, "trade": trade, "crew": crew, "phone": phone}


FACE_CH4 = {"alarm_high": 1.0, "cut_high": 1.5, "restore_high": 1.0}

MINE: dict[str, Any] = {
    "mine": "sim",
    "revision": "0123456789abcdef",
    "timezone": "Asia/Shanghai",
    "server": {"url": "http://127.0.0.1:9", "stations": {"host": "127.0.0.1", "port": 9}},
    "broker": {"host": "127.0.0.1", "port": 9},
    "carrier": {"host": "127.0.0.1", "port": 0, "system_id": "mine", "password": "secret"},
    "levels": [],
    "nodes": [
        {"id": n, "kind": k, "level": "L1", "x": 0, "y": 0, "z": 0}
        for n, k in (
            ("IN", "portal"),
            ("A", "junction"),
            ("B", "face"),
            ("C", "face"),
            ("D", "junction"),
            ("H", "end"),
            ("R", "refuge"),
            ("OUT", "portal"),
        )
    ],
    "roadways": [
        roadway("INTAKE", "IN", "A", 200, "intake", 1),
        roadway("GATE", "A", "B", 100, "intake", 1),
        roadway("FACE", "B", "C", 120, "face", 1),
        roadway("TAIL", "C", "D", 150, "return", 1),
        roadway("CROSS", "A", "D", 80, "drift", 1),
        roadway("HEAD", "A", "H", 90, "heading", -1),
        roadway("NICHE", "A", "R", 20, "chamber", 0),
        roadway("RETURN", "D", "OUT", 250, "return", 1, main_return=True),
    ],
    "zones": [
        zone("Z-FACE", "face", ("FACE", 0, 120), ("TAIL", 0, 150)),
        zone("Z-MINE", "mine", ("INTAKE", 0, 200), ("HEAD", 0, 90)),
        zone("Z-REFUGE", "refuge", ("NICHE", 5, 20)),
        zone("Z-PORTAL", "portal", ("INTAKE", 0, 30)),
    ],
    "kinds": [
        kind("ch4", "%", 0, 4),
        kind("co", "ppm", 0, 500),
        kind("wind", "m/s", 0, 15),
        kind("temperature", "°C", 0, 50),
        kind("mystery", "", 10, 30),
        kind("feed", "", 0, 1, [[0, "断电", "off"], [1, "有电", "on"]]),
    ],
    "points": [
        point("CH4-T1", "ch4", ("FACE", 100), "S1", address=0, status_address=20, **FACE_CH4),
        point("CH4-T2", "ch4", ("TAIL", 140), "S1", address=2, status_address=21, **FACE_CH4),
        point("CH4-IN", "ch4", ("GATE", 50), "S1", address=4, status_address=22, **FACE_CH4),
        point("TEMP", "temperature", ("FACE", 50), "S1", address=6, encoding="int16", scale=0.1),
        point("FEED", "feed", ("FACE", 10), "S1", address=7, encoding="uint16"),
        point("CO", "co", ("FACE", 60), "G1", alarm_high=24.0),
        point("WIND", "wind", ("INTAKE", 100), "G1", alarm_low=0.25),
        point("ODD", "mystery", ("HEAD", 20), "G1"),
    ],
    "substations": [{"id": "S1", "host": "127.0.0.1", "port": 0, "unit": 1}],
    "gateways": [{"id": "G1", "topic": "mine/sim/gateway/G1", "user": "", "password": ""}],
    "stations": [
        {"id": "BS1", "transport": "tcp", "topic": "", "user": "", "password": "key"},
        {"id": "BS2", "transport": "mqtt", "topic": "mine/sim/station/BS2"},
    ],
    "readers": [
        {
            "id": f"R-{where}",
            "station": station,
            "roadway": where,
            "chainage_m": at,
            "range_m": 150.0,
            "error_m": 0.3,
            "period_s": 1.0,
        }
        for where, at, station in (("INTAKE", 20, "BS1"), ("FACE", 60, "BS1"), ("HEAD", 45, "BS2"))
    ],
    "outputs": [{"id": "HORN", "kind": "horn", "device": "S1", "coil": 0, "zones": ["Z-FACE"]}],
    "people": [
        person("P01", "王建国", "101", "leader", "", "+8613800000001"),
        person("P02", "李明", "102", "采煤工", "综采队"),
        person("P03", "赵强", "103", "采煤工", "综采队"),
        person("P04", "孙伟", "104", "掘进工", "掘进队"),
        person("P05", "周敏", "", "调度员", "", "13800000005"),
    ],
    "shifts": [
        {"start": 0, "end": 4_000_000_000_000_000, "name": "all", "posts": [["leader", "P01"]]}
    ],
    "users": [
        {"name": "wang", "person": "P01", "roles": ["leader"], "password": "demo-wang"},
        {"name": "zhou", "person": "P05", "roles": ["dispatcher"], "password": "demo-zhou"},
    ],
    "policy": {"walking_m_s": 1.1},
}


def sim_mine(**changed: Any) -> Mine:
    """The small mine as the simulators read it, with some top-level keys changed."""
    return decode(json.dumps(MINE | changed).encode())


class Pages(list[str]):
    """A diary's lines, kept."""

    def of(self, what: str) -> list[dict[str, Any]]:
        """The entries about one kind of happening."""
        return [e for e in map(json.loads, self) if e.get("what") == what]


def stage(
    mine: Mine | None = None,
    *,
    speed: float = 1.0,
    emissions: Any = (),
    pages: Pages | None = None,
    faults: Iterable[FaultSource] = (),
) -> Stage:
    """A stage whose world stands still until it is advanced, and whose diary is kept."""
    clock = MineClock.from_now(speed)
    diary = Diary(clock, (pages if pages is not None else Pages()).append)
    mine = mine or sim_mine()
    return Stage(Site.of(mine, emissions), clock, diary, 7, placed(faults, mine))
