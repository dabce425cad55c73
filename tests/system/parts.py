"""Real parts for tests: one PostgreSQL for the whole run, databases and proxies as needed."""

import asyncio
import atexit
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
from tcp_peer import tcp_peer

from minesafe.embedded.cluster import Cluster


def open_folder() -> Path:
    """A new folder any user can reach, for as long as the run: PostgreSQL runs as another user."""
    folder = Path(tempfile.mkdtemp(prefix="minesafe-"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def postgres() -> str:
    """DSN of a PostgreSQL that is started at the first question and ended with the run."""
    cluster = Cluster(open_folder())
    atexit.register(cluster.stop)
    return cluster.start()


def new_database() -> str:
    """DSN of a new, empty database. Blocks; may be called with or without a running loop."""
    name = f"t{uuid.uuid4().hex[:12]}"
    server = postgres()

    async def create() -> None:
        connection = await asyncpg.connect(server, timeout=10, command_timeout=30)
        try:
            await connection.execute(f"CREATE DATABASE {name}")
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, create()).result()
    return server.replace("/postgres?", f"/{name}?")


COPY_IN = b"FROM STDIN"
"""What a COPY to the server begins with; asyncpg sends its first rows along with it."""


class Proxy:
    """Stands between a client and a server; can stop forwarding without a word (F6)."""

    def __init__(self, target: str) -> None:
        """`target` is the path of a unix socket."""
        self._target = target
        self._forwarding = asyncio.Event()
        self._forwarding.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._left: int | None = None
        self.port = 0

    def black_hole(self) -> None:
        """From now on nothing passes and nothing is closed."""
        self._forwarding.clear()

    def swallow_copy(self, after: int) -> None:
        """So many times COPY passes, then half of one, and then nothing either way."""
        self._left = after

    def heal(self) -> None:
        """Everything passes again."""
        self._left = None
        self._forwarding.set()

    async def serve(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """One connection, both ways."""
        self._writers.add(back)
        await self._forwarding.wait()
        far, on = await asyncio.open_unix_connection(self._target)
        self._writers.add(on)
        await asyncio.gather(self._pass(near, on, counted=True), self._pass(far, back))

    async def _pass(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, counted: bool = False
    ) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if counted and self._left is not None and COPY_IN in data:
                    self._left -= 1
                    if self._left < 0:
                        sink.write(data[: len(data) // 2])
                        data = data[len(data) // 2 :]
                        self._forwarding.clear()
                await self._forwarding.wait()
                sink.write(data)
                await sink.drain()
        sink.close()

    def close(self) -> None:
        """Cut every connection."""
        self._forwarding.set()
        for writer in self._writers:
            writer.transport.abort()


@asynccontextmanager
async def proxied(dsn: str) -> AsyncIterator[tuple[Proxy, str]]:
    """A proxy before the database, on a free port, and the DSN through it."""
    place = urlsplit(dsn)
    sockets = parse_qs(place.query)["host"][0]
    proxy = Proxy(f"{sockets}/.s.PGSQL.5432")
    async with tcp_peer(proxy.serve) as proxy.port:
        try:
            yield proxy, f"postgresql://minesafe@127.0.0.1:{proxy.port}{place.path}?sslmode=disable"
        finally:
            proxy.close()
