"""How a positioning system of each maker tells what it sees (docs/wire.md), a row a dialect.

Ours tells distances and is numbered; the others tell places or cards, and have no numbers. A tag
that several readers of a station hear is told once, by the nearest.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from math import dist
from zoneinfo import ZoneInfo

import msgspec

from device_sims.mine import Mine, Roadway
from device_sims.world.ranging import Sight

XYZ = tuple[float, float, float]

CARDS = 64
"""In one message of a card reader."""


@dataclass(frozen=True, slots=True)
class Report:
    """What one station sees at one time."""

    station: str
    boot: int
    seq: int
    t: int
    """ms, by the station's own clock."""
    alive: Sequence[str]
    """Readers."""
    seen: Sequence[Sight]


@dataclass(slots=True)
class Ground:
    """Where things are, and what a system remembers of its tags."""

    mine: Mine
    calling: set[str] = field(default_factory=set)
    """Tags whose wearers have called and not taken it back."""

    def place(self, sight: Sight) -> XYZ:
        """Where the tag is measured, m."""
        return _at(self.mine.roadway[sight.spot.roadway], sight.spot.chainage_m)


Said = Iterable[object]
"""Messages, each an object still to be encoded."""


def _at(roadway: Roadway, chainage: float) -> XYZ:
    """On the surveyed path; a roadway that is drawn longer than it is, is stretched evenly."""
    path = roadway.path
    along = [0.0, *accumulate(dist(a, b) for a, b in pairwise(path))]
    long_m = roadway.length_m
    way = min(max(chainage, 0.0), long_m) * along[-1] / long_m if long_m else 0.0
    leg = min(max(bisect_right(along, way), 1), len(path) - 1)
    long = along[leg] - along[leg - 1]
    share = (way - along[leg - 1]) / long if long else 0.0
    x, y, z = (a + share * (b - a) for a, b in zip(path[leg - 1], path[leg], strict=True))
    return round(x, 3), round(y, 3), round(z, 3)


def battery(tag: str) -> int:
    """Percent: steady, and different from tag to tag."""
    return 60 + sum(tag.encode()) % 40


def nearest(seen: Iterable[Sight]) -> list[Sight]:
    """Each tag once, as the reader next to it has it; a press of the button is of the tag."""
    best: dict[str, Sight] = {}
    for sight in seen:
        other = best.get(sight.tag)
        if other is None or sight.distance_m < other.distance_m:
            best[sight.tag] = sight
    return list(best.values())


# --- ours: reader, distance, side ---------------------------------------------------------------


def _ranges(report: Report, _ground: Ground) -> Said:
    yield {
        "station": report.station,
        "boot": report.boot,
        "seq": report.seq,
        "t": report.t,
        "readers": list(report.alive),
        "ranges": [_range_of(s) for s in report.seen],
    }


def _range_of(sight: Sight) -> dict[str, object]:
    return {
        "reader": sight.reader,
        "tag": sight.tag,
        "d": round(sight.distance_m, 2),
        "side": sight.side,
        "battery": battery(sight.tag),
    } | {name: True for name, on in (("button", sight.button), ("sos", sight.sos)) if on}


# --- the others -----------------------------------------------------------------------------------


def _kj(report: Report, ground: Ground) -> Said:
    """A message a reader, numbers as text, a single card not in a list."""
    zone = ZoneInfo(ground.mine.timezone)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=report.t)
    time = f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    by_reader: dict[str, list[Sight]] = {reader: [] for reader in report.alive}
    for sight in nearest(report.seen):
        by_reader[sight.reader].append(sight)
    for reader, seen in by_reader.items():
        for first in range(0, max(len(seen), 1), CARDS):
            about = {"ip": "10.1.0.7", "devid": ground.mine.code_of(reader), "type": 64}
            yield about | _cards(seen[first : first + CARDS]) | {"debug": None, "time": time}


def _cards(seen: Sequence[Sight]) -> dict[str, object]:
    return {
        "status": "0",
        "card": _alone([s.tag for s in seen]),
        "emerge": _alone([f"{int(s.sos)}" for s in seen]),
        "battary": _alone([battery(s.tag) for s in seen]),
    }


def _alone(column: Sequence[object]) -> object:
    return column[0] if len(column) == 1 else column


def _nooploop(report: Report, ground: Ground) -> Said:
    """Calls and answers each by themselves, all places together: a fast clock has many of them."""
    places: list[object] = [{"name": "Heartbeat", "data": {"time": report.t}}]
    for sight in nearest(report.seen):
        if sight.sos != (sight.tag in ground.calling):
            yield {"name": "Call" if sight.sos else "CancelCall", "uid": sight.tag}
            (ground.calling.add if sight.sos else ground.calling.discard)(sight.tag)
        if sight.button:
            yield {"name": "Ack", "uid": sight.tag, "data": {"reqId": "CallAck"}}
        place = {"mapId": 1, "pos": ground.place(sight), "noiseRadius": 0.3, "time": report.t}
        places.append({"name": "Pos", "uid": sight.tag, "data": place})
    yield places


def _pozyx(report: Report, ground: Ground) -> Said:
    """Millimetres and seconds with a fraction. Its tags have neither a button nor a call."""
    tags = []
    for sight in nearest(report.seen):
        x, y, z = ground.place(sight)
        coordinates = {"x": round(x * 1000), "y": round(y * 1000), "z": round(z * 1000)}
        data = {
            "metrics": {"latency": 28, "rates": {"success": 0.9, "update": 1.0}},
            "coordinates": coordinates,
            "tagData": {"blinkIndex": report.seq % 256},
            "anchorData": [{"anchorId": sight.reader, "rss": -80.0}],
        }
        about = {"version": "2.0", "tagId": sight.tag, "timestamp": report.t / 1000}
        tags.append(about | {"success": True, "data": data})
    yield tags


def _omlox(report: Report, ground: Ground) -> Said:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=report.t)
    time = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    yield [_location(sight, ground.place(sight), time) for sight in nearest(report.seen)]


def _location(sight: Sight, place: XYZ, time: str) -> dict[str, object]:
    return {
        "position": {"type": "Point", "coordinates": place},
        "source": sight.reader,
        "provider_type": "uwb",
        "provider_id": sight.tag,
        "timestamp_generated": time,
        "crs": "local",
        "accuracy": 0.3,
        "properties": {"sos": sight.sos, "button": sight.button, "battery": battery(sight.tag)},
    }


VOICES: Mapping[str, Callable[[Report, Ground], Said]] = {
    "ranges": _ranges,
    "kj": _kj,
    "nooploop": _nooploop,
    "pozyx": _pozyx,
    "omlox": _omlox,
}


def says(dialect: str, report: Report, ground: Ground) -> list[bytes]:
    """Every message in which a station of a dialect tells a report."""
    return [msgspec.json.encode(message) for message in VOICES[dialect](report, ground)]
