"""PostgreSQL and the broker of our own: made, found again, ended, and refused in clear words."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import aiomqtt
import asyncpg
import pytest
from small_mine import small_mine
from system.parts import open_folder

from minesafe.embedded import binaries
from minesafe.embedded.broker import Broker, Client, free_port
from minesafe.embedded.child import is_running, started
from minesafe.embedded.cluster import Cluster
from minesafe.embedded.hello import welcomes
from minesafe.embedded.logins import logins
from minesafe.embedded.outage import Outage
from minesafe.embedded.postgres import Postgres
from minesafe.model.errors import StoreUnavailable
from minesafe.model.mine import Broadcaster, Name, Paging, Telephone

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = open_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def kept() -> Iterator[Path]:
    """One data directory that these tests start and end in turn."""
    folder = open_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


async def ask(dsn: str, query: str) -> object:
    connection = await asyncpg.connect(dsn, timeout=5, command_timeout=30)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


# --- PostgreSQL -----------------------------------------------------------------------------


async def test_a_second_start_finds_its_data_and_is_quick(kept: Path) -> None:
    async with Postgres(kept) as dsn:
        await ask(dsn, "CREATE TABLE kept (a int)")
    began = time.monotonic()
    async with Postgres(kept) as dsn:
        assert time.monotonic() - began < 10
        assert await ask(dsn, "SELECT count(*) FROM kept") == 0
    assert not Cluster(kept).postmaster()


async def test_it_listens_on_no_network_and_trusts_only_this_user(kept: Path) -> None:
    async with Postgres(kept) as dsn:
        assert await ask(dsn, "SHOW listen_addresses") == ""
        assert await ask(dsn, "SELECT count(*) FROM pg_hba_file_rules") == 1
        rule = "SELECT type || ' ' || auth_method FROM pg_hba_file_rules"
        assert await ask(dsn, rule) == "local peer"
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert await ask(dsn, f"SHOW {setting}") == "on"
        assert await ask(dsn, "SHOW is_superuser") == "on"


async def test_a_data_directory_is_held_by_one_server(kept: Path) -> None:
    async with Postgres(kept):
        with pytest.raises(StoreUnavailable, match="in use by another minesafe"):
            async with Postgres(kept):
                pass


async def test_it_comes_back_when_it_is_killed_under_us(kept: Path) -> None:
    async with Postgres(kept) as dsn:
        first = Cluster(kept).postmaster()
        os.kill(first, signal.SIGKILL)
        deadline = time.monotonic() + 30
        while Cluster(kept).postmaster() in {0, first}:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.1)
        await answers_again(dsn)


async def test_in_an_outage_of_a_demo_it_is_gone_until_that_is_over(kept: Path) -> None:
    outage = Outage()
    async with Postgres(kept, outage) as dsn:
        outage.turn(away=True)
        async with asyncio.timeout(30):
            while Cluster(kept).postmaster():  # noqa: ASYNC110  another process
                await asyncio.sleep(0.05)
        with pytest.raises((FileNotFoundError, ConnectionRefusedError)):
            await ask(dsn, "SELECT 1")
        outage.turn(away=False)
        await answers_again(dsn)


async def answers_again(dsn: str) -> None:
    """Within half a minute."""
    async with asyncio.timeout(30):
        while True:
            with suppress(OSError, asyncpg.PostgresError):
                assert await ask(dsn, "SELECT 1") == 1
                return
            await asyncio.sleep(0.1)


async def test_a_stale_number_does_not_keep_it_from_starting(kept: Path) -> None:
    async with Postgres(kept):
        text = (kept / "cluster" / "postmaster.pid").read_text()
    stale = kept / "cluster" / "postmaster.pid"
    stale.write_text("\n".join([str(os.getpid()), *text.split("\n")[1:]]))
    shutil.chown(stale, *([65534, 65534] if os.geteuid() == 0 else [os.getuid(), os.getgid()]))
    stale.chmod(0o600)
    async with Postgres(kept) as dsn:
        assert await ask(dsn, "SELECT 1") == 1


async def test_the_last_words_of_postgresql_are_passed_on(kept: Path) -> None:
    async with Postgres(kept):
        pass
    (kept / "cluster" / "PG_VERSION").write_text("9.1\n")
    with pytest.raises(StoreUnavailable, match=r"initialized by PostgreSQL version 9\.1"):
        async with Postgres(kept):
            pass


STARTER = """
import asyncio, sys
from pathlib import Path
from minesafe.embedded.postgres import Postgres
from minesafe.embedded.broker import Broker

