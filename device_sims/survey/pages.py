"""The survey as the files of a mine's directory, each with a word about itself at its head."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence, Set
from importlib.resources import files
from io import StringIO
from pathlib import Path

from device_sims.errors import SimulationRefused
from device_sims.survey.ground import Draft, Level, Road, Zone
from device_sims.survey.hung import Point
from device_sims.survey.positioning import CARD_M, Reader
from device_sims.survey.register import COLUMNS, register
from device_sims.survey.survey import Survey
from device_sims.survey.wiring import OLDER

FIRST_PORT = 15020
"""Of the substations, one after the other."""
PAIR = {"alarm_low": "1200", "alarm_high": "1900"}
"""Pa: a fifth above and below what the main fan was chosen for."""
ERROR_M = 0.3
"""One standard deviation of a range."""


class DirectoryTaken(SimulationRefused):
    """Somebody's mine is there already."""


def write(survey: Survey, directory: Path) -> None:
    """Write a mine's directory.

    Raises:
        DirectoryTaken: it is there and not empty; nobody's mine is written over.
    """
    if directory.exists() and any(directory.iterdir()):
        raise DirectoryTaken(f"{directory} is not empty")
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in pages(survey).items():
        (directory / name).write_text(text, "utf-8")


def pages(survey: Survey) -> dict[str, str]:
    """Every file by its name."""
    return {
        "server.toml": _text("server.toml").format(seed=survey.seed),
        "roadways.geojson": _roadways(survey.draft),
        "zones.toml": _text("zones.txt") + _zones(survey),
        "points.csv": _text("points.txt") + _points(survey),
        "devices.toml": _text("devices.txt") + _devices(survey),
        "register.csv": _text("register.txt") + _csv(COLUMNS, register(survey)),
        "people.csv": _text("people.txt") + _people(survey),
        "roster.toml": _text("roster.txt") + _roster(survey),
        "users.toml": _users(survey),
        "policy.toml": _text("policy.toml"),
    }


def _text(name: str) -> str:
    """What stands at the head of a file, or a file that is the same in every mine."""
    return files("device_sims.survey").joinpath("texts", name).read_text("utf-8")


# --- the ground ----------------------------------------------------------------------------


def _roadways(draft: Draft) -> str:
    """One feature a line: a survey is read and compared by lines."""
    features = [
        _feature("Point", {"id": n.id, "kind": n.kind, "level": n.level}, n.place)
        for n in draft.nodes.values()
    ]
    features += [_feature("LineString", _about(r), r.path) for r in draft.roads.values()]
    head = json.dumps(_text("roadways.txt").strip(), ensure_ascii=False)
    body = ",\n".join(features)
    return (
        '{\n"type": "FeatureCollection",\n"name": "mine",\n'
        f'"description": {head},\n"features": [\n{body}\n]\n}}\n'
    )


def _about(r: Road) -> dict[str, object]:
    about: dict[str, object] = {
        "id": r.id, "zh": r.name.zh, "en": r.name.en, "start": r.start, "end": r.end,
        "level": r.level, "kind": r.kind, "air": r.air, "section_m2": r.section_m2,
    }  # fmt: skip
    about |= {"door": r.door} if r.door != "none" else {}
    return about | ({"main_return": True} if r.main_return else {})


def _feature(kind: str, about: Mapping[str, object], coordinates: object) -> str:
    geometry = {"type": kind, "coordinates": coordinates}
    feature = {"type": "Feature", "properties": about, "geometry": geometry}
    return json.dumps(feature, ensure_ascii=False)


def _zones(survey: Survey) -> str:
    """A small mine does not have every trade that might enter a restricted zone."""
    trades = {p.trade for p in survey.people}
    parts = [
        _table(
            "level", {"id": v.id, "zh": v.name.zh, "en": v.name.en, "elevation_m": v.elevation_m}
        )
        for v in survey.draft.levels
    ]
    return "\n".join([*parts, *(_zone(z, trades) for z in survey.draft.zones)])


