"""A substation, polled over Modbus."""

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Mapping
from typing import Protocol

from minesafe.model.errors import BadReply, LinkDown, MinesafeError, StoreUnavailable
from minesafe.model.events import FindingKind
from minesafe.model.frame import Batch
from minesafe.model.mine import Mine, Substation
from minesafe.model.time import SECOND, Micros
from minesafe.ports import Clock, Findings, Intake
from minesafe.sources.modbus.plan import Block
from minesafe.sources.modbus.rounds import Round, Rounds

SHARE_OF_PERIOD = 0.8
"""A poll that has not ended by then is given up, so that the next one starts in time."""

EARLY: Micros = 1_000
"""A sleep may end so much before its time."""

IDLE: Micros = 60 * SECOND
"""Between two looks of a substation that has no points."""

MOST_KEEPING = 4
"""Answers of one substation that may wait for the disk; then it is not asked until one is there."""

FINDING_OF: Mapping[type[MinesafeError], FindingKind] = {
    LinkDown: FindingKind.LINK_DOWN,
    BadReply: FindingKind.WRONG_ANSWER,
}

Pressing = Callable[[], Collection[int]]
"""Row numbers of the points that are in alarm, or in whose zone something is."""


def nothing_presses() -> Collection[int]:
    """Nothing is in alarm."""
    return ()


class Registers(Protocol):
    """Where registers and bits are read from; `links.modbus.ModbusDevice` in the house."""

    async def read(self, function: int, address: int, count: int) -> bytes:
        """Raises LinkDown or BadReply."""


class SubstationPoller:
    """Reads every point of one substation once a period, its own or the substation's.

    While a point is in alarm, or something in its zone is, it is asked for every
    `alarm_period_s` besides (accelerated polling, 加速巡检: domain of AQ 6201).

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
        pressing: which points are to be asked for faster, now.
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
        pressing: Pressing = nothing_presses,
    ) -> None:
        self.name = substation.id
        self._phase = round(phase * substation.period_s * SECOND)
        self._device = device
        self._intake = intake
        self._clock = clock
        self._findings = findings
        self._pressing = pressing
        self._rounds = Rounds(mine, substation)

    async def run(self) -> None:
        """Poll at whole periods until cancelled.

        A question that was late does not cost the next period its own: a loop that was busy for
        a moment, or a fast clock, makes samples late and no holes. After a long absence nothing
        is made up for.

        The next question does not wait for the disk to hold the last answers, as long as they are
        few: a disk that keeps up makes no holes, however long each of its writes takes.

        Periods are counted by what has elapsed: a wall clock that is set back silences nobody.
        """
        keeping = deque[asyncio.Task[None]]()
        self._rounds.begin(self._elapsed() + self._phase)
        try:
            while True:
                due = await self._due()
                batch = await self._ask(due)
                if len(keeping) == MOST_KEEPING:
                    await keeping.popleft()
                keeping.append(asyncio.create_task(self._keep(batch), name=self.name))
                due.due = due.after(self._elapsed())
        finally:
            for task in keeping:
                task.cancel()

    async def _due(self) -> Round:
        """The next round, once it is due; what presses is looked for meanwhile."""
        look = self._rounds.looks_every
        while True:
            elapsed = self._elapsed()
            if look is not None:
                self._rounds.press(self._pressing(), elapsed)
            due = self._rounds.next()
            if due is not None and due.due <= elapsed + EARLY:
                return due
            early = due.due - elapsed if due is not None else IDLE
            await self._clock.sleep((early if look is None else min(early, look)) / SECOND)

    def _elapsed(self) -> Micros:
        """Whole microseconds: periods added up as floats drift from the clock's."""
        return round(self._clock.elapsed() * SECOND)

    async def poll(self) -> None:
        """Read everything once, and put what came of it into the intake."""
        for each in self._rounds.regular:
            await self._keep(await self._ask(each))

    async def _ask(self, due: Round) -> Batch:
        answers, due.troubles = await self._read(due)
        self._report()
        return Batch.of_readings(due.decoder.readings(answers, self._clock.now()))

    async def _keep(self, batch: Batch) -> None:
        try:
            await self._intake.hear(batch)
        except StoreUnavailable:
            # The store tells of itself; a gas value that waited is worth less than the next one.
            return

    async def _read(self, due: Round) -> tuple[list[bytes | None], list[MinesafeError]]:
        answers: list[bytes | None] = [None] * len(due.blocks)
        troubles: list[MinesafeError] = []
        patience_s = SHARE_OF_PERIOD * due.period / SECOND
        try:
            async with asyncio.timeout(patience_s):
                for i, block in enumerate(due.blocks):
                    answers[i] = await self._read_block(block, troubles)
        except LinkDown as error:
            troubles.append(error)
        except TimeoutError:
            troubles.append(LinkDown(f"poll not done in {patience_s:g} s"))
        return answers, troubles

    async def _read_block(self, block: Block, troubles: list[MinesafeError]) -> bytes | None:
        """One refused block leaves the others readable; a lost link does not."""
        try:
            return await self._device.read(block.function, block.address, block.count)
        except BadReply as error:
            troubles.append(BadReply(f"registers {block.address} … {block.end - 1}: {error}"))
            return None

    def _report(self) -> None:
        """What was wrong when each round was asked last: one that is well hides no other."""
        details = {type(e): str(e) for each in self._rounds.all for e in each.troubles}
        for error, kind in FINDING_OF.items():
            if error in details:
                self._findings.began(kind, self.name, details[error])
            else:
                self._findings.ended(kind, self.name)
