"""Decoders of everything that devices tell of themselves: messages, lines, files."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial

from faces import places, published
from faces.device import ONE_OF_EVERYTHING, mine_of
from fakes import FindingBook, HandClock, Inbox, Notes
from field import NO

from device_sims.devices.spb import UINT64, Metric, payload
from minesafe.engine.kernels.compiled import uncompiled
from minesafe.links.stream.cutting import cut
from minesafe.links.stream.known import Known, Quick
from minesafe.links.stream.packets import Malformed, Publish, Splitter, publish
from minesafe.links.stream.train import WORTH_IT, QuickSplitter
from minesafe.model.errors import BadReply
from minesafe.model.mine import BaseStation, Gateway, KjHost, Mine
from minesafe.notify.downlink import answer_of
from minesafe.sources.files.decode import HostMap
from minesafe.sources.files.tables import TABLES
from minesafe.sources.mqtt import terminal
from minesafe.sources.mqtt.gateway import GatewayPoints
from minesafe.sources.mqtt.gateway import decode as gateway_report
from minesafe.sources.mqtt.lane import Ears
from minesafe.sources.mqtt.rows import Ranges, Rows
from minesafe.sources.mqtt.scanning import scan
from minesafe.sources.mqtt.shaped import ShapedEars
from minesafe.sources.mqtt.sparkplug.ears import EdgeEars
from minesafe.sources.mqtt.sparkplug.host import said_of
from minesafe.sources.mqtt.sparkplug.payload import decode as sparkplug_payload
from minesafe.sources.positioning.common import Common
from minesafe.sources.positioning.listener import greeting
from minesafe.sources.positioning.ranges import Roadways
from minesafe.sources.positioning.stations import decoder_of
from minesafe.sources.positioning.webhook import Refused, head_of
from minesafe.sources.wire import Unreadable

NOW = HandClock().now()
MS = NOW // 1000

Target = Callable[[bytes], None]


def mine_at(gateway: Gateway) -> Mine:
    return mine_of(gateway.id, ONE_OF_EVERYTHING, gateways=(gateway,))


# --- gateways -------------------------------------------------------------------------------------

POINTS = GatewayPoints.of(mine_at(published.OWN), published.OWN)


def own_json(data: bytes) -> None:
    """Our own batched JSON."""
    with suppress(Unreadable):
        heard = gateway_report(data, POINTS, NOW)
        assert len(heard.rows) + len(heard.unknown) <= len(data)


def cards(data: bytes) -> None:
    """What a terminal at a door tells."""
    with suppress(Unreadable):
        terminal.decode(data, "T1", {"101": "P1"}, NOW)


def _taking(ears: Ears, topic: str) -> Target:
    """A gateway's ears tell what is wrong, and raise nothing; a line of the data is a message."""

    def take(data: bytes) -> None:
        rows = Rows()
        lines = [Publish(topic.encode(), line, 2, b"\0\1") for line in data.split(b"\n")]
        ears.take(lines, NOW, rows)
        assert len(rows) <= len(data)

    return take


def _shaped(gateway: Gateway) -> ShapedEars:
    return ShapedEars(mine_at(gateway), gateway, FindingBook())


READ = 256 << 10
"""Bytes that uvloop reads from a socket at most."""


