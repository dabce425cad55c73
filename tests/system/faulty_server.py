"""A server that can be broken from outside, for the watchdog to see.

    python faulty_server.py CONFIG DATA

SIGUSR1 blocks its loop for a minute, SIGUSR2 breaks its engine for good, SIGRTMIN takes all memory
it may have.
"""

import asyncio
import contextlib
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Never

from minesafe.app import running
from minesafe.clock import WallClock, wall
from minesafe.config import files_of, load


def broken(*_: object) -> Never:
    raise RuntimeError("the engine is broken")


HOARD: list[bytearray] = []


def hoard() -> None:
    has = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (has, has))
    for size in (1 << 20, 1 << 12, 1 << 6):
        with contextlib.suppress(MemoryError):
            while True:
                HOARD.append(bytearray(size))


async def main(config: Path, data: Path) -> None:
    async with running(
        load(config), data, WallClock(), files=files_of(config), wall=wall
    ) as server:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, time.sleep, 60)
        loop.add_signal_handler(
            signal.SIGUSR2, lambda: setattr(server.pipeline.watch, "tick", broken)
        )
        loop.add_signal_handler(signal.SIGRTMIN, hoard)
        await asyncio.Event().wait()


if __name__ == "__main__":  # the tests' search for doctests imports it
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
