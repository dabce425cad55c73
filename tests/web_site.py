"""A real web server on a free loopback port over a desk on paper, and people who use it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import httpx
import websockets
from desk_on_paper import HOUR, NOW, DeskOnPaper
from memory_on_paper import MemoryOnPaper
from web_reporter import PlainReporter

from minesafe.clock import wall
from minesafe.model.backlog import Backlog
from minesafe.model.machine import Copied, Machine
from minesafe.model.mine import Role, User
from minesafe.model.time import SECOND
from minesafe.ports import History, Memory
from minesafe.proof import Proven
from minesafe.store.accounts import Accounts
from minesafe.vitals import Vital
from minesafe.web.accounts import Accounts as AccountsPort
from minesafe.web.context import Around, Context
from minesafe.web.server import WebServer
from minesafe.web.site import Site, create_app

SECRET = b"a secret of the tests, 32 bytes."


@dataclass
class Running:
    """A server somebody can talk to."""

    desk: DeskOnPaper
    accounts: AccountsPort
    app: Site
    server: WebServer
    reporter: PlainReporter

    @property
    def context(self) -> Context:
        return cast("Context", self.app.state.context)

    @property
    def port(self) -> int:
        return self.server.port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stranger(self, **headers: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, headers=headers, timeout=10.0)

    @asynccontextmanager
    async def user(self, role: Role) -> AsyncIterator[httpx.AsyncClient]:
        """Somebody of this role, logged in, whose acts carry the token."""
        async with self.stranger() as client:
            tried = {"user": role.value, "password": f"{role.value}-pw"}
            answer = await client.post("/api/v1/session", json=tried)
            assert answer.status_code == 200, answer.text
            client.headers["x-csrf-token"] = answer.json()["csrf"]
            yield client

    def live(self, client: httpx.AsyncClient, **options: Any) -> websockets.connect:
        cookies = "; ".join(f"{k}={v}" for k, v in client.cookies.items())
        address = self.url.replace("http", "ws") + "/api/v1/live?since=0"
        headers = {"Cookie": cookies}
        return websockets.connect(
            address, additional_headers=headers, compression=None, proxy=None, **options
        )


def caught_up() -> Backlog:
    """A history that has everything."""
    return Backlog(120, 120, None, 0.0, 0.01, 60 << 30, 3, 2, 1)


def well() -> Vital:
    """A server that can raise an alarm, with nothing waiting."""
    return Vital(
        written=0.0,
        stopped=False,
        frame_age_s=0.2,
        sample_age_s=None,
        message_age_s=None,
        proof_age_s=31.0,
        spool_fill=0.25,
    )


AROUND = Around(
    proven=lambda: Proven(NOW - 12 * SECOND, 0.08),
    flows=lambda: {},
    machine=lambda: Machine(NOW, True, False, Copied(NOW - 3 * HOUR, "/mnt/other/copy"), ()),
    wall=lambda: NOW,
)


@cache
def book_of(users: tuple[User, ...]) -> bytes:
    """A users' book with these log-ins; hashing their passwords takes a while, so once."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "accounts.db"
        book = Accounts(path, wall)
        book.seed(users)
        book.close()
        return path.read_bytes()


@asynccontextmanager
async def running(
    folder: Path,
    desk: DeskOnPaper | None = None,
    *,
    accounts: AccountsPort | None = None,
    history: History | None = None,
    static: Path | None = None,
    memory: Memory | None = None,
    **options: Any,
) -> AsyncIterator[Running]:
    """Start, hand over, stop; nothing is left running."""
    desk = desk or DeskOnPaper()
    own = None
    if accounts is None:
        book = folder / "accounts.db"
        book.write_bytes(await asyncio.to_thread(book_of, desk.mine.users))
        accounts = own = Accounts(book, wall)
    pages = static or folder / "no-pages"
    reporter = PlainReporter()
    app = create_app(
        *(desk, accounts, history, memory or MemoryOnPaper(desk.read), SECRET, pages),
        reporter=reporter,
        vital=well,
        backlog=caught_up,
        around=AROUND,
        **options,
    )
    server = WebServer(app, "127.0.0.1", 0)
    await server.start()
    try:
        yield Running(desk, accounts, app, server, reporter)
    finally:
        await server.stop()
        if own is not None:
            own.close()


async def next_of(page: websockets.ClientConnection, kind: str, within_s: float = 3.0) -> Any:
    """The next live message of a kind."""
    async with asyncio.timeout(within_s):
        while True:
            message = json.loads(await page.recv())
            if message["kind"] == kind:
                return message
