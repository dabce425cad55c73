"""The hot stream, from a flood of messages to the alarm; beside aiomqtt and json.

The publisher is a process of its own, and so is the broker; all share the machine. What is heard
is counted by the samples' own times, so one that came twice counts once and one that did not come
is missed. The line is the real one: spool, judgement, book, journal.
"""

import asyncio
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import aiomqtt
import numpy as np
import uvloop

from minesafe.bench.sources.flood import Flood, Result, flooding
from minesafe.bench.sources.gateways import (
    LISTED_GATEWAY,
    SINGLE_GATEWAY,
    Untold,
    heard_mine,
    lane_of,
)
from minesafe.clock import WallClock, wall
from minesafe.embedded.broker import Broker as EmbeddedBroker
from minesafe.embedded.broker import Client, free_port
from minesafe.embedded.kernels import compiled_stream
from minesafe.links.stream.known import Known, Quick
from minesafe.links.stream.stream import MqttStream, Talk
from minesafe.model.errors import LinkDown
from minesafe.model.events import Event
from minesafe.model.events.alarms import AlarmMoved
from minesafe.model.frame import Batch
from minesafe.model.mine import Broker, Mine
from minesafe.pipeline import Pipeline
from minesafe.ports import Intake
from minesafe.recorder import Recorder
from minesafe.store.journal import SqliteJournal
from minesafe.store.snapshots import Snapshots
from minesafe.store.spool import SqliteSpool
from minesafe.store.thread import DiskThread
from minesafe.watch import Watch

POINTS = 2000
BENCH = "bench"
"""The password of everybody on a broker of our own that lives for a measurement."""
WARM, COMPARED = 6_000, 20_000
"""Messages each side receives before, and while, it is compared."""
BATCHED_PER_S = 50_000
"""Points a second, a hundred in each message."""
RATE = 20_000
STEPS = (1_000, 2_500, 5_000, 10_000, 20_000)
"""Messages a second tried over the embedded broker, to find how far it goes."""
SECONDS = 8.0
TAIL_S = 3.0
LATE_MS = 100.0

MOSQUITTO = """
listener {port} 127.0.0.1
allow_anonymous true
persistence true
persistence_location {home}/
autosave_on_changes false
autosave_interval 1
max_inflight_messages 20000
max_queued_messages 500000
"""
"""As in deploy/mosquitto, with the two lines it has for a stream: its file written each second."""


def run(_seed: int, *, rate: int = RATE, seconds: float = SECONDS) -> dict[str, float | None]:
    """Measure; needs mosquitto, and the extra `[embedded]`.

    Returns:
        `mqtt_vs_aiomqtt`, how many times less CPU a QoS 1 message costs from the socket to its
        point's row than by aiomqtt and json, with `mqtt_us` and `aiomqtt_us`, and without compiled
        loops `mqtt_uncompiled_us`; `mqtt_points_per_s` heard in batches of a hundred, and
        `mqtt_points_core_share` of a core; with `rate` single messages a second acknowledged after
        the spool's commit `mqtt_20k_alarm_ms_p99` from the sample to the alarm in the journal,
        `_p50`, `mqtt_20k_core_share` and `mqtt_lost`; and `mqtt_embedded_knee_per_s`, the fastest
        of some rates the embedded broker carries without a loss within 100 ms, with the p99 it had.
    """
    return uvloop.run(_measure(rate, seconds, compiled_stream()))


async def _measure(rate: int, seconds: float, quick: Quick) -> dict[str, float | None]:
    with mosquitto() as broker:
        ours = await _cost(lambda: _hear_ours(broker, quick), broker, rate)
    with mosquitto() as broker:
        uncompiled = await _cost(lambda: _hear_ours(broker, Quick()), broker, rate)
    with mosquitto() as broker:
        peer = await _cost(lambda: _hear_plainly(broker), broker, rate)
    with mosquitto() as broker:
        share, heard_per_s = await _batched(broker, seconds)
    with mosquitto() as broker:
        flooded = await line(broker, Flood(broker.port, rate, seconds, POINTS), quick)
    return {
        "mqtt_us": round(ours, 2),
        "mqtt_uncompiled_us": round(uncompiled, 2),
        "aiomqtt_us": round(peer, 2),
        "mqtt_vs_aiomqtt": round(peer / ours, 1),
        "mqtt_points_per_s": round(heard_per_s),
        "mqtt_points_core_share": round(share, 3),
        "mqtt_20k_per_s": round(flooded.per_s),
        "mqtt_20k_alarm_ms_p50": flooded.ms(50),
        "mqtt_20k_alarm_ms_p99": flooded.ms(99),
        "mqtt_20k_core_share": round(flooded.core_share, 3),
        "mqtt_20k_alarms": len(flooded.late_ms),
        "mqtt_lost": flooded.lost,
    } | await _knee(seconds / 2, quick)