async def main():
    async with Postgres(Path(sys.argv[1]) / "pg"):
        async with Broker(Path(sys.argv[1]) / "mq", user="s", password="p") as broker:
            print((Path(sys.argv[1]) / "mq" / "pid").read_text(), flush=True)
            await asyncio.sleep(600)

asyncio.run(main())
"""


async def test_after_a_kill_of_the_server_the_next_start_finds_what_it_left(folder: Path) -> None:
    server = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", STARTER, str(folder)),
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{os.environ.get('PYTHONPATH', '')}"},
        stdout=asyncio.subprocess.PIPE,
    )
    assert server.stdout is not None
    broker = int(await server.stdout.readline())
    postmaster = Cluster(folder / "pg").postmaster()
    server.kill()
    await server.wait()
    assert is_running(postmaster, ("postgres",))
    async with Postgres(folder / "pg") as dsn:
        assert Cluster(folder / "pg").postmaster() == postmaster, "it is taken over"
        assert await ask(dsn, "SELECT 1") == 1
    assert not is_running(postmaster, ("postgres",))
    async with Broker(folder / "mq", user="s", password="p") as second:
        assert not is_running(broker, ("nats-server",))
        assert second.port
    server._transport.close()  # type: ignore[attr-defined]  # its pipe


def test_a_number_of_another_process_is_never_taken_for_ours(folder: Path) -> None:
    bystander = subprocess.Popen(["sleep", "60"])
    (folder / "cluster").mkdir()
    (folder / "cluster" / "postmaster.pid").write_text(f"{bystander.pid}\n")
    mine = Cluster(folder)
    assert mine.postmaster() == 0
    mine.stop()
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


async def test_a_long_path_gets_a_short_socket(folder: Path) -> None:
    async with Postgres(folder / ("a" * 60) / ("b" * 60)) as dsn:
        assert await ask(dsn, "SELECT 1") == 1


async def test_a_missing_extra_is_said_with_its_remedy(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries.util, "find_spec", lambda name: None)
    with pytest.raises(StoreUnavailable, match=r"minesafe\[embedded\]"):
        async with Postgres(folder):
            pass


def test_an_interrupted_first_start_is_begun_anew(folder: Path) -> None:
    (folder / "cluster.part").mkdir()
    (folder / "cluster.part" / "half").write_text("")
    mine = Cluster(folder)
    mine.start()
    mine.stop()
    assert (folder / "cluster" / "postgresql.conf").exists()


# --- the broker -----------------------------------------------------------------------------

GATEWAY = Client("GW1", "gateway-key", ("mine/demo/gateway/GW1", "mine/demo/gateway/GW1/state"))


SPEAKER = Broadcaster("BC1", Name("", ""), "A", 0.0, "", "BC1", "key", ("MINE",))
TELEPHONE = Telephone("T", Name("", ""), "A", 0.0, "8001", "mine/demo/telephone/T", "T", "tel-key")


@pytest.fixture
async def broker(folder: Path) -> AsyncIterator[Broker]:
    async with Broker(folder, user="server", password="server-key", clients=[GATEWAY]) as broker:
        yield broker


def client(broker: Broker, user: str, password: str, name: str) -> aiomqtt.Client:
    return aiomqtt.Client(
        broker.host,
        broker.port,
        username=user,
        password=password,
        identifier=name,
        clean_session=False,
        timeout=10,
    )


async def heard(server: aiomqtt.Client, count: int) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    async with asyncio.timeout(10):
        async for message in server.messages:
            assert isinstance(message.payload, bytes)
            found.append((str(message.topic), message.payload))
            if len(found) == count:
                break
    return found


async def test_a_gateway_speaks_only_on_its_own_topics(broker: Broker) -> None:
    async with client(broker, "server", "server-key", "server") as server:
        await server.subscribe("mine/#", qos=1)
        async with client(broker, "GW1", "gateway-key", "gw1") as gateway:
            await gateway.publish("mine/demo/gateway/GW2", b"all is well", qos=1)
            await gateway.publish("mine/demo/gateway/GW1/other", b"all is well", qos=1)
            await gateway.publish("mine/demo/gateway/GW1", b"1", qos=1)
            await gateway.publish("mine/demo/gateway/GW1/state", b"2", qos=1, retain=True)
            refused = await gateway.subscribe("mine/#", qos=1)
            assert [code.is_failure for code in refused] == [True]
        assert await heard(server, 2) == [
            ("mine/demo/gateway/GW1", b"1"),
            ("mine/demo/gateway/GW1/state", b"2"),
        ]


async def test_a_broadcaster_hears_its_own_calls_and_no_other_device(folder: Path) -> None:
    speaker = replace(SPEAKER, topic="mine/demo/broadcast/BC1")
    other = replace(SPEAKER, id="BC2", user="BC2", topic="mine/demo/broadcast/BC2")
    mine = small_mine(
        broadcasters=(speaker, other),
        telephones=(TELEPHONE,),
        paging=Paging("mine/demo/page", "PG", "key"),
    )
    async with (
        Broker(folder, user="server", password="server-key", clients=logins(mine)) as broker,
        client(broker, "server", "server-key", "server") as server,
        client(broker, "BC1", "key", "bc1") as first,
    ):
        for foreign in (
            "mine/demo/broadcast/BC2/call",
            "mine/demo/page/call",
            "mine/demo/telephone/T/call",
            "mine/#",
        ):
            refused = await first.subscribe(foreign, qos=1)
            assert [code.is_failure for code in refused] == [True], foreign
        await first.subscribe("mine/demo/broadcast/BC1/call", qos=1)
        await server.publish("mine/demo/broadcast/BC2/call", b"not for you", qos=1)
        await server.publish("mine/demo/broadcast/BC1/call", b"leave", qos=1)
        assert await heard(first, 1) == [("mine/demo/broadcast/BC1/call", b"leave")]
        await server.subscribe("mine/#", qos=1)
        await first.publish("mine/demo/broadcast/BC1/call", b"said by a device", qos=1)
        await first.publish("mine/demo/broadcast/BC1/state", b"played", qos=1)
        assert await heard(server, 1) == [("mine/demo/broadcast/BC1/state", b"played")]


async def test_a_telephone_hears_its_own_calls_and_answers_on_its_own_topic(folder: Path) -> None:
    speaker = replace(SPEAKER, topic="mine/demo/broadcast/BC1")
    mine = small_mine(broadcasters=(speaker,), telephones=(TELEPHONE,))
    async with (
        Broker(folder, user="server", password="server-key", clients=logins(mine)) as broker,
        client(broker, "server", "server-key", "server") as server,
        client(broker, "T", "tel-key", "t") as telephone,
    ):
        await telephone.subscribe("mine/demo/telephone/T/call", qos=1)
        await server.publish("mine/demo/telephone/T/call", b"ring", qos=1)
        assert await heard(telephone, 1) == [("mine/demo/telephone/T/call", b"ring")]
        await server.subscribe("mine/#", qos=1)
        await telephone.publish("mine/demo/broadcast/BC1/state", b"played", qos=1)
        await telephone.publish("mine/demo/telephone/T/state", b"answered", qos=1)
        assert await heard(server, 1) == [("mine/demo/telephone/T/state", b"answered")]


@pytest.mark.parametrize(("user", "password"), [("GW1", "server-key"), ("x", "y"), ("", "")])
async def test_nobody_else_gets_in(broker: Broker, user: str, password: str) -> None:
    with pytest.raises(aiomqtt.MqttError, match=r"(?i)not authori[sz]ed|bad user"):
        async with client(broker, user, password, "intruder"):
            pass


async def test_a_device_of_a_new_revision_is_let_in_and_the_others_are_not_put_out(
    broker: Broker,
) -> None:
    new = Client("GW2", "another-key", ("mine/demo/gateway/GW2",))
    async with client(broker, "GW1", "gateway-key", "GW1") as gateway:
        assert not await welcomes(broker.host, broker.port, "GW2", "another-key")
        await broker.admit([GATEWAY, new])
        async with asyncio.timeout(10):
            while not await welcomes(  # noqa: ASYNC110  another process changes it
                broker.host, broker.port, "GW2", "another-key"
            ):
                await asyncio.sleep(0.05)
        await gateway.publish(GATEWAY.publish[0], b"still here", qos=1)
    await broker.admit([new])
    async with asyncio.timeout(10):
        while await welcomes(  # noqa: ASYNC110  another process changes it
            broker.host, broker.port, "GW1", "gateway-key"
        ):
            await asyncio.sleep(0.05)


async def test_what_was_sent_while_the_server_was_away_survives_a_restart(folder: Path) -> None:
    log_in = {"user": "server", "password": "server-key", "clients": [GATEWAY]}
    async with Broker(folder, **log_in) as broker:
        async with client(broker, "server", "server-key", "server") as server:
            await server.subscribe("mine/#", qos=1)
        async with client(broker, "GW1", "gateway-key", "gw1") as gateway:
            for number in range(50):
                await gateway.publish("mine/demo/gateway/GW1", str(number).encode(), qos=1)
    async with (
        Broker(folder, port=broker.port, **log_in) as again,
        client(again, "server", "server-key", "server") as server,
    ):
        assert again.port == broker.port
        assert [int(text) for _, text in await heard(server, 50)] == list(range(50))


async def test_the_broker_comes_back_on_its_port_when_it_is_killed(
    broker: Broker, folder: Path
) -> None:
    first = int((folder / "pid").read_text())
    os.kill(first, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while True:
        with suppress(aiomqtt.MqttError):
            async with client(broker, "server", "server-key", "server"):
                break
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)
    assert int((folder / "pid").read_text()) != first


async def test_a_taken_port_is_said(folder: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(StoreUnavailable, match=f"cannot listen at 127.0.0.1:{port}"):
            async with Broker(folder, user="s", password="p", port=port):
                pass


async def test_passwords_of_the_broker_are_for_our_eyes(broker: Broker, folder: Path) -> None:
    assert (folder / "broker.conf").stat().st_mode & 0o077 == 0


async def test_the_broker_ends_with_us(folder: Path) -> None:
    async with Broker(folder, user="s", password="p", port=free_port("127.0.0.1")):
        number = int((folder / "pid").read_text())
        assert is_running(number, ("nats-server",))
    assert not is_running(number, ("nats-server",))
    assert not (folder / "pid").exists()


async def test_a_child_whose_starter_is_cancelled_is_ended_before_anyone_forgets_it() -> None:
    marker = "sleep", "86399.5"
    for turns in range(6):
        starter = asyncio.create_task(started(*marker, stdin=asyncio.subprocess.PIPE))
        for _ in range(turns):
            await asyncio.sleep(0)
        starter.cancel()
        with suppress(asyncio.CancelledError):
            child = await starter
            child.kill()
            await child.communicate()
    assert not running(marker)


def running(words: tuple[str, ...]) -> list[int]:
    pids = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    return [pid for pid in pids if is_running(pid, words)]
