"""A peer at a port of ours, which leaves no connection open behind it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def tcp_peer(talk: Talk, port: int = 0) -> AsyncIterator[int]:
    """Serve until left; whoever still talks then is cut off, and every socket is closed.

    A server's own `close` lets conversations go on: one that outlives its test's loop is told of
    as unclosed by the collector, in whatever test comes later.
    """
    talking: set[asyncio.Task[None]] = set()

    async def converse(near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talking.add(task)
        try:
            await talk(near, back)
        finally:
            back.close()
            with suppress(OSError):
                await back.wait_closed()
            talking.discard(task)

    server = await asyncio.start_server(converse, "127.0.0.1", port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await asyncio.sleep(0)  # whoever was just accepted has begun to talk
        for task in tuple(talking):
            task.cancel()
        await asyncio.gather(*talking, return_exceptions=True)
