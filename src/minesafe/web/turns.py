"""Heavy questions take turns, so that no page's curiosity is in the way of what is being stored."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeAlias, TypeVar

from starlette.requests import Request

from minesafe.model.errors import Refused, StoreUnavailable
from minesafe.web.refusals import TOO_MANY, UNAVAILABLE, UNPROCESSABLE, Denied

T = TypeVar("T")

Handed: TypeAlias = "asyncio.Queue[bytes | BaseException | None]"
"""Parts on their way; what broke them off, or None behind the last."""

STALLED_S = 60.0
"""So long may whoever takes a file away not take its next part."""

GONE_S = 0.25
"""How often it is looked whether who asked is still there."""


class Turns:
    """So many at once, so many in line; whoever comes then is told to come back."""

    def __init__(self, at_once: int, waiting: int, *, within_s: float) -> None:
        """Nobody is there yet.

        Args:
            at_once: how many are answered at the same time.
            waiting: how many more may stand in line.
            within_s: real seconds one answer may take, standing in line not counted.
        """
        self._turn = asyncio.Semaphore(at_once)
        self._most, self._there, self._within_s = at_once + waiting, 0, within_s

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Wait for a turn, and give it back.

        Raises:
            Denied: too_many_questions.
        """
        if self._there >= self._most:
            raise Denied(TOO_MANY, "too_many_questions")
        self._there += 1
        try:
            async with self._turn:
                yield
        finally:
            self._there -= 1

    async def answer(self, request: Request, work: Coroutine[Any, Any, T]) -> T:
        """Do the work in a turn of its own; ended when it takes too long, or nobody waits for it.

        Raises:
            Denied: too_many_questions, ask_shorter.
        """
        task = asyncio.create_task(self._in_turn(work))
        try:
            while not (await asyncio.wait({task}, timeout=GONE_S))[0]:
                if await request.is_disconnected():
                    raise Denied(TOO_MANY, "too_many_questions")  # nobody reads it
            return task.result()
        finally:
            task.cancel()

    async def stream(self, parts: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
        """Parts as they come, in a turn of their own, which ends when nobody takes them any more.

        They are made ahead by two at most. Whoever does not take one for `STALLED_S` gets no more,
        and a stream that breaks off raises, so that no half of a file looks whole.

        Raises:
            Denied: too_many_questions, ask_shorter.
        """
        queue: Handed = asyncio.Queue(2)
        task = asyncio.create_task(self._fill(queue, parts))
        try:
            while (part := await queue.get()) is not None:
                if isinstance(part, BaseException):
                    raise part
                yield part
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def _fill(
        self,
        queue: "asyncio.Queue[bytes | BaseException | None]",
        parts: AsyncGenerator[bytes, None],
    ) -> None:
        last: BaseException | None = None
        try:
            async with self.taken(), asyncio.timeout(self._within_s):
                async for part in parts:
                    async with asyncio.timeout(STALLED_S):
                        await queue.put(part)
        except TimeoutError:
            last = Denied(UNPROCESSABLE, "ask_shorter")
        except StoreUnavailable:
            last = Denied(UNAVAILABLE, "history_unavailable")
        except (Denied, Refused) as error:
            last = error
        finally:
            await parts.aclose()
        await queue.put(last)

    async def _in_turn(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            async with self.taken(), asyncio.timeout(self._within_s):
                return await work
        except TimeoutError as error:
            raise Denied(UNPROCESSABLE, "ask_shorter") from error
        except StoreUnavailable as error:
            raise Denied(UNAVAILABLE, "history_unavailable") from error
        finally:
            work.close()
