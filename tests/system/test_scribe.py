"""The scribe: the record of an order written by a child while everything else goes on."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from line_on_disk import Line, line

from minesafe.model.errors import Refused
from minesafe.model.mine import Mine
from minesafe.scribe import Scribe


async def _order(mine: Line) -> str:
    """Gas at the face, and the order it gives."""
    await mine.all_is_well()
    mine.shown.reads("CH4", 1.6)
    await mine.passes(2)
    return mine.order.order


def _scribe(mine: Line, *, limit_s: float = 60.0, of: Callable[[], Mine] | None = None) -> Scribe:
    return Scribe(of or (lambda: mine.mine), mine.journal.path.parent, lambda: 0, limit_s=limit_s)


async def _whole(scribe: Scribe, order: str, language: str, form: str) -> bytes:
    parts = await scribe.incident(order, language, form)
    return b"".join([part async for part in parts])


@pytest.mark.needs("fc-list")
async def test_an_open_order_is_written_as_page_and_paper_and_nobody_waits(tmp_path: Path) -> None:
    async with line(tmp_path) as mine:
        order, scribe, turns = await _order(mine), _scribe(mine), 0
        writing = asyncio.create_task(_whole(scribe, order, "en", "html"))
        while not writing.done():
            await asyncio.sleep(0.01)
            turns += 1
        assert turns > 10, "the loop went on meanwhile"
        assert "The order is still open" in writing.result().decode()
        assert (await _whole(scribe, "001", "zh", "pdf")).startswith(b"%PDF-")


async def test_what_stands_in_the_way_is_said_by_its_code(tmp_path: Path) -> None:
    async with line(tmp_path) as mine:
        order = await _order(mine)
        no_font = replace(mine.mine, server=replace(mine.mine.server, report_font="Nowhere Sans"))
        with pytest.raises(Refused, match="unknown_order"):
            await _scribe(mine).incident("999", "zh", "html")
        with pytest.raises(Refused, match="report_no_font"):
            await _scribe(mine, of=lambda: no_font).incident(order, "zh", "pdf")


async def test_one_is_written_at_a_time_and_none_for_ever(tmp_path: Path) -> None:
    async with line(tmp_path) as mine:
        order, scribe = await _order(mine), _scribe(mine, limit_s=0.2)
        late = asyncio.create_task(scribe.incident(order, "zh", "html"))
        await asyncio.sleep(0)
        with pytest.raises(Refused, match="report_busy"):
            await scribe.incident(order, "zh", "html")
        began = time.monotonic()
        with pytest.raises(Refused, match="report_late"):
            await late
        assert time.monotonic() - began < 60
        await scribe.close()
