"""What every simulated device is: something that lives between `async with`."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Coroutine, Iterable
from types import TracebackType
from typing import Any, Self

from device_sims.errors import PortTaken


async def ended(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel tasks and wait for them; what one of them failed with before is raised."""
    for task in (tasks := list(tasks)):
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, Exception):
            raise outcome


def being_ended() -> bool:
    """Whether the running task has been cancelled.

    `asyncio.wait_for`, which MQTT clients use inside, loses a cancellation that meets its result
    (Python 3.11); a loop that asks here ends all the same.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def until_one_ends(*works: Coroutine[Any, Any, None]) -> None:
    """Do several things at once; the first to end ends the others, and its error is raised."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Device(ABC):
    """Starts at `async with`, ends with it; several can run in one process, each on its own."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.tasks: list[asyncio.Task[None]] = []
        """What runs while it lives. One that ends by itself is a fault of the simulator."""

    @abstractmethod
    async def start(self) -> None:
        """Open listeners and begin to try links; returns once that is done."""

    async def stop(self) -> None:
        """End every task and close every socket."""
        await ended(self.tasks)
        self.tasks.clear()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something for as long as the device lives."""
        self.tasks.append(asyncio.create_task(work, name=self.name))

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        await self.stop()


class Port(Device):
    """A device that others connect to."""

    def __init__(self, name: str, host: str, port: int) -> None:
        super().__init__(name)
        self.host = host
        self.port = port
        """The port it listens on; asked for as 0, the one it got."""
        self._server: asyncio.Server | None = None

    @abstractmethod
    async def listen(self) -> asyncio.Server:
        """Open the listener. Raises OSError where something else listens there."""

    @abstractmethod
    async def hang_up(self) -> None:
        """End every connection."""

    async def start(self) -> None:
        """Open the listener.

        Raises:
            PortTaken: something else listens there.
        """
        try:
            self._server = await self.listen()
        except OSError as error:
            raise PortTaken(f"{self.name}: {self.host}:{self.port}: {error.strerror}") from error
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close the listener and every connection."""
        if self._server is not None:
            self._server.close()
        await self.hang_up()
        await super().stop()


class Listener(Port):
    """One that has a task for each connection, because it waits in the middle of a talk."""

    def __init__(self, name: str, host: str, port: int) -> None:
        super().__init__(name, host, port)
        self._sessions: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    @abstractmethod
    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it ends."""

    async def listen(self) -> asyncio.Server:
        """See `Port`."""
        return await asyncio.start_server(self._accepted, self.host, self.port)

    async def hang_up(self) -> None:
        """See `Port`."""
        for writer in self._sessions.values():
            writer.close()
        await ended(list(self._sessions))

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer), name=f"{self.name} session")
        self._sessions[task] = writer
        task.add_done_callback(lambda done: self._sessions.pop(done, None))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self.talk(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            return  # the peer has gone; the listener stays open for the next
        finally:
            writer.close()
