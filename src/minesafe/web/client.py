"""One open page on the live wire: what waits for it, and the patience with it.

A page that stops reading blocks the one who sends to it, for ever and without an error. So each
page has its own short queue and its own sending task, and a send or close that takes longer than
its time ends the connection: the page comes back and is given a snapshot.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

SEND_S = 1.0
"""How long one send or close may take."""
WAITING = 256
"""Messages that may wait besides readings; one more and the page is given up."""

Body = str | bytes
"""A message without its number, as text without its opening brace too; shared by all pages,
encoded once."""

GOING_AWAY = 1001
POLICY = 1008
TRY_LATER = 1013


class Stuck(Exception):
    """The page stopped reading."""


@dataclass(eq=False)
class Client:
    """What waits for one page. Readings may be skipped, everything else may not."""

    session: str
    whole: Callable[[], Body]
    """All readings, for a page that missed some."""
    urgent: deque[Body] = field(default_factory=deque)
    readings: deque[Body] = field(default_factory=deque)
    missed: bool = False
    code: int | None = None
    """Set once the page is to be closed."""
    something: asyncio.Event = field(default_factory=asyncio.Event)

    def say(self, body: Body) -> None:
        """Queue what must arrive, in order."""
        if len(self.urgent) >= WAITING:
            self.close(TRY_LATER)
            return
        self.urgent.append(body)
        self.something.set()

    def say_readings(self, bodies: Sequence[Body]) -> None:
        """Queue the newest readings; the page is behind when the last are still waiting."""
        self.missed = self.missed or bool(self.readings)
        self.readings = deque(bodies)
        self.something.set()

    def close(self, code: int) -> None:
        """End the connection after what is being sent now."""
        self.code = self.code or code
        self.something.set()

    def _next(self) -> Body | None:
        """What to send now: alarms, orders and states first, then the readings."""
        if self.urgent:
            return self.urgent.popleft()
        if self.missed:
            self.missed = False
            self.readings.clear()
            return self.whole()
        return self.readings.popleft() if self.readings else None

    async def run(self, socket: WebSocket) -> None:
        """Send what comes until the page is to be closed.

        Raises:
            Stuck: the page stopped reading.
            WebSocketDisconnect: it has gone.
        """
        n = 0
        while self.code is None:
            body = self._next()
            if body is None:
                self.something.clear()
                await self.something.wait()
                continue
            n += 1
            if isinstance(body, bytes):
                await _told(socket.send_bytes(n.to_bytes(4, "little") + body))
            else:
                await _told(socket.send_text(f'{{"n":{n},{body}'))


async def _told(sending: Coroutine[Any, Any, None]) -> None:
    """Send in time. A RuntimeError is uvicorn's word for a page that is closed already.

    Raises:
        Stuck: the page stopped reading.
        WebSocketDisconnect: it has gone.
    """
    try:
        await in_time(sending)
    except RuntimeError as error:
        raise WebSocketDisconnect(GOING_AWAY) from error


async def in_time(work: Coroutine[Any, Any, None]) -> None:
    """Do it within `SEND_S`, or leave it.

    `asyncio.wait` and not `wait_for`: the cancellation of a blocked send may itself block.

    Raises:
        Stuck: it took longer.
    """
    task = asyncio.create_task(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=SEND_S)
    finally:
        task.cancel()
    if not done:
        raise Stuck
    task.result()


async def close_in_time(socket: WebSocket, code: int) -> None:
    """Close, or leave the closing behind: the connection is dropped with its task.

    A RuntimeError is uvicorn's word for a page it has begun to close itself.
    """
    with suppress(Stuck, WebSocketDisconnect, RuntimeError):
        await in_time(socket.close(code))
