"""Replay: a moment of the past looks as it looked, and plays on as it went."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from line_on_disk import Line, line
from story import START
from system.parts import new_database
from web_site import running

from minesafe.memory import Memory
from minesafe.model.errors import Refused
from minesafe.model.mine import Role
from minesafe.model.picture import Picture
from minesafe.model.time import SECOND, Micros
from minesafe.replay import Replays
from minesafe.store.history import PostgresHistory
from minesafe.store.spool import SpoolReader
from minesafe.web import playing

SEEN = (
    *("value", "quality", "sampled", "silent", "roadway", "chainage", "level", "seen", "flags"),
    *("lost", "out", "inside", "count", "unknown", "low", "high", "reader_silent"),
)
"""What of a picture a screen shows."""


def second(n: float) -> Micros:
    return START + int(n * SECOND)


@dataclass
class Kept:
    """A morning that is over."""

    replays: Replays
    was: dict[Micros, Picture]
    """The live picture after each frame."""
    orders: dict[Micros, int]


async def a_morning(mine: Line) -> Kept:
    """Quiet; a walk; gas at the face, an order; one sensor falls silent, one person is lost."""
    was, orders = {}, {}

    async def passes(seconds: int) -> None:
        for _ in range(seconds):
            await mine.passes(1)
            picture = mine.pipeline.watch.picture()
            was[picture.now] = picture
            orders[picture.now] = len(mine.pipeline.watch.evacuation.orders.open())

    await mine.all_is_well()
    await passes(8)
    mine.shown.at("P1", "A", 30)
    await passes(60)
    mine.shown.reads("CH4", 1.6)
    await passes(20)
    mine.shown.values.pop("WIND")
    mine.shown.places.pop("P4")
    await passes(70)
    history = PostgresHistory(new_database(), mine.mine, spool="a", journal="a")
    with closing(SpoolReader(mine.spool.path)) as spool:
        await history.write(spool.after(0, 10_000))
    await history.project(mine.events())
    memory = Memory(mine.journal.path.parent, lambda: mine.mine)
    return Kept(Replays(memory, history, lambda: None), was, orders)


@asynccontextmanager
async def morning(folder: Path) -> AsyncIterator[Kept]:
    async with line(folder) as mine:
        kept = await a_morning(mine)
        try:
            yield kept
        finally:
            await kept.replays._history.close()  # type: ignore[attr-defined]  # ours


def same(one: Picture, other: Picture) -> None:
    for name in SEEN:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


async def test_every_moment_looks_as_it_looked(tmp_path: Path) -> None:
    async with morning(tmp_path) as kept:
        for now in [*kept.was][::9]:
            then = await kept.replays.at(now)
            same(then.picture(), kept.was[now])
            assert len(then.orders()) == kept.orders[now], now
        assert kept.orders[now] == 1
        assert {a.subject for a in then.alarms()} >= {"CH4", "WIND"}


async def test_what_is_played_on_from_a_moment_is_what_is_sought(tmp_path: Path) -> None:
    async with morning(tmp_path) as kept:
        times = [*kept.was]
        async with kept.replays.play(times[5]) as tape:
            for now in times[6::7]:
                then = await tape.on(now)
                sought = await kept.replays.at(now)
                same(then.picture(), sought.picture())
                assert [a.episode for a in then.alarms()] == [a.episode for a in sought.alarms()]
                assert then.position == sought.position


async def test_a_page_is_given_the_moment_and_what_follows_in_the_words_of_the_live_wire(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playing, "STEP_S", 0.02)
    async with morning(tmp_path) as kept:
        (tmp_path / "web").mkdir()
        async with (
            running(tmp_path / "web", replays=kept.replays) as server,
            server.user(Role.DISPATCHER) as page,
            server.user(Role.VIEWER) as wall,
        ):
            at, server.desk.time = second(60), second(400)
            moment = (await page.get("/api/v1/replay", params={"at": at})).json()
            assert moment["snapshot"]["now"] == at == moment["heard"]
            assert moment["snapshot"]["orders"] == []
            mine = (await page.get("/api/v1/replay/mine", params={"at": at})).json()
            assert mine["revision"] == moment["revision"]

            span = {"start": START, "end": second(400)}
            recorded = (await page.get("/api/v1/replay/recorded", params=span)).json()
            assert (recorded["first"], recorded["last"]) == (
                min(kept.was) - 2 * SECOND,
                max(kept.was),
            )
            assert any(mark["order"] and mark["severity"] == "I" for mark in recorded["marks"])

            lines = await played(page, at, until="orders")
            assert [line["n"] for line in lines] == [*range(1, len(lines) + 1)]
            assert lines[0]["kind"] == "snapshot"
            assert {"readings", "beat", "alarms"} <= {line["kind"] for line in lines}
            assert len(lines[-1]["orders"]) == 1

            refused = await wall.get("/api/v1/replay", params={"at": at})
            assert (refused.status_code, refused.json()["code"]) == (403, "role_not_allowed")
            far = await played(page, 4_000_000_000 * SECOND, until="end")
            assert far[-1]["code"] == "present"
            assert (await page.get("/api/v1/replay/play", params={"at": at, "speed": 101})).is_error


async def played(page: httpx.AsyncClient, at: Micros, *, until: str) -> list[dict[str, Any]]:
    """What is told from a moment on, as far as the first line of a kind."""
    lines = []
    asked = {"at": at, "speed": 100}
    async with page.stream("GET", "/api/v1/replay/play", params=asked) as answer:
        async for line in answer.aiter_lines():
            lines.append(json.loads(line))
            if lines[-1]["kind"] == until:
                break
    return lines


async def test_so_many_play_at_a_time_and_one_that_leaves_makes_room(tmp_path: Path) -> None:
    async with morning(tmp_path) as kept:
        held = [kept.replays.play(second(20)) for _ in range(6)]
        await asyncio.gather(*(one.__aenter__() for one in held))
        with pytest.raises(Refused, match="too_many_players"):
            await kept.replays.play(second(20)).__aenter__()
        await held.pop().__aexit__(None, None, None)
        async with kept.replays.play(second(20)) as tape:
            assert tape.then.heard == second(20)
        for one in held:
            await one.__aexit__(None, None, None)
