"""The straight line on real parts: from a reading's bytes to the SMS at the carrier, and the page.

The demo mine lives in its simulators and is watched by a server in a process of its own, with its
broker and database. One more gateway, played here, sends a value over its limit; the carrier and
the browser are played here too, so that both ends of each figure are read off one clock.
Needs the extra `[demo]`.
"""

import asyncio
import json
import multiprocessing
import os
import random
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiomqtt
import httpx
import numpy as np
import smpp34
import uvloop
from websockets.asyncio.client import ClientConnection, connect

from minesafe.app import running
from minesafe.clock import MineClock, WallClock, wall
from minesafe.config import files_of, load, shipped, with_ports
from minesafe.demo import mine_paper, simulators
from minesafe.embedded.broker import free_port
from minesafe.model.errors import LinkDown
from minesafe.model.mine import Carrier, Gateway, Mine, Name

EPISODES = 40
QUIET_S = 15.0
"""Over which the server's share of a core is taken."""

START_S = 60.0
PATIENCE_S = 30.0

PROBE = "PROBE"
OVER, WELL = 60.0, 2.0
"""ppm CO, over and under the limit."""


def run(seed: int) -> dict[str, float]:
    """Measure.

    Returns:
        `sms_ms_*` from publishing the value to the first SMS at the carrier, `page_ms_*` to an
        open page having the order, `server_core_share` of one core and `server_rss_mb` in a
        quiet shift, all of the server's own process.
    """
    return uvloop.run(_measure(seed))


async def _measure(seed: int) -> dict[str, float]:
    async with AsyncExitStack() as stack:
        data = stack.enter_context(_folder())
        mine = _at_own_ports(_with_probe(load(shipped("demo"))), data)
        assert mine.carrier is not None
        phones = await stack.enter_async_context(_carrier(mine.carrier))
        paper = mine_paper(_for_simulators(mine), data)
        clock = MineClock.since(wall())
        await stack.enter_async_context(
            simulators(paper, clock, "quiet-shift", seed, lambda _line: None)
        )
        server = await stack.enter_async_context(_server(mine, data))
        room = await stack.enter_async_context(_room(mine))
        gateway = await stack.enter_async_context(_gateway(mine))
        await gateway.send(WELL)
        await asyncio.sleep(5.0)
        usage = await _usage(server)
        pace = random.Random(seed)  # noqa: S311  jitter against the sweep, no secret
        laps = [await _episode(gateway, phones, room, pace) for _ in range(EPISODES)]
    sms, page = (np.array(column) for column in zip(*laps, strict=True))
    return _figures("sms_ms", sms) | _figures("page_ms", page) | usage | {"episodes": len(laps)}


def _figures(
    name: str, seconds: "np.ndarray[tuple[int], np.dtype[np.float64]]"
) -> dict[str, float]:
    return {
        f"{name}_p{share}": round(float(np.percentile(seconds, share)) * 1000, 1)
        for share in (50, 99)
    }


def _with_probe(mine: Mine) -> Mine:
    """One more gateway with one more CO point, for which nobody else speaks."""
    like = next(p for p in mine.points if p.kind == "co")
    name = Name("测速", "Probe")
    gateway = Gateway(PROBE, name, f"mine/{mine.id}/gateway/{PROBE}", PROBE, "probe-password")
    point = replace(like, id=PROBE, name=name, device=PROBE)
    return replace(mine, points=(*mine.points, point), gateways=(*mine.gateways, gateway))


def _for_simulators(mine: Mine) -> Mine:
    """Without what is played here."""
    assert mine.carrier is not None
    return replace(
        mine,
        points=tuple(p for p in mine.points if p.device != PROBE),
        gateways=tuple(g for g in mine.gateways if g.id != PROBE),
        carrier=replace(mine.carrier, port=free_port("127.0.0.1")),
    )


@contextmanager
def _folder() -> Iterator[Path]:
    """Where another user can reach, for the embedded database of a server run as root."""
    below = "/var/tmp" if os.geteuid() == 0 else None  # noqa: S108  a name of its own below it
    with tempfile.TemporaryDirectory(dir=below, prefix="minesafe-bench-") as folder:
        path = Path(folder)
        path.chmod(0o755)
        yield path


def _at_own_ports(mine: Mine, data: Path) -> Mine:
    """Ports the kernel picks, so that a demo beside us is not in the way."""
    serial = {s.serial.port for s in mine.substations if s.serial is not None}
    return with_ports(
        mine,
        web=free_port("127.0.0.1"),
        stations=free_port("127.0.0.1"),
        substations={s.id: free_port(s.host) for s in mine.substations},
        carrier=free_port("127.0.0.1"),
        broker=("", free_port("127.0.0.1")),
        lines={port: str(data / "serial" / Path(port).name) for port in serial},
    )


# --- one episode --------------------------------------------------------------------------------


async def _episode(
    gateway: "_Probe", phones: "_Phones", room: "_Room", pace: random.Random
) -> tuple[float, float]:
    """Seconds to the SMS and to the page; then everything is put in order again."""
    await asyncio.sleep(pace.random())
    phones.rang.clear()
    sent = await gateway.send(OVER)
    order, shown = await room.next_order()
    async with asyncio.timeout(PATIENCE_S):
        await phones.rang.wait()
    await gateway.send(WELL)
    await room.close(order)
    return phones.at - sent, shown - sent


