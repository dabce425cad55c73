"""What waits to be told and what is known of it: the journal's outbox, for whoever sends."""

from minesafe.model.events import Noted
from minesafe.pipeline import Pipeline


class OutTray:
    """`ports.Outbox`: commands wait in the journal's outbox, receipts go through the folds."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        recorder = pipeline.recorder
        self.pending = recorder.pending
        self.sending = recorder.sending
        self.by_carrier_id = recorder.by_carrier_id
        self.wait = recorder.wait

    async def receipt(self, noted: Noted) -> None:
        """Journal it; the folds see it before this returns."""
        await self._pipeline.receipt(noted)
