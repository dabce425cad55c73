"""Putting a batch into an intake whose disk may refuse for a while."""

import asyncio

from minesafe.model.errors import StoreUnavailable
from minesafe.model.frame import Batch
from minesafe.ports import Intake

PAUSE_S = 0.5


async def hear_at_last(intake: Intake, batch: Batch) -> None:
    """Return once the batch is on disk, however long the disk refuses.

    For senders that keep what is not acknowledged: holding it here, in its order, is their
    signal to wait. How much is held is bounded by how much may be unacknowledged.
    """
    while True:
        try:
            return await intake.hear(batch)
        except StoreUnavailable:
            await asyncio.sleep(PAUSE_S)
