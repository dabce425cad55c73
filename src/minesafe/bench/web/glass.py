"""A real Chromium before the overview: how soon it paints, how smoothly, and what it keeps.

Without a screen and without a GPU, as a control room's PC of ten years ago: what draws is the
processor. A page says itself when something was painted: after the change came to the document it
waits for the frame that shows it, and for the first turn after that frame.
"""

import asyncio
import importlib.util
import math
import shutil
import statistics
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np

from minesafe.app import BUILT_PAGES
from minesafe.bench.web.served import Served
from minesafe.model.errors import LinkDown
from minesafe.model.mine import Mine

if TYPE_CHECKING:
    from playwright.async_api import Browser, CDPSession, Page, Response

ARGS = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
WIDTH, HEIGHT = 1920, 1080
PATIENCE_MS = 30_000.0

HELPS = (Path(__file__).parent / "glass.js").read_text("utf-8")
"""Runs in the page before its own scripts do."""

Cookies = Mapping[str, str]


def there() -> None:
    """Whether everything is there that a browser is watched with.

    Raises:
        LinkDown: something is not; says what to do.
    """
    if importlib.util.find_spec("playwright") is None:
        raise LinkDown("bench web drives a browser: pip install 'minesafe[dev]'")
    if shutil.which("chromium") is None:
        raise LinkDown("bench web needs Chromium: apt install chromium")
    if not (BUILT_PAGES / "index.html").is_file():
        raise LinkDown("bench web shows the pages, which are not built: pip install -e .")


