"""A start is spared the journal of years, and loses nothing by it."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from fakes import HandClock
from line_on_disk import Line, left_by_kill_nine, line
from story import START

from minesafe import checkpoints
from minesafe.model.events import Event, Origin
from minesafe.ports import Journal
from minesafe.store.chain import verify
from minesafe.store.snapshots import Snapshots
from minesafe.watch import Watch


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "EVERY", 5)


def folds(watch: Watch) -> dict[str, dict[str, Any]]:
    return {name: fold.held() for name, fold in checkpoints.folds_of(watch).items()}


async def a_morning(mine: Line, gas: float = 1.6) -> None:
    """Gas, an order, its first messages; and half a minute more in which the folds are kept."""
    await mine.all_is_well()
    mine.shown.reads("CH4", gas)
    await mine.passes(15)
    await mine.couriers("sms", "horn")
    await mine.passes(20)
    assert mine.pipeline.checkpoints.position >= 5


async def left(folder: Path) -> tuple[Path, dict[str, dict[str, Any]], int]:
    """What kill -9 left of it, what the folds held, and where the newest checkpoint stands."""
    async with line(folder / "live") as mine:
        await a_morning(mine)
        await mine.desk.acknowledge_order(mine.order.order, "P4", Origin.LINK)
        copy = left_by_kill_nine(folder / "live", folder / "dead")
        return copy, folds(mine.pipeline.watch), mine.pipeline.checkpoints.position


class Reading:
    """A journal that counts the records that are read."""

    def __init__(self, journal: Journal) -> None:
        self._journal, self.read_from = journal, list[int]()

    def read(self, position: int, limit: int) -> list[Event]:
        self.read_from.append(position)
        return list(self._journal.read(position, limit))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)


async def starts(folder: Path) -> tuple[dict[str, dict[str, Any]], list[int]]:
    """What the folds hold after a start, and from where on the journal was read."""
    later = HandClock(START)
    later.turn(60)
    async with line(folder, clock=later) as mine:
        counted = Reading(mine.journal)
        again = Watch(mine.mine)
        store = Snapshots(folder / "folds")
        kept = checkpoints.Checkpoints(again, mine.recorder, mine.disk, store)
        mine.pipeline.watch, mine.pipeline.checkpoints = again, kept
        await mine.pipeline.recover(counted)  # type: ignore[arg-type]  # a journal by its methods
        return folds(again), counted.read_from


async def test_a_start_folds_only_what_came_after_the_checkpoint(tmp_path: Path) -> None:
    dead, before, position = await left(tmp_path)
    after, read_from = await starts(dead)
    assert after == before
    assert read_from[:2] == [position - 1, position]
    assert verify(dead / "journal.db") > position


async def spoilt(kept: Path, _: Path) -> None:
    for file in files_in(kept):
        file.write_bytes(file.read_bytes()[:-1] + b"?")


def files_in(kept: Path) -> list[Path]:
    return sorted(kept.glob("*.snapshot"))


async def of_another_journal(kept: Path, folder: Path) -> None:
    """Whole, at the same record, and true of another mine's morning."""
    async with line(folder / "other") as other:
        await a_morning(other, gas=1.7)
    shutil.rmtree(kept)
    shutil.copytree(folder / "other" / "folds", kept)


async def the_journal_is_older(kept: Path, _: Path) -> None:
    """Somebody has put back yesterday's journal: to its last record 1,000,000 is wanting."""
    journal, head = kept.parent / "journal.db", 10**6
    newest = Snapshots(kept).newest()
    assert newest is not None
    assert verify(journal) < head
    shutil.rmtree(kept)
    Snapshots(kept).write(head, newest[1])


TROUBLES = {f.__name__: f for f in (spoilt, of_another_journal, the_journal_is_older)}


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_checkpoint_in_doubt_costs_time_and_nothing_else(
    tmp_path: Path, trouble: str
) -> None:
    dead, before, _ = await left(tmp_path)
    await TROUBLES[trouble](dead / "folds", tmp_path)
    after, read_from = await starts(dead)
    assert after == before
    assert 0 in read_from


async def test_none_is_written_while_the_disk_has_not_taken_what_was_decided(
    tmp_path: Path,
) -> None:
    """It would hold what the journal lacks, and hide it for ever."""
    async with line(tmp_path) as mine:
        await a_morning(mine)
        position, recorder = mine.pipeline.checkpoints.position, mine.recorder
        recorder.position += 100
        assert mine.pipeline.checkpoints.due
        recorder._unwritten = [mine.pipeline.watch.act(mine.clock.now(), [])]
        assert not mine.pipeline.checkpoints.due
        await mine.pipeline._check_point()
        assert mine.pipeline.checkpoints.position == position
        recorder._unwritten, recorder.position = [], recorder.position - 100
