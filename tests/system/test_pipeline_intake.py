"""The pipeline's intake: full, it makes senders wait; and it loses and doubles nothing."""

import asyncio
from pathlib import Path

import numpy as np
from line_on_disk import Line, line

from minesafe.findings import MOST_SUBJECTS, OVERFLOW
from minesafe.model.events import FindingBegan, FindingEnded, FindingKind
from minesafe.model.frame import Batch, Readings
from minesafe.pipeline import LONGEST_FRAME, MOST_WAITING

SENDERS = 12
ROWS = MOST_WAITING // 4


def many(mine: Line, rows: int = ROWS) -> Batch:
    """Of a point that nobody knows: only stored, so that the test is about the intake."""
    column = np.zeros(rows, np.int64)
    at = column + mine.clock.now()
    return Batch.of_readings(Readings(column + 99, column + 0.5, column, at, at))


async def test_senders_wait_while_the_intake_is_full_and_memory_is_bounded(tmp_path: Path) -> None:
    async with line(tmp_path, cap_mb=256) as mine:
        batch = many(mine)
        senders = [asyncio.ensure_future(mine.pipeline.hear(batch)) for _ in range(SENDERS)]
        await asyncio.sleep(0)
        taken = []
        while not all(s.done() for s in senders):
            waiting = sum(len(w.batch) for w in mine.pipeline._waiting)
            assert waiting == mine.pipeline._rows <= MOST_WAITING + ROWS
            await mine.pipeline._turn()
            await asyncio.sleep(0)
            taken.append(sum(s.done() for s in senders))
        assert mine.pipeline._rows == 0
        assert taken == sorted(taken)
        frames = await mine.disk.run(mine.spool.after, 0, 100)
        assert sum(len(f.readings) for f in frames) == SENDERS * ROWS
        assert max(len(f.readings) for f in frames) <= LONGEST_FRAME
        assert [f.seq for f in frames] == list(range(1, len(frames) + 1))
        assert mine.pipeline.watch.engine.judged.max() == 0


async def test_many_small_batches_go_into_one_frame(tmp_path: Path) -> None:
    async with line(tmp_path) as mine:
        answers = await mine.hears(*(many(mine, 2) for _ in range(300)))
        assert answers == [None] * 300
        (frame,) = await mine.disk.run(mine.spool.after, 0, 10)
        assert len(frame.readings) == 600


async def test_a_sender_that_gives_up_takes_no_other_along(tmp_path: Path) -> None:
    async with line(tmp_path) as mine:
        first = asyncio.ensure_future(mine.pipeline.hear(many(mine, 2)))
        second = asyncio.ensure_future(mine.pipeline.hear(many(mine, 3)))
        await asyncio.sleep(0)
        first.cancel()
        await mine.pipeline._turn()
        await second
        (frame,) = await mine.disk.run(mine.spool.after, 0, 10)
        assert len(frame.readings) == 5  # heard is heard; the sender will send it again


async def test_the_loop_turns_by_itself_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    """The sweep makes frames while nobody sends; senders are answered without a hand on it."""
    async with line(tmp_path) as mine:
        turning = asyncio.ensure_future(mine.pipeline.run())
        await mine.pipeline.hear(many(mine, 2))
        async with asyncio.timeout(20):
            while mine.pipeline.watch.seq < 4:
                mine.clock.turn(1)
                await asyncio.sleep(0.01)
        turning.cancel()
        await asyncio.gather(turning, return_exceptions=True)
        frames = await mine.disk.run(mine.spool.after, 0, 100)
        assert [len(f.readings) for f in frames][:1] == [2]
        assert all(f.is_sweep for f in frames[1:])


async def test_a_device_that_invents_names_fills_neither_memory_nor_screen(tmp_path: Path) -> None:
    async with line(tmp_path) as mine:
        for i in range(MOST_SUBJECTS + 50):
            mine.pipeline.began(FindingKind.UNKNOWN_TAG, f"T{i}", "a stranger")
        await mine.settled()
        subjects = [f.subject for f, _ in mine.desk.findings()]
        assert len(subjects) == MOST_SUBJECTS + 1
        assert subjects[-1] == OVERFLOW
        assert {a.subject for a in mine.desk.alarms() if a.condition == "unknown_tag"} == {
            *subjects
        }
        for i in range(MOST_SUBJECTS + 50):
            mine.pipeline.ended(FindingKind.UNKNOWN_TAG, f"T{i}")
        await mine.settled()
        assert mine.desk.findings() == []
        assert [a.subject for a in mine.desk.alarms() if a.active] == []
        await mine.written()
        began, ended = mine.bodies(FindingBegan), mine.bodies(FindingEnded)
        assert len(began) == len(ended) == MOST_SUBJECTS + 1