# --- brokers ------------------------------------------------------------------------------------


@contextmanager
def mosquitto() -> Iterator[Broker]:
    """One that lives for a measurement.

    Raises:
        LinkDown: it is not installed.
    """
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if program is None:
        raise LinkDown("mosquitto is not installed")
    with tempfile.TemporaryDirectory(prefix="minesafe-bench-") as folder:
        home, port = Path(folder), free_port("127.0.0.1")
        home.chmod(0o777)  # mosquitto gives up root
        (home / "conf").write_text(MOSQUITTO.format(port=port, home=home))
        child = subprocess.Popen(  # noqa: S603  our own words
            [program, "-c", str(home / "conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            time.sleep(0.5)
            yield Broker("127.0.0.1", port, "", "")
        finally:
            child.kill()
            child.wait()


@asynccontextmanager
async def _embedded() -> AsyncIterator[Broker]:
    with tempfile.TemporaryDirectory(prefix="minesafe-bench-") as folder:
        gateway = Client("G", BENCH, ("bench/g/+",))
        async with EmbeddedBroker(
            Path(folder), user="minesafe", password=BENCH, clients=(gateway,)
        ) as own:
            yield Broker(own.host, own.port, "minesafe", BENCH)


# --- what a message costs -------------------------------------------------------------------------


@dataclass
class _Heard:
    """Where batches end."""

    rows: int = 0
    batches: list[Batch] = field(default_factory=list)
    kept: bool = False
    then: Intake | None = None

    async def hear(self, batch: Batch) -> None:
        """See `ports.Intake`."""
        if self.then is not None:
            await self.then.hear(batch)
        self.rows += len(batch)
        if self.kept:
            self.batches.append(batch)

    def distinct(self) -> int:
        """Readings, each counted once: by point and by its own time."""
        if not self.batches:
            return 0
        pairs = np.stack(
            [
                np.concatenate([b.readings.point for b in self.batches]).astype(np.int64),
                np.concatenate([b.readings.sampled for b in self.batches]),
            ]
        )
        return int(np.unique(pairs, axis=1).shape[1])


async def _cost(hear: Callable[[], Awaitable[float]], broker: Broker, rate: int) -> float:
    """Microseconds of CPU a message."""
    hearing = asyncio.ensure_future(hear())
    await asyncio.sleep(0.5)
    with flooding(Flood(broker.port, rate, (WARM + COMPARED) / rate, POINTS)) as told:
        spent = await hearing
        await _result(told)
    return spent / COMPARED * 1e6


@asynccontextmanager
async def _linked(
    broker: Broker, mine: Mine, intake: Intake, quick: Quick | None = None
) -> AsyncIterator[MqttStream]:
    known = Known(quick)
    lane, filters = lane_of(mine, intake, WallClock(), known)
    lanes = dict.fromkeys(filters, lane.hear)
    link = MqttStream("bench", broker, Talk("minesafe-bench"), {}, lanes, Untold(), known=known)
    task = asyncio.create_task(link.run())
    try:
        while not link.connected:  # noqa: ASYNC110  the broker decides when
            await asyncio.sleep(0.02)
        yield link
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _hear_ours(broker: Broker, quick: Quick) -> float:
    heard = _Heard()
    async with _linked(broker, heard_mine(SINGLE_GATEWAY, POINTS), heard, quick):
        while heard.rows < WARM:  # noqa: ASYNC110  counted elsewhere
            await asyncio.sleep(0.02)
        began, first = time.process_time(), heard.rows
        while heard.rows < WARM + COMPARED:  # noqa: ASYNC110  likewise
            await asyncio.sleep(0.02)
        return (time.process_time() - began) * COMPARED / (heard.rows - first)


async def _hear_plainly(broker: Broker) -> float:
    """What one writes first: a loop over messages, json, a look-up, a row."""
    rows = {f"bench/g/P{n}": n for n in range(POINTS)}
    kept: list[tuple[int, float, int, int]] = []
    client = aiomqtt.Client(broker.host, broker.port, identifier="plain", clean_session=False)
    async with client:
        await client.subscribe("bench/g/+", qos=1)
        began = 0.0
        async for message in client.messages:
            assert isinstance(message.payload, bytes)
            said = json.loads(message.payload)
            kept.append((rows[str(message.topic)], said["v"], said["q"], said["t"]))
            if len(kept) == WARM:
                began = time.process_time()
            if len(kept) >= WARM + COMPARED:
                break
        return time.process_time() - began


async def _batched(broker: Broker, seconds: float) -> tuple[float, float]:
    """Share of a core, and points heard a second."""
    heard, mine = _Heard(), heard_mine(LISTED_GATEWAY, POINTS)
    rate = BATCHED_PER_S // 100
    flood = Flood(broker.port, rate, seconds, POINTS, batched=True)
    async with _linked(broker, mine, heard):
        with flooding(flood) as told:
            while not heard.rows:  # noqa: ASYNC110  another process begins
                await asyncio.sleep(0.01)
            began, spent, first = time.monotonic(), time.process_time(), heard.rows
            await asyncio.sleep(seconds * 0.8)
            took = time.monotonic() - began
            share = (time.process_time() - spent) / took
            per_s = (heard.rows - first) / took
            await _result(told)
    return share, per_s


async def _result(told: Connection) -> Result:
    result: Result = await asyncio.to_thread(told.recv)
    return result


# --- the whole line -------------------------------------------------------------------------------


@dataclass
class Line:
    """What came of a flood."""

    late_ms: list[float]
    lost: int
    per_s: float
    core_share: float
    """Of this process, that is of the server alone."""

    def ms(self, share: int) -> float | None:
        """Milliseconds from the sample to the alarm in the journal, of so many percent.

        None where no alarm came: the figures are JSON, which has no infinity.
        """
        return round(float(np.percentile(self.late_ms, share)), 1) if self.late_ms else None


async def line(broker: Broker, flood: Flood, quick: Quick | None = None) -> Line:
    """Spool, judgement, book and journal behind the stream."""
    mine = heard_mine(SINGLE_GATEWAY, flood.points)
    late_ms: list[float] = []
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="minesafe-bench-")))
        pipeline = await stack.enter_async_context(_pipeline(mine, home))

        def told(events: Sequence[Event]) -> None:
            now = wall()
            late_ms.extend((now - event.valid) / 1000 for event in events if _is_raised(event))

        stack.callback(pipeline.recorder.on_events(told))
        heard = _Heard(kept=True, then=pipeline)
        await stack.enter_async_context(_linked(broker, mine, heard, quick))
        with flooding(flood) as wire:
            began, spent = time.monotonic(), time.process_time()
            result = await _result(wire)
            await _settled(heard, result.sent)
            share = (time.process_time() - spent) / (time.monotonic() - began)
        return Line(late_ms, result.sent - heard.distinct(), result.sent / flood.seconds, share)