class Train:
    """Lines of the data as messages of a stream: the loops, as Python, and without any.

    What the data is on the wire and what is made of that are two calls, so that what a decoder
    holds can be told from what stands here to be read.
    """

    def __init__(self, gateway: Gateway, topic: str) -> None:
        mine = mine_at(gateway)
        self._topic, self._ranges = topic, Ranges.of(mine)
        self._known = Known(Quick(uncompiled(cut), uncompiled(scan)))
        self._ears = [ShapedEars(mine, gateway, FindingBook(), k) for k in (self._known, Known())]
        plain = publish(topic, b'{"v":1,"q":"GOOD","t":%d}' % MS, number=1)
        self._padding = plain * (WORTH_IT // len(plain) + 1)
        self(b"")  # the topic is known from here on

    def __call__(self, data: bytes) -> None:
        self.ready(data)()

    def wire(self, data: bytes) -> bytes:
        """The data as its broker sends it."""
        lines = [publish(self._topic, line, number=7) for line in data.split(b"\n")]
        return self._padding + b"".join(lines)

    def ready(self, data: bytes) -> Callable[[], None]:
        """A new stream, and all that its socket will give: whoever calls this reads it."""
        wire = self.wire(data)
        reads = [wire[at : at + READ] for at in range(0, len(wire), READ)]
        return partial(self._hear, QuickSplitter(self._known), reads)

    def _hear(self, splitter: QuickSplitter, reads: Sequence[bytes]) -> None:
        loops, none = self._ears
        for read in reads:
            train, _ = splitter.feed(read)
            assert self._told(loops, train) == self._told(none, list(train))

    def _told(self, ears: Ears, messages: Sequence[Publish]) -> bytes:
        rows = Rows()
        if messages:
            ears.take(messages, NOW, rows)
        return rows.batch(self._ranges).readings.to_bytes() if len(rows) else b""


EDGE = EdgeEars(mine_at(published.EDGE), published.EDGE, FindingBook())
KINDS = ("NBIRTH", "DBIRTH", "DDATA", "NDATA", "DDEATH", "NDEATH", "NCMD")


def sparkplug(data: bytes) -> None:
    """An edge node, which lives on from message to message; the first byte says of which kind."""
    kind = KINDS[data[0] % len(KINDS)] if data else "NBIRTH"
    topic = f"spBv1.0/mine/{kind}/E1{'/S1' if kind[0] == 'D' else ''}"
    rows = Rows()
    EDGE.take([Publish(topic.encode(), data[1:], 0)], NOW, rows)
    assert len(rows) <= len(data) + len(ONE_OF_EVERYTHING)
    with suppress(Unreadable):
        sparkplug_payload(data)


def mqtt_packets(data: bytes) -> None:
    """A broker's bytes, in pieces; the first byte says how long they are."""
    splitter, size = Splitter(), 1 + data[0] % 16 if data else 1
    with suppress(Malformed):
        for at in range(1, len(data), size):
            heard, _ = splitter.feed(data[at : at + size])
            assert all(len(m.payload) <= len(data) for m in heard)


# --- places ---------------------------------------------------------------------------------------


def _station(dialect: str) -> Target:
    face = places.FACES[dialect]
    station = BaseStation("BS1", NO, "mqtt", "t", "", "", dialect, *face.units)
    mine = places.mine_with(station)
    common = Common.of(mine, Inbox(), Notes())
    at = decoder_of(mine, common.roadways, common.snapper, station)

    def decode(data: bytes) -> None:
        with suppress(Unreadable):
            sighted = at.decode(data, NOW)
            assert len(sighted.rows) <= len(data) + len(mine.readers)

    return decode


def hello(data: bytes) -> None:
    """A station's first line over TCP."""
    with suppress(Unreadable):
        greeting(data)


def post_head(data: bytes) -> None:
    """The head of a request at a door for posts."""
    with suppress(Refused):
        assert head_of(data).length >= 0


def called_answer(data: bytes) -> None:
    """What a loudspeaker, a telephone or a tag says of a call."""
    with suppress(BadReply):
        answer_of(data)


def host_state(data: bytes) -> None:
    """What stands where edge nodes look for us."""
    said_of(data)


# --- files ----------------------------------------------------------------------------------------

TYPES = sorted(TABLES)
HOST = KjHost("KJ", NO, "/nowhere", "510123", 30.0)


def _files() -> Target:
    mine = places.mine_with(kj_hosts=(HOST,))
    points = mine_of("KJ", ONE_OF_EVERYTHING, kj_hosts=(HOST,), kinds=mine.kinds).points
    mine = places.replace(mine, points=points)
    host = HostMap(mine, Roadways(mine), HOST)

    def decode(data: bytes) -> None:
        kind = TYPES[data[0] % len(TYPES)] if data else TYPES[0]
        with suppress(Unreadable):
            told = host.decode(kind, data[1:], NOW)
            assert len(told.readings) + len(told.sightings) <= 2 * len(data)

    return decode


TARGETS: Mapping[str, Target] = {
    "own_json": own_json,
    "mapped_json": _taking(_shaped(published.ONE_BY_ONE), "acme/7/WELL"),
    "mapped_json_train": Train(published.ONE_BY_ONE, "acme/7/WELL"),
    "mapped_json_batched": _taking(_shaped(published.BATCHED), "acme/7"),
    "sparkplug": sparkplug,
    "mqtt_packets": mqtt_packets,
    "terminal": cards,
    "station_hello": hello,
    "post_head": post_head,
    "called_answer": called_answer,
    "host_state": host_state,
    "kj_files": _files(),
    **{f"places_{dialect}": _station(dialect) for dialect, f in places.FACES.items() if f.frames},
}


# --- what a well-behaved device says, to begin with -----------------------------------------------

SAID = [{"p": p, "v": v, "q": q.name, "s": 0, "t": MS} for p, (v, q) in ONE_OF_EVERYTHING.items()]
NUMBERS = [one for one in SAID if one["v"] == one["v"]]
BORN = [Metric(p, i, v) for i, (p, (v, _)) in enumerate(ONE_OF_EVERYTHING.items())]
T = "2025-11-24 16:00:00"
RECORDS: Mapping[str, str] = {
    "CDDY": "WELL;T1;ch4;%;0;4;1.0;;1.5;1.0;;;1",
    "SSSJ": "WELL;0.5;0",
    "LJSJ": "WELL;1;7",
    "KGBH": f"WELL;1;{T}",
    "WFSJ": f"WELL;0.5;0.9;{T};0.1;{T}",
    "YCBJ": f"WELL;001;1.2;1.0;1.5;{T};X;1.3;{T};1.1;0.9",
    "RYXX": "101;王建国",
    "RYSS": f"101;R1;{T}",
    "RYQJ": f"101;R1;{T};X",
    "JZXX": "R1;0",
    "RYCY": f"A1;20;25;{T};X",
    "RYCS": f"101;{T};X",
}
"""A record of each type of file."""


def _json(said: object) -> bytes:
    return json.dumps(said).encode()


def _places(dialect: str) -> Sequence[bytes]:
    frames = places.FACES[dialect].frames
    return [_json(frame) for frame in frames(places.ONE_OF_EVERYTHING, NOW, 1)] if frames else ()


SEEDS: Mapping[str, Sequence[bytes]] = {
    "own_json": [_json({"gateway": "GW", "boot": 1, "seq": 1, "t": MS, "readings": NUMBERS})],
    "mapped_json": [b"\n".join(_json(one) for one in NUMBERS)],
    "mapped_json_train": [b"\n".join(_json(one) for one in NUMBERS)],
    "mapped_json_batched": [_json({"data": NUMBERS})],
    "sparkplug": [
        b"\0" + payload(MS, [Metric("bdSeq", value=1, datatype=UINT64)], 0),
        b"\1" + payload(MS, BORN, 1),
        b"\2" + payload(MS, [Metric(alias=m.alias, value=m.value) for m in BORN], 2),
    ],
    "mqtt_packets": [b"\7" + publish("a/b", b"12", number=7) + b"\x40\x02\0\1\xd0\0"],
    "terminal": [
        _json({
            "terminal": "T1", "boot": 1, "seq": 1, "t": MS,
            "events": [{"card": "101", "dir": "in", "t": MS}],
            "counts": {"shift": "day", "in": 1, "out": 0},
        })
    ],
    "station_hello": [_json({"hello": "BS1", "key": "k", "boot": 7})],
    "post_head": [b"POST / HTTP/1.1\r\nAuthorization: Bearer k\r\nContent-Length: 12\r\n\r\n"],
    "called_answer": [_json({"call": "o1/0/BC/broadcast", "state": "playing", "t": MS})],
    "host_state": [_json({"online": True, "timestamp": MS})],
    "kj_files": [
        bytes([i]) + f"{T};1~\r\n{RECORDS[kind]}~\r\n||".encode() for i, kind in enumerate(TYPES)
    ],
    **{f"places_{dialect}": _places(dialect) for dialect, f in places.FACES.items() if f.frames},
}  # fmt: skip
"""By target."""
