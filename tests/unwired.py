"""Simulated devices and the server's ears face to face: real bytes, real decoders, no sockets.

What a scenario cuts is silent here too, and what the links would find out about it is told. What
only a socket can do (time-outs, reconnecting, half an answer) is left to the tests that have some.
"""

import heapq
import json
import struct
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Protocol

from fakes import Notes

import device_sims.mine as sim
from device_sims.devices.edge import EdgeDevice
from device_sims.devices.gateway import GatewayDevice
from device_sims.devices.kj_host import KjHostDevice
from device_sims.devices.shaped import ShapedDevice
from device_sims.devices.station import StationDevice
from device_sims.devices.substation import SubstationDevice
from device_sims.stage import Stage
from minesafe.links.messages import Handler, Message
from minesafe.links.stream.packets import Publish
from minesafe.model.errors import BadReply, LinkDown
from minesafe.model.events import FindingKind
from minesafe.model.frame import Batch, Readings
from minesafe.model.mine import Dialect, Gateway, Mine
from minesafe.model.time import SECOND, Micros
from minesafe.ports import Clock
from minesafe.sources.files.decode import HostMap
from minesafe.sources.modbus import SubstationPoller
from minesafe.sources.mqtt.gateway import GatewayEars
from minesafe.sources.mqtt.lane import Ears, PointLane
from minesafe.sources.mqtt.shaped import PresenceEars, ShapedEars
from minesafe.sources.mqtt.sparkplug.ears import EdgeEars
from minesafe.sources.positioning.common import Common
from minesafe.sources.positioning.ranges import Roadways
from minesafe.sources.positioning.stations import StationEars

Work = Callable[[], Awaitable[None]]

HELLO, WILL = b'{"online": true, "boot": 1}', b'{"online": false}'


class Hearer(Protocol):
    """An intake and a book of findings in one."""

    async def hear(self, batch: Batch) -> None:
        """As `ports.Intake`."""

    def began(self, kind: FindingKind, subject: str, detail: str = "") -> None:
        """As `ports.Findings`."""

    def ended(self, kind: FindingKind, subject: str) -> None:
        """As `ports.Findings`."""

    def repeated(self, messages: int = 1) -> None:
        """As `ports.Findings`."""


class Registers:
    """A simulated substation, asked as the poller would over its wire."""

    def __init__(self, device: SubstationDevice, unit: int, stage: Stage) -> None:
        self._device = device
        self._unit = unit
        self._stage = stage

    async def read(self, function: int, address: int, count: int) -> bytes:
        """As `sources.modbus.poller.Registers`."""
        if self._stage.spoilt.silent(self._stage.world, self._device.name):
            raise LinkDown("no answer")
        reply = self._device.answer(self._unit, struct.pack(">BHH", function, address, count))
        if reply[0] != function:
            raise BadReply(f"exception {reply[1]}")
        return reply[2:]


