"""A back-test says what the mine's own server said, to the byte; and what other limits had said."""

import hashlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from first_mine import first_mine
from line_on_disk import Line, line
from recorded import Recorded
from story import START, story_mine
from system.parts import new_database

import minesafe.watch
from minesafe.backtest import Asked, Report, back_test, trial
from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import AlarmMoved, AlarmSource, Event, Origin
from minesafe.model.frame import Frame
from minesafe.model.mine import Mine
from minesafe.model.quality import Quality
from minesafe.model.verdict import Verdict
from minesafe.store.history import PostgresHistory
from minesafe.store.journal import SqliteJournal
from minesafe.store.warm import Warm

EVER = (0, 1 << 62)


@dataclass
class Live:
    """What the live engine said, overheard."""

    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    told: int = 0

    def overhear(self, verdict: Verdict) -> Verdict:
        if len(verdict.transitions):
            self.digest.update(verdict.seq.to_bytes(8, "little"))
            self.digest.update(verdict.transitions.to_bytes())
            self.told += len(verdict.transitions)
        return verdict


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> Live:
    heard, judge = Live(), minesafe.watch.judge
    monkeypatch.setattr(minesafe.watch, "judge", lambda *words: heard.overhear(judge(*words)))
    return heard


@pytest.fixture
async def remembered() -> AsyncIterator[Callable[[Mine], PostgresHistory]]:
    opened: list[PostgresHistory] = []

    def open_it(mine: Mine) -> PostgresHistory:
        opened.append(PostgresHistory(new_database(), mine, spool="a", journal="a"))
        return opened[-1]

    yield open_it
    for history in opened:
        await history.close()


async def kept(history: PostgresHistory, line: Line) -> None:
    """Spool and journal as the feeder takes them over."""
    await history.write(await line.disk.run(line.spool.after, 0, 1 << 30))
    await history.project(line.events())


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    opened = SqliteJournal(tmp_path / "journal.db", ballast_mb=1)
    yield opened
    opened.close()


def none_kept(_before: int) -> None:
    return None


