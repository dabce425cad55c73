"""A fault of ours in the loop: senders are answered, and the next frame is heard."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from line_on_disk import Line, line

from minesafe.engine import judge
from minesafe.model.errors import StoreUnavailable
from minesafe.model.frame import Frame


class Once:
    """Breaks the first time it is called, then does what it should."""

    def __init__(self, works: Callable[..., Any]) -> None:
        self._works = works
        self.broke = False

    def __call__(self, *args: Any, **more: Any) -> Any:
        if not self.broke:
            self.broke = True
            raise RuntimeError("a fault of ours")
        return self._works(*args, **more)


async def breaks(mine: Line) -> asyncio.Future[None]:
    """One turn in which something breaks; the supervisor would start the loop again."""
    mine.clock.turn(1)
    sender = asyncio.ensure_future(mine.pipeline.hear(mine.batch()))
    await asyncio.sleep(0)
    with pytest.raises(RuntimeError, match="a fault of ours"):
        await mine.pipeline._turn()
    return sender


async def test_a_sender_whose_batch_could_not_be_written_is_told_so(tmp_path: Path) -> None:
    async with line(tmp_path) as mine:
        await mine.all_is_well()
        mine.pipeline._spool.commit = Once(mine.spool.commit)  # type: ignore[method-assign]  # breaks once
        sender = await breaks(mine)
        with pytest.raises(StoreUnavailable):
            await asyncio.wait_for(sender, 5)
        await mine.passes(2)


@pytest.mark.parametrize("step", ["tick", "engine"])
async def test_after_a_frame_that_broke_the_next_is_heard_and_judged(
    tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with line(tmp_path) as mine:
        await mine.all_is_well()
        if step == "tick":
            mine.pipeline.watch.tick = Once(mine.pipeline.watch.tick)  # type: ignore[method-assign]  # breaks once
        else:
            monkeypatch.setattr("minesafe.watch.judge", Once(judge))
        sender = await breaks(mine)
        await asyncio.wait_for(sender, 5)  # it is on disk, whatever became of it then
        mine.shown.reads("CH4", 1.7)
        await mine.passes()
        assert mine.order.subject == "CH4"
        assert not any(f.subject == "spool" for f, _ in mine.desk.findings())
        frames: list[Frame] = await mine.disk.run(mine.spool.after, 0, 100)
        assert [f.seq for f in frames] == [1, 2, 3, 4]


async def test_a_sender_waiting_when_the_loop_is_stopped_is_told_so(tmp_path: Path) -> None:
    async with line(tmp_path) as mine:
        turning = asyncio.ensure_future(mine.pipeline.run())
        await asyncio.sleep(0)
        blocked = asyncio.ensure_future(mine.disk.run(time.sleep, 0.1))
        sender = asyncio.ensure_future(mine.pipeline.hear(mine.batch()))
        await asyncio.sleep(0.02)
        turning.cancel()
        await asyncio.gather(turning, blocked, return_exceptions=True)
        with pytest.raises(StoreUnavailable):
            await asyncio.wait_for(sender, 5)
