"""What a control room's screens cost and how soon they show it, of ten thousand people who walk.

The server is a process of its own with the real web application (`served`), the screens are one
real Chromium and fifty plain listeners, and everything shares one machine's cores.
"""

import asyncio
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from minesafe.bench.web import encoding, glass, watching
from minesafe.bench.web.crowd import DISTRICTS, TAGS, crowded_mine
from minesafe.bench.web.served import served
from minesafe.model.mine import Mine

FAST = 20.0
"""Seconds of the mine in one, of the hour whose memory is looked at."""


@dataclass(frozen=True)
class Size:
    """How much of everything; a test takes less."""

    tags: int = TAGS
    districts: int = DISTRICTS
    told_s: float = 10.0
    opened: int = 3
    painted_s: float = 60.0
    moved_s: float = 8.0
    hour_s: float = 3600.0 / FAST


def run(seed: int) -> dict[str, float]:
    """Measure; five minutes.

    Returns:
        What `encoding.run`, `watching.told` and `glass`'s `opened`, `painted` and `hour` return;
        `fps_plan_10k` and `fps_axo_10k` while a hand moves the map, and `frame_ms_p99` of both.

    Raises:
        LinkDown: no browser, no pages, or a server that did not start.
    """
    return asyncio.run(measured(seed, Size()))


async def measured(seed: int, size: Size) -> dict[str, float]:
    """All parts, one after the other."""
    glass.there()
    mine = crowded_mine(seed, size.tags, size.districts)
    figures = dict(encoding.run(mine, seed))
    with _folder() as folder:
        figures |= await _now(mine, folder, seed, size)
    with _folder() as folder:
        figures |= await _hour(mine, folder, seed, size)
    return figures


async def _now(mine: Mine, folder: Path, seed: int, size: Size) -> Mapping[str, float]:
    """At the speed of life."""
    async with served(mine, folder, seed) as server, glass.chromium() as browser:
        cookies = await watching.logged_in(server, mine)
        figures = dict(await watching.told(server, cookies, size.told_s))
        figures |= await glass.opened(browser, server, cookies, size.opened)
        async with glass.screen(browser, server, cookies) as page:
            await glass.look(page, server)
            async with watching.listeners(server, cookies):
                figures |= await glass.painted(page, server, mine, size.painted_s)
            plan = await glass.moved(page, "平面", size.moved_s)
            axo = await glass.moved(page, "立体", size.moved_s)
    return figures | {
        "fps_plan_10k": plan["fps"],
        "fps_axo_10k": axo["fps"],
        "frame_ms_p99": max(plan["frame_ms_p99"], axo["frame_ms_p99"]),
    }


async def _hour(mine: Mine, folder: Path, seed: int, size: Size) -> Mapping[str, float]:
    """Twenty times as fast."""
    async with served(mine, folder, seed, FAST) as server, glass.chromium() as browser:
        cookies = await watching.logged_in(server, mine)
        return await glass.hour(browser, server, cookies, size.hour_s)


@contextmanager
def _folder() -> Iterator[Path]:
    below = "/var/tmp" if os.geteuid() == 0 else None  # noqa: S108  a name of its own below it
    with tempfile.TemporaryDirectory(dir=below, prefix="minesafe-bench-") as folder:
        yield Path(folder)
