"""Three hundred people told: from commands to the carrier's and the loudspeakers' answers.

Everything of ours is real: journal, recorder, folds, courier, SMPP link, broker, downlink. The
carrier and the loudspeakers are played, at the pace of a good line: each answers after a moment.
"""

import asyncio
import json
import secrets
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiomqtt
import smpp34
import uvloop

from minesafe.clock import WallClock
from minesafe.config import load, shipped
from minesafe.desk import ControlDesk
from minesafe.embedded.broker import Broker as EmbeddedBroker
from minesafe.embedded.broker import free_port
from minesafe.embedded.logins import logins
from minesafe.links.smpp import SmppLink
from minesafe.model.commands import CallOut, Command, OrderFacts, SendText, key_of
from minesafe.model.events import Event, Noted, OrderKind, ReceiptStatus
from minesafe.model.mine import Broker, Mine
from minesafe.notify.called import called_channels
from minesafe.notify.deliver import Courier
from minesafe.notify.downlink import Downlink
from minesafe.notify.sms import SmsChannel
from minesafe.notify.texts import compose
from minesafe.out_tray import OutTray
from minesafe.pipeline import Pipeline
from minesafe.recorder import Outcome, Recorder
from minesafe.store.journal import SqliteJournal
from minesafe.store.snapshots import Snapshots
from minesafe.store.spool import SqliteSpool
from minesafe.store.thread import DiskThread
from minesafe.watch import Watch

PEOPLE = 300
ROUND_TRIP_S = 0.03
"""From a message to the carrier's answer."""

ALONE = 30
"""Of so many, sent one after the other, the peer's time for all is reckoned."""

PATIENCE_S = 60.0
REACHED = (ReceiptStatus.ACCEPTED, ReceiptStatus.DELIVERED)


def run(_seed: int, people: int = PEOPLE) -> Mapping[str, float]:
    """Measure; needs the extra `[embedded]`, whose broker carries the calls.

    Returns:
        handover_300_s: from handing the commands to the journal until the carrier has taken every
            person's order and every loudspeaker of the mine speaks.
        handover_vs_one_by_one: how many times as long it takes to send the same orders one after
            the other, each when the one before was answered.
        broadcasters: how many speak.
    """
    return uvloop.run(_measure(people))


async def _measure(people: int) -> dict[str, float]:
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        mine = load(shipped("demo"))
        assert mine.carrier is not None
        mine = replace(mine, carrier=replace(mine.carrier, port=free_port("127.0.0.1")))
        await stack.enter_async_context(_carrier(mine))
        broker = await stack.enter_async_context(_loudspeakers(mine, home))
        line = await stack.enter_async_context(_line(mine, broker, home))
        commands = [*_texts(mine, people), *_calls(mine)]
        took_s = await line.told(commands)
        alone_s = await line.one_by_one(commands[:ALONE]) * people / ALONE
    return {
        "handover_300_s": round(took_s, 3),
        "handover_vs_one_by_one": round(alone_s / took_s, 2),
        "broadcasters": len(mine.broadcasters),
    }


class _Line:
    """Recorder and courier at work, and the links they work by."""

    def __init__(self, pipeline: Pipeline, link: SmppLink) -> None:
        self._pipeline = pipeline
        self._link = link
        self._waiting: set[str] = set()
        self._all = asyncio.Event()
        pipeline.recorder.on_events(self._hear)

    def _hear(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event.body, Noted) and event.body.status in REACHED:
                self._waiting.discard(event.body.key)
        if not self._waiting:
            self._all.set()

    async def told(self, commands: Sequence[Command]) -> float:
        """Seconds until everybody is told and the journal knows it."""
        self._waiting = {c.key for c in commands}
        self._all.clear()
        began = time.perf_counter()
        await self._pipeline.recorder.write(Outcome(self._pipeline.now(), commands=list(commands)))
        async with asyncio.timeout(PATIENCE_S):
            await self._all.wait()
        return time.perf_counter() - began

    async def one_by_one(self, commands: Sequence[Command]) -> float:
        """Seconds for the orders of some, each after the other."""
        mine, began = self._pipeline.watch.mine, time.perf_counter()
        for command in commands:
            if isinstance(command, SendText):
                for text in compose(mine, command, "http://127.0.0.1/a/x"):
                    await self._link.submit(command.phone, text)
        return time.perf_counter() - began


