"""Mines whose points come by MQTT, and a message of each dialect to be decoded again and again."""

import json
import random
import struct
from collections.abc import Coroutine
from dataclasses import replace
from functools import cache
from itertools import cycle
from typing import Any

from minesafe.bench.sources.spoken import Spoken
from minesafe.config import load, shipped
from minesafe.links.stream.known import Known
from minesafe.links.stream.packets import Publish
from minesafe.model.events import FindingKind
from minesafe.model.frame import Batch, Readings
from minesafe.model.mine import Dialect, EdgeNode, Gateway, Limits, Mine, Name, Shape, TimeUnit
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND
from minesafe.sources.mqtt.gateway import GatewayPoints, decode
from minesafe.sources.mqtt.lane import Ears, PointLane
from minesafe.sources.mqtt.shaped import ShapedEars
from minesafe.sources.mqtt.sparkplug.ears import EdgeEars

POINTS = 100
"""Of a batched message."""

NOW = 1_764_000_000 * SECOND
WARN = 24.0
"""ppm CO at which a point of these mines warns: a note, which orders nothing."""

_SAID = (("0", Quality.GOOD), ("1", Quality.FAULT))
SINGLE = Shape("{point}", value="v", time="t", time_unit=TimeUnit.US, quality="q", qualities=_SAID)
LISTED = replace(SINGLE, point="{.p}", points="data")

NO = Name("", "")
SINGLE_GATEWAY = Gateway("G", NO, "bench/g/{point}", "", "", Dialect.JSON, SINGLE)
LISTED_GATEWAY = Gateway("L", NO, "bench/l", "", "", Dialect.JSON, LISTED)
OWN_GATEWAY = Gateway("OWN", NO, "bench/own", "", "")
EDGE_GATEWAY = Gateway("E", NO, "", "", "", Dialect.SPARKPLUG, edge=EdgeNode("bench", "E"))


class Untold:
    """Findings nobody reads: what went wrong is in the count."""

    def began(self, kind: FindingKind, subject: str, detail: str = "") -> None:
        """See `ports.Findings`."""

    def ended(self, kind: FindingKind, subject: str) -> None:
        """See `ports.Findings`."""

    def repeated(self, messages: int = 1) -> None:
        """See `ports.Findings`."""


class Still:
    """A clock that stands, so that every turn decodes alike."""

    def now(self) -> int:
        """See `ports.Clock`."""
        return NOW

    def elapsed(self) -> float:
        """Likewise."""
        return 0.0

    async def sleep(self, seconds: float) -> None:
        """Likewise."""


class _Nowhere:
    async def hear(self, batch: Batch) -> None:
        """See `ports.Intake`."""


@cache
def _demo() -> Mine:
    return load(shipped("demo"))


def heard_mine(gateway: Gateway, points: int) -> Mine:
    """The demo mine with so many points of CO instead of its own, all on one gateway."""
    mine = _demo()
    like = next(p for p in mine.points if p.kind == "co")
    point = replace(like, device=gateway.id, rule=None, limits=Limits(warn_high=WARN))
    named = tuple(replace(point, id=f"P{n}") for n in range(points))
    return replace(
        mine, points=named, gateways=(gateway,), substations=(), outputs=(), windows=(), logic=(),
        suppressions=(), carrier=None,
    )  # fmt: skip


def lane_of(
    mine: Mine, intake: Any, clock: Any, known: Known | None = None
) -> tuple[PointLane, list[str]]:
    """The lane of a mine's one gateway, and the filters it hears."""
    gateway = mine.gateways[0]
    by_filter: dict[str, Ears] = {}
    if gateway.edge is not None:
        edge = EdgeEars(mine, gateway, Untold())
        by_filter = dict.fromkeys(edge.filters, edge)
    else:
        shaped = ShapedEars(mine, gateway, Untold(), known)
        by_filter[shaped.filter] = shaped
    return PointLane(mine, by_filter, intake, clock), list(by_filter)


