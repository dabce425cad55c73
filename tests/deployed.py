"""Brokers started from the very files of deploy/, with paths, ports and passwords put in."""

import asyncio
import contextlib
import os
import re
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from brokers import COMMANDS
from certificates import Authority, Pair
from field import free_port

from minesafe.model.mine import Broker, Tls

DEPLOY = Path(__file__).parents[1] / "deploy"
USERS = ("minesafe", "GW1", "GW2", "ACME7", "EDGE1", "paging")


def password(user: str) -> str:
    return f"simulated-{user}"


@dataclass
class Deployed:
    """One broker, its authority, and where it listens."""

    kind: str
    home: Path
    authority: Authority
    port: int = field(default_factory=free_port)
    by_certificate: int = field(default_factory=free_port)
    """mosquitto's second listener."""
    stream: bool = False
    """With the lines that mosquitto's file has for a stream."""
    process: "subprocess.Popen[bytes] | None" = None

    def at(self, user: str, **more: object) -> Broker:
        """As `user`, by password."""
        how: dict[str, object] = {"ca": str(self.authority.file)} | more
        tls = Tls(**how)  # type: ignore[arg-type]  # fields by name
        return Broker("127.0.0.1", self.port, user, password(user), tls)

    def showing(self, pair: Pair) -> Broker:
        """By the certificate of a client."""
        tls = Tls(str(self.authority.file), str(pair.certificate), str(pair.key))
        return Broker("127.0.0.1", self.by_certificate, "", "", tls)

    async def start(self, pair: Pair | None = None) -> None:
        """With this certificate of its own; by default a good one."""
        pair = pair or self.authority.vouch("broker", host="127.0.0.1")
        shutil.copy(self.authority.file, self.home / "tls" / "ca.pem")
        shutil.copy(pair.certificate, self.home / "tls" / "broker.pem")
        shutil.copy(pair.key, self.home / "tls" / "broker.key")
        conf = {"mosquitto": self._mosquitto, "nats": self._nats}[self.kind]()
        program = COMMANDS[self.kind][1]()
        self.process = subprocess.Popen(  # noqa: ASYNC220  forking a test's child is quick
            [program, "-c", str(conf)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        async with asyncio.timeout(15):
            while not await _answers(self.port):  # noqa: ASYNC110  another process's port
                await asyncio.sleep(0.02)

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)
            self.process = None

    def _mosquitto(self) -> Path:
        for name in ("acl", "mosquitto.conf"):
            shutil.copy(DEPLOY / "mosquitto" / name, self.home / name)
        passwords = self.home / "passwords"
        passwords.write_text("".join(f"{u}:{password(u)}\n" for u in USERS))
        subprocess.run(["mosquitto_passwd", "-U", str(passwords)], check=True)
        text = _put(
            self.home / "mosquitto.conf",
            {
                "/etc/mosquitto": str(self.home),
                "/var/lib/mosquitto/": f"{self.home}/store/",
                "listener 8883": f"listener {self.port} 127.0.0.1",
                "listener 8884": f"listener {self.by_certificate} 127.0.0.1",
            },
        )
        if self.stream:
            text = _for_a_stream(text)
        if os.geteuid() == 0:  # else it gives up root, and cannot read a test's folder
            text += "user root\n"
        (self.home / "mosquitto.conf").write_text(text)
        return self.home / "mosquitto.conf"

    def _nats(self) -> Path:
        shutil.copy(DEPLOY / "nats" / "nats-server.conf", self.home)
        conf = self.home / "nats-server.conf"
        text = _put(
            conf,
            {
                "/etc/nats": str(self.home),
                "/var/lib/nats": f"{self.home}/store",
                "/run/nats/nats.pid": f"{self.home}/nats.pid",
                "127.0.0.1:4222": f"127.0.0.1:{free_port()}",
                "0.0.0.0:8883": f"127.0.0.1:{self.port}",
            },
        )
        text = re.sub(
            r'user: "(\w+)"(,?) password: "[^"]*"',
            lambda m: f'user: "{m[1]}"{m[2]} password: "{password(m[1])}"',
            text,
        )
        conf.write_text(text)
        return conf


def _put(path: Path, places: Mapping[str, str]) -> str:
    text = path.read_text("utf-8")
    for old, new in places.items():
        assert old in text, f"{path.name} does not hold {old!r}"
        text = text.replace(old, new)
    return text


def _for_a_stream(text: str) -> str:
    """The two lines that stand there as a comment, in the place of the two before them."""
    pair = r"(autosave_\w+ \w+\nautosave_\w+ \w+\n).*?((?:#   autosave_\w+ \w+\n){2})"
    pairs = re.search(pair, text, re.DOTALL)
    assert pairs is not None, "the file has lines for a stream"
    return text.replace(pairs[1], pairs[2].replace("#   ", ""), 1)


async def _answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return True
    return False


@contextlib.asynccontextmanager
async def deployed(
    kind: str, home: Path, pair: Pair | None = None, *, stream: bool = False
) -> AsyncIterator[Deployed]:
    for name in ("tls", "store"):
        (home / name).mkdir()
    broker = Deployed(kind, home, Authority(home / "ca"), stream=stream)
    await broker.start(pair)
    try:
        yield broker
    finally:
        broker.stop()
