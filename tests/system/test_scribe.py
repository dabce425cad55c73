"""The scribe: the record of an order written by a child while everything else goes on."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from line_on_disk import Line, line

from minesafe.model.errors import Refused
from minesafe.model.events import Origin
from minesafe.model.filing import Post, Series
from minesafe.model.filing_acts import FileReport, SignReport
from minesafe.model.mine import Mine, Role
from minesafe.paperwork import copy, make, verified
from minesafe.reports.statutory.facts import digest_of
from minesafe.scribe import Scribe
from minesafe.store.kept import ChangedReport


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


@pytest.mark.needs("fc-list")
async def test_a_days_report_is_filed_and_is_the_same_paper_ever_after(tmp_path: Path) -> None:
    async with line(tmp_path) as mine:
        await _order(mine)
        mine.clock.turn(300)
        scribe = Scribe(lambda: mine.mine, tmp_path, mine.clock.now)
        drawn = await scribe.draw(Series.DAILY, "2025-11-25", frozenset())
        filed = await mine.desk.file_report(
            FileReport(
                "DESK", Origin.CONSOLE, Series.DAILY, "2025-11-25",
                drawn.digest, drawn.position, drawn.head, drawn.ended,
            )
        )  # fmt: skip
        await mine.desk.sign_report(
            SignReport("P4", Origin.CONSOLE, filed.report, Post.MINE_HEAD, (Role.LEADER,))
        )
        (filed,) = mine.desk.reports()
        papers = [copy(mine.mine, tmp_path, filed, "zh", "pdf") for _ in range(2)]
        assert papers[0] == papers[1]
        parts = await scribe.copy(filed, "en", "html")
        said = b"".join([part async for part in parts]).decode()
        for stands in ("DAILY-20251125-01", drawn.head, drawn.digest, "P4 (signed electronically"):
            assert stands in said
        assert drawn.position == mine.events()[-3].position, "what was newest when it was made"
        assert verified(tmp_path, filed.report) == filed
        again = await make(mine.mine, tmp_path, Series.DAILY, "2025-11-25", mine.clock.now())
        assert digest_of(again.data) == drawn.digest, "its own number changes nothing of the day"

        kept = tmp_path / "reports" / f"{drawn.digest}.json"
        kept.write_bytes(kept.read_bytes().replace(b"CH4", b"CO2"))
        with pytest.raises(Refused, match="report_changed"):
            copy(mine.mine, tmp_path, filed, "zh", "html")
        with pytest.raises(ChangedReport):
            verified(tmp_path, filed.report)


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
