"""deploy/ as it is shipped: TLS, who may come in, and that no device can speak as another."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiomqtt
import pytest
from certificates import Authority, Pair
from deployed import Deployed, deployed, password
from fakes import FindingBook
from field import until

from minesafe.links.backoff import Backoff
from minesafe.links.messages import Message
from minesafe.links.mqtt import MqttLink
from minesafe.links.stream.stream import MqttStream, Talk
from minesafe.model.events import FindingKind
from minesafe.model.mine import Broker

HEARD = (
    "mine/demo/gateway/GW1",
    "mine/demo/gateway/GW2",
    "acme/ACME7/CH4",
    "spBv1.0/m/NDATA/EDGE1",
)

OWN = [
    ("GW1", "mine/demo/gateway/GW1"),
    ("ACME7", "acme/ACME7/CH4"),
    ("EDGE1", "spBv1.0/m/NDATA/EDGE1"),
]
NOT_THEIRS = [
    ("GW1", "mine/demo/gateway/GW2"),
    ("GW1", "acme/ACME7/CH4"),
    ("GW1", "spBv1.0/m/NDATA/EDGE1"),
    ("ACME7", "mine/demo/gateway/GW1"),
    ("EDGE1", "mine/demo/gateway/GW1"),
    ("EDGE1", "acme/ACME7/CH4"),
]


@dataclass
class Ears:
    """The server's link to a broker, and all it has heard."""

    heard: list[tuple[str, bytes]] = field(default_factory=list)
    book: FindingBook = field(default_factory=FindingBook)

    async def hear(self, message: Message) -> None:
        self.heard.append((message.topic, message.payload))

    @contextlib.asynccontextmanager
    async def linked(self, broker: Broker) -> AsyncIterator[MqttStream]:
        routes = dict.fromkeys(HEARD, self.hear)
        quick = Backoff(0.05, 0.2)
        link = MqttStream(
            "broker", broker, Talk("minesafe-m"), routes, {}, self.book, backoff=quick
        )
        task = asyncio.create_task(link.run())
        try:
            yield link
        finally:
            task.cancel()
            await asyncio.wait([task])


@pytest.fixture(params=["nats", pytest.param("mosquitto", marks=pytest.mark.needs("mosquitto"))])
async def broker(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Deployed]:
    async with deployed(request.param, tmp_path) as one:
        yield one


def client(broker: Deployed, user: str, secret: str | None = None) -> aiomqtt.Client:
    trust = ssl.create_default_context(cafile=str(broker.authority.file))
    return aiomqtt.Client(
        "127.0.0.1",
        broker.port,
        username=user or None,
        password=password(user) if secret is None else secret,
        identifier=user or "nobody",
        tls_context=trust,
        timeout=3,
    )


async def test_each_device_speaks_on_its_own_topics_and_on_no_others(broker: Deployed) -> None:
    ears = Ears()
    async with ears.linked(broker.at("minesafe")) as link:
        await until(lambda: link.connected)
        for user, topic in NOT_THEIRS:
            with contextlib.suppress(aiomqtt.MqttError):  # some brokers hang up, some say nothing
                async with client(broker, user) as device:
                    await device.publish(topic, f"forged by {user}".encode(), qos=1)
        for user, topic in OWN:
            async with client(broker, user) as device:
                await device.publish(topic, user.encode(), qos=1)
        await until(lambda: len(ears.heard) >= len(OWN))
        await asyncio.sleep(0.1)
    assert ears.heard == [(topic, user.encode()) for user, topic in OWN]


async def test_a_device_hears_nothing_that_is_not_for_it(broker: Deployed) -> None:
    async with client(broker, "GW1") as spy:
        for wanted in ("#", "mine/demo/gateway/GW2", "spBv1.0/m/NCMD/EDGE1"):
            with contextlib.suppress(aiomqtt.MqttError):
                await spy.subscribe(wanted, qos=1)
    heard: list[str] = []
    async with client(broker, "GW1") as spy, client(broker, "minesafe") as server:

        async def listen() -> None:
            async for message in spy.messages:
                heard[len(heard) :] = [str(message.topic)]

        task = asyncio.create_task(listen())
        with contextlib.suppress(aiomqtt.MqttError):
            await spy.subscribe("mine/#", qos=1)
        for topic in HEARD:
            await server.publish(topic, b"secret", qos=1)
        await asyncio.sleep(0.1)
        task.cancel()
        await asyncio.wait([task])
    assert heard == []


@pytest.mark.parametrize(("user", "secret"), [("", ""), ("GW1", "wrong"), ("GW9", "x")])
async def test_who_is_not_known_does_not_come_in(broker: Deployed, user: str, secret: str) -> None:
    with pytest.raises(aiomqtt.MqttError):
        async with client(broker, user, secret):
            pass
    ears = Ears()
    wrong = replace(broker.at("minesafe"), password=secret or "x")
    async with ears.linked(wrong):
        await until(lambda: (FindingKind.LINK_DOWN, "broker") in ears.book.now)
    assert "refuses us" in ears.book.now[FindingKind.LINK_DOWN, "broker"]


def certificates(home: Path, authority: Authority) -> dict[str, tuple[Pair, str]]:
    """What a broker may show, and the words it is told in."""
    stranger = Authority(home / "other", "somebody else's CA")
    return {
        "expired": (authority.vouch("old", host="127.0.0.1", days=(-9, -2)), "has expired"),
        "not yet": (authority.vouch("new", host="127.0.0.1", days=(2, 9)), "not yet valid"),
        "of another host": (authority.vouch("far", host="broker.far"), "mismatch"),
        "of another authority": (stranger.vouch("evil", host="127.0.0.1"), "unable to get local"),
    }


