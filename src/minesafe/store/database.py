"""One PostgreSQL, asked in a way that always ends (F6).

On a half-open link asyncpg's own time-outs are not enough: a cancelled call hangs in its shielded
clean-up, and `wait_for` hangs with it. So every piece of work is a task that is watched from
outside; when it is late its connection is torn down without asking, and nobody waits for the
task. Connections are kept in a short list instead of asyncpg's pool, whose release and acquire
are further places to hang in.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

import asyncpg

from minesafe.model.errors import StoreUnavailable

T = TypeVar("T")

FOREIGN = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,  # TimeoutError, ConnectionError and TLS errors among them
    EOFError,
)
"""Everything asyncpg and the network raise; `StoreUnavailable` at this rim."""

CONNECT_S = 2.0
COMMAND_S = 10.0
"""Real seconds for each; both are always set."""

_NOTICE = """
DO $$ BEGIN PERFORM set_config('client_connection_check_interval', '1000', false);
EXCEPTION WHEN invalid_parameter_value THEN NULL; END $$
"""
"""A server that can tell notices within a second that we have gone, and stops working for us."""

Work = Callable[["asyncpg.Connection[asyncpg.Record]"], Awaitable[T]]


class Database:
    """Runs pieces of work, each on a connection of its own while it lasts."""

    def __init__(
        self, dsn: str, *, connections: int = 4, settings: Mapping[str, str] | None = None
    ) -> None:
        """Nothing is connected yet.

        Args:
            dsn: where PostgreSQL is.
            connections: at most so many at once; further work waits its turn.
            settings: of the server, for each of them.
        """
        self._dsn, self._settings = dsn, dict(settings or {})
        self._idle: list[asyncpg.Connection[asyncpg.Record]] = []
        self._turns = asyncio.Semaphore(connections)
        self._late: set[asyncio.Task[object]] = set()

    async def run(self, work: Work[T], timeout_s: float) -> T:
        """Do the work, or say that it cannot be done now.

        Args:
            work: gets a connection; runs its own transaction.
            timeout_s: real seconds for all of it, the connecting included.

        Raises:
            StoreUnavailable: refused, broken or late; whether it was done is then not known.
        """
        async with self._turns:
            holder = _Holder()
            task = asyncio.create_task(self._attempt(work, holder))
            try:
                done, _ = await asyncio.wait({task}, timeout=timeout_s)
                if not done:
                    raise StoreUnavailable(f"the database did not answer in {timeout_s:g} s")
            finally:
                if not task.done():
                    self._abandon(task, holder)
            return task.result()

    async def _attempt(self, work: Work[T], holder: "_Holder") -> T:
        try:
            connection = await self._connection(holder)
            answer = await work(connection)
        except FOREIGN as error:
            holder.tear()
            raise StoreUnavailable(f"{type(error).__name__}: {error}") from error
        except BaseException:
            holder.tear()
            raise
        self._idle.append(connection)
        return answer

    async def _connection(self, holder: "_Holder") -> "asyncpg.Connection[asyncpg.Record]":
        """One that is open; its holder's from the first moment on, also while it is made ready."""
        while self._idle:
            holder.connection = connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        holder.connection = connection = await asyncpg.connect(
            self._dsn,
            timeout=CONNECT_S,
            command_timeout=COMMAND_S,
            server_settings=self._settings,
        )
        await connection.execute(_NOTICE)
        return connection

    def _abandon(self, task: "asyncio.Task[T]", holder: "_Holder") -> None:
        holder.tear()
        task.cancel()
        self._late.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: "asyncio.Task[object]") -> None:
        self._late.discard(task)
        if not task.cancelled():
            task.exception()  # seen: it was told as late already

    async def close(self) -> None:
        """Tear down what is connected; asks nobody, so it cannot hang."""
        while self._idle:
            self._idle.pop().terminate()
        if self._late:
            await asyncio.wait(self._late, timeout=1)
        await asyncio.sleep(0)  # a torn transport closes its socket at the loop's next turn


class _Holder:
    """The connection a piece of work is using, for whoever must take it away."""

    connection: "asyncpg.Connection[asyncpg.Record] | None" = None

    def tear(self) -> None:
        """Close the socket now."""
        if self.connection is not None and not self.connection.is_closed():
            self.connection.terminate()
