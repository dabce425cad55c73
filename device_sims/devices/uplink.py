"""A device's MQTT connection: hello and last will, QoS 1, what is unacknowledged goes again."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiomqtt import Client, MqttError, Will

from device_sims.devices.backlog import Backlog
from device_sims.devices.device import being_ended, until_one_ends
from device_sims.diary import Diary
from device_sims.mine import Address

if TYPE_CHECKING:
    from paho.mqtt.client import SocketLike

RETRY_S = 0.5
"""Pause before connecting again, in real seconds."""
IN_FLIGHT = 6
"""Reports on their way to the broker at one time, in their order: an acknowledgement waits for the
server's disk, and a device that waited for each would fall behind a fast clock."""
PATIENCE_S = 5.0
"""How long an acknowledgement may take, in real seconds, before the connection is given up."""


def write_open_sockets_only(client: Client) -> None:
    """Mend aiomqtt 2.5: it begins to watch a socket a turn after it was asked to.

    One that was closed in between is a bad descriptor by then, or another connection's.
    """
    paho, gone = client._client, client._disconnected  # noqa: SLF001  there is no public way
    loop = asyncio.get_running_loop()

    def write() -> None:
        try:
            paho.loop_write()
        except OSError as error:
            if not gone.done():
                gone.set_exception(error)

    def watch(sock: "SocketLike") -> None:
        if paho.socket() is sock and paho.want_write():
            loop.add_writer(sock.fileno(), write)

    def asked(_paho: object, _userdata: object, sock: "SocketLike") -> None:
        loop.call_soon_threadsafe(watch, sock)

    paho.on_socket_register_write = asked


@dataclass(frozen=True, slots=True)
class Login:
    """How a device reaches the broker."""

    broker: Address
    user: str
    password: str
    client_id: str


def client_of(login: Login, will: Will | None) -> Client:
    """One connection, not yet opened."""
    client = Client(
        login.broker.host,
        login.broker.port,
        username=login.user or None,
        password=login.password or None,
        identifier=login.client_id,
        will=will,
        timeout=PATIENCE_S,
        keepalive=10,
    )
    write_open_sockets_only(client)
    return client


@dataclass(frozen=True, slots=True)
class State:
    """The retained message that says whether the device is there."""

    topic: str
    online: bytes
    offline: bytes


def hello(topic: str, boot: int) -> State:
    """What a device keeps on its state topic."""
    online = json.dumps({"online": True, "boot": boot}).encode()
    return State(f"{topic}/state", online, json.dumps({"online": False}).encode())


@dataclass(frozen=True, slots=True)
class Ears:
    """What a device is told, and who listens."""

    topic: str
    hear: Callable[[bytes], None]


class Uplink:
    """Carries a backlog to one topic for as long as `run` runs."""

    def __init__(
        self,
        login: Login,
        topic: str,
        backlog: Backlog,
        diary: Diary,
        state: State | None = None,
        ears: Ears | None = None,
    ) -> None:
        self._login = login
        self._topic = topic
        self._backlog = backlog
        self._diary = diary
        self._state = state
        self._ears = ears
        self._up = False

    async def run(self) -> None:
        """Connect, send, and connect again whenever the broker has gone."""
        while not being_ended():
            try:
                async with self._client() as client:
                    self._changed(True)
                    await self._carry(client)
            except MqttError:
                self._changed(False)
            self._backlog.rewind()
            await asyncio.sleep(RETRY_S)

    def _client(self) -> Client:
        state = self._state
        will = Will(state.topic, state.offline, qos=1, retain=True) if state else None
        return client_of(self._login, will)

    async def _carry(self, client: Client) -> None:
        if self._ears:
            await client.subscribe(self._ears.topic, qos=1)
        if self._state:
            await client.publish(self._state.topic, self._state.online, qos=1, retain=True)
        try:
            sending = (self._send(client) for _ in range(IN_FLIGHT))
            await until_one_ends(*sending, self._watch(client))
        finally:
            if being_ended():
                await self._farewell(client)

    async def _send(self, client: Client) -> None:
        while not being_ended():
            seq, report = await self._backlog.next()
            await client.publish(self._topic, report, qos=1)
            self._backlog.acknowledged(seq)

    async def _watch(self, client: Client) -> None:
        """Hears calls, where it has ears; the loss of the connection is raised."""
        async for message in client.messages:
            if self._ears and isinstance(message.payload, bytes):
                self._ears.hear(message.payload)
                continue
            self._diary.note("unasked", device=self._login.client_id, topic=str(message.topic))

    async def _farewell(self, client: Client) -> None:
        """An orderly end withdraws the last will, so the device says itself that it goes."""
        if self._state:
            with suppress(MqttError):  # broker gone too: then the will, if anything, speaks
                await client.publish(
                    self._state.topic, self._state.offline, qos=1, retain=True, timeout=1
                )

    def _changed(self, up: bool) -> None:
        if up != self._up:
            self._diary.note("link", device=self._login.client_id, up=up)
        self._up = up
