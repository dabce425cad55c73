"""`minesafe export`: a file of the mine's running server, or a word that says why there is none."""

import asyncio
from pathlib import Path

import pytest
import web_site

from minesafe.cli.exports import _take
from minesafe.drill import Console
from minesafe.model.errors import LinkDown, Refused
from minesafe.model.frame import Readings
from minesafe.model.spell import Spells


class Three:
    """A history of three samples."""

    async def values(self, point: int, start: int, end: int, limit: int) -> Readings:
        rows = [(point, 0.5, 0, at, at) for at in (10, 20, 30) if start <= at < end]
        return Readings.of(rows)

    async def spells(self, point: int, start: int, end: int, width_s: int) -> Spells:
        return Spells.none()


async def test_what_the_server_sends_becomes_a_file_and_what_it_refuses_leaves_none(
    tmp_path: Path,
) -> None:
    target = tmp_path / "values.csv"
    async with web_site.running(tmp_path, history=Three()) as site:

        def take(user: str, path: str) -> None:
            console = Console(site.url)
            console.log_in(user, f"{user}-pw")
            _take(console, path, target)

        await asyncio.to_thread(take, "engineer", "/export/values?point=CH4&start=0&end=99")
        assert len(target.read_bytes().splitlines()) == 4
        target.unlink()
        with pytest.raises(Refused, match="role_not_allowed"):
            await asyncio.to_thread(take, "viewer", "/export/values?point=CH4&start=0&end=99")
        with pytest.raises(Refused, match="unknown_point"):
            await asyncio.to_thread(take, "engineer", "/export/values?point=CH9&start=0&end=99")
    with pytest.raises(LinkDown):
        _take(Console("http://127.0.0.1:9"), "/export/values", target)
    left = await asyncio.to_thread(lambda: list(tmp_path.glob("values*")))
    assert not left
