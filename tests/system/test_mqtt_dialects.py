"""Gateways of other makers on real brokers: mapped JSON and Sparkplug B, played by simulators."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiomqtt
import pytest
from brokers import BrokerProcess, running
from fakes import Doors, FindingBook, Inbox
from field import NO, until
from first_mine import first_mine
from sim_mine import stage

from device_sims.devices.device import Device
from device_sims.devices.edge import EdgeDevice
from device_sims.devices.gateways import gateway_of
from device_sims.mine import Mine as SimMine
from device_sims.mine import decode
from minesafe.clock import WallClock
from minesafe.config import emit
from minesafe.links.stream.stream import MqttStream
from minesafe.model.events import FindingKind
from minesafe.model.mine import Dialect, EdgeNode, Gateway, Mine, Presence, Shape
from minesafe.model.quality import Quality
from minesafe.sources.mqtt.build import mqtt_sources

SHAPED = Gateway(
    "GW-J", NO, "acme/7/{point}", "", "", Dialect.JSON,
    Shape(
        "{point}", value="data.v", time="ts", quality="q",
        qualities=(("0", Quality.GOOD), ("1", Quality.UNDER_VOLTAGE), ("9", Quality.FAULT)),
    ),
    Presence("acme/7", "", ("offline",)), units=(("temperature", "°F"),),
)  # fmt: skip
LISTED = Gateway(
    "GW-L", NO, "beta/up", "", "", Dialect.JSON,
    Shape("{.tag}", value="val", points="readings"), names=(("main-w", "WATER-01"),),
)  # fmt: skip
EDGE = Gateway(
    "GW-S", NO, "", "", "", Dialect.SPARKPLUG, edge=EdgeNode("mine", "E1"),
    names=(("S1/Gas/CO", "CO-01"),),
)  # fmt: skip
ON = {"WATER-01": "GW-L", "AIR-01": "GW-L", "CO-01": "GW-S", "CO-02": "GW-S", "WIND-01": "GW-S"}


def mine_of(broker: BrokerProcess) -> Mine:
    """The first mine, whose one gateway's points are spread over three of other dialects."""
    mine = first_mine()
    points = tuple(
        replace(p, device=ON.get(p.id, "GW-J")) if p.device == "GW1" else p for p in mine.points
    )
    return replace(
        mine, broker=broker.address, gateways=(SHAPED, LISTED, EDGE), points=points, terminals=()
    )


@dataclass
class Server:
    """The server's side, with everything to look at."""

    mine: Mine
    inbox: Inbox = field(default_factory=Inbox)
    book: FindingBook = field(default_factory=FindingBook)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[MqttStream]:
        made = mqtt_sources(
            self.mine, self.mine.broker, {}, self.inbox, WallClock(), self.book, Doors()
        )
        (link,) = made
        assert isinstance(link, MqttStream)
        task = asyncio.create_task(link.run())
        try:
            await until(lambda: link.connected)
            yield link
        finally:
            task.cancel()
            await asyncio.wait([task])

    def good(self, device: str) -> set[str]:
        return {p for p, q in self.heard().items() if q is Quality.GOOD} & self.of(device)

    def of(self, device: str) -> set[str]:
        return {p.id for p in self.mine.points if p.device == device}

    def heard(self) -> dict[str, Quality]:
        """The newest quality by point."""
        return {self.mine.points[r[0]].id: Quality(r[2]) for r in self.inbox.readings()}


@contextlib.asynccontextmanager
async def played(mine: Mine) -> AsyncIterator[dict[str, Device]]:
    sim: SimMine = decode(json.dumps(emit(mine)).encode())
    scene = stage(sim)
    async with contextlib.AsyncExitStack() as stack:
        devices = {g.id: gateway_of(g, scene) for g in sim.gateways}
        for device in devices.values():
            await stack.enter_async_context(device)
        yield devices


@pytest.fixture(params=["nats", pytest.param("mosquitto", marks=pytest.mark.needs("mosquitto"))])
async def broker(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[BrokerProcess]:
    async with running(request.param, tmp_path) as one:
        yield one


@pytest.mark.needs("mosquitto")
async def test_gateways_of_three_shapes_are_heard_and_the_cut_of_a_cable_is_known_at_once(
    tmp_path: Path,
) -> None:
    async with running("mosquitto", tmp_path) as broker:
        await heard_cut_and_heard_again(mine_of(broker))


async def heard_cut_and_heard_again(mine: Mine) -> None:
    server = Server(mine)
    async with played(mine) as devices:
        async with server.running():
            for gateway in ("GW-J", "GW-L", "GW-S"):
                await until(lambda g=gateway: server.good(g) == server.of(g), 20)  # type: ignore[misc]  # bound
            await until(lambda: not server.book.now)
            await cut(devices["GW-S"])
            await until(lambda: lost(server, "GW-S"), 20)
            await until(lambda: server.good("GW-S") == server.of("GW-S"), 20)
            await until(lambda: not server.book.now)
            await devices["GW-J"].stop()
            await until(lambda: lost(server, "GW-J"), 20)

        edge = devices["GW-S"]
        assert isinstance(edge, EdgeDevice)
        births, again = edge.births, Server(mine)
        async with again.running():  # started again, it knows no alias, and asks for the births
            await until(lambda: again.good("GW-S") == again.of("GW-S"), 20)
            assert edge.births > births
            await until(lambda: (FindingKind.LINK_DOWN, "GW-J") in again.book.now)


def lost(server: Server, device: str) -> bool:
    """Whether all its points are known to be lost, and that the device is why."""
    heard = server.heard()
    gone = all(heard[p] is Quality.COMMS_LOST for p in server.of(device))
    return gone and (FindingKind.LINK_DOWN, device) in server.book.now


async def cut(device: Device) -> None:
    """The cable is cut: no goodbye."""
    assert isinstance(device, EdgeDevice)
    assert device._client is not None
    sock = device._client._client.socket()
    assert isinstance(sock, socket.socket)
    sock.shutdown(socket.SHUT_RDWR)


async def test_edge_nodes_find_our_state_kept_by_the_broker_and_gone_when_we_are(
    broker: BrokerProcess,
) -> None:
    mine = mine_of(broker)
    topic = f"spBv1.0/STATE/{mine.id}"
    words: list[bool] = []
    async with aiomqtt.Client("127.0.0.1", broker.port) as edge:

        async def listen() -> None:
            async for message in edge.messages:
                assert isinstance(message.payload, bytes)
                words.append(json.loads(message.payload)["online"])

        await edge.subscribe(topic, qos=1)
        task = asyncio.create_task(listen())
        async with Server(mine).running() as link:
            await until(lambda: words[-1:] == [True])
            async with aiomqtt.Client("127.0.0.1", broker.port) as liar:
                await liar.publish(topic, b'{"online":false,"timestamp":0}', qos=1, retain=True)
            await until(lambda: words[-2:] == [False, True])
            assert link._session is not None
            link._session.fail(OSError("the cable is cut"))
            await until(lambda: words[-2:] == [False, True] and len(words) >= 5)
        task.cancel()
        await asyncio.wait([task])