async def moved_again(
    history: PostgresHistory, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> tuple[Report, list[AlarmMoved]]:
    """A back-test of everything, and every alarm that moved in it."""
    moves: list[AlarmMoved] = []
    tick = trial.Trial.tick

    def heard(self: trial.Trial, frame: Frame, beside: Sequence[Event]) -> list[object]:
        found = list(tick(self, frame, beside))
        moves.extend(move for move, _ in found)
        return found  # type: ignore[return-value]  # what tick gives

    monkeypatch.setattr(trial.Trial, "tick", heard)
    return await back_test(history, asked, EVER, none_kept), moves


def journalled(events: Sequence[Event]) -> list[AlarmMoved]:
    """Moves the engine, or time, has made."""
    return [
        event.body
        for event in events
        if isinstance(event.body, AlarmMoved)
        and event.frame is not None
        and event.body.source is not AlarmSource.FINDING
    ]


async def an_outburst(line: Line) -> None:
    """Gas at the face, acknowledged, over the cut-off, gone; one sensor fails, one falls silent."""
    await line.all_is_well()
    for value in (0.7, 0.9, 0.95):
        line.shown.reads("CH4", value)
        await line.passes(40)
    line.shown.reads("CH4", 1.1)
    await line.passes(3)
    await line.desk.acknowledge_alarm("high:CH4#1", "DESK", Origin.CONSOLE)
    line.shown.reads("CH4", 1.7)
    await line.passes(60)
    line.shown.reads("CH4", 0.4)
    await line.passes(5)
    line.shown.reads("CH4-SLOW", 0.5, Quality.FAULT)
    await line.passes(10)
    line.shown.values.pop("WIND")
    await line.passes(120)


async def test_nothing_changed_gives_the_verdicts_and_the_alarms_that_were(
    tmp_path: Path,
    live: Live,
    remembered: Callable[[Mine], PostgresHistory],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with line(tmp_path) as server:
        await an_outburst(server)
        history, events = remembered(server.mine), server.events()
        await kept(history, server)
    said = live.digest.hexdigest()
    report, moves = await moved_again(history, Asked(server.mine, server.mine), monkeypatch)
    assert (report.exact, report.why_not_exact) == (True, ())
    assert report.digest == said
    assert live.told > 5
    assert moves == journalled(events)
    row = next(r for r in report.rows if (r.point, r.condition) == ("CH4", "alarm_high"))
    assert (row.fired, row.would_fire, row.real, row.missed, row.lead) == (1, 1, 1, 0, 0.0)


async def test_a_gas_outburst_told_again_is_the_same_outburst(
    journal: SqliteJournal,
    live: Live,
    remembered: Callable[[Mine], PostgresHistory],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The shipped scenario: mine, people, devices that lie, orders, the leader's phone."""
    mine = first_mine()
    scenario = Recorded(mine, "gas-outburst", journal)
    while scenario.second < 240:
        await scenario.one_second()
    said, events = live.digest.hexdigest(), journal.read(0, 1 << 30)
    history = remembered(mine)
    for at in range(0, len(scenario.frames), 500):
        await history.write(scenario.frames[at : at + 500])
    await history.project(events)
    report, moves = await moved_again(history, Asked(mine, mine), monkeypatch)
    assert report.why_not_exact == ()
    assert report.digest == said
    assert moves == journalled(events)
    assert report.total().real > 0


def with_limits(mine: Mine, point: str, **limits: float) -> Asked:
    row = mine.point_row[point]
    other = replace(mine.points[row], limits=replace(mine.points[row].limits, **limits))
    return Asked(mine, replace(mine, points=(*mine.points[:row], other, *mine.points[row + 1 :])))


async def test_a_lower_limit_would_have_told_of_the_danger_sooner_and_of_nothing_twice_more(
    tmp_path: Path, remembered: Callable[[Mine], PostgresHistory]
) -> None:
    async with line(tmp_path) as server:
        await server.all_is_well()
        for _ in range(2):
            server.shown.reads("CH4", 0.85)
            await server.passes(3)
            server.shown.reads("CH4", 0.5)
            await server.passes(3)
            server.clock.turn(2000)
        await an_outburst(server)
        history = remembered(server.mine)
        await kept(history, server)
    mine = server.mine
    report = await back_test(history, with_limits(mine, "CH4", alarm_high=0.8), EVER, none_kept)
    row = next(r for r in report.rows if r.condition == "alarm_high")
    assert (row.before, row.after) == (1.0, 0.8)
    assert (row.fired, row.would_fire, row.real, row.dangers) == (1, 3, 1, 1)
    assert row.lead_s == (80.0,)
    assert report.points == 1
    higher = await back_test(history, with_limits(mine, "CH4", alarm_high=1.4), EVER, none_kept)
    late = next(r for r in higher.rows if r.condition == "alarm_high")
    assert (late.would_fire, late.real, late.missed, late.lead_s) == (1, 1, 0, (-3.0,))
    never = await back_test(history, with_limits(mine, "CH4", alarm_high=3.0), EVER, none_kept)
    gone = next(r for r in never.rows if r.condition == "alarm_high")
    assert (gone.would_fire, gone.dangers, gone.missed) == (0, 1, 1)


async def test_a_state_that_was_kept_begins_where_it_was_and_a_gap_is_told(
    tmp_path: Path, live: Live, remembered: Callable[[Mine], PostgresHistory]
) -> None:
    async with line(tmp_path) as server:
        await server.all_is_well()
        server.shown.reads("CH4", 1.1)
        await server.passes(5)
        watch, states = server.pipeline.watch, Warm(tmp_path / "warm")
        states.keep(watch.seq, watch.snapshot())
        server.shown.reads("CH4", 1.12)
        await server.passes(5)
        live.digest, since = hashlib.sha256(), server.clock.now() + 1
        server.shown.reads("CH4", 0.4)
        await server.passes(5)
        frames = await server.disk.run(server.spool.after, 0, 1000)
        events, mine = server.events(), server.mine
    asked = Asked(mine, mine)
    whole, holed = remembered(mine), remembered(mine)
    for history, some in ((whole, frames), (holed, [*frames[:-3], frames[-1]])):
        await history.write(some)
        await history.project(events)
    report = await back_test(whole, asked, (since, EVER[1]), states.before)
    assert (report.exact, report.digest) == (True, live.digest.hexdigest())
    approximate = await back_test(holed, asked, (since, EVER[1]), states.before)
    assert approximate.why_not_exact == ("missing_frames 2",)


async def test_frames_of_an_earlier_revision_are_judged_at_the_rows_the_points_have_now(
    tmp_path: Path,
) -> None:
    dsn, now = new_database(), story_mine()
    before = replace(now, revision="aaaaaaaaaaaaaaaa", points=now.points[::-1])
    async with line(tmp_path, mine=before) as server:
        await an_outburst(server)
        earlier = PostgresHistory(dsn, before, spool="a", journal="a")
        await kept(earlier, server)
        await earlier.close()
    history = PostgresHistory(dsn, now, spool="a", journal="a")
    report = await back_test(history, with_limits(now, "CH4", alarm_high=0.8), EVER, none_kept)
    assert report.why_not_exact == ("frames_of_other_revisions 1",)
    row = next(r for r in report.rows if r.condition == "alarm_high")
    assert (row.fired, row.would_fire, row.real, row.lead) == (1, 1, 1, 80.0)
    with pytest.raises(StoreUnavailable, match="nothing is stored"):
        await back_test(history, Asked(now, now), (0, START), none_kept)
    await history.close()


async def test_of_a_kind_stored_with_a_dead_band_it_says_that_it_is_approximate(
    tmp_path: Path, remembered: Callable[[Mine], PostgresHistory]
) -> None:
    mine = story_mine()
    kinds = [
        replace(kind, store_band=0.3, store_every_s=60.0) if kind.id == "ch4" else kind
        for kind in mine.kinds
    ]
    mine = replace(mine, kinds=tuple(kinds))
    async with line(tmp_path, mine=mine) as server:
        await server.all_is_well()
        for value in (0.5, 0.6, 0.9):
            server.shown.reads("CH4", value)
            await server.passes(3)
        history = remembered(mine)
        await kept(history, server)
    report = await back_test(history, with_limits(mine, "CH4", alarm_high=0.8), EVER, none_kept)
    assert report.why_not_exact == ("thinned_points 1",)
    everything = await back_test(history, Asked(mine, mine), EVER, none_kept)
    (why,) = everything.why_not_exact
    assert why.startswith("missing_readings ")
