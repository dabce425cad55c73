"""Gateways: heard when they publish, and their last will when they do not."""

import json
import math
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from fakes import FindingBook, HandClock, Inbox
from field import NO

from device_sims.devices.spb import BAD, GOOD, STALE, UINT64, Metric, payload
from faces.device import Device, Face, Told, mine_of
from faces.polled import WORDS
from minesafe.links.messages import Message
from minesafe.links.stream.packets import Publish
from minesafe.model.mine import Dialect, EdgeNode, Gateway, Mine, Presence, Shape
from minesafe.model.quality import Quality
from minesafe.sources.mqtt.gateway import GatewayEars
from minesafe.sources.mqtt.lane import PointLane
from minesafe.sources.mqtt.shaped import PresenceEars, ShapedEars
from minesafe.sources.mqtt.sparkplug.ears import EdgeEars


def numbers(told: Told) -> Iterable[tuple[str, float | None, Quality]]:
    """JSON has no NaN: a number that is none is null."""
    return ((p, None if math.isnan(v) else v, quality) for p, (v, quality) in told.items())


@dataclass
class Heard:
    """What every gateway here has."""

    mine: Mine
    inbox: Inbox = field(default_factory=Inbox)
    book: FindingBook = field(default_factory=FindingBook)
    clock: HandClock = field(default_factory=HandClock)
    seq: int = 0

    @property
    def gateway(self) -> Gateway:
        return self.mine.gateways[0]

    @property
    def name(self) -> str:
        return self.gateway.id

    @property
    def ms(self) -> int:
        return self.clock.now() // 1000

    def counted(self) -> int:
        """One more message."""
        self.seq += 1
        return self.seq


@dataclass
class Plain(Heard):
    """Our own batched JSON, numbered."""

    def __post_init__(self) -> None:
        self.ears = GatewayEars(self.mine, self.gateway, self.inbox, self.clock, self.book)

    async def says(self, told: Told) -> None:
        if self.book.now:
            await self.ears.state(_message({"online": True, "boot": 1}))
        readings = [{"p": p, "v": v, "s": WORDS[quality]} for p, v, quality in numbers(told)]
        head = {"gateway": self.name, "boot": 1, "seq": self.counted(), "t": self.ms}
        await self.ears.report(_message(head | {"readings": readings}))

    async def falls_silent(self) -> None:
        await self.ears.state(_message({"online": False}))


@dataclass
class Shaped(Heard):
    """Any JSON by a mapping: a value a message, or all of them in a list."""

    def __post_init__(self) -> None:
        ears = ShapedEars(self.mine, self.gateway, self.book)
        self.lane = PointLane(self.mine, {ears.filter: ears}, self.inbox, self.clock)
        assert self.gateway.presence is not None
        presence = self.gateway.presence
        self.there = PresenceEars(self.mine, ears, presence, self.inbox, self.clock)

    async def says(self, told: Told) -> None:
        await self.there.hear(Message("", b"online", retained=True))
        await self.lane.hear([self._published(*said) for said in self._documents(told)])

    def _published(self, topic: str, document: object) -> Publish:
        number = self.counted().to_bytes(2, "big")
        return Publish(topic.encode(), json.dumps(document).encode(), 2, number)

    def _documents(self, told: Told) -> Iterable[tuple[str, object]]:
        said = [
            {"p": p, "v": v, "q": quality.name, "t": self.ms} for p, v, quality in numbers(told)
        ]
        if self.gateway.shape == LISTED:
            return [("acme/7", {"data": said})]
        return [(f"acme/7/{one['p']}", one) for one in said]

    async def falls_silent(self) -> None:
        await self.there.hear(Message("", b"offline", retained=True))


SAYS: Mapping[Quality, int] = {Quality.GOOD: GOOD, Quality.FAULT: BAD, Quality.COMMS_LOST: STALE}


@dataclass
class Edge(Heard):
    """A Sparkplug edge node with one device; data go by alias."""

    def __post_init__(self) -> None:
        ears = EdgeEars(self.mine, self.gateway, self.book)
        lane = PointLane(self.mine, dict.fromkeys(ears.filters, ears), self.inbox, self.clock)
        self.lane, self.bdseq, self.born = lane, 0, False

    async def says(self, told: Told) -> None:
        metrics = [Metric(p, i, v, quality=SAYS[q]) for i, (p, (v, q)) in enumerate(told.items())]
        if not self.born:
            self.bdseq, self.seq, self.born = self.bdseq + 1, -1, True
            await self._send("NBIRTH", [Metric("bdSeq", value=self.bdseq, datatype=UINT64)])
            await self._send("DBIRTH", metrics)
        else:
            await self._send("DDATA", [replace(m, name="") for m in metrics])

    async def falls_silent(self) -> None:
        self.born = False
        will = [Metric("bdSeq", value=self.bdseq, datatype=UINT64)]
        await self._publish("NDEATH", payload(self.ms, will))

    async def _send(self, kind: str, metrics: Iterable[Metric]) -> None:
        await self._publish(kind, payload(self.ms, metrics, self.counted() % 256))

    async def _publish(self, kind: str, data: bytes) -> None:
        device = "/S1" if kind.startswith("D") else ""
        await self.lane.hear([Publish(f"spBv1.0/mine/{kind}/E1{device}".encode(), data, 0)])


def _message(said: object) -> Message:
    return Message("", json.dumps(said).encode(), retained=False)


SINGLE = Shape(
    "{point}", value="v", time="t", quality="q",
    qualities=tuple((quality.name, quality) for quality in WORDS),
)  # fmt: skip
LISTED = Shape(
    "{.p}", points="data", value="v", time="t", quality="q", qualities=SINGLE.qualities
)  # fmt: skip
PRESENCE = Presence("acme/7/there", "", ("offline",))

OWN = Gateway("GW", NO, "mine/small/gateway/GW", "", "")
ONE_BY_ONE = Gateway("GW", NO, "acme/7/{point}", "", "", Dialect.JSON, SINGLE, PRESENCE)
BATCHED = Gateway("GW", NO, "acme/7", "", "", Dialect.JSON, LISTED, PRESENCE)
EDGE = Gateway("GW", NO, "", "", "", Dialect.SPARKPLUG, edge=EdgeNode("mine", "E1"))


Made = Callable[[Mine], Device]


@asynccontextmanager
async def publishing(
    made: Made, gateway: Gateway, told: Told, _home: Path
) -> AsyncIterator[Device]:
    yield made(mine_of(gateway.id, told, gateways=(gateway,)))


def through(made: Made, gateway: Gateway, *wordless: str) -> Face:
    """One gateway of a dialect."""
    return Face(partial(publishing, made, gateway), frozenset(wordless))


FACES: Mapping[str, Face] = {
    "gateway_json": through(Plain, OWN),
    "mapped_json": through(Shaped, ONE_BY_ONE),
    "mapped_json_batched": through(Shaped, BATCHED),
    "sparkplug": through(Edge, EDGE, "SUPPLY", "CALIBRATED", "WARMING"),
}
