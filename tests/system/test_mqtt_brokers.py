"""Gateways and stations on a real broker: acknowledged once on disk, and nothing lost."""

import asyncio
import contextlib
import json
import math
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiomqtt
import pytest
from brokers import BrokerProcess, running
from fakes import FindingBook, HandClock, Inbox, Notes
from field import field_mine, until
from tcp_peer import tcp_peer

from minesafe.links.backoff import Backoff
from minesafe.links.messages import Handler, Message
from minesafe.links.mqtt import MqttLink
from minesafe.links.stream.packets import Hello
from minesafe.links.stream.session import Session
from minesafe.links.stream.stream import MqttStream, Talk
from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import FindingKind
from minesafe.model.quality import Quality
from minesafe.sources.mqtt.gateway import GatewayEars
from minesafe.sources.positioning.common import Common
from minesafe.sources.positioning.stations import StationEars

TOPIC = "mine/small/gateway/GW1"
T = 1_764_000_000_000


@pytest.fixture(params=["nats", pytest.param("mosquitto", marks=pytest.mark.needs("mosquitto"))])
async def broker(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[BrokerProcess]:
    async with running(request.param, tmp_path) as one:
        yield one


@pytest.fixture
async def nats(tmp_path: Path) -> AsyncIterator[BrokerProcess]:
    async with running("nats", tmp_path) as one:
        yield one


def report(seq: int, *readings: object, boot: int = 1) -> bytes:
    body = {"gateway": "GW1", "boot": boot, "seq": seq, "t": T, "readings": list(readings)}
    return json.dumps(body).encode()


def co(seq: int, value: object = None, boot: int = 1) -> bytes:
    return report(seq, {"p": "CO", "v": seq / 100 if value is None else value}, boot=boot)


@dataclass
class Ear:
    """The server's side: a gateway heard over one link, with everything to look at."""

    inbox: Inbox = field(default_factory=Inbox)
    book: FindingBook = field(default_factory=FindingBook)

    def values(self) -> list[float]:
        return [r[1] for r in self.inbox.readings()]

    def routes(self) -> dict[str, Handler]:
        mine = field_mine()
        gateway = GatewayEars(mine, mine.gateways[0], self.inbox, HandClock(), self.book)
        mqtt = mine.stations[1]
        station = StationEars(
            mine, Common.of(mine, self.inbox, Notes()), mqtt, HandClock(), self.book
        )
        return gateway.routes | station.routes


@contextlib.asynccontextmanager
async def linked(
    broker: BrokerProcess,
    book: FindingBook,
    routes: dict[str, Handler],
    *,
    most_held: int = 512,
    quiet_s: float = 30.0,
) -> AsyncIterator[MqttStream]:
    link = MqttStream(
        "broker",
        broker.address,
        Talk("minesafe-small"),
        routes,
        {},
        book,
        most_held=most_held,
        quiet_s=quiet_s,
        backoff=Backoff(0.1, 0.5),
    )
    task = asyncio.create_task(link.run())
    try:
        await until(lambda: link.sessions > 0)
        yield link
    finally:
        task.cancel()
        await asyncio.wait([task])


@contextlib.asynccontextmanager
async def device(broker: BrokerProcess, name: str = "GW1") -> AsyncIterator[aiomqtt.Client]:
    async with aiomqtt.Client(
        "127.0.0.1", broker.port, identifier=name, max_inflight_messages=1000
    ) as client:
        yield client


async def publish(client: aiomqtt.Client, *payloads: bytes, topic: str = TOPIC) -> None:
    for payload in payloads:
        await client.publish(topic, payload, qos=1)


async def test_what_was_not_on_disk_when_the_server_died_is_sent_again(
    broker: BrokerProcess,
) -> None:
    """F1: the disk never took them; a new server with the same name gets every one."""
    first = Ear()
    first.inbox.gate.clear()
    async with linked(broker, first.book, first.routes()), device(broker) as gateway:
        await publish(gateway, *(co(n) for n in range(1, 201)))
        await asyncio.sleep(0.2)
    assert first.values() == [], "killed with all 200 in its hands"

    second = Ear()
    async with linked(broker, second.book, second.routes()):
        await until(lambda: len(second.values()) >= 200)
    assert sorted(second.values()) == [n / 100 for n in range(1, 201)]


async def test_the_link_on_which_devices_are_called_keeps_what_was_not_done_too(
    nats: BrokerProcess,
) -> None:
    """The same by aiomqtt (`links.mqtt`), over a broker that is killed in between."""
    never = asyncio.Event()
    heard: list[bytes] = []

    async def waits(_message: Message) -> None:
        await never.wait()

    async def hears(message: Message) -> None:
        heard.append(message.payload)

    book = FindingBook()
    for handler in (waits, hears):
        link = MqttLink("calls", nats.address, "minesafe-calls", {TOPIC: handler}, book)
        link._backoff = Backoff(0.1, 0.5)
        task = asyncio.create_task(link.run())
        await until(lambda one=link: one.connected)  # type: ignore[misc]  # bound
        if handler is waits:
            async with device(nats) as gateway:
                await publish(gateway, *(co(n) for n in range(1, 21)))
            await until(lambda one=link: len(one._running) == 20)  # type: ignore[misc]  # bound
            nats.stop(signal.SIGKILL)
            await nats.start()
            await until(lambda one=link: one.sessions == 2)  # type: ignore[misc]  # bound
        else:
            await until(lambda: len(heard) == 20)
        task.cancel()
        await asyncio.wait([task])
    assert heard == [co(n) for n in range(1, 21)]


async def test_a_welcome_that_comes_before_it_is_waited_for_is_not_lost() -> None:
    """Under load the answer is there before whoever connected has its turn again."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(2)
        writer.write(b"\x20\x02\x01\x00")
        await reader.read()
        hung_up.set()

    hung_up = asyncio.Event()
    async with tcp_peer(answer) as port:
        _, session = await asyncio.get_running_loop().create_connection(
            lambda: Session(Hello("m"), lambda *_: None), "127.0.0.1", port
        )
        await asyncio.sleep(0.1)
        async with asyncio.timeout(5):
            await session.welcomed()
        assert session.kept
        session.fail(OSError("done"))
        await hung_up.wait()


async def test_what_was_on_disk_is_not_sent_again(broker: BrokerProcess) -> None:
    first, second = Ear(), Ear()
    async with linked(broker, first.book, first.routes()) as link, device(broker) as gateway:
        await publish(gateway, *(co(n) for n in range(1, 51)))
        await until(lambda: len(first.values()) == 50)
        await until(lambda: link.idle)  # on disk is one thing, told to the broker another
    assert first.values() == [n / 100 for n in range(1, 51)], "in the order they were sent"
    async with linked(broker, second.book, second.routes()), device(broker) as gateway:
        await publish(gateway, co(51))
        await until(lambda: len(second.values()) >= 1)
        await asyncio.sleep(0.2)
    assert second.values() == [0.51]


async def test_acknowledgements_share_the_commits_of_the_disk(broker: BrokerProcess) -> None:
    """500 messages at 20 ms a commit would take 10 s one after the other."""

    class SlowDisk(Inbox):
        async def hear(self, batch: object) -> None:
            await asyncio.sleep(0.02)
            await super().hear(batch)  # type: ignore[arg-type]  # as the fake has it

    ear = Ear(inbox=SlowDisk())
    async with linked(broker, ear.book, ear.routes()), device(broker) as gateway:
        began = asyncio.get_running_loop().time()
        await asyncio.gather(*(gateway.publish(TOPIC, co(n), qos=1) for n in range(1, 501)))
        await until(lambda: len(ear.values()) == 500)
        assert asyncio.get_running_loop().time() - began < 6


async def test_a_broker_that_goes_and_comes_loses_nothing(broker: BrokerProcess) -> None:
    ear = Ear()
    tasks = len(asyncio.all_tasks())
    async with linked(broker, ear.book, ear.routes()) as link:
        async with device(broker) as gateway:
            await publish(gateway, co(1))
            await until(lambda: ear.values() == [0.01])
        for n in range(2, 5):
            sessions = link.sessions
            broker.stop(signal.SIGKILL)
            await until(lambda: (FindingKind.LINK_DOWN, "broker") in ear.book.now)
            await broker.start()
            await until(lambda s=sessions: link.sessions > s)  # type: ignore[misc]  # bound
            async with device(broker) as gateway:
                await publish(gateway, co(n))
                await until(lambda c=n: len(ear.values()) == c)  # type: ignore[misc]  # bound
        assert (FindingKind.LINK_DOWN, "broker") not in ear.book.now
    await asyncio.sleep(0.05)
    assert len(asyncio.all_tasks()) <= tasks
    assert ear.values() == [0.01, 0.02, 0.03, 0.04]


async def test_a_broker_that_dies_with_messages_queued_gives_them_when_it_is_back(
    nats: BrokerProcess,
) -> None:
    """Some are in our hands and not yet on disk, some in the broker's: each is heard, and once."""
    ear, numbers = Ear(), range(1, 41)
    ear.inbox.gate.clear()
    padded = [co(n)[:-1] + b" " * 60_000 + b"}" for n in numbers]
    async with linked(nats, ear.book, ear.routes(), most_held=8) as link:
        async with device(nats) as gateway:
            await publish(gateway, *padded)
            await until(lambda: (FindingKind.QUEUE_FULL, "broker") in ear.book.now)
        sessions = link.sessions
        nats.stop(signal.SIGKILL)
        await nats.start()
        ear.inbox.gate.set()
        await until(lambda: link.sessions > sessions and len(ear.values()) >= len(numbers))
    assert sorted(ear.values()) == [n / 100 for n in numbers]


async def test_a_frozen_broker_is_found_out_and_left(nats: BrokerProcess) -> None:
    ear = Ear()
    async with linked(nats, ear.book, ear.routes(), quiet_s=0.3) as link:
        nats.freeze()
        await until(lambda: (FindingKind.LINK_DOWN, "broker") in ear.book.now, 20)
        nats.thaw()
        sessions = link.sessions
        await until(lambda: link.sessions > sessions, 20)
        await until(lambda: (FindingKind.LINK_DOWN, "broker") not in ear.book.now)


async def test_a_deaf_connection_is_built_anew(nats: BrokerProcess) -> None:
    ear = Ear()
    async with linked(nats, ear.book, ear.routes(), quiet_s=0.1) as link:
        await until(lambda: link.sessions >= 3)
        tasks = len(asyncio.all_tasks())
        await until(lambda: link.sessions >= 10)
        assert len(asyncio.all_tasks()) <= tasks + 2
    assert not ear.book.began_ever, "silence is the engine's to judge, not a broken link"


async def test_a_message_lost_on_the_way_to_a_refusing_disk_comes_again(
    broker: BrokerProcess,
) -> None:
    seen: list[bytes] = []

    async def refuses_twice(message: Message) -> None:
        seen.append(message.payload)
        if len(seen) <= 2:
            raise StoreUnavailable("disk")

    book = FindingBook()
    async with linked(broker, book, {TOPIC: refuses_twice}) as link, device(broker) as gateway:
        await publish(gateway, b"a")
        await until(lambda: len(seen) == 3)
        await until(lambda: link.connected)
    assert not book.began_ever, "asked for again; that is no broken link"


async def test_a_fault_in_our_own_handler_does_not_block_the_line(broker: BrokerProcess) -> None:
    seen: list[bytes] = []

    async def stumbles(message: Message) -> None:
        seen.append(message.payload)
        if message.payload == b"trap":
            raise KeyError("ours")

    book = FindingBook()
    async with linked(broker, book, {TOPIC: stumbles}) as link, device(broker) as gateway:
        await publish(gateway, b"trap")
        await until(lambda: (FindingKind.TASK_CRASHED, TOPIC) in book.now)
        await publish(gateway, b"well")
        await until(lambda: seen == [b"trap", b"well"])
        await until(lambda: not book.now)
        assert link.sessions == 1


async def test_memory_is_bounded_while_the_disk_does_not_take_anything(
    nats: BrokerProcess,
) -> None:
    """What is not read stays in the broker: at most one read more than may be unacknowledged."""
    ear = Ear()
    ear.inbox.gate.clear()
    padded = [co(n)[:-1] + b" " * 60_000 + b"}" for n in range(1, 101)]
    async with linked(nats, ear.book, ear.routes(), most_held=8) as link, device(nats) as gateway:
        await asyncio.gather(*(gateway.publish(TOPIC, one, qos=1) for one in padded))
        await until(lambda: (FindingKind.QUEUE_FULL, "broker") in ear.book.now)
        assert len(link._running) <= 16
        ear.inbox.gate.set()
        await until(lambda: len(ear.values()) == 100)
        await until(lambda: not ear.book.now)


async def test_bad_messages_are_named_and_the_good_beside_them_are_heard(
    nats: BrokerProcess,
) -> None:
    ear = Ear()
    async with linked(nats, ear.book, ear.routes()), device(nats) as gateway:
        await publish(
            gateway,
            b"not json",
            b"",
            b"\xff\xfe\x00",
            b"[" * 20_000,
            b"null",
            b'{"gateway":"GW2","boot":1,"seq":1,"t":1,"readings":[]}',
            b'{"gateway":"GW1"}',
            co(1)[:-5],
            b"x" * 500_000,
        )
        await until(lambda: (FindingKind.GARBAGE, "GW1") in ear.book.now)
        await publish(gateway, report(1, {"p": "CO", "v": True}, {"p": "WIND", "v": 1.5}))
        await until(lambda: len(ear.values()) == 2)
        assert (FindingKind.GARBAGE, "GW1") not in ear.book.now
        assert (FindingKind.GARBAGE, "CO") in ear.book.now
        await publish(gateway, report(2, {"p": "CO", "v": 0.5}, {"p": "NEW", "v": 1}))
        await until(lambda: len(ear.values()) == 3)
    assert (FindingKind.GARBAGE, "CO") not in ear.book.now
    assert (FindingKind.UNKNOWN_POINT, "NEW") in ear.book.now
    rows = [(r[0], r[1], r[2]) for r in ear.inbox.readings()]
    assert math.isnan(rows[0][1])
    assert rows[0][2] == Quality.FAULT
    assert rows[1:] == [(3, 1.5, Quality.GOOD), (2, 0.5, Quality.GOOD)]


async def test_a_thousand_unknown_names_do_not_fill_the_book(nats: BrokerProcess) -> None:
    ear = Ear()
    async with linked(nats, ear.book, ear.routes()), device(nats) as gateway:
        names = [{"p": f"X{n}", "v": 1} for n in range(1000)]
        await publish(gateway, report(1, *names, {"p": "CO", "v": 0.5}))
        await until(lambda: ear.values() == [0.5])
    assert len(ear.book.began_ever) <= 64


async def test_repeats_are_heard_once_and_gaps_are_named(nats: BrokerProcess) -> None:
    ear = Ear()
    async with linked(nats, ear.book, ear.routes()), device(nats) as gateway:
        await publish(gateway, co(1), co(2), co(2), co(1), co(6))
        await until(lambda: len(ear.values()) == 3)
        assert ear.book.now[FindingKind.GAP, "GW1"] == "missing 3, 4, 5"
        await publish(gateway, co(3), co(4), co(5), co(7))
        await until(lambda: len(ear.values()) == 7)
    assert sorted(ear.values()) == [n / 100 for n in range(1, 8)]
    assert (FindingKind.GAP, "GW1") not in ear.book.now


async def test_a_last_will_takes_all_the_gateways_points_at_once(broker: BrokerProcess) -> None:
    ear = Ear()
    will = aiomqtt.Will(f"{TOPIC}/state", b'{"online":false}', qos=1, retain=True)
    async with linked(broker, ear.book, ear.routes()):
        async with device(broker) as gateway:
            await gateway.publish(f"{TOPIC}/state", b'{"online":true}', qos=1, retain=True)
            await publish(gateway, co(1))
            await until(lambda: len(ear.values()) == 1)
        dying = aiomqtt.Client("127.0.0.1", broker.port, identifier="GW1", will=will)
        await dying.__aenter__()
        dying._client._sock_close()  # the cable is cut: no goodbye
        await until(lambda: len(ear.values()) == 3)
        lost = {(r[0], r[2]) for r in ear.inbox.readings()[1:]}
        assert lost == {(2, Quality.COMMS_LOST), (3, Quality.COMMS_LOST)}
        assert (FindingKind.LINK_DOWN, "GW1") in ear.book.now
    late = Ear()
    async with linked(broker, late.book, late.routes()):
        await until(lambda: (FindingKind.LINK_DOWN, "GW1") in late.book.now)
        async with device(broker) as gateway:
            await gateway.publish(f"{TOPIC}/state", b'{"online":true}', qos=1, retain=True)
            await until(lambda: not late.book.now)


async def test_a_retained_value_of_yesterday_is_not_taken_for_news(broker: BrokerProcess) -> None:
    async with device(broker) as gateway:
        await gateway.publish(TOPIC, co(1, 0.1), qos=1, retain=True)
    ear = Ear()
    async with linked(broker, ear.book, ear.routes()):
        await until(lambda: (FindingKind.GARBAGE, "GW1") in ear.book.now)
    assert ear.values() == []


async def test_a_base_station_is_heard_by_mqtt(nats: BrokerProcess) -> None:
    mine = field_mine()
    reader = mine.readers[1].__class__("R9", mine.readers[1].name, "BS2", "A", 90.0, 50.0, 0.3, 1.0)
    mine = field_mine(readers=(reader,))
    inbox, book = Inbox(), FindingBook()
    ears = StationEars(mine, Common.of(mine, inbox, Notes()), mine.stations[1], HandClock(), book)
    body = {
        "station": "BS2",
        "boot": 1,
        "seq": 1,
        "t": T,
        "ranges": [{"reader": "R9", "tag": "2", "d": 5, "side": -1, "sos": True}],
        "readers": ["R9"],
    }
    async with linked(nats, book, ears.routes), device(nats, "BS2") as station:
        await publish(station, json.dumps(body).encode(), topic=mine.stations[1].topic)
        await until(lambda: len(inbox.sightings()) == 2)
    seen, alive = inbox.sightings()
    assert (seen[0], seen[3], seen[9]) == (1, 85.0, 1)
    assert alive[0] == -1
