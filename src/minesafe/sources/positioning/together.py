"""What is heard in one turn of the loop goes to the disk as one batch.

Some dialects say one tag a message. A batch of one row costs as much as one of a hundred, so
the first message of a turn waits for the others, and all are acknowledged by the same commit.
"""

import asyncio
from typing import Any

from minesafe.model.frame import Batch, Sightings
from minesafe.ports import Intake
from minesafe.sources.patience import hear_at_last


class _Turn:
    """Rows of one turn, and when they are on disk."""

    def __init__(self) -> None:
        self.rows: list[tuple[Any, ...]] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class Together:
    """Shared by all who hear sightings."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._turn: _Turn | None = None

    async def hear(self, rows: list[tuple[Any, ...]]) -> None:
        """Return once the rows are on disk.

        Raises:
            asyncio.CancelledError: also where whoever was to write them is stopped; they then
                count as not heard.
        """
        if not rows:
            return
        if self._turn is not None:
            self._turn.rows += rows
            await asyncio.shield(self._turn.done)
            return
        turn = self._turn = _Turn()
        turn.rows += rows
        try:
            await asyncio.sleep(0)
            self._turn = None
            await hear_at_last(self._intake, Batch.of_sightings(Sightings.of(turn.rows)))
        except BaseException:
            turn.done.cancel()
            raise
        finally:
            self._turn = None if self._turn is turn else self._turn
        turn.done.set_result(None)
