"""An MQTT gateway's batched JSON (docs/wire.md); decoding it is pure."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from minesafe.links.messages import Handler, Message
from minesafe.model.events import FindingKind
from minesafe.model.frame import Batch, Readings
from minesafe.model.mine import Gateway, Kind, Mine
from minesafe.model.quality import Quality
from minesafe.model.time import Micros
from minesafe.ports import Clock, Findings, Intake
from minesafe.sources.clocks import DeviceClock
from minesafe.sources.once import Once
from minesafe.sources.patience import hear_at_last
from minesafe.sources.sample import sample
from minesafe.sources.strangers import Strangers
from minesafe.sources.wire import Count, Millis, Unreadable, document, plain


class _Reading(msgspec.Struct):
    p: str
    v: float | None
    t: Millis | None = None
    s: int = 0


class _Report(msgspec.Struct):
    gateway: str
    boot: Count
    seq: Count
    t: Millis
    readings: list[Any]


class _State(msgspec.Struct):
    online: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """One message, decoded."""

    boot: int
    seq: int
    rows: list[tuple[int, float, int, Micros, Micros]]
    """As `Readings.of` takes them."""
    garbled: dict[str, str]
    """What is wrong by point id; such a point has a row too: a fault without a value."""
    names: list[str]
    """Point ids of `rows`."""
    unknown: list[str]
    """Point names the gateway does not have."""


@dataclass(frozen=True, slots=True)
class GatewayPoints:
    """The points one gateway may report."""

    gateway: str
    rows: Mapping[str, tuple[int, Kind]]
    """Row number and kind by point id."""

    @classmethod
    def of(cls, mine: Mine, gateway: Gateway) -> "GatewayPoints":
        """The points whose device it is."""
        rows = mine.points_of_device.get(gateway.id, ())
        points = [(r, mine.points[r]) for r in rows]
        return cls(gateway.id, {p.id: (r, mine.kind[p.kind]) for r, p in points})


def decode(payload: bytes, points: GatewayPoints, received: Micros) -> Heard:
    """Read one message.

    Raises:
        Unreadable: nothing of it can be used.
    """
    try:
        report = msgspec.convert(document(payload), _Report)
    except msgspec.ValidationError as error:
        raise Unreadable(str(error)) from error
    if report.gateway != points.gateway:
        raise Unreadable(f"speaks for {plain(report.gateway)}")
    return _sorted(report, points, received)


def _sorted(report: _Report, points: GatewayPoints, received: Micros) -> Heard:
    heard = Heard(report.boot, report.seq, [], {}, [], [])
    for item in report.readings:
        name = item.get("p") if isinstance(item, dict) else None
        if not isinstance(name, str):
            heard.garbled[points.gateway] = "a reading without a point"
        elif name not in points.rows:
            heard.unknown.append(name)
        else:
            row, kind = points.rows[name]
            value, quality, at, wrong = _value(item, kind, report.t)
            heard.rows.append((row, value, quality, at * 1000, received))
            heard.names.append(name)
            if wrong:
                heard.garbled[name] = wrong
    return heard


def _value(item: Mapping[str, Any], kind: Kind, t: int) -> tuple[float, Quality, int, str]:
    """Value, quality, sample time in milliseconds, and what is wrong with it ("" if nothing)."""
    try:
        reading = msgspec.convert(item, _Reading)
    except msgspec.ValidationError as error:
        return math.nan, Quality.FAULT, t, str(error)
    number = math.nan if reading.v is None else reading.v
    at = t if reading.t is None else reading.t
    return (*sample(number, reading.s, kind), at, "")


class GatewayEars:
    """Hears one gateway's topics.

    Args:
        mine: the revision in force.
        gateway: whom to hear.
        intake: where readings go; a handler returns once they are on disk.
        clock: stamps the receipt.
        findings: GARBAGE, UNKNOWN_POINT, GAP, CLOCK_OFF, and LINK_DOWN of the gateway.
    """

    def __init__(
        self, mine: Mine, gateway: Gateway, intake: Intake, clock: Clock, findings: Findings
    ) -> None:
        self._gateway = gateway
        self._points = GatewayPoints.of(mine, gateway)
        self._intake = intake
        self._clock = clock
        self._findings = findings
        self._once = Once(gateway.id, findings)
        self._its_clock = DeviceClock(gateway.id, findings)
        self._strangers = Strangers(FindingKind.UNKNOWN_POINT, findings)
        self._garbled: set[str] = set()

    @property
    def routes(self) -> dict[str, Handler]:
        """What to subscribe to."""
        return {self._gateway.topic: self.report, f"{self._gateway.topic}/state": self.state}

    async def report(self, message: Message) -> None:
        """One batch of readings."""
        now = self._clock.now()
        try:
            if message.retained:  # of any age, and the time rule would judge it as of now
                raise Unreadable("a retained message holds no news")
            if message.cut:
                raise Unreadable(f"{message.cut} bytes is too long")
            heard = decode(message.payload, self._points, now)
        except Unreadable as error:
            self._tell_garbled({self._gateway.id: str(error)}, ())
            return
        self._tell_garbled(heard.garbled, [self._gateway.id, *heard.names])
        self._its_clock.heard((sampled for *_, sampled, _ in heard.rows), now)
        for name in heard.unknown:
            self._strangers.saw(name, f"from {self._gateway.id}", now)
        await self._once.hear(
            heard.boot, heard.seq, message.payload, lambda: self._keep(Readings.of(heard.rows))
        )

    async def state(self, message: Message) -> None:
        """Hello or last will: a gateway that is gone has lost all its points, at once."""
        try:
            state = msgspec.convert(document(message.payload), _State)
        except ValueError as error:
            self._tell_garbled({self._gateway.id: f"state: {error}"}, ())
            return
        if state.online:
            self._findings.ended(FindingKind.LINK_DOWN, self._gateway.id)
            return
        self._findings.began(FindingKind.LINK_DOWN, self._gateway.id, "the gateway is offline")
        now = self._clock.now()
        lost = Quality.COMMS_LOST
        rows = [(row, math.nan, lost, now, now) for row, _ in self._points.rows.values()]
        await self._keep(Readings.of(rows))

    async def _keep(self, readings: Readings) -> None:
        if len(readings):
            await hear_at_last(self._intake, Batch.of_readings(readings))

    def _tell_garbled(self, garbled: Mapping[str, str], heard: Iterable[str]) -> None:
        """Begin what is garbled now; end what was and has been heard well."""
        for subject, what in garbled.items():
            self._garbled.add(subject)
            self._findings.began(FindingKind.GARBAGE, subject, what)
        for subject in self._garbled.intersection(heard).difference(garbled):
            self._garbled.discard(subject)
            self._findings.ended(FindingKind.GARBAGE, subject)