def _named(thing: Level | Zone | Reader | Point) -> dict[str, object]:
    return {"id": thing.id, "zh": thing.name.zh, "en": thing.name.en}


def _zone(zone: Zone, trades: Set[str]) -> str:
    about = _named(zone) | {"kind": zone.kind}
    about |= {"limit": zone.limit} if zone.limit is not None else {}
    permitted = [trade for trade in zone.permitted if trade in trades]
    about |= {"permitted": permitted} if permitted else {}
    whole = [s.road for s in zone.stretches if not s.from_m and s.to_m is None]
    if whole or zone.kind == "mine":
        about["roadways"] = whole or ["*"]
    text = _table("zone", about, {"limit": zone.note})
    for s in zone.stretches:
        if s.road not in whole:
            span: dict[str, object] = {"roadway": s.road}
            span |= {"from_m": s.from_m} if s.from_m else {}
            span |= {"to_m": s.to_m} if s.to_m is not None else {}
            text += _table("zone.interval", span)
    return text


# --- points and devices --------------------------------------------------------------------


def _points(survey: Survey) -> str:
    columns = _text("points.columns.txt").strip().split(",")
    rows = []
    for wired in survey.loom.points:
        p = wired.point
        cells: dict[str, object] = {
            "id": p.id, "zh": p.name.zh, "en": p.name.en, "kind": p.kind, "place": p.place,
            "roadway": p.road, "chainage_m": f"{p.chainage_m:g}", "device": wired.device,
        }  # fmt: skip
        if wired.address is not None:
            cells |= {"address": wired.address, "encoding": wired.encoding, "scale": 1}
            cells |= {"status_address": wired.status}
        cells |= {"formula": p.formula} if p.formula else {}
        if p.kind == "negative_pressure":
            cells |= PAIR
        rows.append([cells.get(c, "") for c in columns])
    return _csv(columns, rows)


def _devices(survey: Survey) -> str:
    loom, regions = survey.loom, survey.loom.of_region
    parts = [_text("substations.txt")]
    parts += [_substation(name, n) for n, name in enumerate(loom.substations)]
    parts += [_text("gateways.txt"), *(_gateway(name, loom.gateways) for name in loom.gateways)]
    if any(wired.device == OLDER for wired in loom.points):
        parts += [_text("hosts.txt"), _table("kj_host", HOST, HOST_WORDS)]
    parts.append(_text("stations.txt"))
    stations = {r.station: r.range_m == CARD_M for r in survey.readers}
    parts += [_station(name, n, cards) for n, (name, cards) in enumerate(stations.items())]
    parts += [_text("readers.txt"), *(_reader(r) for r in survey.readers)]
    parts.append(_text("outputs.txt"))
    coils: dict[str, int] = {}
    districts = [z for z in survey.draft.zones if z.kind == "district"]
    for n, zone in enumerate(districts, 1):
        region = zone.id if zone.id in regions else f"L{zone.id.removeprefix('MAIN')}"
        device = regions.get(region, loom.substations[0])
        coils[device] = coils.get(device, -1) + 1
        parts.append(_horn(n, zone, device, coils[device], _within(survey.draft, zone)))
    return "\n".join([*parts, *_voices(survey)])


def _voices(survey: Survey) -> list[str]:
    """What tells people and asks them: wherever a point says that such a device is alive."""
    told = [w.point for w in survey.loom.points]
    phones = [p for p in told if p.kind == "telephone"]
    return [
        _text("terminals.txt"),
        *(_terminal(*row) for row in TERMINALS),
        _text("voices.txt"),
        *(_broadcaster(survey.draft, p) for p in told if p.kind == "terminal"),
        *(_telephone(p, FIRST_NUMBER + n) for n, p in enumerate(phones)),
        "[paging]\n" + _pairs(_login("mine/demo/page", "paging")),
    ]


