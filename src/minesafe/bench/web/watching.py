"""Fifty other screens: they listen, and do nothing else."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from websockets.asyncio.client import ClientConnection, connect

from minesafe.bench.web.served import Served
from minesafe.model.mine import Mine, Role

CLIENTS = 50
SETTLED_S = 5.0
"""Before either is counted: a log-in, and fifty snapshots, cost more than many frames."""


@dataclass
class Heard:
    """What came to all of them."""

    messages: int = 0
    bytes: int = 0


async def logged_in(server: Served, mine: Mine) -> Mapping[str, str]:
    """The cookies of somebody who may look."""
    user = next(u for u in mine.users if Role.DISPATCHER in u.roles)
    who = {"user": user.name, "password": user.demo_password}
    async with httpx.AsyncClient(base_url=server.url) as client:
        (await client.post("/api/v1/session", json=who)).raise_for_status()
        return dict(client.cookies)


@asynccontextmanager
async def listeners(
    server: Served, cookies: Mapping[str, str], count: int = CLIENTS
) -> AsyncIterator[Heard]:
    """So many pages with an open wire, until the context is left."""
    heard = Heard()
    address = server.url.replace("http", "ws") + "/api/v1/live?since=0"
    headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())}
    pages = [
        await connect(
            address, additional_headers=headers, compression=None, proxy=None, max_size=None
        )
        for _ in range(count)
    ]
    tasks = [asyncio.create_task(_listen(page, heard)) for page in pages]
    try:
        yield heard
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, *(page.close() for page in pages), return_exceptions=True)


async def _listen(page: ClientConnection, heard: Heard) -> None:
    async for message in page:
        heard.messages += 1
        heard.bytes += len(message)


async def told(server: Served, cookies: Mapping[str, str], window_s: float) -> Mapping[str, float]:
    """The server's processor time with nobody there, and with fifty, in the same run.

    Returns:
        `cpu_ms_per_frame_50_clients`, what each frame costs more for being told to fifty;
        `cpu_ms_per_frame` of the whole server then, judging and writing included;
        `wire_kb_per_s` that each of the fifty is told; `clients_evicted`.
    """
    await asyncio.sleep(SETTLED_S)
    alone, _ = await _over(server, window_s)
    async with listeners(server, cookies) as heard:
        await asyncio.sleep(SETTLED_S)
        before = heard.bytes
        crowded, evicted = await _over(server, window_s)
        kb = (heard.bytes - before) / CLIENTS / window_s / 1e3
    return {
        "cpu_ms_per_frame_50_clients": round(1e3 * (crowded - alone), 2),
        "cpu_ms_per_frame": round(1e3 * crowded, 2),
        "wire_kb_per_s": round(kb, 1),
        "clients_evicted": evicted,
    }


async def _over(server: Served, window_s: float) -> tuple[float, int]:
    """Processor seconds a frame over a while, and how many pages were given up by then."""
    before = server.usage()
    await asyncio.sleep(window_s)
    after = server.usage()
    frames = max(1, after.frames - before.frames)
    return (after.cpu_s - before.cpu_s) / frames, after.evicted
