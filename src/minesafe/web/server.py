"""Serves the web application in our own loop: no signal handlers, and a quick, certain end."""

import asyncio
import socket
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from minesafe.model.errors import LinkDown
from minesafe.web.context import Context
from minesafe.web.site import Site

STOP_S = 2
"""How long open requests may finish."""
PING_S, PONG_S = 2.0, 3.0
"""A page that answers no ping has gone, however quiet the mine."""
MAX_FRAME = 64 * 1024
SEND_BUFFER = 128 * 1024
"""Of the kernel, for each connection: a page that stops reading is noticed after this much."""
REAP_S = 5.0


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: the program has its own."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


class WebServer:
    """One listening address, its pages' hub, and their end."""

    def __init__(self, app: Site, host: str, port: int) -> None:
        """Prepare to serve `app`; port 0 takes a free one."""
        self._app, self._host, self._port = app, host, port
        self._server = self._fresh()
        self._parts: dict[str, asyncio.Task[None]] = {}

    def _fresh(self) -> _Server:
        config = uvicorn.Config(
            self._app,
            http="h11",
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            ws_max_size=MAX_FRAME,
            ws_ping_interval=PING_S,
            ws_ping_timeout=PONG_S,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_S,
        )
        return _Server(config)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._port

    async def start(self) -> None:
        """Listen and serve; returns when pages may come.

        Raises:
            LinkDown: the address is taken or not ours.
        """
        for name in ("web", "web-live", "web-reap"):
            self._begin(name)
        serving = self._parts["web"]
        while not self._server.started:
            await asyncio.wait({serving}, timeout=0.01)
            if serving.done():
                serving.result()
                raise LinkDown(f"the web server ended at its start on {self._host}:{self._port}")

    def _begin(self, name: str) -> None:
        """Start a part, for the first time or again.

        Raises:
            LinkDown: the address is taken or not ours.
        """
        context: Context = self._app.state.context
        parts = {"web": self._listen, "web-live": context.hub.run, "web-reap": self._reap}
        self._parts[name] = asyncio.create_task(parts[name](), name=name)

    def _listen(self) -> Coroutine[Any, Any, None]:
        listener = self._bound()
        self._port = listener.getsockname()[1]
        self._server = self._fresh()
        return self._server.serve([listener])

    def _bound(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
            listener.bind((self._host, self._port))
            listener.listen()
        except OSError as error:
            listener.close()
            raise LinkDown(f"cannot listen on {self._host}:{self._port}: {error}") from error
        listener.setblocking(False)
        return listener

    async def wait(self) -> None:
        """Until a part ends by itself, which it never should; the part is then begun again.

        Raises:
            Exception: what ended it. Report it, and wait again.
        """
        done, _ = await asyncio.wait(self._parts.values(), return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            self._begin(task.get_name())
            task.result()

    async def stop(self) -> None:
        """Close the pages, let requests finish for a moment, and end."""
        for name in ("web-live", "web-reap"):
            self._parts[name].cancel()
        self._server.should_exit = True
        await asyncio.wait({self._parts["web"]}, timeout=STOP_S + 2)
        self._parts["web"].cancel()
        for transport in self._transports():
            transport.abort()
        await asyncio.gather(*self._parts.values(), return_exceptions=True)

    async def _reap(self) -> None:
        """Cut connections that are closing and do not come to an end.

        A close waits for what is still to be sent, and a peer that stopped reading never takes it.
        """
        before: set[asyncio.Transport] = set()
        while True:
            closing = {t for t in self._transports() if t.is_closing()}
            for transport in closing & before:
                transport.abort()
            before = closing
            await asyncio.sleep(REAP_S)

    def _transports(self) -> list[asyncio.Transport]:
        return [connection.transport for connection in self._server.server_state.connections]
