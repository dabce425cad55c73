"""PostgreSQL of our own: made at the first start, found again at the next, ended with us."""

import asyncio
import logging
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from minesafe.embedded.child import alone
from minesafe.embedded.cluster import Cluster
from minesafe.embedded.outage import Outage
from minesafe.links.backoff import Backoff
from minesafe.model.errors import StoreUnavailable

log = logging.getLogger(__name__)

LOOK_S = 2.0
"""How often it is looked whether the postmaster still lives."""


class Postgres:
    """`async with Postgres(data_dir) as dsn:`; started again if it dies under us.

    A postmaster that outlived a kill -9 of ours is taken over if it still serves. One process
    at a time may hold a data directory.
    """

    def __init__(self, data_dir: Path, outage: Outage | None = None, *, archive: str = "") -> None:
        """Nothing is started yet. `data_dir` is made where it is not there.

        While an `outage` lasts it is stopped, which is seen within two seconds.
        """
        self._outage = outage or Outage()
        self._data = data_dir
        self._cluster = Cluster(data_dir, archive)
        self._held = ExitStack()
        self._keeper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> str:
        """Start it.

        Returns:
            The DSN.

        Raises:
            StoreUnavailable: the directory is in use, or as `Cluster.start`.
        """
        self._held.enter_context(alone(self._data))
        start = asyncio.create_task(asyncio.to_thread(self._cluster.start))
        try:
            dsn = await asyncio.shield(start)
        except BaseException:
            await asyncio.wait({start})
            await self._end()
            raise
        self._keeper = asyncio.create_task(self._keep(), name="postgres keeper")
        return dsn

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it in order."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait({self._keeper})
        await self._end()

    async def _end(self) -> None:
        with self._held:
            await asyncio.to_thread(self._cluster.stop)

    async def _keep(self) -> None:
        """Whatever ends it (the kernel short of memory, a hand), it comes back."""
        backoff = Backoff(LOOK_S, 30.0)
        while True:
            await asyncio.sleep(backoff.next_s())
            try:
                if self._outage.lasts:
                    await asyncio.to_thread(self._cluster.stop)
                elif not await asyncio.to_thread(self._cluster.postmaster):
                    log.warning("PostgreSQL has ended; starting it again")
                    await asyncio.to_thread(self._cluster.start)
                backoff.reset()
            except StoreUnavailable:
                log.exception("PostgreSQL could not be started again")
