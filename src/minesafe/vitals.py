"""Vital signs: what tells from outside whether this server can still raise an alarm.

Each second they go into the status row beside the journal, for `minesafe-watchdog` to read. All in
real seconds of the monotonic clock: a watchdog does not live in the mine's time.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from minesafe.pipeline import Pipeline
from minesafe.ports import Outbox

EVERY_S = 1.0
"""How often the row is written."""

LIFELINES = frozenset({"horn", "cut", "broadcast", "tag", "sms", "call"})
"""Channels whose waiting messages count: who reads a chat is not saved or lost by it."""


@dataclass(frozen=True, slots=True)
class Vital:
    """One look at ourselves. Ages in seconds at `written`."""

    written: float
    """Seconds of the machine's monotonic clock."""
    stopped: bool
    """This is the last one: an orderly end."""
    frame_age_s: float
    """Since the newest frame was judged, and all that follows from it was recorded."""
    sample_age_s: float | None
    """Since the oldest sample that waits to be judged was heard, None where none waits."""
    message_age_s: float | None
    """How long the oldest message has waited that nobody has begun to hand over."""
    proof_age_s: float | None
    """Since a test alarm was last acknowledged, None in a mine that has no self-test point."""
    spool_fill: float
    """Share of the spool's cap in use, 0 … 1."""
    messages: int = 0
    """How many wait to be handed over, or to be tried again."""


class Vitals:
    """Looks at the line each second, as a `ports.Source` to the supervisor."""

    name = "vitals"

    def __init__(
        self,
        pipeline: Pipeline,
        outbox: Outbox,
        fill: Callable[[], float],
        proof: Callable[[], float | None],
        write: Callable[[Vital], Awaitable[None]],
    ) -> None:
        self._pipeline = pipeline
        self._outbox = outbox
        self._fill = fill
        self._proof = proof
        self._write = write
        self._waiting: dict[str, float] = {}
        """When a message that nobody has begun with was first seen, by its key."""
        self._pending = 0

    async def run(self) -> None:
        """Until cancelled. Whatever fails here is a trouble the watchdog shall hear of."""
        while True:
            await self._look()
            await self._write(self.taken())
            await asyncio.sleep(EVERY_S)

    async def end(self) -> None:
        """Say that the server ends in order, so that nobody is woken for it at once."""
        await self._write(self.taken(stopped=True))

    async def _look(self) -> None:
        """See which messages wait; what a disk that hangs hides stays as old as it was."""
        now, pending = time.monotonic(), await self._outbox.pending()
        self._pending = len(pending)
        untouched = [
            command.key for command, begun in pending if not begun and command.channel in LIFELINES
        ]
        self._waiting = {key: self._waiting.get(key, now) for key in untouched}

    def taken(self, *, stopped: bool = False) -> Vital:
        """The vital signs of this moment."""
        now = time.monotonic()
        return Vital(
            written=now,
            stopped=stopped,
            frame_age_s=now - self._pipeline.judged,
            sample_age_s=_age(now, self._pipeline.waiting_since),
            message_age_s=_age(now, min(self._waiting.values(), default=None)),
            proof_age_s=_age(now, self._proof()),
            spool_fill=self._fill(),
            messages=self._pending,
        )


def _age(now: float, since: float | None) -> float | None:
    return None if since is None else now - since