async def _settled(heard: _Heard, sent: int) -> None:
    """Until all is there, or nothing more comes: late is not lost."""
    before, since = -1, time.monotonic()
    while heard.rows < sent and time.monotonic() - since < TAIL_S:
        if heard.rows != before:
            before, since = heard.rows, time.monotonic()
        await asyncio.sleep(0.05)


def _is_raised(event: Event) -> bool:
    body = event.body
    return isinstance(body, AlarmMoved) and (body.condition, body.move) == ("warn_high", "raise")


@asynccontextmanager
async def _pipeline(mine: Mine, home: Path) -> AsyncIterator[Pipeline]:
    disk = DiskThread()
    journal = await disk.run(SqliteJournal, home / "journal.db")
    spool = await disk.run(SqliteSpool, home / "spool.db", cap_mb=mine.server.spool_mb)
    pipeline = Pipeline(
        Watch(mine),
        spool=spool,
        snapshots=Snapshots(home / "snapshots"),
        recorder=Recorder(journal, disk),
        disk=disk,
        clock=WallClock(),
    )
    task = asyncio.create_task(pipeline.run())
    try:
        yield pipeline
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await disk.run(journal.close)
        await disk.run(spool.close)
        disk.close()


async def _knee(seconds: float, quick: Quick) -> dict[str, float | None]:
    """The fastest rate that is carried in time and whole; each is tried on a broker of its own."""
    found: float = 0
    late: float | None = None
    for rate in STEPS:
        async with _embedded() as broker:
            flood = Flood(broker.port, rate, seconds, POINTS, "G", BENCH)
            flooded = await line(broker, flood, quick)
        slowest = flooded.ms(99)
        if flooded.lost or slowest is None or slowest > LATE_MS:
            break
        found, late = rate, slowest
    return {"mqtt_embedded_knee_per_s": found, "mqtt_embedded_alarm_ms_p99": late}
