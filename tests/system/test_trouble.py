"""Parts go and come back, devices lie: each has a finding with a name, and all else goes on."""

import asyncio
import gc
import json
import math
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiomqtt
import asyncpg
import httpx
import pytest
from brokers import BrokerProcess
from field import RawSubstation, Request, frame, free_port, listening, words_of
from system.parts import Proxy, new_database, open_folder, proxied
from system.whole import Journal, demo_mine, logged_in, shows, snapshot, well_again
from tcp_peer import tcp_peer

from device_sims.clock import MineClock as SimulatedClock
from device_sims.devices.device import Device
from device_sims.devices.gateway import GatewayDevice
from device_sims.devices.smsc import SmscDevice
from device_sims.devices.station import StationDevice
from device_sims.devices.substation import SubstationDevice
from device_sims.diary import Diary
from device_sims.mine import decode
from device_sims.run import StageHand
from device_sims.stage import Stage
from device_sims.world.emissions import Emission
from device_sims.world.world import Site
from minesafe.app import Running, running
from minesafe.clock import MineClock, wall
from minesafe.config import emit, files_of, load
from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import (
    FindingBegan,
    FindingEnded,
    FindingKind,
    LadderStepped,
    Noted,
    OrderIssued,
    ReceiptStatus,
)
from minesafe.model.mine import Broker, Database, Mine

SPEED = 4.0
MOST_GROWTH_MB = 80
"""Of a process that holds the server, all simulated devices and this test."""

LEADER = "P01"


class Underground:
    """The simulated devices, each to be stopped and started alone."""

    def __init__(self, mine: Mine, clock: MineClock) -> None:
        address = replace(mine.broker, host="127.0.0.1")
        self.mine = decode(json.dumps(emit(replace(mine, broker=address))).encode())
        theirs = SimulatedClock.parse(clock.told())
        self.stage = Stage(Site.of(self.mine), theirs, Diary(theirs, lambda _line: None), seed=1)
        assert self.mine.carrier is not None
        self.carrier = SmscDevice(self.mine.carrier, theirs, self.stage.diary)
        devices: list[Device] = [
            *(SubstationDevice(s, self.stage) for s in self.mine.substations),
            *(GatewayDevice(g, self.stage) for g in self.mine.gateways),
            *(StationDevice(s, self.stage) for s in self.mine.stations),
            self.carrier,
            StageHand(self.stage),
        ]
        self.devices = {device.name: device for device in devices}
        self.running: set[str] = set()

    async def start(self, *names: str) -> None:
        for name in names or self.devices:
            await self.devices[name].start()
            self.running.add(name)

    async def stop(self, *names: str) -> None:
        for name in names or tuple(self.running):
            await self.devices[name].stop()
            self.running.discard(name)

    def lets_gas_out(self) -> None:
        """At the face, from now on."""
        began = self.stage.world.elapsed_s
        gas = Emission("ch4", "W01", 0.3, 1.0, ((began, 3.0), (began + 3600, 3.0)))
        self.stage.site = Site.of(self.mine, (gas,))


