"""Real MQTT brokers as child processes, to be stopped, started and frozen by tests."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from field import free_port

from minesafe.model.mine import Broker

NATS = """
listen: 127.0.0.1:{own}
server_name: test
jetstream {{ store_dir: "{data}" }}
mqtt {{ listen: "127.0.0.1:{port}", max_ack_pending: 1000, ack_wait: "1s" }}
"""

MOSQUITTO = """
listener {port} 127.0.0.1
allow_anonymous true
persistence true
persistence_location {data}/
autosave_on_changes true
autosave_interval 1
max_inflight_messages 1000
max_queued_messages 100000
"""


def _nats() -> str:
    return str(Path(sys.executable).parent / "nats-server")


def _mosquitto() -> str:
    return shutil.which("mosquitto", path=os.environ.get("PATH", "") + ":/usr/sbin") or "mosquitto"


COMMANDS = {"nats": (NATS, _nats), "mosquitto": (MOSQUITTO, _mosquitto)}


@dataclass
class BrokerProcess:
    """One broker; its data outlives `stop`."""

    kind: str
    data: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> Broker:
        return Broker("127.0.0.1", self.port, "", "")

    async def start(self) -> None:
        text, program = COMMANDS[self.kind]
        conf = self.data / "broker.conf"
        store = self.data / "store"
        store.mkdir(exist_ok=True)
        store.chmod(0o777)  # mosquitto gives up root
        conf.write_text(text.format(port=self.port, own=free_port(), data=store))
        self.process = subprocess.Popen(  # noqa: ASYNC220  forking a test's child is quick
            [program(), "-c", str(conf)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        async with asyncio.timeout(15):
            while not await self._answers():  # noqa: ASYNC110  another process's port
                await asyncio.sleep(0.05)

    async def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.close()
            await writer.wait_closed()
            return True
        return False

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(10)
            self.process = None

    def freeze(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)


@contextlib.asynccontextmanager
async def running(kind: str, data: Path) -> AsyncIterator[BrokerProcess]:
    broker = BrokerProcess(kind, data)
    await broker.start()
    try:
        yield broker
    finally:
        broker.stop(signal.SIGKILL)
