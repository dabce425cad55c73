"""The simulated devices over real sockets, each asked by a client that is not theirs."""

import asyncio
import json
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiomqtt import Client
from field import free_port
from pymodbus.client import AsyncModbusTcpClient
from sim_mine import Pages, sim_mine, stage

from device_sims.devices.device import Listener
from device_sims.devices.gateway import GatewayDevice
from device_sims.devices.station import StationDevice
from device_sims.devices.substation import SubstationDevice
from device_sims.errors import PortTaken
from device_sims.mine import Address
from device_sims.world.world import reading

LOOPBACK = "127.0.0.1"


async def until(true: Callable[[], bool]) -> None:
    """Wait for something, ten seconds at most."""
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110  the other side is a device without an event to wait for
            await asyncio.sleep(0.01)


# --- the substation -----------------------------------------------------------------------------


@asynccontextmanager
async def master(port: int) -> AsyncIterator[AsyncModbusTcpClient]:
    client = AsyncModbusTcpClient(LOOPBACK, port=port, timeout=2)
    assert await client.connect()
    try:
        yield client
    finally:
        client.close()


async def test_a_master_reads_values_status_words_and_switch_points_of_the_substation() -> None:
    mine_stage = stage()
    async with SubstationDevice(mine_stage.site.mine.substations[0], mine_stage) as sub:
        sub.status["CH4-T2"] = 3
        async with master(sub.port) as client:
            block = (await client.read_holding_registers(0, count=8, device_id=1)).registers
            words = (await client.read_holding_registers(20, count=3, device_id=1)).registers
    methane = struct.unpack(">f", struct.pack(">HH", *block[:2]))[0]
    assert methane == pytest.approx(reading(mine_stage.site, mine_stage.world, 0), rel=1e-6)
    assert 200 < block[6] < 230, "temperature as int16 in tenths of a degree"
    assert block[7] == 1, "fed"
    assert words == [0, 3, 0]


async def test_a_written_horn_coil_reads_back_and_is_heard_in_its_zone() -> None:
    pages = Pages()
    mine_stage = stage(pages=pages)
    async with SubstationDevice(mine_stage.site.mine.substations[0], mine_stage) as sub:
        async with master(sub.port) as client:
            await client.write_coil(0, True, device_id=1)
            assert (await client.read_coils(0, count=1, device_id=1)).bits[0]
        for _ in range(4):
            mine_stage.advance()
    assert [(e["output"], e["on"]) for e in pages.of("horn")] == [("HORN", True)]
    assert {"P02", "P03"} <= {e["person"] for e in pages.of("told")}


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda c: c.read_holding_registers(20, count=4, device_id=1), 2),
        (lambda c: c.read_holding_registers(0, count=2, device_id=9), 11),
        (lambda c: c.diag_read_bus_message_count(device_id=1), 1),
        (lambda c: c.read_input_registers(0, count=2, device_id=1), 2),
        (lambda c: c.write_coil(5, True, device_id=1), 2),
        (lambda c: c.read_coils(7, count=1, device_id=1), 2),
    ],
    ids=[
        "beyond the map",
        "another unit",
        "another function",
        "no such memory",
        "no such coil",
        "no such coil read",
    ],
)
async def test_what_the_substation_does_not_have_gets_an_exception_reply(
    ask: Any, code: int
) -> None:
    mine_stage = stage()
    unit = SubstationDevice(mine_stage.site.mine.substations[0], mine_stage)
    async with unit as sub, master(sub.port) as client:
        answer = await ask(client)
    assert answer.isError()
    assert answer.exception_code == code


async def test_noise_on_the_line_ends_that_connection_only() -> None:
    mine_stage = stage()
    async with SubstationDevice(mine_stage.site.mine.substations[0], mine_stage) as sub:
        reader, writer = await asyncio.open_connection(LOOPBACK, sub.port)
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        assert await reader.read() == b""
        writer.close()
        async with master(sub.port) as client:
            assert not (await client.read_holding_registers(0, count=2, device_id=1)).isError()