@dataclass
class House:
    """A server over the simulated devices, a page of it, and its journal."""

    server: Running
    below: Underground
    page: httpx.AsyncClient
    journal: Journal
    data: Path

    async def shows(self, finding: str, subject: str, within_s: float = 20) -> str:
        """On the page, and in the journal."""
        detail = await shows(self.page, finding, subject, within_s)
        await self.journal.until(FindingBegan, 5, finding=finding, subject=subject)
        return detail

    async def well_again(self, finding: str, subject: str, within_s: float = 20) -> None:
        await well_again(self.page, finding, subject, within_s)
        await self.journal.until(FindingEnded, 5, finding=finding, subject=subject)

    async def all_well(self, within_s: float = 40) -> None:
        """No finding, but that no page sounds the order's alarm: none is open here."""
        found: list[str] = []
        try:
            async with asyncio.timeout(within_s):
                while found := await self._wrong():  # noqa: ASYNC110  a page asks
                    await asyncio.sleep(0.1)
        except TimeoutError:
            pytest.fail(f"still wrong: {found}")

    async def _wrong(self) -> list[str]:
        shown = (await snapshot(self.page))["findings"]
        found = [f"{f['finding']} {f['subject']}: {f['detail']}" for f in shown]
        return [f for f in found if not f.startswith("channel_down console")]

    async def reads(self, point: str, quality: str, within_s: float = 10) -> None:
        """Wait until the page shows the point without a value, and why."""
        value: dict[str, Any] = {}
        async with asyncio.timeout(within_s):
            while (value.get("value", 0), value.get("quality")) != (None, quality):
                values = (await snapshot(self.page))["values"]
                value = next(v for v in values if v["point"] == point)
                await asyncio.sleep(0.05)

    async def evacuates(self) -> str:
        """Gas comes; the order is issued and the horn sounds. Returns the order's id."""
        self.below.lets_gas_out()
        issued = await self.journal.until(OrderIssued, 30)
        order = issued.body.order
        heard = {"order": order, "channel": "horn", "status": ReceiptStatus.DELIVERED}
        await self.journal.until(Noted, 10, **heard)
        assert self.below.stage.is_on("HORN-1")
        return order

    async def goes_on(self) -> None:
        """Frames are judged, whatever else is wrong."""
        seq = self.server.pipeline.watch.seq
        async with asyncio.timeout(5):
            while self.server.pipeline.watch.seq < seq + 3:  # noqa: ASYNC110  real devices
                await asyncio.sleep(0.02)

    async def nothing_is_lost(self, dsn: str) -> None:
        """Every number the spool ever gave is in the history, and no device missed one."""
        last = self.server.pipeline.watch.seq
        async with asyncio.timeout(30):
            while await self._stored() < last:  # noqa: ASYNC110  another process takes it
                await asyncio.sleep(0.1)
        connection = await asyncpg.connect(dsn, timeout=10, command_timeout=10)
        try:
            rows = await connection.fetchrow("SELECT count(*), max(seq) FROM frames")
        finally:
            await connection.close()
        assert rows is not None
        assert rows[0] == rows[1] >= last
        assert not self.journal.has(FindingBegan, finding=FindingKind.GAP)

    async def _stored(self) -> int:
        try:
            return await self.server.history.stored_through()
        except StoreUnavailable:
            return 0


@asynccontextmanager
async def house(dsn: str, **changes: object) -> AsyncIterator[House]:
    folder = open_folder()
    config, data = demo_mine(folder), folder / "data"
    mine = replace(load(config), database=Database(dsn), **changes)  # type: ignore[arg-type]  # fields by name
    clock = MineClock.since(wall(), SPEED)
    below = Underground(mine, clock)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(below.stop)
        server = await stack.enter_async_context(
            running(mine, data, clock, files=files_of(config), wall=wall)
        )
        page = await stack.enter_async_context(logged_in(server.mine.server.public_url, "viewer"))
        journal = Journal(data)
        stack.callback(journal.close)
        yield House(server, below, page, journal, data)


async def fewest_tasks() -> int:
    """The server's tasks that stay, without those that come and go."""
    counts = []
    for _ in range(40):
        counts.append(sum(_is_the_servers(task) for task in asyncio.all_tasks()))
        await asyncio.sleep(0.02)
    return min(counts)


def _is_the_servers(task: "asyncio.Task[Any]") -> bool:
    """Not counted: telling the desk, which goes on because no page is open here."""
    code = getattr(task.get_coro(), "cr_code", None)
    ours = code is not None and "/src/minesafe/" in code.co_filename
    return ours and not task.get_name().endswith("/console")


def resident_mb() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


# --- parts go and come back -------------------------------------------------------------------


async def test_every_part_may_go_and_come_back_while_gas_evacuates() -> None:
    async with proxied(new_database()) as (proxy, dsn), house(dsn) as h:
        await h.below.start()
        await h.all_well()
        tasks, memory = await fewest_tasks(), resident_mb()

        await the_broker_is_killed(h)
        proxy.black_hole()
        await h.below.stop("carrier", "BS1")
        await h.shows("link_down", "smpp")
        await h.shows("link_down", "BS1")
        order = await h.evacuates()
        await h.journal.until(LadderStepped, 20, order=order, reason="unreachable")
        await h.shows("channel_down", "sms")
        await h.below.start("carrier", "BS1")
        told = {"order": order, "recipient": LEADER, "status": ReceiptStatus.ACCEPTED}
        await h.journal.until(Noted, 20, **told)

        await the_substation_is_gone(h)
        await h.shows("database_down", "history", 40)
        await h.goes_on()
        proxy.heal()
        await h.all_well()
        await h.nothing_is_lost(dsn)
        assert await fewest_tasks() <= tasks
        assert resident_mb() - memory < MOST_GROWTH_MB


async def the_broker_is_killed(h: House) -> None:
    """Our own, by its number: it is started again, and what devices kept comes after."""
    os.kill(int((h.data / "broker" / "pid").read_text()), signal.SIGKILL)
    await h.shows("link_down", "broker")
    await h.goes_on()
    await h.well_again("link_down", "broker")


async def the_substation_is_gone(h: House) -> None:
    await h.below.stop("FZ01")
    await h.shows("link_down", "FZ01")
    await h.reads("CH4-T0", "silent")
    await h.goes_on()
    await h.below.start("FZ01")
    await h.well_again("link_down", "FZ01")