@asynccontextmanager
async def chromium() -> AsyncIterator["Browser"]:
    """The system's own browser."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), chromium_sandbox=False, args=list(ARGS)
        )
        yield browser
        await browser.close()


@asynccontextmanager
async def screen(browser: "Browser", server: Served, cookies: Cookies) -> AsyncIterator["Page"]:
    """A window that nothing was opened in yet, logged in, with an empty cache."""
    context = await browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
    context.set_default_timeout(PATIENCE_MS)
    await context.add_cookies(
        [{"name": name, "value": value, "url": server.url} for name, value in cookies.items()]
    )
    await context.add_init_script(HELPS)
    try:
        yield await context.new_page()
    finally:
        await context.close()


async def look(page: "Page", server: Served) -> None:
    """Open the overview and wait until the mine is drawn."""
    await page.goto(server.url)
    async with asyncio.timeout(PATIENCE_MS / 1000):
        await page.evaluate("glass.first()")


# --- how soon -----------------------------------------------------------------------------------


async def opened(
    browser: "Browser", server: Served, cookies: Cookies, times: int
) -> Mapping[str, float]:
    """Open the overview with an empty cache, again and again.

    Returns:
        `first_paint_ms`, the first of anything, and `first_picture_ms`, the mine with everybody
        in it, medians from the address to the glass; `page_gzip_kb`, what was fetched until then
        besides the mine and its picture, packed as it came.
    """
    paints, pictures, kb = [], [], 0.0
    for _ in range(times):
        async with screen(browser, server, cookies) as page:
            came = _noted(page)
            await look(page, server)
            fetched = [r for r in came if not urlsplit(r.url).path.startswith("/api/")]
            sizes = [int(await r.header_value("content-length") or 0) for r in fetched]
            kb = sum(sizes) / 1e3
            told = await page.evaluate("[glass.painted(), glass.pictured]")
            paints.append(told[0])
            pictures.append(told[1])
    return {
        "first_paint_ms": round(statistics.median(paints), 1),
        "first_picture_ms": round(statistics.median(pictures), 1),
        "page_gzip_kb": round(kb, 1),
    }


def _noted(page: "Page") -> "list[Response]":
    """What comes, as it comes."""
    came: list[Response] = []

    def note(response: "Response") -> None:
        came.append(response)

    page.on("response", note)
    return came


async def painted(page: "Page", server: Served, mine: Mine, window_s: float) -> dict[str, float]:
    """From somebody's step through a door, at the source, to the head-count on the glass.

    Returns:
        `painted_ms_p50` and `painted_ms_p99`, over `painted` steps.
    """
    name = next(zone.name.zh for zone in mine.zones if zone.id == server.refuge)
    await page.locator("li button .name", has_text=name).first.wait_for()
    await page.evaluate("name => glass.watch(name)", name)
    begun = time.time()
    await asyncio.sleep(window_s)
    seen: list[tuple[str, float]] = await page.evaluate("glass.seen")
    crossings = [c for c in server.crossings() if begun < c[0] < begun + window_s - SEEN_S]
    late = [_first(seen, at, str(inside)) for at, inside in crossings]
    return {
        "painted_ms_p50": round(float(np.percentile(late, 50)), 1),
        "painted_ms_p99": round(float(np.percentile(late, 99)), 1),
        "painted": len(late),
    }


SEEN_S = 3.0
"""A step that is not painted by then is counted as that late, and no later."""


def _first(seen: list[tuple[str, float]], at: float, inside: str) -> float:
    """Milliseconds from a moment to when the page first showed this number after it."""
    after = [ms - 1e3 * at for told, ms in seen if told == inside and ms >= 1e3 * at]
    return min([*after, 1e3 * SEEN_S])


# --- how smoothly ---------------------------------------------------------------------------------


async def moved(page: "Page", view: str, window_s: float) -> dict[str, float]:
    """Frames a second while a hand moves the map all the time, and how long the longest are.

    Args:
        page: the overview.
        view: what the view's button says.
        window_s: how long.
    """
    await page.get_by_role("button", name=view, exact=True).click()
    box = await page.locator("canvas.hand").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.evaluate("glass.begin()")
    await _circle(page, x, y, window_s)
    told: dict[str, float] = await page.evaluate("glass.end()")
    await page.mouse.up()
    return told


async def _circle(page: "Page", x: float, y: float, window_s: float) -> None:
    began = time.monotonic()
    while (passed := time.monotonic() - began) < window_s:
        turn = 2 * math.pi * passed / 3
        await page.mouse.move(x + 200 * math.cos(turn) - 200, y + 120 * math.sin(turn))


# --- what it keeps --------------------------------------------------------------------------------


async def hour(
    browser: "Browser", server: Served, cookies: Cookies, window_s: float
) -> Mapping[str, float]:
    """A screen that nobody touches while it is told an hour.

    Returns:
        `memory_mb_growth` of the page's process and `heap_mb_growth` of its script's part, both
        after what is of no use was let go; `hour_frames`, messages that came;
        `hour_frame_ms_p99` and `long_tasks` of more than 50 ms meanwhile.
    """
    async with screen(browser, server, cookies) as page:
        await look(page, server)
        own, whole = (
            await page.context.new_cdp_session(page),
            await browser.new_browser_cdp_session(),
        )
        await asyncio.sleep(SETTLED_S)
        before = await _memory(own, whole)
        await page.evaluate("glass.begin()")
        await asyncio.sleep(window_s)
        told: dict[str, float] = await page.evaluate("glass.end()")
        after = await _memory(own, whole)
    return {
        "memory_mb_growth": round(after[0] - before[0], 1),
        "heap_mb_growth": round(after[1] - before[1], 1),
        "hour_frames": told["heard"],
        "hour_frame_ms_p99": told["frame_ms_p99"],
        "long_tasks": told["long_tasks"],
    }


SETTLED_S = 15.0
"""Until everything has been fetched and compiled."""


async def _memory(own: "CDPSession", whole: "CDPSession") -> tuple[float, float]:
    """Resident megabytes of all pages' processes, and of this page's script."""
    await own.send("HeapProfiler.collectGarbage")
    heap: dict[str, Any] = await own.send("Runtime.getHeapUsage")
    told: dict[str, Any] = await whole.send("SystemInfo.getProcessInfo")
    pids = [p["id"] for p in told["processInfo"] if p["type"] == "renderer"]
    return sum(_resident(pid) for pid in pids), heap["usedSize"] / 1e6


def _resident(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    except OSError:
        return 0.0  # it ended while we looked
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1e3