async def test_a_port_that_is_taken_is_named() -> None:
    mine_stage = stage()
    unit = mine_stage.site.mine.substations[0]
    async with SubstationDevice(unit, mine_stage) as sub:
        with pytest.raises(PortTaken, match=f"S1: {LOOPBACK}:{sub.port}"):
            await SubstationDevice(unit, mine_stage, port=sub.port).start()


# --- the base station over TCP ------------------------------------------------------------------


class Host(Listener):
    """The host's end of a base station's connection; acknowledges while it may."""

    def __init__(self, port: int = 0, *, stored: int = 0, key: str = "key") -> None:
        super().__init__("host", LOOPBACK, port)
        self.acknowledges = True
        self.hellos: list[dict[str, Any]] = []
        self.reports: list[dict[str, Any]] = []
        self._stored = stored
        self._key = key

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello = json.loads(await reader.readline())
        self.hellos.append(hello)
        if hello["key"] != self._key:
            writer.write(b'{"refused":"key"}\n')
            return
        welcome = {"welcome": hello["hello"], "boot": hello["boot"], "ack": self._stored}
        writer.write(json.dumps(welcome).encode() + b"\n")
        while line := await reader.readline():
            report = json.loads(line)
            self.reports.append(report)
            if self.acknowledges:
                writer.write(json.dumps({"ack": report["seq"]}).encode() + b"\n")

    async def heard(self, count: int) -> list[int]:
        """The seqs of the first reports, once there are so many."""
        await until(lambda: len(self.reports) >= count)
        return [r["seq"] for r in self.reports[:count]]


def tcp_station(port: int, *, speed: float = 20.0, boot: int = 7) -> StationDevice:
    mine_stage = stage(speed=speed)
    where = Address(host=LOOPBACK, port=port)
    return StationDevice(mine_stage.site.mine.stations[0], mine_stage, host=where, boot=boot)


async def test_a_station_introduces_itself_and_tells_readers_and_ranges() -> None:
    async with Host() as host, tcp_station(host.port) as station:
        assert await host.heard(3) == [1, 2, 3]
        await until(lambda: len(station.backlog) <= 1)
    assert host.hellos[0] == {"hello": "BS1", "key": "key", "boot": 7}
    report = host.reports[0]
    assert report["readers"] == ["R-INTAKE", "R-FACE"]
    by_reader = {(r["reader"], r["tag"]): r for r in report["ranges"]}
    assert {tag for _, tag in by_reader} >= {"101", "102", "103"}
    at_the_face = by_reader["R-FACE", "102"]
    assert at_the_face["d"] < 60
    assert at_the_face["side"] in (1, -1)


async def test_what_was_not_acknowledged_comes_again_oldest_first_when_the_host_is_back() -> None:
    async with Host() as host:
        host.acknowledges = False
        async with tcp_station(host.port) as station:
            await host.heard(3)
            await host.stop()
            async with Host(host.port) as again:
                seqs = await again.heard(6)
                assert seqs == [1, 2, 3, 4, 5, 6]
                assert again.hellos[0]["boot"] == 7, "the same boot: the host knows repeats"
                assert station.backlog.lost == 0


async def test_what_the_host_already_has_on_disk_does_not_come_again() -> None:
    port = free_port()
    async with tcp_station(port) as station:
        await until(lambda: len(station.backlog) >= 5)
        async with Host(port, stored=4) as host:
            assert (await host.heard(2))[0] == 5


async def test_a_refused_station_keeps_its_reports_and_tries_again() -> None:
    async with Host(key="another") as host, tcp_station(host.port) as station:
        await until(lambda: len(host.hellos) >= 2)
        assert len(station.backlog) > 5
        assert host.reports == []


# --- gateway and base station over MQTT ---------------------------------------------------------


