"""定位基站 and 读卡器 of devices.toml: which dialect, which way, in which units and coordinates."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from minesafe.config.place import Ground
from minesafe.config.row import Named, Row
from minesafe.config.secrets import Secrets
from minesafe.config.topics import take_topic
from minesafe.model.mine import BaseStation, Level, Reader


@dataclass(frozen=True, slots=True)
class Manner:
    """What a dialect allows, and what is taken for granted in it."""

    transports: tuple[str, ...]
    length: str = "auto"
    time: str = "auto"
    placed: bool = True
    """It tells coordinates."""


DIALECTS: Mapping[str, Manner] = {
    "ranges": Manner(("tcp", "mqtt"), "m", "ms", placed=False),
    "kj": Manner(("mqtt", "tcp", "udp"), "m", placed=False),
    "nooploop": Manner(("mqtt", "udp", "tcp", "http")),
    "pozyx": Manner(("mqtt",)),
    "omlox": Manner(("mqtt", "tcp", "http")),
}
"""How stations may speak (docs/wire.md); ours has its units fixed, others' are found out."""

LENGTHS = ("auto", "m", "mm")
TIMES = ("auto", "s", "ms", "us", "ticks")

OWN_HELLO = "ranges"
"""The dialect whose stations knock at one port with a key; of others each has a port of its own."""


def read_station(row: Row, ident: str, levels: Named[Level], secrets: Secrets) -> BaseStation:
    """One [[station]]."""
    name, dialect = row.name(), row.word("dialect", DIALECTS, OWN_HELLO)
    manner = DIALECTS[dialect]
    transport = row.word("transport", manner.transports)
    mqtt = transport == "mqtt"
    door = not mqtt and dialect != OWN_HELLO
    topic = take_topic(row) if mqtt else row.text("topic", "")
    if not mqtt and topic:
        row.fault("topic", f"a station on {transport} has no topic")
    posted = transport == "http"
    port, peer = _door(row, door, posted)
    return BaseStation(
        ident,
        name,
        transport,
        topic,
        row.text("user", None if mqtt else ""),
        secrets.take(row, "password", "" if door and not posted else None),
        dialect,
        row.word("length", LENGTHS, manner.length),
        row.word("time", TIMES, manner.time),
        port,
        peer,
        _origin(row, manner),
        row.number("turn_deg", 0.0, low=-360, high=360),
        _floors(row, levels),
    )


def _door(row: Row, door: bool, posted: bool) -> tuple[int, str]:
    """Where we hear it, and from whom alone; a post has a key, and may come from anywhere."""
    if door:
        peer = row.text("peer", "" if posted else None)
        return row.whole("port", low=1, high=65_535), peer
    for key in ("port", "peer"):
        if row.has(key):
            row.fault(key, f"{key!r} is of a station that speaks at a port of its own")
    return 0, ""


def _origin(row: Row, manner: Manner) -> tuple[float, float, float]:
    given = row.values.get("origin")
    if not row.has("origin"):
        return (0.0, 0.0, 0.0)
    if not manner.placed:
        row.fault("origin", "this dialect tells no coordinates")
    numbers = given if isinstance(given, list) else []
    good = [float(n) for n in numbers if isinstance(n, int | float) and math.isfinite(n)]
    if len(good) != 3 or len(numbers) != 3:
        row.fault("origin", f"{given!r} is no place", "[x east, y north, z up] in metres")
        return (0.0, 0.0, 0.0)
    return (good[0], good[1], good[2])


def _floors(row: Row, levels: Named[Level]) -> tuple[tuple[str, str], ...]:
    """Its words for our levels, as "2=L-300"."""
    pairs = []
    for text in row.texts("floors", required=False):
        floor, parted, level = (part.strip() for part in text.partition("="))
        if not parted or level not in levels:
            known = ", ".join(levels)
            row.fault("floors", f"{text!r} names no level", f"floor=level, one of {known}")
        else:
            pairs.append((floor, level))
    return tuple(pairs)


def read_reader(row: Row, ident: str, stations: Collection[str], ground: Ground) -> Reader:
    """One [[reader]]."""
    name, station = row.name(), row.reference("station", stations, "station")
    roadway = row.reference("roadway", ground.roadways, "roadway")
    return Reader(
        ident,
        name,
        station,
        roadway,
        ground.chainage(row, "chainage_m", roadway),
        row.number("range_m", low=1, high=2000),
        row.number("error_m", low=0.01, high=50),
        row.number("period_s", low=0.1, high=60),
        row.text("code", ""),
    )


def check_doors(stations: Named[BaseStation], taken: Mapping[int, str]) -> None:
    """One door a station; two would hear each other's.

    Args:
        stations: all of the mine.
        taken: TCP ports of the server itself, and whose they are.
    """
    seen = {("tcp", port): whose for port, whose in taken.items()}
    for station, row in stations.pairs():
        door = ("udp" if station.transport == "udp" else "tcp", station.port)
        other = seen.setdefault(door, station.id) if station.port else station.id
        if other != station.id:
            row.fault("port", f"{door[0]} port {station.port} is that of {other!r}")


def check_codes(readers: Named[Reader]) -> None:
    """A station calls no two of its readers the same."""
    seen: dict[tuple[str, str], str] = {}
    for reader, row in readers.pairs():
        key = (reader.station, reader.code or reader.id)
        other = seen.setdefault(key, reader.id)
        if other != reader.id:
            row.fault("code", f"{key[1]!r} is what its station calls {other!r}")
