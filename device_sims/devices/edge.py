"""A Sparkplug B edge node with one device behind it: births, data by alias, its death as a will."""

import asyncio
from collections import deque
from contextlib import suppress
from typing import TypeAlias

from aiomqtt import Client, MqttError, Will

from device_sims.clock import SECOND
from device_sims.devices.backlog import boot_number
from device_sims.devices.device import Device, being_ended, until_one_ends
from device_sims.devices.due import Due
from device_sims.devices.spb import (
    BAD,
    BOOLEAN,
    GOOD,
    STALE,
    UINT64,
    Metric,
    asks_for_birth,
    payload,
)
from device_sims.devices.uplink import RETRY_S, Login, client_of
from device_sims.mine import Address, Gateway, Point
from device_sims.stage import Stage

BEHIND = "S1"
"""The device behind the node: the field bus its sensors hang on."""

KEPT = 5_000
"""Readings it keeps while the broker is away; they are told afterwards as historical."""

QUALITY = {0: GOOD, 1: GOOD, 5: STALE}
"""By status word: under-voltage still measures, a lost sensor is stale, any other is bad."""

Said: TypeAlias = tuple[str, bytes]
"""Topic and payload."""


class EdgeDevice(Device):
    """Publishes each of its points once in the point's period.

    Args:
        gateway: which, of dialect sparkplug.
        stage: the world it measures.
        broker: where it connects; by default the mine's.
    """

    def __init__(self, gateway: Gateway, stage: Stage, *, broker: Address | None = None) -> None:
        super().__init__(gateway.id)
        self._gateway, self._stage = gateway, stage
        where = broker or stage.site.mine.broker
        self._login = Login(where, gateway.user, gateway.password, gateway.id)
        self._space = f"spBv1.0/{gateway.group}"
        names = {ident: name for name, ident in gateway.names}
        mine = stage.site.mine
        self._due = Due(mine, gateway.id)
        rows = self._due.rows
        self._metric = {row: self._named(mine.points[row], names) for row in rows}
        self._alias = {row: n for n, row in enumerate(rows, 1)}
        self._session = boot_number() % 100_000
        """bdSeq: one more with each connection, also after a restart."""
        self._seq = 0
        self._kept: deque[Metric] = deque(maxlen=KEPT)
        self._client: Client | None = None
        self.births = 0
        """How often it was born."""

    @staticmethod
    def _named(point: Point, names: dict[str, str]) -> str:
        """Without the device, which stands in the topic."""
        return names.get(point.id, point.id).removeprefix(f"{BEHIND}/")

    async def start(self) -> None:
        """Begin to sample and to try the broker."""
        self.spawn(self._sample())
        self.spawn(self._link())

    # --- what it says ----------------------------------------------------------------------------

    def birth(self) -> list[Said]:
        """NBIRTH and DBIRTH, with every metric's name, alias and value; then what was kept."""
        self._seq = -1
        self.births += 1
        session = Metric("bdSeq", value=self._session, datatype=UINT64)
        control = Metric("Node Control/Rebirth", value=False, datatype=BOOLEAN)
        born = [self._born(row) for row in self._metric]
        said = [self._said("NBIRTH", [session, control]), self._said("DBIRTH", born, BEHIND)]
        said += [self._said("DDATA", [metric], BEHIND) for metric in self._kept]
        self._kept.clear()
        return said

    def death(self) -> Said:
        """What its will says, and what it says itself when it ends in order."""
        session = Metric("bdSeq", value=self._session, datatype=UINT64)
        return f"{self._space}/NDEATH/{self._gateway.edge}", payload(self._now_ms(), [session])

    def report(self) -> list[Said]:
        """The readings that are due, in one message."""
        due = self._readings()
        return [self._said("DDATA", due, BEHIND)] if due else []

    def keep(self) -> None:
        """The broker is away: what is due is told later, as historical, with its own time."""
        at = self._now_ms()
        for m in self._readings():
            kept = Metric("", m.alias, m.value, m.datatype, m.quality, True, at)
            self._kept.append(kept)

    def _said(self, kind: str, metrics: list[Metric], device: str = "") -> Said:
        self._seq = (self._seq + 1) % 256
        topic = f"{self._space}/{kind}/{self._gateway.edge}" + (f"/{device}" if device else "")
        return topic, payload(self._now_ms(), metrics, self._seq)

    def _readings(self) -> list[Metric]:
        now = self._stage.clock.now()
        return [self._reading(row) for row in self._due.take(now)]

    def _reading(self, row: int) -> Metric:
        point = self._stage.site.mine.points[row]
        shown = self._stage.shown(row)
        value = round(shown.value, self._stage.site.mine.kind[point.kind].decimals + 1)
        quality = QUALITY.get(shown.status, BAD)
        return Metric("", self._alias[row], None if quality == STALE else value, quality=quality)

    def _born(self, row: int) -> Metric:
        now = self._reading(row)
        return Metric(self._metric[row], now.alias, now.value, now.datatype, now.quality)

    def _now_ms(self) -> int:
        now = self._stage.clock.now()
        return self._stage.spoilt.clock(self._stage.world, self.name, now) // 1000

    async def _sample(self) -> None:
        clock, beat = self._stage.clock, self._stage.clock.now()
        while True:
            client = self._client
            if client is None:
                self.keep()
            else:
                with suppress(MqttError):
                    await self._say(client, self.report())
            beat = max(beat + round(self._due.period_s * SECOND), clock.now())
            await clock.sleep_until(beat)

    # --- its connection --------------------------------------------------------------------------

    async def _link(self) -> None:
        while not being_ended():
            self._session += 1
            with suppress(MqttError):
                async with self._connection() as client:
                    await self._carry(client)
            self._client = None
            await asyncio.sleep(RETRY_S)

    def _connection(self) -> Client:
        topic, death = self.death()
        return client_of(self._login, Will(topic, death, qos=1))

    async def _carry(self, client: Client) -> None:
        await client.subscribe(f"{self._space}/NCMD/{self._gateway.edge}", qos=1)
        await self._be_born(client)
        try:
            await until_one_ends(self._listen(client))
        finally:
            if being_ended():
                await self._farewell(client)

    async def _listen(self, client: Client) -> None:
        async for message in client.messages:
            if isinstance(message.payload, bytes) and asks_for_birth(message.payload):
                await self._be_born(client)

    async def _be_born(self, client: Client) -> None:
        self._client = None
        await self._say(client, self.birth())
        self._client = client

    async def _say(self, client: Client, said: list[Said], qos: int = 0) -> None:
        for topic, data in said:
            await client.publish(topic, data, qos=qos)

    async def _farewell(self, client: Client) -> None:
        """An orderly end withdraws the will, so the node says itself that it dies."""
        with suppress(MqttError, TimeoutError):
            async with asyncio.timeout(1):
                await self._say(client, [self.death()], qos=1)