TERMINALS = (
    ("GATE1", "副井井口闸机", "Gate at the service shaft", "gate", "PORTAL-SHAFT"),
    ("LAMP1", "矿灯房", "Lamp room", "lamp_room", "PORTAL-SHAFT"),
    ("ATT1", "主斜井考勤机", "Attendance clock at the belt drift", "attendance", "PORTAL-DRIFT"),
)
FIRST_NUMBER = 8001
"""Of the mine's own exchange."""


def _login(topic: str, user: str) -> dict[str, object]:
    return {"topic": topic, "user": user, "password": f"demo-{user}"}


def _terminal(ident: str, zh: str, en: str, kind: str, zone: str) -> str:
    about: dict[str, object] = {"id": ident, "zh": zh, "en": en, "kind": kind, "zone": zone}
    return _table("terminal", about | _login(f"mine/demo/terminal/{ident}", ident))


def _broadcaster(draft: Draft, point: Point) -> str:
    zones = [z.id for z in draft.zones if any(s.road == point.road for s in z.stretches)]
    about = _named(point) | {"roadway": point.road, "chainage_m": point.chainage_m}
    about |= _login(f"mine/demo/broadcast/{point.id}", point.id) | {"zones": zones}
    return _table("broadcaster", about)


def _telephone(point: Point, number: int) -> str:
    about = _named(point) | {"roadway": point.road, "chainage_m": point.chainage_m}
    about |= {"number": f"{number}"} | _login(f"mine/demo/telephone/{point.id}", point.id)
    return _table("telephone", about)


def _substation(name: str, n: int) -> str:
    about = {
        "id": name, "zh": f"{n + 1} 号分站", "en": f"Substation {n + 1}", "host": "127.0.0.1",
        "port": FIRST_PORT + n, "unit": 1, "period_s": 1.0, "timeout_s": 0.5, "retries": 1,
    }  # fmt: skip
    return _table("substation", about, WORDS if n == 0 else {})


WORDS = {
    "host": "where it answers",
    "unit": "Modbus unit id",
    "period_s": "how often it is asked",
    "timeout_s": "an answer later than this is no answer",
    "retries": "asked again so often before the link is called down",
}


def _gateway(name: str, all_of_them: Sequence[str]) -> str:
    """Our own dialect on the first level, an edge node on the second, somebody's JSON above."""
    n = name.removeprefix("GW")
    about: dict[str, object] = {"id": name, "zh": f"{n} 号网关", "en": f"Gateway {n}"}
    login = {"user": name, "password": f"demo-{name}"}
    if name == "GW2" and name != all_of_them[-1]:
        return _table("gateway", about | EDGE | {"edge": name} | login)
    if name == all_of_them[-1] and n != "1":
        topic = {"dialect": "json", "topic": f"surface/{name}/{{point}}"}
        return _table("gateway", about | topic | login) + _text("mapping.txt").format(name=name)
    about |= {"topic": f"mine/demo/gateway/{name}"} | login
    return _table("gateway", about, {"password": 'in a real mine "env:NAME"'} if n == "1" else {})


EDGE = {"dialect": "sparkplug", "group": "demo"}


HOST = {
    "id": OLDER, "zh": "原监控系统（文件）", "en": "Installed system, by its files",
    "folder": "kj-upload", "mine_code": "510000000001", "period_s": 5.0,
}  # fmt: skip
HOST_WORDS = {
    "folder": "in a real mine the whole path of the share it writes to",
    "mine_code": "what its files' names begin with",
    "period_s": "how often it writes how everything is; usually 30",
}