async def test_with_nothing_there_at_the_start_the_rest_already_works(tmp_path: Path) -> None:
    """Broker, database, carrier and base stations come later, in the wrong order."""
    database, port = new_database(), free_port()
    place = urlsplit(database)
    dsn = f"postgresql://minesafe@127.0.0.1:{port}{place.path}?sslmode=disable"
    proxy = Proxy(f"{parse_qs(place.query)['host'][0]}/.s.PGSQL.5432")
    broker = BrokerProcess("nats", tmp_path)
    async with house(dsn, broker=Broker("127.0.0.1", broker.port, "", "")) as h:
        await h.shows("link_down", "broker")
        await h.shows("link_down", "smpp")
        await h.shows("link_down", "FZ01")
        await h.shows("database_down", "history")
        await h.below.start("world", "FZ01")
        await h.evacuates()
        await h.below.start("carrier", "BS1", "BS2", "GW1")
        async with tcp_peer(proxy.serve, port):
            await broker.start()
            try:
                await h.all_well()
                await h.nothing_is_lost(database)
            finally:
                await h.below.stop()
                broker.stop()
                proxy.close()


async def test_a_broker_that_cannot_start_leaves_a_mine_that_is_watched() -> None:
    """Its port is somebody else's; when it is free, the devices behind it are heard too."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    async with house(new_database(), broker=Broker("", port, "", "")) as h:
        assert "cannot listen" in await h.shows("task_crashed", "broker-process")
        await h.shows("link_down", "broker")
        await h.below.start()
        await h.evacuates()
        listener.close()
        await h.well_again("link_down", "broker", 30)


# --- devices lie ------------------------------------------------------------------------------


def message(*readings: object, **more: object) -> bytes:
    """A gateway's, good unless told otherwise."""
    body = {"gateway": "GW1", "boot": 1 << 40, "readings": readings}
    return json.dumps(body | more).encode()


GOOD = {"p": "CO-01", "v": 1.0}

LIES: dict[str, tuple[Callable[[int, int], bytes], str, str]] = {
    "bytes": (lambda _n, _t: b"\xff\x00\x80garbage", "garbage", "GW1"),
    "no JSON": (lambda _n, _t: b"CO-01=1.0;", "garbage", "GW1"),
    "half a message": (lambda n, t: message(GOOD, seq=n, t=t)[:40], "garbage", "GW1"),
    "another's name": (lambda n, t: message(GOOD, seq=n, t=t, gateway="GW7"), "garbage", "GW1"),
    "a word": (lambda n, t: message({"p": "CO-01", "v": "low"}, seq=n, t=t), "garbage", "CO-01"),
    "a stranger": (
        lambda n, t: message({"p": "XX-9", "v": 1}, seq=n, t=t),
        "unknown_point",
        "XX-9",
    ),
    "the future": (lambda n, t: message(GOOD, seq=n, t=t + 3_600_000), "clock_off", "GW1"),
    "a gap": (lambda n, t: message(GOOD, seq=n + 50, t=t), "gap", "GW1"),
}
"""What a rogue gateway sends, by (seq, mine's milliseconds); the finding's kind and subject."""


async def test_a_rogue_gateway_is_named_for_every_lie_and_the_gas_still_evacuates() -> None:
    async with house(new_database()) as h:
        await h.below.start("world", "FZ01", "BS1", "BS2", "carrier")
        broker = h.server.broker
        async with aiomqtt.Client(
            broker.host, broker.port, username="GW1", password="demo-GW1", identifier="rogue"
        ) as rogue:
            memory = resident_mb()
            number = await each_lie_has_its_name(h, rogue)
            await no_number_is_a_fault_of_the_point(h, rogue, number + 1)
            await a_flood_of_lies(h, rogue)
            assert resident_mb() - memory < MOST_GROWTH_MB
        await h.evacuates()


async def each_lie_has_its_name(h: House, rogue: aiomqtt.Client) -> int:
    number = 0
    for lie, finding, subject in LIES.values():
        number += 1
        await rogue.publish("mine/demo/gateway/GW1", lie(number, now_ms(h)), qos=1)
        await h.shows(finding, subject)
        number += 50
        for _ in range(2):
            number += 1
            await rogue.publish(
                "mine/demo/gateway/GW1", message(GOOD, seq=number, t=now_ms(h)), qos=1
            )
    for finding, subject in (("garbage", "GW1"), ("garbage", "CO-01"), ("clock_off", "GW1")):
        await h.well_again(finding, subject)
    return number


