"""A substation, polled over Modbus."""

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Protocol

from minesafe.model.errors import BadReply, LinkDown, MinesafeError, StoreUnavailable
from minesafe.model.events import FindingKind
from minesafe.model.frame import Batch, Readings
from minesafe.model.mine import Mine, Substation
from minesafe.model.time import SECOND
from minesafe.ports import Clock, Findings, Intake
from minesafe.sources.modbus.plan import Block, plan, spans
from minesafe.sources.modbus.registers import decode
from minesafe.sources.modbus.status import MAPS

SHARE_OF_PERIOD = 0.8
"""A poll that has not ended by then is given up, so that the next one starts in time."""

MOST_KEEPING = 4
"""Answers of one substation that may wait for the disk; then it is not asked until one is there."""

MOST_LATE = 8
"""Periods behind its time at which a poller still asks for each; further behind it begins anew."""

FINDING_OF: Mapping[type[MinesafeError], FindingKind] = {
    LinkDown: FindingKind.LINK_DOWN,
    BadReply: FindingKind.WRONG_ANSWER,
}


class Registers(Protocol):
    """Where words are read from; `links.modbus.ModbusDevice` in the house."""

    async def read_registers(self, address: int, count: int) -> list[int]:
        """Raises LinkDown or BadReply."""


class SubstationPoller:
    """Reads every point of one substation once a period.

    No map of a substation carries a time, so samples are stamped at receipt. A block that cannot
    be read makes its points COMMS_LOST at once and at every poll until it can.

    Args:
        mine: the revision in force.
        substation: which one; its points are those whose `device` it is.
        device: its client.
        intake: where readings go.
        clock: the mine's clock; the period runs on it.
        findings: LINK_DOWN and WRONG_ANSWER of the substation.
        phase: the share of a period by which its polls lie behind the whole ones. Hundreds that
            ask at the same moment would wait for each other until their patience ends.
    """

    def __init__(
        self,
        mine: Mine,
        substation: Substation,
        device: Registers,
        intake: Intake,
        clock: Clock,
        findings: Findings,
        *,
        phase: float = 0.0,
    ) -> None:
        self.name = substation.id
        self._period = round(substation.period_s * SECOND)
        self._phase = round(phase * substation.period_s * SECOND)
        self._patience_s = SHARE_OF_PERIOD * substation.period_s
        self._device = device
        self._intake = intake
        self._clock = clock
        self._findings = findings
        rows = mine.points_of_device.get(substation.id, ())
        self._coding = MAPS[substation.map]
        self._points = [(r, mine.points[r], mine.kind[mine.points[r].kind]) for r in rows]
        self._blocks = plan(spans(mine.points[r] for r in rows))

    async def run(self) -> None:
        """Poll at whole periods until cancelled.

        A question that was late does not cost the next period its own: a loop that was busy for
        a moment, or a fast clock, makes samples late and no holes. After a long absence nothing
        is made up for.

        The next question does not wait for the disk to hold the last answers, as long as they are
        few: a disk that keeps up makes no holes, however long each of its writes takes.

        Periods are counted by what has elapsed: a wall clock that is set back silences nobody.
        """
        due, keeping = self._elapsed() + self._phase, deque[asyncio.Task[None]]()
        try:
            while True:
                await self._until(due)
                batch = await self._ask()
                if len(keeping) == MOST_KEEPING:
                    await keeping.popleft()
                keeping.append(asyncio.create_task(self._keep(batch), name=self.name))
                due = self._next(due)
        finally:
            for task in keeping:
                task.cancel()

    def _elapsed(self) -> int:
        """Whole microseconds: periods added up as floats drift from the clock's."""
        return round(self._clock.elapsed() * SECOND)

    async def _until(self, due: int) -> None:
        if (early := due - self._elapsed()) > 0:
            await self._clock.sleep(early / SECOND)

    def _next(self, due: int) -> int:
        late = (self._elapsed() - due) // self._period
        return due + (1 if late <= MOST_LATE else late + 1) * self._period

    async def poll(self) -> None:
        """Read all blocks once, and put what came of it into the intake."""
        await self._keep(await self._ask())

    async def _ask(self) -> Batch:
        words, troubles = await self._read()
        self._report(troubles)
        return Batch.of_readings(self._readings(words))

    async def _keep(self, batch: Batch) -> None:
        try:
            await self._intake.hear(batch)
        except StoreUnavailable:
            # The store tells of itself; a gas value that waited is worth less than the next one.
            return

    async def _read(self) -> tuple[dict[int, int], list[MinesafeError]]:
        words: dict[int, int] = {}
        troubles: list[MinesafeError] = []
        try:
            async with asyncio.timeout(self._patience_s):
                for block in self._blocks:
                    await self._read_block(block, words, troubles)
        except LinkDown as error:
            troubles.append(error)
        except TimeoutError:
            troubles.append(LinkDown(f"poll not done in {self._patience_s:g} s"))
        return words, troubles

    async def _read_block(
        self, block: Block, words: dict[int, int], troubles: list[MinesafeError]
    ) -> None:
        """One refused block leaves the others readable; a lost link does not."""
        try:
            values = await self._device.read_registers(block.address, block.count)
        except BadReply as error:
            troubles.append(BadReply(f"registers {block.address} … {block.end - 1}: {error}"))
        else:
            words.update(enumerate(values, block.address))

    def _report(self, troubles: list[MinesafeError]) -> None:
        details = {type(error): str(error) for error in troubles}
        for error, kind in FINDING_OF.items():
            if error in details:
                self._findings.began(kind, self.name, details[error])
            else:
                self._findings.ended(kind, self.name)

    def _readings(self, words: Mapping[int, int]) -> Readings:
        now = self._clock.now()
        return Readings.of(
            [
                (row, *decode(point, kind, words, self._coding), now, now)
                for row, point, kind in self._points
            ]
        )
