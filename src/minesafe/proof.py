"""The proof, each minute, that a reading becomes an alarm that somebody acknowledges.

A point of a kind with `self_test` rises by itself: the watchdog's own slave, a spare contact of a
substation, a gateway's test. Its value goes the way of every other one, over the wire, through
spool, judgement, book and journal; when its alarm is told, a machine acknowledges it, by name.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass

from minesafe.desk import ControlDesk
from minesafe.model.errors import Refused
from minesafe.model.events import AlarmMove, AlarmMoved, Event, FindingKind, Origin
from minesafe.model.time import SECOND, Micros
from minesafe.ports import Clock, Findings

PERIOD_S = 60.0
"""How often a self-test point rises, in the mine's seconds."""

MISSING_S = 2 * PERIOD_S + 10.0
"""Two proofs missing: from then on nobody should trust the line."""

MACHINE = "machine"
"""Who acknowledges."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Proven:
    """One proof: a value came over the wire, and its alarm was acknowledged."""

    at: Micros
    """When it was acknowledged, the mine's time."""
    took_s: float
    """From the sample that raised it until the acknowledgement was on disk; the mine's seconds."""


class Proof:
    """Acknowledges test alarms, and says when none has come; a `ports.Source` to the supervisor."""

    name = "proof"

    def __init__(self, desk: ControlDesk, clock: Clock, findings: Findings) -> None:
        self._proven = time.monotonic()
        self._desk, self._clock, self._findings = desk, clock, findings
        self._proven_mine = clock.elapsed()
        self._risen: asyncio.Queue[tuple[str, Micros]] = asyncio.Queue()
        self.newest: Proven | None = None
        """The last one since our start."""

    @property
    def points(self) -> frozenset[str]:
        """Ids of the self-test points of the revision in force."""
        return self._desk.mine.self_tests

    @property
    def proven(self) -> float | None:
        """Monotonic seconds of the last proof, of our start before the first; None: no points."""
        return self._proven if self.points else None

    async def run(self) -> None:
        """Until cancelled."""
        stop = self._desk.on_events(self._hear)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._acknowledge())
                tasks.create_task(self._miss())
        finally:
            stop()

    def _hear(self, events: Sequence[Event]) -> None:
        for event in events:
            body = event.body
            if not isinstance(body, AlarmMoved) or body.subject not in self.points:
                continue
            if body.move in (AlarmMove.RAISE, AlarmMove.RISE):
                self._risen.put_nowait((body.episode, event.valid))

    async def _acknowledge(self) -> None:
        while True:
            episode, since = await self._risen.get()
            try:
                await self._desk.acknowledge_alarm(episode, MACHINE, Origin.MACHINE)
            except Refused as refusal:  # somebody was quicker, which proves no less
                log.info("the test alarm %s: %s", episode, refusal)
            now = self._desk.now()
            self.newest = Proven(now, max(0, now - since) / SECOND)
            self._proven, self._proven_mine = time.monotonic(), self._clock.elapsed()
            self._findings.ended(FindingKind.NOT_PROVEN, "line")

    async def _miss(self) -> None:
        while True:
            await self._clock.sleep(1.0)
            if self.points and self._clock.elapsed() - self._proven_mine > MISSING_S:
                self._findings.began(FindingKind.NOT_PROVEN, "line", "no test alarm")
