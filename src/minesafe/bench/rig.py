"""A demo in a process of its own, its simulators beside it, and what its spool says of both.

Whether something was missed is read off the frames themselves: a poll, a report that should have
come and did not is a hole between two samples of the same point, or two signs of the same reader.
"""

import asyncio
import json
import multiprocessing
import os
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np
import uvloop

from minesafe.config import files_of, shipped
from minesafe.demo import demo
from minesafe.model.errors import LinkDown
from minesafe.model.frame import Column, Frame
from minesafe.model.mine import Mine
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND, Micros
from minesafe.store.spool import SpoolReader

Floats: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.float64]]"

START_S = 90.0
LOOK_S = 0.05
"""How often the spool is read, real seconds: before history has its frames and they may go."""
READY = "ready"


@asynccontextmanager
async def demo_running(mine: Mine, data: Path, speed: float, seed: int) -> AsyncIterator[int]:
    """A demo of this mine until the context is left; yields its server's process number.

    Raises:
        LinkDown: it did not become ready.
    """
    process = multiprocessing.get_context("spawn").Process(
        target=serve, args=(mine, data, speed, seed), name="minesafe"
    )
    await asyncio.to_thread(process.start)
    assert process.pid is not None
    try:
        async with asyncio.timeout(START_S):
            while not (data / READY).exists():
                if not process.is_alive():
                    raise LinkDown("the demo ended while it started")
                await asyncio.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        await asyncio.to_thread(process.join, 30)


def serve(mine: Mine, data: Path, speed: float, seed: int) -> None:
    """The demo's process: until SIGTERM."""

    async def work() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.add_signal_handler(15, stop.set)
        files = files_of(shipped("demo"))
        async with demo(mine, data, files=files, speed=speed, seed=seed):
            (data / READY).write_text(json.dumps(os.getpid()))
            await stop.wait()

    uvloop.run(work())


# --- what the kernel says -------------------------------------------------------------------


def shares(server: int) -> Mapping[str, int]:
    """Clock ticks so far of the server with its broker and database, and of the simulators."""
    spent: dict[str, int] = defaultdict(int)
    for pid in _family(server):
        whose = "simulators" if "device_sims" in _words(pid) else "server"
        spent[whose] += _ticks(pid)
    return spent


def _family(root: int) -> Iterable[int]:
    """A process and everything it has started."""
    children: dict[int, list[int]] = defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it ended while we looked
        children[parent].append(int(stat.parent.name))
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting += children[pid]


def _words(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


# --- what the spool says --------------------------------------------------------------------


class Steady:
    """Samples of many things that come at periods of their own, and how many did not come."""

    def __init__(self, period: Floats) -> None:
        """Take the micros between two samples of each; infinite where nothing is expected."""
        self._period = period
        self._first = np.full(len(period), -1, dtype=np.int64)
        self._last = self._first.copy()
        self._count = np.zeros(len(period), dtype=np.int64)

    def take(self, rows: Column, at: Column) -> None:
        """Samples of these, at these times."""
        new = rows[self._first[rows] < 0]
        self._first[new] = at[self._first[rows] < 0]
        self._last[rows] = at
        np.add.at(self._count, rows, 1)

    def missed(self, begin: Micros, end: Micros) -> int:
        """Periods without a sample from `begin` to `end`; one that is late is none."""
        heard = self._count > 0
        never = np.floor((end - begin) / self._period)
        within = np.round((self._last - self._first) / self._period) + 1 - self._count
        before = np.floor((self._first - begin) / self._period - 0.5)
        after = np.floor((end - self._last) / self._period - 0.5)
        holes = np.maximum(within, 0) + np.maximum(before, 0) + np.maximum(after, 0)
        return int(np.where(heard, holes, never).sum())


@dataclass
class Tally:
    """Counts over the frames of a window."""

    mine: Mine
    seq: int = 0
    """The newest frame before it, and then the newest of it."""
    began: Micros = 0
    """When its first frame was stamped, and its last."""
    ended: Micros = 0
    frames: int = 0
    unseen: int = 0
    """Frames that history took before they were counted here; what was in them counts as missed."""
    readings: int = 0
    sightings: int = 0
    lags_ms: list[float] = field(default_factory=list)
    """From the newest report of each frame to the frame, mine's milliseconds."""

    def __post_init__(self) -> None:
        polled = {s.id: s.period_s for s in self.mine.substations}
        periods = [polled.get(p.device, np.inf) for p in self.mine.points]
        self._polls = Steady(np.array(periods) * SECOND)
        self._reports = Steady(np.array([r.period_s for r in self.mine.readers]) * SECOND)

    def take(self, frame: Frame) -> None:
        """Count one more frame."""
        self.unseen += frame.seq - self.seq - 1
        self.seq = frame.seq
        self.frames += 1
        self.began, self.ended = self.began or frame.now, frame.now
        told, seen = frame.readings, frame.sightings
        alive, good = seen.tag < 0, told.quality != Quality.COMMS_LOST
        self.readings += len(told)
        self.sightings += int(np.count_nonzero(~alive))
        self._polls.take(told.point[good], told.received[good])
        self._reports.take(seen.station[alive], seen.sampled[alive])
        if alive.any():
            self.lags_ms.append((frame.now - int(seen.sampled[alive].max())) / 1000)

    @property
    def missed_polls(self) -> int:
        """Polls of a point that were left out or brought nothing."""
        return self._polls.missed(self.began, self.ended)

    @property
    def missed_reports(self) -> int:
        """Reports of a reader that did not come."""
        return self._reports.missed(self.began, self.ended)


async def counted(mine: Mine, data: Path, seconds: float) -> Tally:
    """Read a running server's spool along for so many real seconds.

    Raises:
        StoreUnavailable: there is no spool.
    """
    reader, tally = SpoolReader(data / "spool.db"), Tally(mine)
    try:
        tally.seq = newest = _newest(reader)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for frame in reader.after(newest, 10_000):
                tally.take(frame)
                newest = frame.seq
            await asyncio.sleep(LOOK_S)
    finally:
        reader.close()
    return tally


def _newest(reader: SpoolReader) -> int:
    seq = 0
    while frames := reader.after(seq, 10_000):
        seq = frames[-1].seq
    return seq