@asynccontextmanager
async def broker(folder: Path, port: int) -> AsyncIterator[None]:
    """A real mosquitto, gone at the end."""
    config = folder / "mosquitto.conf"
    config.write_text(f"listener {port} {LOOPBACK}\nallow_anonymous true\n")
    process = await asyncio.create_subprocess_exec(
        "/usr/sbin/mosquitto", "-c", str(config), stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await _listening(port)
        yield
    finally:
        process.terminate()
        await process.wait()


async def _listening(port: int) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                _, writer = await asyncio.open_connection(LOOPBACK, port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return


async def messages(client: Client, topic: str, count: int) -> list[dict[str, Any]]:
    """The next messages of a topic."""
    found: list[dict[str, Any]] = []
    async with asyncio.timeout(10):
        async for message in client.messages:
            if str(message.topic) == topic:
                assert isinstance(message.payload, bytes)
                found.append(json.loads(message.payload))
                if len(found) == count:
                    break
    return found


class Cable(Listener):
    """A cable to the broker that can be cut: neither end says goodbye."""

    def __init__(self, broker_port: int, *, at: int = 0) -> None:
        super().__init__("cable", LOOPBACK, at)
        self._broker_port = broker_port

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(LOOPBACK, self._broker_port)
        try:
            await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))
        finally:
            far_writer.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(4096):
            writer.write(data)


GATEWAY_TOPIC = "mine/sim/gateway/G1"


def gateway(port: int, *, boot: int = 3) -> GatewayDevice:
    mine_stage = stage(speed=20)
    where = Address(host=LOOPBACK, port=port)
    return GatewayDevice(mine_stage.site.mine.gateways[0], mine_stage, broker=where, boot=boot)


@pytest.mark.needs("mosquitto")
async def test_a_gateway_says_hello_then_sends_numbered_batches_and_a_farewell(
    tmp_path: Path,
) -> None:
    port = free_port()
    async with broker(tmp_path, port), Client(LOOPBACK, port) as listener:
        await listener.subscribe("mine/#", qos=1)
        device = gateway(port)
        device.status["CO"] = 2
        async with device:
            state, *_ = await messages(listener, f"{GATEWAY_TOPIC}/state", 1)
            batches = await messages(listener, GATEWAY_TOPIC, 3)
        farewell, *_ = await messages(listener, f"{GATEWAY_TOPIC}/state", 1)
    assert state == {"online": True, "boot": 3}
    assert farewell == {"online": False}
    assert [b["seq"] for b in batches] == [1, 2, 3]
    first = {r["p"]: r for r in batches[0]["readings"]}
    assert set(first) == {"CO", "WIND", "ODD"}
    assert first["CO"]["s"] == 2
    assert first["WIND"]["v"] == pytest.approx(2.5, abs=0.5)


@pytest.mark.needs("mosquitto")
async def test_a_gateway_that_is_cut_off_is_said_offline_and_catches_up_later(
    tmp_path: Path,
) -> None:
    port = free_port()
    async with broker(tmp_path, port), Client(LOOPBACK, port) as listener:
        await listener.subscribe("mine/#", qos=1)
        async with Cable(port) as cable, gateway(cable.port) as device:
            heard = await messages(listener, GATEWAY_TOPIC, 2)
            await cable.stop()
            will, *_ = await messages(listener, f"{GATEWAY_TOPIC}/state", 1)
            await until(lambda: len(device.backlog) >= 5)
            async with Cable(port, at=cable.port):
                heard += await messages(listener, GATEWAY_TOPIC, 10)
    assert will == {"online": False}, "the last will"
    seqs = [m["seq"] for m in heard]
    assert sorted(set(seqs)) == list(range(1, max(seqs) + 1)), "nothing is missing"


@pytest.mark.needs("mosquitto")
async def test_a_station_over_mqtt_reports_what_its_readers_range(tmp_path: Path) -> None:
    port = free_port()
    mine_stage = stage(sim_mine(), speed=20)
    where = Address(host=LOOPBACK, port=port)
    station = StationDevice(mine_stage.site.mine.stations[1], mine_stage, host=where, boot=9)
    async with broker(tmp_path, port), Client(LOOPBACK, port) as listener:
        await listener.subscribe("mine/sim/station/BS2", qos=1)
        async with station:
            first, second = await messages(listener, "mine/sim/station/BS2", 2)
    assert (first["boot"], first["seq"], second["seq"]) == (9, 1, 2)
    assert first["readers"] == ["R-HEAD"]
    assert "104" in {r["tag"] for r in first["ranges"]}