@asynccontextmanager
async def _line(mine: Mine, broker: Broker, home: Path) -> AsyncIterator[_Line]:
    assert mine.carrier is not None
    disk, clock = DiskThread(), WallClock()
    journal = await disk.run(SqliteJournal, home / "journal.db")
    spool = await disk.run(SqliteSpool, home / "spool.db", cap_mb=mine.server.spool_mb)
    pipeline = Pipeline(
        Watch(mine),
        spool=spool,
        snapshots=Snapshots(home / "snapshots"),
        recorder=Recorder(journal, disk),
        disk=disk,
        clock=clock,
    )
    desk, outbox = ControlDesk(pipeline, journal.epoch), OutTray(pipeline)
    link, downlink = SmppLink(mine.carrier, pipeline), Downlink(mine, broker, pipeline, clock)
    sms = SmsChannel(lambda: mine, link, outbox, outbox.receipt, clock, b"bench")
    channels = [sms, *called_channels(desk, downlink, outbox, pipeline)]
    courier = Courier(outbox, channels, clock, pipeline, lambda _order: None)
    works = (link.run(sms.received, _nothing), downlink.run(), courier.run())
    tasks = [asyncio.create_task(work) for work in works]
    try:
        while not (link.bound and downlink.connected):  # noqa: ASYNC110  their peers decide when
            await asyncio.sleep(0.02)
        yield _Line(pipeline, link)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await disk.run(journal.close)
        await disk.run(spool.close)
        disk.close()


async def _nothing(_sender: str, _text: str) -> None:
    """Nobody replies."""


# --- what is told -----------------------------------------------------------------------------


def _facts(mine: Mine, people: int) -> OrderFacts:
    return OrderFacts(
        number=1, order_kind=OrderKind.EVACUATE, drill=False, zones=(mine.zones[0].id,),
        subject="", condition="", value=None, limit=None, people=people, destination="",
    )  # fmt: skip


def _texts(mine: Mine, people: int) -> list[Command]:
    facts = _facts(mine, people)
    return [
        SendText(
            key=key_of("bench", 0, person.id, "sms"), channel="sms", order="bench", step=0,
            recipient=person.id, phone=person.phone or f"1000{row:07d}", about="issued",
            facts=facts, issued=0,
        )
        for row, person in enumerate(mine.people[:people])
    ]  # fmt: skip


def _calls(mine: Mine) -> list[Command]:
    facts = _facts(mine, len(mine.people))
    return [
        CallOut(
            key=key_of("bench", 0, device.id, "broadcast"), channel="broadcast", order="bench",
            step=0, recipient=device.id, issued=0, facts=facts,
        )
        for device in mine.broadcasters
    ]  # fmt: skip


# --- who is told ------------------------------------------------------------------------------


@asynccontextmanager
async def _carrier(mine: Mine) -> AsyncIterator[None]:
    """Takes every message, a round trip after it came."""
    assert mine.carrier is not None
    server = smpp34.Server(mine.carrier.host, mine.carrier.port)
    await server.start()
    loop = asyncio.get_running_loop()

    async def serve() -> None:
        for number in range(1_000_000):
            event = await server.next()
            if isinstance(event, smpp34.SubmitSmEvent):
                loop.call_later(ROUND_TRIP_S, event.accept, f"{number:x}")

    task = asyncio.create_task(serve(), name="carrier")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await server.stop()


@asynccontextmanager
async def _loudspeakers(mine: Mine, home: Path) -> AsyncIterator[Broker]:
    """A broker, and one client that answers for every loudspeaker."""
    user, password = "bench", secrets.token_urlsafe()
    own = EmbeddedBroker(home / "broker", user=user, password=password, clients=logins(mine))
    async with (
        own,
        aiomqtt.Client(own.host, own.port, username=user, password=password) as heard,
    ):
        for device in mine.broadcasters:
            await heard.subscribe(f"{device.topic}/call", qos=1)
        task = asyncio.create_task(_answer(heard), name="loudspeakers")
        try:
            yield Broker(own.host, own.port, user, password)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def _answer(heard: aiomqtt.Client) -> None:
    async for message in heard.messages:
        payload: Any = message.payload
        said = json.dumps({"call": json.loads(payload)["call"], "state": "playing"})
        topic = str(message.topic).removesuffix("/call")
        await heard.publish(f"{topic}/state", said, qos=1)