async def no_number_is_a_fault_of_the_point(h: House, rogue: aiomqtt.Client, number: int) -> None:
    """NaN is what many devices print; it is stored, shown as no value, and an alarm by name."""
    lie = message({"p": "CO-01", "v": math.nan}, seq=number, t=now_ms(h))
    assert b"NaN" in lie
    await rogue.publish("mine/demo/gateway/GW1", lie, qos=1)
    await h.reads("CO-01", "fault")
    alarms = (await snapshot(h.page))["alarms"]
    assert any((a["subject"], a["condition"]) == ("CO-01", "bad") for a in alarms)


async def a_flood_of_lies(h: House, rogue: aiomqtt.Client) -> None:
    """Names made up by the thousand fill no memory, and stop nobody."""
    for n in range(1_000):
        lies = [{"p": f"Y{n}-{k}", "v": k} for k in range(20)]
        lie = message(*lies, seq=10_000 + n, t=now_ms(h))
        await rogue.publish("mine/demo/gateway/GW1", lie if n % 2 else lie[:-9], qos=0)
    await h.goes_on()
    assert len((await snapshot(h.page))["findings"]) < 200


def now_ms(h: House) -> int:
    return h.server.desk.now() // 1000


async def test_a_rogue_base_station_is_named_and_the_true_one_is_heard() -> None:
    async with house(new_database()) as h:
        await h.below.start()
        await h.all_well()
        await h.below.stop("BS1")
        await h.shows("link_down", "BS1")
        await says(h, hello("BS1", "wrong"))
        await h.shows("garbage", "BS1")
        await says(h, hello("BS9", "demo-BS1"))
        await h.shows("unknown_point", "BS9")
        await says(h, b"\x00\xff\x13no hello\n")

        key = hello("BS1", "demo-BS1")
        report = {"station": "BS1", "boot": 7, "t": now_ms(h), "readers": ["R1"]}
        stranger = {"reader": "R1", "tag": "99999", "d": 1.0, "side": 1}
        nowhere = {"reader": "R77", "tag": "10001", "d": 1.0, "side": 1}
        await says(h, key, line(report, seq=1, ranges=[stranger, nowhere]))
        await h.shows("unknown_tag", "99999")
        await h.shows("unknown_point", "BS1/R77")
        await says(h, key, line(report, seq=2, t=now_ms(h) + 7_200_000))
        await h.shows("clock_off", "BS1")
        await says(h, key, b"half a line without an e")
        await says(h, key, b'{"station":"BS1"\n')
        await h.shows("garbage", "BS1")

        await h.below.start("BS1")
        for finding in ("link_down", "garbage", "clock_off"):
            await h.well_again(finding, "BS1")
        await h.evacuates()


def hello(station: str, key: str) -> bytes:
    return line({"hello": station, "key": key, "boot": 7})


def line(words: dict[str, Any], **more: object) -> bytes:
    return json.dumps(words | more).encode() + b"\n"


async def says(h: House, *lines: bytes) -> None:
    """Connect, speak, and hear the host out."""
    server = h.server.mine.server
    reader, writer = await asyncio.open_connection(server.stations_host, server.stations_port)
    writer.writelines(lines)
    writer.write_eof()
    async with asyncio.timeout(10):
        await reader.read()
    writer.close()


async def test_a_lying_substation_is_named_and_the_true_one_is_believed_again() -> None:
    async def another_unit(d: RawSubstation, r: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(frame(r.tid, r.unit + 1, d.honest(r)))

    async def half_a_frame(d: RawSubstation, r: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(frame(r.tid, r.unit, d.honest(r))[:9])

    async def noise(_d: RawSubstation, _r: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(os.urandom(64))

    async with house(new_database()) as h:
        await h.below.start()
        await h.all_well()
        port = h.server.mine.substations[0].port
        for manner, finding in (
            (another_unit, "wrong_answer"),
            (half_a_frame, "link_down"),
            (noise, "link_down"),
        ):
            await h.below.stop("FZ01")
            async with listening(RawSubstation(manner=manner, port=port)):
                await h.shows(finding, "FZ01")
                await h.goes_on()
            await h.below.start("FZ01")
            await h.well_again(finding, "FZ01")
        await h.below.stop("FZ01")
        await no_number_in_the_registers(h, port)
        await h.below.start("FZ01")
        await h.evacuates()


async def no_number_in_the_registers(h: House, port: int) -> None:
    high, low = words_of(math.nan)
    fans_and_feed = dict.fromkeys((20, 21, 22), 1)
    registers = fans_and_feed | {0: high, 1: low}
    async with listening(RawSubstation(registers=registers, port=port)):
        await h.reads("CH4-T0", "fault")
        assert not h.journal.has(OrderIssued), "a number that is none is no gas"
