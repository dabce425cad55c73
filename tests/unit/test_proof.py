"""The proof each minute: a test alarm is acknowledged by a machine; two missing are a finding."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from line_on_disk import Line, line
from story import story_mine

from minesafe.alarms.kpi import TEN_MINUTES
from minesafe.model.events import AlarmMove, AlarmMoved, FindingBegan, FindingEnded, FindingKind
from minesafe.model.mine import Limits, Mine
from minesafe.proof import MACHINE, MISSING_S, Proof


def _mine() -> Mine:
    """The story's mine, in which FAN is a self-test point."""
    mine = story_mine()
    wind = next(k for k in mine.kinds if k.id == "wind")
    test = replace(wind, id="self_test", self_test=True)
    limits = Limits(alarm_high=1.0)
    points = [replace(p, kind=test.id, limits=limits) if p.id == "FAN" else p for p in mine.points]
    return replace(mine, kinds=(*mine.kinds, test), points=tuple(points), revision="proof")


@asynccontextmanager
async def _proving(folder: Path) -> AsyncIterator[tuple[Line, Proof]]:
    async with line(folder, mine=_mine()) as mine:
        await mine.all_is_well()
        proof = Proof(mine.desk, mine.clock, mine.pipeline)
        task = asyncio.create_task(proof.run())
        await asyncio.sleep(0)
        yield mine, proof
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _rises(mine: Line) -> None:
    """One test: the point rises to 1, which its rule raises at, and is at rest again."""
    mine.shown.reads("FAN", 1.0)
    await mine.passes(2)
    for _ in range(20):
        await asyncio.sleep(0.01)
    mine.shown.reads("FAN", 0.0)
    await mine.passes(2)


async def test_a_test_alarm_is_acknowledged_by_the_machine_and_shown_to_nobody(
    tmp_path: Path,
) -> None:
    async with _proving(tmp_path) as (mine, proof):
        assert proof.points == {"FAN"}
        began = proof.proven
        await _rises(mine)
        moves = [b for b in mine.bodies(AlarmMoved) if b.subject == "FAN"]
        assert [m.move for m in moves][:2] == [AlarmMove.RAISE, AlarmMove.ACKNOWLEDGE]
        assert moves[1].by == MACHINE
        assert proof.proven is not None
        assert began is not None
        assert proof.proven > began
        assert [a.subject for a in mine.desk.alarms()] == []
        book = mine.pipeline.watch.book
        assert list(book.tally.since(TEN_MINUTES, mine.clock.now())) == [], "a test is no flood"
        assert book.records.open().records == ()


async def test_two_proofs_missing_are_said_and_the_next_one_ends_it(tmp_path: Path) -> None:
    async with _proving(tmp_path) as (mine, _):
        for _ in range(int(MISSING_S) + 3):
            await mine.passes()
        await mine.settled()
        assert [b.finding for b in mine.bodies(FindingBegan)] == [FindingKind.NOT_PROVEN]
        await _rises(mine)
        await mine.settled()
        assert [b.finding for b in mine.bodies(FindingEnded)] == [FindingKind.NOT_PROVEN]


async def test_a_mine_without_a_self_test_point_is_not_said_to_be_unproven(tmp_path: Path) -> None:
    async with line(tmp_path) as mine:
        proof = Proof(mine.desk, mine.clock, mine.pipeline)
        assert proof.proven is None
        assert proof.points == frozenset()