@pytest.mark.needs("mosquitto")
async def test_a_certificate_that_is_not_to_be_believed_is_told_and_the_rest_goes_on(
    tmp_path: Path,
) -> None:
    async with deployed("mosquitto", tmp_path) as broker:
        good = asyncio.create_task(asyncio.sleep(3600))
        for pair, words in certificates(tmp_path, broker.authority).values():
            broker.stop()
            await broker.start(pair)
            ears, calls = Ears(), FindingBook()
            other = MqttLink("calls", broker.at("minesafe"), "m-calls", {"x": ears.hear}, calls)
            calling = asyncio.create_task(other.run())
            async with ears.linked(broker.at("minesafe")):
                await until(lambda b=ears.book: b.now)  # type: ignore[misc]  # bound
                await until(lambda b=calls: b.now)  # type: ignore[misc]  # bound
                for book, who in ((ears.book, "broker"), (calls, "calls")):
                    told = book.now[FindingKind.LINK_DOWN, who]
                    assert "certificate is not believed" in told
                    assert words in told
                assert not good.done()
            calling.cancel()
            await asyncio.wait([calling])
        broker.stop()
        await broker.start()  # renewed: taken at the next connection
        ears = Ears()
        async with ears.linked(broker.at("minesafe")) as link:
            await until(lambda: link.connected)
        assert not ears.book.began_ever
        good.cancel()


async def test_the_name_in_a_certificate_may_be_another_than_the_address(tmp_path: Path) -> None:
    async with deployed("nats", tmp_path) as broker:
        broker.stop()
        await broker.start(broker.authority.vouch("named", host="broker.mine"))
        ears = Ears()
        async with ears.linked(broker.at("minesafe", name="broker.mine")) as link:
            await until(lambda: link.connected)


@pytest.mark.needs("mosquitto")
async def test_a_certificate_of_ones_own_is_a_log_in(tmp_path: Path) -> None:
    async with deployed("mosquitto", tmp_path) as broker:
        ears = Ears()
        async with ears.linked(broker.showing(broker.authority.vouch("minesafe"))) as link:
            await until(lambda: link.connected)
            pair = broker.authority.vouch("GW1")
            trust = ssl.create_default_context(cafile=str(broker.authority.file))
            trust.load_cert_chain(pair.certificate, pair.key)
            async with aiomqtt.Client(
                "127.0.0.1", broker.by_certificate, identifier="GW1", tls_context=trust
            ) as gateway:
                await gateway.publish("mine/demo/gateway/GW2", b"forged", qos=1)
                await gateway.publish("mine/demo/gateway/GW1", b"own", qos=1)
            await until(lambda: ears.heard)
        assert ears.heard == [("mine/demo/gateway/GW1", b"own")]

        forged = Authority(tmp_path / "other", "somebody else's CA").vouch("minesafe")
        gone = replace(broker.showing(forged).tls, key=str(tmp_path / "none.key"))  # type: ignore[type-var]  # it has one
        for wrong in (broker.showing(forged), replace(broker.showing(forged), tls=gone)):
            book = Ears()
            async with book.linked(wrong):
                await until(lambda b=book.book: b.now)  # type: ignore[misc]  # bound
            assert (FindingKind.LINK_DOWN, "broker") in book.book.now


async def said_while_the_server_is_away(
    broker: Deployed, wait: Callable[[bytes], Awaitable[None]]
) -> list[tuple[str, bytes]]:
    """A gateway says its readings, each acknowledged before the next; then the broker is killed."""
    async with Ears().linked(broker.at("minesafe")) as link:
        await until(lambda: link.connected)
    said = [("mine/demo/gateway/GW1", b"reading %d of the shift" % n) for n in range(30)]
    with contextlib.suppress(aiomqtt.MqttError):  # it does not get to say goodbye
        async with client(broker, "GW1") as gateway:
            for topic, payload in said:
                await gateway.publish(topic, payload, qos=1)
            await wait(said[-1][1])
            broker.stop()
    await broker.start()
    return said


async def heard_afterwards(broker: Deployed) -> list[tuple[str, bytes]]:
    ears = Ears()
    async with ears.linked(broker.at("minesafe")):
        async with client(broker, "GW2") as gateway:
            await gateway.publish("mine/demo/gateway/GW2", b"after", qos=1)
        await until(lambda: ("mine/demo/gateway/GW2", b"after") in ears.heard)
    return ears.heard[:-1]


@pytest.mark.needs("mosquitto")
async def test_a_killed_broker_has_lost_at_most_what_it_acknowledged_last(tmp_path: Path) -> None:
    """Its file is written at each change, and after the acknowledgement: so it is shipped."""

    async def at_once(_last: bytes) -> None:
        return

    async with deployed("mosquitto", tmp_path) as broker:
        said = await said_while_the_server_is_away(broker, at_once)
        heard = await heard_afterwards(broker)
    assert heard in (said, said[:-1])


@pytest.mark.needs("mosquitto")
async def test_a_broker_of_a_stream_writes_by_itself_and_then_has_it_all(tmp_path: Path) -> None:
    """Each second or two, with the lines its file has for a stream."""
    file = tmp_path / "store" / "mosquitto.db"

    async def written(last: bytes) -> None:
        await until(lambda: file.exists() and last in file.read_bytes(), 20)

    async with deployed("mosquitto", tmp_path, stream=True) as broker:
        said = await said_while_the_server_is_away(broker, written)
        assert await heard_afterwards(broker) == said
