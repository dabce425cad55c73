"""A running server takes over its changed files: real sockets, no restart, nobody told twice."""

import asyncio
import json
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import websockets
from system.parts import new_database, open_folder
from system.whole import (
    MINESAFE,
    Journal,
    Process,
    change,
    demo_mine,
    logged_in,
    running,
    shows,
    simulators,
    well_again,
)

from minesafe.config import emit, load
from minesafe.model.events import (
    AlarmMove,
    AlarmMoved,
    FindingBegan,
    FindingKind,
    RevisionApproved,
    ServerStarted,
)

PRESSURE = "NP-01"


@dataclass
class House:
    """A server as a process of its own, its simulated devices, and its files."""

    config: Path
    server: Process
    journal: Journal
    page: httpx.AsyncClient

    def asks(self) -> None:
        """What `minesafe approve` does for a mine that is none of a demo."""
        (pid,) = re.findall(r"\d+", (self.config.parent / "data" / "lock").read_text())
        assert int(pid) == self.server.pid
        assert self.server.child is not None
        self.server.child.send_signal(signal.SIGHUP)

    async def revision(self) -> str:
        answer = await self.page.get("/api/v1/mine")
        return str(answer.json()["revision"])


@asynccontextmanager
async def house() -> AsyncIterator[House]:
    folder = open_folder()
    config, data = demo_mine(folder), folder / "data"
    impatient(config)
    change(config / "server.toml", {'dsn = ""': f'dsn = "{new_database()}"'})
    mine, paper = load(config), folder / "mine.json"
    where = emit(mine) | {"broker": {"host": "127.0.0.1", "port": mine.broker.port}}
    paper.write_text(json.dumps(where), "utf-8")
    server = Process((*MINESAFE, "run", str(config), "--data", str(data)), folder / "server.log")
    journal = Journal(data)
    with running(server), running(simulators(paper, folder / "field.log")):
        await journal.until(ServerStarted, 60)
        async with logged_in(mine.server.public_url, "dispatcher") as page:
            yield House(config, server, journal, page)
        assert server.end() == 0
        journal.close()
    assert "Traceback" not in server.text(), server.text()


def impatient(config: Path) -> None:
    """The pressure at the fan is told without its rule's delays."""
    path = config / "points.csv"
    comment, head, *rows = path.read_text("utf-8").splitlines()
    delays = [",0,0" if row.startswith(PRESSURE) else ",," for row in rows]
    rows = [row + more for row, more in zip(rows, delays, strict=True)]
    path.write_text("\n".join([comment, f"{head},on_delay_s,off_delay_s", *rows]) + "\n", "utf-8")


def other_order(config: Path) -> None:
    """The last point comes first: every row number is another one."""
    path = config / "points.csv"
    comment, head, *rows = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([comment, head, rows[-1], *rows[:-1]]) + "\n", "utf-8")


@pytest.mark.timeout(120)
async def test_new_limits_are_in_force_without_a_restart_and_so_are_the_old_ones_again() -> None:
    async with house() as h:
        first, before = await h.revision(), (h.config / "points.csv").read_text("utf-8")
        other_order(h.config)
        change(h.config / "points.csv", {",2200,1400": ",2200,2190"})
        live = await opened(h.page)
        h.asks()
        said = await h.journal.until(RevisionApproved, revision=load(h.config).revision)
        assert isinstance(said.body, RevisionApproved)
        assert said.body.anew == (f"{PRESSURE} alarm_low",)
        await closed(live)
        assert await h.revision() == said.body.revision != first
        raised = await h.journal.until(AlarmMoved, subject=PRESSURE, move=AlarmMove.RAISE)
        assert raised.position > said.position, "heard over the connections made anew"

        change(h.config / "points.csv", {",co,return,": ",carbon,return,"})
        h.asks()
        why = await shows(h.page, "revision_refused", "files")
        assert "points.csv" in why
        assert await h.revision() == said.body.revision

        (h.config / "points.csv").write_text(before, "utf-8")
        h.asks()
        await well_again(h.page, "revision_refused", "files")
        assert await h.revision() == first
        await h.journal.until(AlarmMoved, subject=PRESSURE, move=AlarmMove.RETURN)
        moves = [b.move for b in h.journal.of(AlarmMoved) if b.subject == PRESSURE]
        assert moves == [AlarmMove.RAISE, AlarmMove.RETURN]
        assert len(h.journal.of(ServerStarted)) == 1

        change(h.config / "server.toml", {'sender = "10690001"': 'sender = "10690002"'})
        h.asks()
        await h.journal.until(RevisionApproved, revision=load(h.config).revision)

        change(h.config / "server.toml", {"spool_mb = 256": "spool_mb = 128"})
        h.asks()
        assert "restart" in await shows(h.page, "revision_refused", "files")
        found = {b.finding for b in h.journal.of(FindingBegan)}
        assert FindingKind.TASK_CRASHED not in found


async def closed(live: websockets.ClientConnection) -> None:
    """The page is sent away, to come back for the mine as it is now."""
    async with asyncio.timeout(10):
        async for _ in live:  # ends with the connection
            pass


async def opened(page: httpx.AsyncClient) -> websockets.ClientConnection:
    """A page that watches, past its first snapshot."""
    url = str(page.base_url).replace("http", "ws", 1).rstrip("/") + "/api/v1/live"
    cookies = "; ".join(f"{name}={value}" for name, value in page.cookies.items())
    origin = str(page.base_url).rstrip("/")
    headers = {"Cookie": cookies, "Origin": origin}
    live = await websockets.connect(url, additional_headers=headers, proxy=None)
    assert json.loads(await live.recv())["kind"] == "snapshot"
    return live