@dataclass
class _Probe:
    """The gateway played here."""

    mqtt: aiomqtt.Client
    topic: str
    boot: int = field(default_factory=lambda: int(time.time()))
    seq: int = 0

    async def send(self, value: float) -> float:
        """Publish; returns the monotonic time just before."""
        self.seq += 1
        readings = [{"p": PROBE, "v": value}]
        head = {"gateway": PROBE, "boot": self.boot, "seq": self.seq, "t": wall() // 1000}
        report = head | {"readings": readings}
        sent = time.monotonic()
        await self.mqtt.publish(self.topic, json.dumps(report), qos=1)
        return sent


@asynccontextmanager
async def _gateway(mine: Mine) -> AsyncIterator[_Probe]:
    gateway = mine.gateways[-1]
    async with aiomqtt.Client(
        mine.broker.host or "127.0.0.1",
        mine.broker.port,
        username=gateway.user,
        password=gateway.password,
        identifier=PROBE,
    ) as client:
        yield _Probe(client, gateway.topic)


@dataclass
class _Phones:
    """When the first SMS since `rang` was cleared was handed to the carrier."""

    rang: asyncio.Event = field(default_factory=asyncio.Event)
    at: float = 0.0

    def ring(self) -> None:
        if not self.rang.is_set():
            self.at = time.monotonic()
            self.rang.set()


@asynccontextmanager
async def _carrier(carrier: Carrier) -> AsyncIterator[_Phones]:
    phones = _Phones()
    server = smpp34.Server(carrier.host, carrier.port)
    await server.start()

    async def serve() -> None:
        for number in range(1_000_000):
            event = await server.next()
            if isinstance(event, smpp34.SubmitSmEvent):
                phones.ring()
                event.accept(f"{number:x}")

    task = asyncio.create_task(serve(), name="carrier")
    try:
        yield phones
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await server.stop()


@dataclass
class _Room:
    """An open page, and the two who sign."""

    live: ClientConnection
    people: dict[str, httpx.AsyncClient]
    seen: asyncio.Queue[tuple[str, float]] = field(default_factory=asyncio.Queue)
    """New orders, each with the monotonic time the page had it."""

    async def watch(self) -> None:
        """Read as a page does, always."""
        known: set[str] = set()
        async for text in self.live:
            if isinstance(text, bytes):
                continue  # people who only walked on
            message = json.loads(text)
            for order in message["orders"] if message["kind"] == "orders" else ():
                if order["order"] not in known:
                    known.add(order["order"])
                    self.seen.put_nowait((order["order"], time.monotonic()))

    async def next_order(self) -> tuple[str, float]:
        """The next new order's id, and when the page had it."""
        async with asyncio.timeout(PATIENCE_S):
            return await self.seen.get()

    async def close(self, order: str) -> None:
        """Decide that stopping work suffices, and give the all-clear by two."""
        decided = {"decision": "stop_work_suffices", "reason": "bench"}
        await self._act("leader", f"{order}/decision", decided)
        for user in ("leader", "dispatcher"):
            signed = {"password": f"demo-{user}", "override": "bench"}
            await self._act(user, f"{order}/all-clear", signed)

    async def _act(self, user: str, act: str, body: dict[str, str]) -> None:
        answer = await self.people[user].post(f"/api/v1/orders/{act}", json=body)
        answer.raise_for_status()


@asynccontextmanager
async def _room(mine: Mine) -> AsyncIterator[_Room]:
    base = mine.server.public_url
    async with AsyncExitStack() as stack:
        people = {}
        for user in ("leader", "dispatcher"):
            client = httpx.AsyncClient(base_url=base, trust_env=False, timeout=PATIENCE_S)
            people[user] = await stack.enter_async_context(client)
            login = {"user": user, "password": f"demo-{user}"}
            answer = (await client.post("/api/v1/session", json=login)).raise_for_status()
            client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        cookie = "; ".join(f"{k}={v}" for k, v in people["dispatcher"].cookies.items())
        live = await stack.enter_async_context(
            connect(
                base.replace("http", "ws", 1) + "/api/v1/live",
                additional_headers={"Cookie": cookie},
                origin=base,  # type: ignore[arg-type]  # a NewType of str
                compression=None,
                max_size=None,
                proxy=None,
            )
        )
        room = _Room(live, people)
        watching = asyncio.create_task(room.watch(), name="page")
        stack.callback(watching.cancel)
        yield room


# --- the server, and what it costs ----------------------------------------------------------------


@asynccontextmanager
async def _server(mine: Mine, data: Path) -> AsyncIterator[int]:
    """A server in a process of its own; yields its process number once it is ready."""
    process = multiprocessing.get_context("spawn").Process(
        target=serve, args=(mine, data), name="minesafe"
    )
    await asyncio.to_thread(process.start)
    assert process.pid is not None
    try:
        await _ready(mine, process.is_alive)
        yield process.pid
    finally:
        process.terminate()
        await asyncio.to_thread(process.join, 20)


def serve(mine: Mine, data: Path) -> None:
    """The server's process: until SIGTERM."""

    async def work() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.add_signal_handler(15, stop.set)
        files = files_of(shipped("demo"))
        async with running(mine, data, WallClock(), files=files, wall=wall):
            await stop.wait()

    uvloop.run(work())


async def _ready(mine: Mine, alive: Callable[[], bool]) -> None:
    async with httpx.AsyncClient(base_url=mine.server.public_url, trust_env=False) as client:
        deadline = time.monotonic() + START_S
        while alive() and time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                if (await client.get("/readyz")).is_success:
                    return
            await asyncio.sleep(0.2)
    raise LinkDown("the server did not become ready")


async def _usage(pid: int) -> dict[str, float]:
    """Share of a core over a quiet time, and resident memory, from the kernel's own books."""
    before, began = _cpu_s(pid), time.monotonic()
    await asyncio.sleep(QUIET_S)
    share = (_cpu_s(pid) - before) / (time.monotonic() - began)
    return {"server_core_share": round(share, 3), "server_rss_mb": round(_rss_mb(pid), 1)}


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _rss_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