# --- one message of each dialect ---------------------------------------------------------------


def single(seed: int) -> Spoken:
    """A hundred messages of one point each, as one micro-batch."""
    values = _values(seed)
    parts = [Publish(b"bench/g/P%d" % n, _one(value), 2, b"\0\1") for n, value in enumerate(values)]
    return _through_lane(SINGLE_GATEWAY, parts, values)


def listed(seed: int) -> Spoken:
    """A hundred points in one message of somebody's JSON."""
    values = _values(seed)
    data = [{"p": f"P{n}", "v": v, "t": NOW, "q": 0} for n, v in enumerate(values)]
    message = Publish(b"bench/l", json.dumps({"data": data}).encode(), 2, b"\0\1")
    return _through_lane(LISTED_GATEWAY, [message], values)


def own(seed: int) -> Spoken:
    """A hundred points in one message of our own dialect."""
    values = _values(seed)
    readings = [{"p": f"P{n}", "v": v, "t": NOW // 1000} for n, v in enumerate(values)]
    head = {"gateway": "OWN", "boot": 1, "seq": 1, "t": NOW // 1000}
    message = json.dumps(head | {"readings": readings}).encode()
    points = GatewayPoints.of(heard_mine(OWN_GATEWAY, POINTS), OWN_GATEWAY)
    return Spoken(
        lambda: Batch.of_readings(Readings.of(decode(message, points, NOW).rows)),
        POINTS,
        _plain(values),
    )


def sparkplug(seed: int) -> Spoken:
    """A hundred metrics by alias in one DDATA."""
    values = _values(seed)
    born = b"".join(_metric(n, v, f"P{n}") for n, v in enumerate(values))
    told = b"".join(_metric(n, v) for n, v in enumerate(values))
    before = [
        Publish(b"spBv1.0/bench/NBIRTH/E", b"\x18\x00", 0),
        Publish(b"spBv1.0/bench/DBIRTH/E/D", born + b"\x18\x01", 0),
    ]
    said = [
        [Publish(b"spBv1.0/bench/DDATA/E/D", told + b"\x18" + _varint(n % 256), 0)]
        for n in range(2, 258)
    ]
    return _through_lane(EDGE_GATEWAY, said[0], values, before, said)


def _through_lane(
    gateway: Gateway,
    message: list[Publish],
    values: list[float],
    before: list[Publish] | None = None,
    turns: list[list[Publish]] | None = None,
) -> Spoken:
    lane, _ = lane_of(heard_mine(gateway, POINTS), _Nowhere(), Still())
    if before:
        _now(lane.hear(before))
    said = cycle(turns or [message])
    return Spoken(lambda: _now(lane.hear(next(said))), POINTS, _plain(values))


def _now(work: Coroutine[Any, Any, None]) -> None:
    """To its end, which is without waiting."""
    try:
        work.send(None)
    except StopIteration:
        return
    work.close()
    raise AssertionError("it waited")


def _values(seed: int) -> list[float]:
    pace = random.Random(seed)  # noqa: S311  figures, no secret
    return [round(pace.uniform(0, 20), 2) for _ in range(POINTS)]


def _plain(values: list[float]) -> bytes:
    return json.dumps([{"p": f"P{n}", "v": v, "t": NOW} for n, v in enumerate(values)]).encode()


def _one(value: float) -> bytes:
    return json.dumps({"v": value, "q": 0, "t": NOW}).encode()


def _metric(alias: int, value: float, name: str = "") -> bytes:
    """Field 2 of a payload: name where there is one, alias, a double."""
    said = name.encode()
    body = (b"\x0a" + _varint(len(said)) + said if name else b"") + b"\x10" + _varint(alias)
    body += b"\x20\x0a\x69" + struct.pack("<d", value)
    return b"\x12" + _varint(len(body)) + body


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))