class Unwired:
    """Every device of a mine with the ears the server has for it, each at its own period."""

    def __init__(self, mine: Mine, stage: Stage, clock: Clock, server: Hearer) -> None:
        self._mine = mine
        self._stage = stage
        self._clock = clock
        self._server = server
        self._offline: set[str] = set()
        """Gateways whose last will has been heard."""
        self._beats: list[tuple[Micros, int, float, Work]] = []
        self._substations()
        self._gateways()
        self._stations()
        self._hosts()

    async def beat(self) -> None:
        """Everything that is due by now, in the order in which it is."""
        self._shared()
        while self._beats[0][0] < self._clock.now():
            due, row, period_s, work = heapq.heappop(self._beats)
            heapq.heappush(self._beats, (due + round(period_s * SECOND), row, period_s, work))
            await work()

    def reaches(self, device: str) -> bool:
        """Whether what is written to a device arrives."""
        return not self._stage.spoilt.silent(self._stage.world, device)

    # --- who speaks -------------------------------------------------------------------------

    def _every(self, period_s: float, work: Work) -> None:
        beat = (self._clock.now(), len(self._beats), period_s, work)
        heapq.heappush(self._beats, beat)

    def _substations(self) -> None:
        theirs = self._stage.site.mine.substations
        for its, ours in zip(theirs, self._mine.substations, strict=True):
            registers = Registers(SubstationDevice(its, self._stage), its.unit, self._stage)
            server = self._server
            poller = SubstationPoller(self._mine, ours, registers, server, self._clock, server)
            self._every(ours.period_s, poller.poll)

    def _gateways(self) -> None:
        theirs = self._stage.site.mine.gateways
        for its, ours in zip(theirs, self._mine.gateways, strict=True):
            if ours.dialect is not Dialect.MINESAFE:
                self._every(1.0, self._in_a_lane(its, ours))
                continue
            device = GatewayDevice(its, self._stage, boot=1)
            ears = GatewayEars(self._mine, ours, self._server, self._clock, self._server)
            self._every(1.0, partial(self._gateway, device, ears))

    def _in_a_lane(self, its: sim.Gateway, ours: Gateway) -> Work:
        server = self._server
        if ours.edge is not None:
            edge = EdgeEars(self._mine, ours, server)
            by_filter: dict[str, Ears] = dict.fromkeys(edge.filters, edge)
            lane = PointLane(self._mine, by_filter, server, self._clock)
            return partial(self._edge, EdgeDevice(its, self._stage), lane)
        shaped = ShapedEars(self._mine, ours, server)
        lane = PointLane(self._mine, {shaped.filter: shaped}, server, self._clock)
        there = None
        if ours.presence is not None:
            there = PresenceEars(self._mine, shaped, ours.presence, server, self._clock)
        return partial(self._shaped, ShapedDevice(its, self._stage), lane, there)

    def _hosts(self) -> None:
        roadways, theirs = Roadways(self._mine), self._stage.site.mine.kj_hosts
        for its, ours in zip(theirs, self._mine.kj_hosts, strict=True):
            device = KjHostDevice(its, self._stage)
            self._every(
                ours.period_s, partial(self._host, device, HostMap(self._mine, roadways, ours))
            )

    def _stations(self) -> None:
        common, theirs = (
            Common.of(self._mine, self._server, Notes()),
            self._stage.site.mine.stations,
        )
        for its, ours in zip(theirs, self._mine.stations, strict=True):
            device = StationDevice(its, self._stage, boot=1)
            ears = StationEars(self._mine, common, ours, self._clock, self._server)
            periods = [r.period_s for r in self._mine.readers if r.station == ours.id]
            self._every(min(periods, default=1.0), partial(self._station, device, ears))

    # --- what arrives -------------------------------------------------------------------------

    async def _gateway(self, device: GatewayDevice, ears: GatewayEars) -> None:
        device.report()
        if self._lost("broker_lost"):
            return
        lost, told = not self.reaches(device.name), device.name in self._offline
        if lost != told:
            await ears.state(Message("", WILL if lost else HELLO, retained=False))
            self._offline ^= {device.name}
        if not lost:
            await self._deliver(device, ears.report)

    def _turned(self, device: str) -> bool:
        """Whether it has gone, or come back, since it was last looked at."""
        if self.reaches(device) is (device in self._offline):
            self._offline ^= {device}
            return True
        return False

    async def _edge(self, device: EdgeDevice, lane: PointLane) -> None:
        if self._lost("broker_lost"):
            device.keep()
            return
        turned, lost = self._turned(device.name), not self.reaches(device.name)
        if lost:
            device.keep()
            said = [device.death()] if turned else []
        else:
            said = device.birth() if turned or not device.births else device.report()
        await _hear(lane, said)

    async def _shaped(
        self, device: ShapedDevice, lane: PointLane, there: PresenceEars | None
    ) -> None:
        device.report()
        if self._lost("broker_lost"):
            return
        if self._turned(device.name) and there is not None:
            word = b"online" if self.reaches(device.name) else b"offline"
            await there.hear(Message("", word, retained=False))
        if self.reaches(device.name):
            said = [(topic, json.dumps(document).encode()) for topic, document in device.take()]
            await _hear(lane, said)

    async def _host(self, device: KjHostDevice, at: HostMap) -> None:
        """The states of everything, as if their file had been written and found at once."""
        now = self._clock.now()
        for kind, records in device.due():
            if self.reaches(device.name):
                told = at.decode(kind, device.text(records), now)
                await self._server.hear(Batch.of_readings(Readings.of(told.readings)))

    async def _station(self, device: StationDevice, ears: StationEars) -> None:
        device.report()
        if ears.station.transport == "tcp":
            self._find(FindingKind.LINK_DOWN, device.name, not self.reaches(device.name))
        elif self._lost("broker_lost"):
            return
        if self.reaches(device.name):
            await self._deliver(device, ears.message)

    async def _deliver(self, device: GatewayDevice | StationDevice, hear: Handler) -> None:
        """Everything it still keeps, oldest first."""
        for payload in device.backlog.take():
            await hear(Message("", payload, retained=False))

    def _shared(self) -> None:
        """What all devices share, and the database behind."""
        self._find(FindingKind.LINK_DOWN, "broker", self._lost("broker_lost"))
        self._find(FindingKind.DATABASE_DOWN, "history", self._lost("database_lost"))

    def _lost(self, kind: str) -> bool:
        stage = self._stage
        return any(f.kind == kind and f.acts(stage.world.elapsed_s) for f in stage.spoilt.faults)

    def _find(self, kind: FindingKind, subject: str, on: bool) -> None:
        if on:
            self._server.began(kind, subject, "cut by the scenario")
        else:
            self._server.ended(kind, subject)


async def _hear(lane: PointLane, said: Iterable[tuple[str, bytes]]) -> None:
    await lane.hear([Publish(topic.encode(), data, 0) for topic, data in said])
