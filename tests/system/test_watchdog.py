"""The watchdog beside a real server: whatever kills it, the siren sounds; and it is proven."""

import asyncio
import logging
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from field import free_port
from system.whole import MINESAFE, Journal, Process, change, demo_mine, running
from tcp_peer import tcp_peer

from minesafe.model.events import AlarmMove, AlarmMoved, Origin
from minesafe.watchdog.status import read
from minesafe.watchdog.watch import boot_id

log = logging.getLogger(__name__)

PROMISED_S = 15.0
GUARD = 3.0
"""The machine of the tests is shared and slow."""


@dataclass
class Relay:
    """A Modbus relay: remembers when its coil was closed."""

    closed: asyncio.Event = field(default_factory=asyncio.Event)
    on: bool | None = None
    port: int = 0

    async def obey(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        try:
            asked = await near.readexactly(12)
        except asyncio.IncompleteReadError:
            return  # the watchdog was killed while it asked
        self.on = asked[10] == 0xFF
        if self.on:
            self.closed.set()
        back.write(asked)


@asynccontextmanager
async def relayed() -> AsyncIterator[Relay]:
    relay = Relay()
    async with tcp_peer(relay.obey) as relay.port:
        yield relay


def _mine(folder: Path, *, self_test: int = 0) -> Path:
    """The first mine without devices, broker or database: the watchdog does not mind."""
    config = demo_mine(folder)
    change(
        config / "server.toml", {'host = ""': 'host = "127.0.0.1"', 'dsn = ""': f'dsn = "{NONE}"'}
    )
    if self_test:
        with (config / "devices.toml").open("a", encoding="utf-8") as devices:
            devices.write(WATCHDOG.format(port=self_test))
        with (config / "points.csv").open("a", encoding="utf-8") as points:
            points.write("SELF-TEST,自检,Self-test,self_test,surface,A01,2,WD,0,uint16,1,1,,\n")
    return config


NONE = "postgresql://127.0.0.1:1/none"
WATCHDOG = """
[[substation]]
id = "WD"
zh = "看门狗"
en = "Watchdog"
host = "127.0.0.1"
port = {port}
unit = 1
period_s = 0.2
timeout_s = 0.5
retries = 1
"""


def _watchdog(folder: Path, relay: Relay, more: str = "") -> Process:
    config = folder / "watchdog.toml"
    config.write_text(
        f'status = "{folder / "data" / "status"}"\nmine = "模拟矿"\n'
        f'{more}\n[relay]\nhost = "127.0.0.1"\nport = {relay.port}\n'
    )
    return Process((sys.executable, "-m", "minesafe.watchdog", str(config)), folder / "dog.log")


async def _living(folder: Path, within_s: float = 60.0) -> None:
    """Wait until the server has written that it judges."""
    async with asyncio.timeout(within_s):
        while read(str(folder / "data" / "status"), boot_id()) is None:  # noqa: ASYNC110  another process writes it
            await asyncio.sleep(0.05)


FAULTS: dict[str, Callable[[int], object]] = {
    "killed": lambda pid: _send(pid, signal.SIGKILL),
    "stopped": lambda pid: _send(pid, signal.SIGSTOP),
    "loop blocked": lambda pid: _send(pid, signal.SIGUSR1),
    "engine dead": lambda pid: _send(pid, signal.SIGUSR2),
    "memory exhausted": lambda pid: _send(pid, signal.SIGRTMIN),
}


def _send(pid: int, sign: signal.Signals) -> None:
    os.kill(pid, sign)


async def _sounds_after(fault: Callable[[int], object], folder: Path) -> float:
    """Seconds from the fault to the siren."""
    async with AsyncExitStack() as stack:
        relay = await stack.enter_async_context(relayed())
        words = (sys.executable, str(Path(__file__).with_name("faulty_server.py")))
        config = _mine(folder)
        server = Process((*words, str(config), str(folder / "data")), folder / "server.log")
        stack.enter_context(running(server))
        await _living(folder)
        dog = stack.enter_context(running(_watchdog(folder, relay)))
        await asyncio.sleep(2.0)
        assert relay.on is False, f"{server.text()}\n{dog.text()}"
        broke = time.monotonic()
        fault(server.pid)
        async with asyncio.timeout(GUARD * PROMISED_S):
            await relay.closed.wait()
        return time.monotonic() - broke


async def test_whatever_stops_the_server_the_siren_sounds_within_fifteen_seconds() -> None:
    """SIGKILL, SIGSTOP, a blocked loop, a dead engine, no memory: five mines at once."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        homes = [Path(folder) / name.replace(" ", "-") for name in FAULTS]
        for home in homes:
            home.mkdir()
        took = await asyncio.gather(*map(_sounds_after, FAULTS.values(), homes))
    log.info("siren after %s", dict(zip(FAULTS, took, strict=True)))
    assert max(took) <= GUARD * PROMISED_S


async def test_the_watchdog_is_polled_and_its_test_alarms_are_acknowledged_by_a_machine(
    tmp_path: Path,
) -> None:
    """Over the wire, through spool, judgement, book and journal; ended in order, nobody wakes."""
    port = free_port()
    config = _mine(tmp_path, self_test=port)
    test = f"[self_test]\nport = {port}\nevery_s = 3.0\nlasts_s = 1.5\n"
    async with relayed() as relay:
        with running(_watchdog(tmp_path, relay, test)) as dog:
            words = (*MINESAFE, "run", str(config), "--data", str(tmp_path / "data"))
            server = Process(words, tmp_path / "server.log")
            with running(server):
                journal = Journal(tmp_path / "data")
                acknowledged = {"move": AlarmMove.ACKNOWLEDGE, "origin": Origin.MACHINE}
                await journal.until(AlarmMoved, 60.0, subject="SELF-TEST", **acknowledged)
                await asyncio.sleep(2.0)
                status = read(str(tmp_path / "data" / "status"), boot_id())
                assert status is not None, server.text()
                proven = status.ages["proof"]
                assert proven is not None
                assert proven < 10.0
                journal.close()
                assert await asyncio.to_thread(server.end) == 0, server.text()
            status = read(str(tmp_path / "data" / "status"), boot_id())
            assert status is not None
            assert status.stopped
            assert relay.on is False, dog.text()
            assert await asyncio.to_thread(dog.end) == 0, dog.text()
