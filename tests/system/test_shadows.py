"""Shadows judge live and tell nobody; one that breaks or falls behind troubles nobody."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from desk_on_paper import DeskOnPaper
from line_on_disk import Line, line
from story import START, story_mine
from system.parts import new_database
from web_site import running

from minesafe import shadows
from minesafe.backtest import Shadowed, trial
from minesafe.model.events import (
    AlarmMove,
    AlarmMoved,
    Event,
    FindingBegan,
    FindingEnded,
    FindingKind,
    RevisionApproved,
    ShadowMoved,
)
from minesafe.model.frame import Frame
from minesafe.model.mine import Mine, Name, Role, Shadow
from minesafe.model.time import SECOND
from minesafe.shadows import Shadows
from minesafe.store.history import PostgresHistory
from minesafe.watch import Revision

EVER = (0, 1 << 62)


def shadowed_mine() -> Mine:
    """Besides what is in force, the methane at the face is tried with 0.8."""
    mine = story_mine()
    point = mine.points[mine.point_row["CH4"]]
    sooner = replace(point, limits=replace(point.limits, alarm_high=0.8))
    return replace(mine, shadows=(Shadow("sooner", Name("提前", "sooner"), (sooner,), (), ()),))


async def overhearing(server: Line) -> Shadows:
    """Shadows of a server, looking when the test says so."""
    beside = Shadows(server.pipeline)
    server.pipeline.overhearing.append(beside._overheard)
    server.pipeline.recorder.on_events(beside._told)
    await beside.look()
    return beside


async def gas_comes(server: Line, beside: Shadows) -> None:
    """0.9 for twenty seconds, which nobody is told of; then over the limit, and gone."""
    for value, seconds in ((0.9, 20), (1.1, 5), (0.5, 5)):
        server.shown.reads("CH4", value)
        await server.passes(seconds)
        await beside.look()
    await server.passes(1)
    await beside.look()
    await server.settled()


async def test_a_shadow_says_what_would_have_been_told_and_nobody_is_told(tmp_path: Path) -> None:
    async with line(tmp_path, mine=shadowed_mine()) as server:
        await server.all_is_well()
        beside = await overhearing(server)
        await gas_comes(server, beside)
        said = server.bodies(ShadowMoved)
        assert [(m.condition, m.on, m.value, m.limit) for m in said] == [
            ("alarm_high", True, 0.9, 0.8),
            ("alarm_high", False, 0.5, 0.8),
        ]
        raised = [m for m in server.bodies(AlarmMoved) if m.move is AlarmMove.RAISE]
        assert [m.value for m in raised] == [1.1]
        assert len(server.pipeline.watch.evacuation.orders.all()) == 1
        ledger = Shadowed()
        for event in server.events():
            ledger.apply(event.body, event.valid)
    (standing,) = ledger.standings(server.mine, EVER)
    row = next(r for r in standing.rows if r.condition == "alarm_high")
    assert (row.fired, row.would_fire, row.real, row.lead) == (1, 1, 1, 20.0)


async def test_it_goes_on_by_itself_under_another_revision_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shadows, "EVERY_S", 0.01)
    monkeypatch.setattr(shadows, "SHARE", 1.0)
    async with line(tmp_path) as server:
        await server.all_is_well()
        beside = Shadows(server.pipeline)
        running_on = asyncio.create_task(beside.run())
        server.shown.reads("CH4", 0.9)
        await server.passes(2)
        mine = replace(shadowed_mine(), revision="fedcba9876543210")
        approved = RevisionApproved(revision=mine.revision, by=("A", "B"), files=())
        await server.pipeline.take_over(Revision.of(mine), approved)
        while not server.bodies(ShadowMoved):
            await server.passes(1)
            await asyncio.sleep(0.02)
        running_on.cancel()
        await asyncio.wait({running_on})
        assert server.pipeline.overhearing == []
        assert server.bodies(ShadowMoved)[0].shadow == "sooner"


async def test_a_shadow_that_breaks_is_dropped_with_a_finding_and_the_mine_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(self: trial.Trial, frame: Frame, beside: Sequence[Event]) -> object:
        raise ZeroDivisionError("a rule nobody tried")

    monkeypatch.setattr(trial.Trial, "tick", breaks)
    async with line(tmp_path, mine=shadowed_mine()) as server:
        await server.all_is_well()
        beside = await overhearing(server)
        await gas_comes(server, beside)
        assert server.bodies(ShadowMoved) == []
        found = [f for f in server.bodies(FindingBegan) if f.finding is FindingKind.SHADOW_LOST]
        assert [(f.subject, f.detail) for f in found] == [
            ("sooner", "ZeroDivisionError: a rule nobody tried")
        ]
        assert any(m.value == 1.1 for m in server.bodies(AlarmMoved))


async def test_a_shadow_that_is_behind_lets_go_and_begins_where_the_mine_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shadows, "MOST_FRAMES", 10)
    async with line(tmp_path, mine=shadowed_mine()) as server:
        await server.all_is_well()
        beside = await overhearing(server)
        server.shown.reads("CH4", 0.9)
        await server.passes(30)
        assert len(beside._heard) <= 12
        await beside.look()
        await server.passes(3)
        await beside.look()
        await server.settled()
        assert [m.value for m in server.bodies(ShadowMoved)] == [0.9]
        lost = server.bodies(FindingBegan, FindingEnded)
        told = [type(f) for f in lost if f.finding is FindingKind.SHADOW_LOST]
        assert told == [FindingBegan, FindingEnded]


async def test_a_room_reads_what_its_shadows_would_have_told(tmp_path: Path) -> None:
    mine = shadowed_mine()
    history = PostgresHistory(new_database(), mine, spool="a", journal="a")
    async with line(tmp_path, mine=mine) as server:
        await server.all_is_well()
        beside = await overhearing(server)
        await gas_comes(server, beside)
        await history.project(server.events())
    folder = tmp_path / "site"
    folder.mkdir()
    desk = DeskOnPaper(replace(mine, users=DeskOnPaper().mine.users))
    async with running(folder, desk, history=history) as site, site.user(Role.ENGINEER) as user:
        span = f"start={START}&end={START + 3600 * SECOND}"
        answer = await user.get(f"{site.url}/api/v1/shadows?{span}")
        assert answer.status_code == 200, answer.text
        (shadow,) = answer.json()
    await history.close()
    assert (shadow["id"], shadow["would_fire"], shadow["real"], shadow["lead_s"]) == (
        *("sooner", 1, 1),
        20.0,
    )
    row = next(r for r in shadow["limits"] if r["condition"] == "alarm_high")
    assert (row["before"], row["after"], row["fired"]) == (1.0, 0.8, 1)