def _station(name: str, n: int, cards: bool) -> str:
    """Every other one on MQTT, and those of other makers: a mine buys what the year offers."""
    about = {"id": name, "zh": f"{n + 1} 号定位基站", "en": f"Base station {n + 1}"}
    made = {"dialect": "kj"} if cards else MAKERS.get(n + 1, {})
    about |= made
    about["transport"] = "mqtt" if n % 2 or made else "tcp"
    if about["transport"] == "mqtt":
        about |= {"topic": f"mine/demo/station/{name}", "user": name}
    words = {"length": "what its numbers are in, so that nobody needs to find it out"}
    return _table("station", about | {"password": f"demo-{name}"}, words)


MAKERS: Mapping[int, dict[str, str]] = {
    5: {"dialect": "pozyx", "length": "mm", "time": "s"},
    6: {"dialect": "omlox", "length": "m"},
    8: {"dialect": "nooploop", "length": "m", "time": "ms"},
}
"""Base stations that are not of our own dialect, by their number."""


def _reader(r: Reader) -> str:
    about = _named(r) | {"station": r.station, "roadway": r.road, "chainage_m": r.chainage_m}
    about |= {"range_m": r.range_m, "error_m": ERROR_M, "period_s": 1.0}
    if r.range_m == CARD_M:
        about["code"] = r.id.removeprefix("R")
    return _table("reader", about)


def _within(draft: Draft, district: Zone) -> list[str]:
    """The district and the zones that lie in it."""
    own = {s.road for s in district.stretches}
    inner = [z for z in draft.zones if z.kind in ("face", "heading", "refuge", "key")]
    return [*(z.id for z in inner if {s.road for s in z.stretches} <= own), district.id]


def _horn(n: int, zone: Zone, device: str, coil: int, zones: Sequence[str]) -> str:
    about = {
        "id": f"HORN-{n}", "zh": f"{zone.name.zh}报警喇叭", "en": f"Horn, {zone.name.en}",
        "kind": "horn", "device": device, "coil": coil, "zones": zones,
    }  # fmt: skip
    word = {"coil": "written by Modbus function 5, read back by function 1"} if n == 1 else {}
    return _table("output", about, word)


# --- people --------------------------------------------------------------------------------


def _people(survey: Survey) -> str:
    columns = ["id", "name", "tag", "trade", "crew", "phone", "counts", "certificates", "shift"]
    rows = [
        [p.id, p.name, p.tag, p.trade, p.crew, p.phone, "yes" if p.counts else "no",
         p.certificates, p.shift]
        for p in survey.people
    ]  # fmt: skip
    return _csv(columns, rows)


def _roster(survey: Survey) -> str:
    parts = []
    for line in survey.roster:
        posts = {post: ids[0] if len(ids) == 1 else ids for post, ids in line.posts.items()}
        parts.append(
            f'[[shift]]\nname = "{line.name}"\nrepeat = "four_weekly"\ndate = {line.day}\n'
            f"start = {line.start}\nhours = 8\n" + _pairs(posts)
        )
    return "\n".join(parts)


def _users(survey: Survey) -> str:
    first = {p.trade: p.id for p in reversed(survey.people)}
    return _text("users.toml").format(
        dispatcher=first["调度员"],
        leader=first["带班领导"],
        engineer=first["通风工程师"],
        admin=first["系统管理员"],
        inspector=first["驻矿监察员"],
    )


# --- TOML and CSV --------------------------------------------------------------------------


def _table(name: str, about: Mapping[str, object], words: Mapping[str, str] | None = None) -> str:
    return f"[[{name}]]\n" + _pairs(about, words or {})


def _pairs(about: Mapping[str, object], words: Mapping[str, str] | None = None) -> str:
    told = words or {}
    return "".join(_line(key, value, told.get(key, "")) for key, value in about.items())


def _line(key: str, value: object, word: str) -> str:
    text = f"{key} = {_value(value)}"
    return f"{text:<24}  # {word}\n" if word else f"{text}\n"


def _value(value: object) -> str:
    """TOML's texts are written as JSON's are."""
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = StringIO()
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow(columns)
    sheet.writerows(rows)
    return out.getvalue()
