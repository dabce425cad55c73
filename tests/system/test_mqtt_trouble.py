"""Trouble on the broker's side: giants, forged topics, floods of names; the rest goes on."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from brokers import BrokerProcess, running
from fakes import Doors, FindingBook, HandClock, Inbox
from field import NO, field_mine, until

from minesafe.links.stream.packets import Hello, publish
from minesafe.links.stream.stream import MqttStream
from minesafe.model.events import FindingKind
from minesafe.model.mine import Dialect, Gateway, Shape, TimeUnit
from minesafe.model.quality import Quality
from minesafe.sources.mqtt.build import mqtt_sources

OWN = Gateway("GW1", NO, "mine/small/gateway/GW1", "", "")
JSON = Gateway(
    "GW2", NO, "acme/2/{point}", "", "", Dialect.JSON,
    Shape("{point}", value="v", time="t", time_unit=TimeUnit.MS),
)  # fmt: skip
T = 1_764_000_000_000


class Server:
    """CO on a gateway of our own dialect, WIND on one of somebody else's."""

    def __init__(self, broker: BrokerProcess) -> None:
        mine = field_mine(gateways=(OWN, JSON))
        points = [p if p.id != "WIND" else replace(p, device="GW2") for p in mine.points]
        self.mine = field_mine(gateways=(OWN, JSON), points=tuple(points), stations=())
        self.inbox, self.book = Inbox(), FindingBook()
        made = mqtt_sources(
            self.mine, broker.address, {}, self.inbox, HandClock(), self.book, Doors()
        )
        (link,) = made
        assert isinstance(link, MqttStream)
        self.link = link

    def values(self, point: str) -> list[float]:
        row = next(i for i, p in enumerate(self.mine.points) if p.id == point)
        return [r[1] for r in self.inbox.readings() if r[0] == row]


def co(seq: int, value: float) -> bytes:
    body = {"gateway": "GW1", "boot": 1, "seq": seq, "t": T, "readings": [{"p": "CO", "v": value}]}
    return json.dumps(body).encode()


class Wire:
    """A device that says whatever it likes, byte by byte."""

    def __init__(self, port: int) -> None:
        self._sock = socket.create_connection(("127.0.0.1", port))
        self._sock.sendall(Hello("raw", keep_alive_s=60).to_bytes())
        self._sock.recv(4)
        self._number = 0

    def say(self, topic: str, payload: bytes) -> None:
        self._number += 1
        self._sock.sendall(publish(topic, payload, number=self._number))

    def close(self) -> None:
        self._sock.close()


@pytest.fixture
async def mosquitto(tmp_path: Path) -> AsyncIterator[BrokerProcess]:
    async with running("mosquitto", tmp_path) as one:
        yield one


async def _run(server: Server) -> "asyncio.Task[None]":
    task = asyncio.create_task(server.link.run())
    await until(lambda: server.link.connected)
    return task


@pytest.mark.needs("mosquitto")
async def test_a_message_of_fifty_megabytes_is_told_and_what_is_behind_it_is_heard(
    mosquitto: BrokerProcess,
) -> None:
    server = Server(mosquitto)
    task = await _run(server)
    wire = Wire(mosquitto.port)
    giant = b"x" * (50 << 20)
    await asyncio.to_thread(wire.say, OWN.topic, giant)
    await asyncio.to_thread(wire.say, "acme/2/WIND", giant)
    wire.say(OWN.topic, co(1, 0.25))
    wire.say("acme/2/WIND", b'{"v":1.5}')
    assert server.link._session is not None
    splitter = server.link._session._splitter
    most = 0

    def heard() -> bool:
        nonlocal most
        most = max(most, sum(map(len, splitter._parts)))
        return server.values("CO") == [0.25] and server.values("WIND") == [1.5]

    await until(heard, 30)
    assert most < 4 << 20
    told = [detail for kind, _, detail in server.book.began_ever if kind is FindingKind.GARBAGE]
    assert told == [f"{len(giant)} bytes is too long"] * 2
    assert server.link.sessions == 1
    await until(lambda: server.link.idle)
    wire.close()
    task.cancel()
    await asyncio.wait([task])


@pytest.mark.needs("mosquitto")
async def test_topics_that_reach_for_others_reach_nobody(mosquitto: BrokerProcess) -> None:
    """Wildcards and NUL end the forger's connection; `$SYS`, dots and depth are nobody's topics."""
    server = Server(mosquitto)
    task = await _run(server)
    forged = (
        "acme/+/WIND", "acme/2/#", "acme/2/\0WIND", "$SYS/acme/2/WIND", "acme/2/WIND/deeper",
        "/acme/2/WIND", "acme//WIND", "acme/2/", "acme/2/..", "mine/+/gateway/GW1", "acme/2/CO",
    )  # fmt: skip
    for topic in forged:
        wire = Wire(mosquitto.port)
        wire.say(topic, b'{"v":9.0}')
        wire.close()
    wire = Wire(mosquitto.port)
    wire.say("acme/2/WIND", b'{"v":1.5}')
    await until(lambda: server.values("WIND") == [1.5])
    wire.close()
    assert server.values("CO") == []
    assert {kind for kind, _ in server.book.now} <= {FindingKind.UNKNOWN_POINT}
    assert server.link.sessions == 1
    task.cancel()
    await asyncio.wait([task])


@pytest.mark.needs("mosquitto")
async def test_a_thousand_unknown_points_and_a_clock_an_hour_off_cost_the_others_nothing(
    mosquitto: BrokerProcess,
) -> None:
    server = Server(mosquitto)
    task = await _run(server)
    wire = Wire(mosquitto.port)
    for n in range(1000):
        wire.say(f"acme/2/X{n}", b'{"v":1}')
    wire.say("acme/2/WIND", b'{"v":1.5,"t":%d}' % (T + 3_600_000))
    wire.say(OWN.topic, co(1, 0.25))
    await until(lambda: server.values("CO") == [0.25])
    assert server.values("WIND") == [1.5], "a wrong clock hides no value"
    assert server.book.now[FindingKind.CLOCK_OFF, "GW2"] == "+3600 s"
    assert len(server.book.began_ever) <= 65
    assert {r[2] for r in server.inbox.readings()} == {Quality.GOOD}
    wire.close()
    task.cancel()
    await asyncio.wait([task])
