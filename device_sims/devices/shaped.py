"""An MQTT gateway of somebody else's JSON: it says each value where its mapping has it."""

import asyncio
import json
import re
from collections import deque
from contextlib import suppress
from typing import Any, TypeAlias

from aiomqtt import Client, MqttError, Will

from device_sims.clock import SECOND
from device_sims.devices.device import Device, being_ended, until_one_ends
from device_sims.devices.due import Due
from device_sims.devices.uplink import RETRY_S, Login, client_of
from device_sims.mine import Address, Gateway, Shape
from device_sims.stage import Stage

PART = re.compile(r"\{([a-z][a-z0-9_]*)\}")

DIVISOR = {"s": 1_000_000, "ms": 1_000, "us": 1}

KEPT = 20_000
"""Messages it remembers; then the oldest is lost."""

Said: TypeAlias = tuple[str, Any]
"""Topic and document."""

QUALITIES = {0: 0, 1: 4, 2: 3, 3: 5, 4: 6, 5: 2}
"""Status word to the number of a quality (docs/joints.md), which the mapping has a word for."""


class ShapedDevice(Device):
    """Publishes each of its points once in the point's period, at QoS 1.

    What it could not send it sends later, with the time it had.

    Args:
        gateway: which, of dialect json.
        stage: the world it measures.
        broker: where it connects; by default the mine's.
    """

    def __init__(self, gateway: Gateway, stage: Stage, *, broker: Address | None = None) -> None:
        super().__init__(gateway.id)
        assert gateway.shape is not None
        self._gateway, self._shape, self._stage = gateway, gateway.shape, stage
        where = broker or stage.site.mine.broker
        self._login = Login(where, gateway.user, gateway.password, gateway.id)
        names = {ident: name for name, ident in gateway.names}
        mine = stage.site.mine
        self._due = Due(mine, gateway.id)
        ids = {row: mine.points[row].id for row in self._due.rows}
        self._name = {row: names.get(ident, ident) for row, ident in ids.items()}
        self._line = {kind: (factor, offset) for kind, factor, offset in gateway.units}
        self._word = {quality: word for word, quality in reversed(self._shape.qualities)}
        self._kept: deque[Said] = deque(maxlen=KEPT)
        self._more = asyncio.Event()

    async def start(self) -> None:
        """Begin to sample and to try the broker."""
        self.spawn(self._sample())
        self.spawn(self._link())

    async def _sample(self) -> None:
        clock, beat = self._stage.clock, self._stage.clock.now()
        while True:
            self.report()
            beat = max(beat + round(self._due.period_s * SECOND), clock.now())
            await clock.sleep_until(beat)

    async def _link(self) -> None:
        while not being_ended():
            with suppress(MqttError):
                async with self._connection() as client:
                    await self._carry(client)
            await asyncio.sleep(RETRY_S)

    def _connection(self) -> Client:
        gateway = self._gateway
        gone = Will(gateway.presence, b"offline", qos=1, retain=True) if gateway.presence else None
        return client_of(self._login, gone)

    async def _carry(self, client: Client) -> None:
        await self._presence(client, b"online")
        try:
            await until_one_ends(self._send(client), self._watch(client))
        finally:
            if being_ended():
                with suppress(MqttError):
                    await self._presence(client, b"offline")

    async def _send(self, client: Client) -> None:
        while not being_ended():
            while self._kept:
                topic, document = self._kept[0]
                await client.publish(topic, json.dumps(document), qos=1)
                self._kept.popleft()
            self._more.clear()
            await self._more.wait()

    async def _watch(self, client: Client) -> None:
        """It is told nothing; the loss of the connection is raised."""
        async for message in client.messages:
            self._stage.diary.note("unasked", device=self.name, topic=str(message.topic))

    async def _presence(self, client: Client, word: bytes) -> None:
        if self._gateway.presence:
            await client.publish(self._gateway.presence, word, qos=1, retain=True, timeout=1)

    # --- what it says ----------------------------------------------------------------------------

    def report(self) -> None:
        """Keep the readings that are due until they are sent."""
        self._kept.extend(self._said())
        self._more.set()

    def take(self) -> list[Said]:
        """Everything kept, oldest first, for whoever stands beside the device."""
        said = list(self._kept)
        self._kept.clear()
        return said

    def _said(self) -> list[Said]:
        now = self._stage.clock.now()
        due = self._due.take(now)
        at = self._stage.spoilt.clock(self._stage.world, self.name, now)
        if self._shape.points is None:
            return [(self._topic(row), self._part(row, at)) for row in due]
        parts = [(self._name[row], self._part(row, at)) for row in due]
        return [(self._gateway.topic, _together(self._shape, parts))] if due else []

    def _topic(self, row: int) -> str:
        """The name in the place of the last {part}; such a gateway has one."""
        return PART.sub(self._name[row], self._gateway.topic)

    def _part(self, row: int, at: int) -> Any:
        """What is said of one point: its name, value, time and quality, each at its path."""
        mine, shape = self._stage.site.mine, self._shape
        point, shown = mine.points[row], self._stage.shown(row)
        factor, offset = self._line.get(point.kind, (1.0, 0.0))
        value = round((shown.value - offset) / factor, 6)
        quality = QUALITIES.get(shown.status, 3)
        part: dict[str, Any] = {}
        if shape.point.startswith("{."):
            _put(part, shape.point[2:-1], self._name[row])
        if shape.time:
            _put(part, shape.time, at // DIVISOR[shape.time_unit])
        if shape.quality:
            _put(part, shape.quality, _written(self._word.get(quality, self._word.get(3, ""))))
        _put(part, shape.value or "v", value)
        return part if shape.value else value


def _together(shape: Shape, parts: list[tuple[str, Any]]) -> Any:
    named = dict(parts) if shape.point == "{key}" else [part for _, part in parts]
    if not shape.points:
        return named
    whole: dict[str, Any] = {}
    _put(whole, shape.points, named)
    return whole


def _put(into: dict[str, Any], path: str, value: Any) -> None:
    *way, last = path.split(".")
    for key in way:
        into = into.setdefault(key, {})
    into[last] = value


def _written(word: str) -> str | int:
    """A number where the word is one."""
    return int(word) if word.lstrip("-").isdigit() else word
