"""Taking up where a dead server was: the same orders and records, and nobody told twice."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fakes import HandClock
from line_on_disk import Line, left_by_kill_nine, line
from story import START, Story, story_mine

from minesafe.model.events import (
    AlarmMoved,
    AlarmState,
    Decision,
    OrderClosed,
    OrderIssued,
    OrderRaised,
    Origin,
    PersonMoved,
    RevisionApproved,
    ServerStarted,
    Whereabouts,
)
from minesafe.model.frame import TagFlag
from minesafe.model.mine import Limits, Mine, Role
from minesafe.model.quality import Quality
from minesafe.store.chain import verify
from minesafe.store.snapshots import Snapshots
from minesafe.watch import Revision

Step = Callable[[Line], Awaitable[None]]


def shows(point: str, value: float) -> Step:
    async def step(mine: Line) -> None:
        mine.shown.reads(point, value)
        await mine.passes()

    return step


def walks(person: str, roadway: str, chainage: float) -> Step:
    async def step(mine: Line) -> None:
        mine.shown.at(person, roadway, chainage)
        await mine.passes()

    return step


async def second(mine: Line) -> None:
    await mine.passes()


async def half_a_minute(mine: Line) -> None:
    """Seven turns of the loop, some seconds apart."""
    for _ in range(6):
        mine.clock.turn(4)
        await mine.passes()


async def told(mine: Line) -> None:
    await mine.couriers()


async def phones_only(mine: Line) -> None:
    await mine.couriers("sms")


async def acknowledged(mine: Line) -> None:
    await mine.desk.acknowledge_order(mine.order.order, "LEADER2", Origin.LINK)


async def decided(mine: Line) -> None:
    await mine.desk.decide_order(
        mine.order.order, Decision.STOP_WORK_SUFFICES, "P4", "ventilated", Origin.CONSOLE
    )


async def ticked(mine: Line) -> None:
    await mine.desk.tick_person(
        mine.order.order, "P4", Whereabouts.OUT, "DESK", "seen at the portal"
    )


async def alarm_acknowledged(mine: Line) -> None:
    episode = mine.desk.alarms()[0].episode
    await mine.desk.acknowledge_alarm(episode, "DESK", Origin.CONSOLE)


async def leader_signs(mine: Line) -> None:
    await mine.desk.sign_all_clear(mine.order.order, "P4", Role.LEADER, "hand-held reads 0.2")


async def dispatcher_signs(mine: Line) -> None:
    await mine.desk.sign_all_clear(mine.order.order, "DESK", Role.DISPATCHER, "by phone")


OUTBURST: tuple[Step, ...] = (
    second,
    shows("CH4", 1.1),
    phones_only,
    second,
    decided,
    shows("CH4", 1.7),
    told,
    walks("P1", "A", 90),
    walks("P1", "B", 5),
    half_a_minute,
    acknowledged,
    walks("P2", "A", 60),
    told,
    walks("P1", "B", 30),
    walks("P2", "B", 35),
    shows("CH4", 0.4),
    alarm_acknowledged,
    ticked,
    leader_signs,
    second,
    dispatcher_signs,
    told,
    second,
)
"""Stop-work, decided, raised, told, walked out of, acknowledged, ended by two."""


@dataclass(frozen=True)
class Left:
    """What the dead server left, and how the world stood."""

    folder: Path
    clock: HandClock
    shown: Story
    told: dict[str, int]


@dataclass(frozen=True)
class End:
    """How a story came out."""

    bodies: list[str]
    orders: list[str]
    alarms: list[str]
    keys: list[str]
    told: dict[str, int]


def end(mine: Line) -> End:
    watch = mine.pipeline.watch
    return End(
        bodies=[repr(b) for b in mine.bodies()],
        orders=[repr(o) for o in watch.evacuation.orders.all()],
        alarms=[repr(a) for a in watch.book.alarms()],
        keys=keys_in_outbox(mine),
        told=dict(mine.told),
    )


def keys_in_outbox(mine: Line) -> list[str]:
    query = "SELECT key FROM outbox ORDER BY ordinal"
    return [key for (key,) in mine.journal._connection.execute(query)]


async def tell_it(folder: Path, copies: Path) -> tuple[End, list[Left]]:
    """The story without a stop; and what kill -9 would have left after each step."""
    left = []
    async with line(folder / "whole") as mine:
        await mine.all_is_well()
        for i, step in enumerate(OUTBURST):
            await step(mine)
            left.append(
                Left(
                    left_by_kill_nine(folder / "whole", copies / f"after-{i}"),
                    HandClock(mine.clock.now()),
                    replace_shown(mine.shown),
                    dict(mine.told),
                )
            )
        return await mine.disk.run(end, mine), left


def replace_shown(shown: Story) -> Story:
    copy = Story(shown.mine)
    copy.places, copy.values = dict(shown.places), dict(shown.values)
    return copy


async def test_stopped_after_any_step_the_story_ends_as_if_it_had_not(tmp_path: Path) -> None:
    whole, lefts = await tell_it(tmp_path, tmp_path)
    assert any("OrderClosed" in b for b in whole.bodies)
    assert any("OrderRaised" in b for b in whole.bodies)
    for i, left in enumerate(lefts):
        async with line(left.folder, clock=left.clock, shown=left.shown) as mine:
            mine.told.update(left.told)
            for step in OUTBURST[i + 1 :]:
                await step(mine)
            assert await mine.disk.run(end, mine) == whole, f"stopped after step {i}"
        assert verify(left.folder / "journal.db") == len(whole.bodies)
    assert set(whole.told.values()) == {1}


async def test_a_restart_by_itself_decides_nothing(tmp_path: Path) -> None:
    whole, lefts = await tell_it(tmp_path, tmp_path)
    for left in lefts[::4]:
        before = None
        for _ in range(2):
            async with line(left.folder, clock=left.clock, shown=left.shown) as mine:
                found = await mine.disk.run(end, mine)
            assert before is None or found == before
            before = found
    assert whole


async def gas_and_an_order(folder: Path, mine: Mine | None = None) -> tuple[HandClock, Story]:
    async with line(folder, mine=mine) as server:
        await server.all_is_well()
        server.shown.reads("CH4", 1.7)
        await server.passes(12)
        assert (folder / "snapshots").exists()
        return server.clock, server.shown


async def test_a_damaged_snapshot_gives_way_to_the_one_before(tmp_path: Path) -> None:
    clock, shown = await gas_and_an_order(tmp_path)
    async with line(tmp_path, clock=clock, shown=shown) as mine:
        await mine.pipeline.save()
        last = mine.pipeline.watch.seq
    newest = max((tmp_path / "snapshots").glob("*.snapshot"))
    newest.write_bytes(newest.read_bytes()[:-3] + b"xyz")
    async with line(tmp_path, clock=clock, shown=shown) as mine:
        assert mine.pipeline.snapshot_seq < last
        assert mine.pipeline.watch.seq == last
        assert len(mine.bodies(OrderIssued)) == 1
        assert mine.pipeline.watch.engine.active.any()


async def test_without_any_snapshot_what_the_spool_holds_is_judged_again(tmp_path: Path) -> None:
    clock, shown = await gas_and_an_order(tmp_path)
    for file in (tmp_path / "snapshots").glob("*.snapshot"):
        file.unlink()
    async with line(tmp_path, clock=clock, shown=shown) as mine:
        assert mine.pipeline.watch.engine.active.any()
        mine.shown.reads("CH4", 0.4)
        await mine.passes(2)
        assert mine.desk.alarms()[0].state is AlarmState.RETURNED_UNACKED


def changed(mine: Mine) -> Mine:
    """The same mine under another revision."""
    return replace(mine, revision="fedcba9876543210")


async def test_under_a_new_revision_an_alarm_that_is_over_ends(tmp_path: Path) -> None:
    """The engine has to learn anew, but it knows from the book what it must see end."""
    clock, shown = await gas_and_an_order(tmp_path)
    other = changed(story_mine())
    shown.reads("CH4", 0.4)
    async with line(tmp_path, mine=other, clock=clock, shown=shown) as mine:
        await mine.passes(2)
        (alarm,) = (a for a in mine.desk.alarms() if a.subject == "CH4")
        assert alarm.state is AlarmState.RETURNED_UNACKED
        assert mine.order.clear_since is not None


async def test_under_a_new_revision_an_alarm_that_holds_is_not_raised_again(
    tmp_path: Path,
) -> None:
    clock, shown = await gas_and_an_order(tmp_path)
    other = changed(story_mine())
    async with line(tmp_path, mine=other, clock=clock, shown=shown) as mine:
        await mine.passes(2)
        assert len([b for b in mine.bodies(AlarmMoved) if b.subject == "CH4"]) == 1
        assert len(mine.bodies(OrderIssued)) == 1


async def test_under_a_new_revision_everything_that_held_is_seen_to_end(tmp_path: Path) -> None:
    """A sensor dead and one in fault, a reader dead, an SOS, a trespasser, one lost."""
    async with line(tmp_path) as mine:
        await mine.all_is_well()
        mine.shown.at("P1", "A", 90)
        mine.shown.at("P2", "A", 40)
        mine.shown.reads("CH4-SLOW", 0.5, Quality.FAULT)
        mine.shown.reads("WIND", 0.5, Quality.COMMS_LOST)
        mine.shown.flags["P1"] = TagFlag.SOS
        await mine.passes(2)
        mine.shown.vanishes("P2")
        await mine.passes(45)
        held = {a.condition for a in mine.desk.alarms() if a.active}
        clock, shown = mine.clock, mine.shown
    assert held == {"bad", "silent", "sos", "trespassing", "lost_contact"}
    async with line(tmp_path, mine=changed(story_mine()), clock=clock, shown=shown) as mine:
        await mine.passes(3)
        assert {a.condition for a in mine.desk.alarms() if a.active} == held
        shown.at("P1", "A", 30)
        shown.at("P2", "A", 40)
        shown.reads("CH4-SLOW", 0.5)
        shown.reads("WIND", 0.5)
        shown.flags.clear()
        await mine.passes(3)
        assert [a.condition for a in mine.desk.alarms() if a.active] == []
        assert (mine.pipeline.watch.picture().count >= 0).all()


async def test_a_delay_goes_on_over_a_kill_and_another_order_of_the_rows(tmp_path: Path) -> None:
    """Frames that were not in the snapshot any more are judged in the rows they have now."""
    async with line(tmp_path / "first") as mine:
        await mine.all_is_well()
        await mine.pipeline.save()
        mine.shown.reads("CH4-SLOW", 1.2)
        await mine.passes(4)
        clock, shown = mine.clock, mine.shown
        left = left_by_kill_nine(tmp_path / "first", tmp_path / "left")
    base = story_mine()
    other = replace(changed(base), points=base.points[::-1], people=base.people[::-1])
    seen = Story(other)
    seen.values, seen.places = shown.values, shown.places
    async with line(left, mine=other, clock=clock, shown=seen) as mine:
        assert not mine.desk.alarms()
        await mine.passes(1)
        assert not mine.desk.alarms()
        await mine.passes(1)
        (alarm,) = mine.desk.alarms()
        assert (alarm.subject, alarm.condition) == ("CH4-SLOW", "alarm_high")


async def test_what_sources_left_is_judged_before_another_revision_takes_over(
    tmp_path: Path,
) -> None:
    base = story_mine()
    other = replace(changed(base), points=base.points[::-1])
    approved = RevisionApproved(revision=other.revision, by=("A", "B"), files=())
    async with line(tmp_path / "first") as mine:
        await mine.all_is_well()
        mine.shown.reads("CH4", 1.7)
        mine.clock.turn(1)
        waiting = asyncio.ensure_future(mine.pipeline.hear(mine.batch()))
        await asyncio.sleep(0)
        await mine.pipeline.take_over(Revision.of(other), approved)
        await waiting
        (alarm,) = mine.desk.alarms()
        assert alarm.subject == "CH4"
        assert mine.desk.mine is other
        left = left_by_kill_nine(tmp_path / "first", tmp_path / "left")
        clock = mine.clock
    seen = Story(other)
    seen.values = {"CH4": (1.7, Quality.GOOD)}
    async with line(left, mine=other, clock=clock, shown=seen) as mine:
        await mine.passes(2)
        assert [b.subject for b in mine.bodies(AlarmMoved)] == ["CH4"]
        assert len(mine.bodies(OrderIssued)) == 1


async def test_a_snapshot_nobody_can_read_is_said_and_the_frames_are_judged_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with line(tmp_path) as mine:
        await mine.all_is_well()
        mine.shown.reads("CH4", 1.7)
        await mine.passes(2)
        Snapshots(tmp_path / "snapshots").write(mine.pipeline.watch.seq, b"MSW9 of a later server")
        clock, shown = mine.clock, mine.shown
    async with line(tmp_path, clock=clock, shown=shown) as mine:
        assert "is of format b'MSW9'; this server reads b'MSW2'" in caplog.text
        assert mine.pipeline.watch.engine.active.any()


async def test_a_limit_that_the_new_revision_has_not_ends_its_alarm(tmp_path: Path) -> None:
    clock, shown = await gas_and_an_order(tmp_path)
    base = story_mine()
    points = (replace(base.points[0], limits=Limits(), rule=None), *base.points[1:])
    other = replace(changed(base), points=points)
    async with line(tmp_path, mine=other, clock=clock, shown=shown) as mine:
        (alarm,) = mine.desk.alarms()
        assert not alarm.active
        assert mine.order.clear_since is not None


async def test_an_order_outlives_the_zone_the_person_and_the_point_it_was_about(
    tmp_path: Path,
) -> None:
    """The mine was edited while an order was open: what it knew is gone, the order is not."""
    clock, shown = await gas_and_an_order(tmp_path)
    base = story_mine()
    other = replace(
        changed(base),
        zones=tuple(z for z in base.zones if z.id != "BLAST"),
        people=tuple(p for p in base.people if p.id != "P1"),
        points=base.points[1:],
        outputs=(),
    )
    seen = Story(other)
    seen.values = {p: v for p, v in shown.values.items() if p != "CH4"}
    seen.places = {p: v for p, v in shown.places.items() if p != "P1"}
    async with line(tmp_path, mine=other, clock=clock, shown=seen) as mine:
        await mine.passes(40)
        assert mine.order.is_open
        assert "P1" in mine.order.unaccounted
        await mine.couriers()
        await mine.desk.tick_person(mine.order.order, "P1", Whereabouts.OUT, "DESK", "at home")
        await mine.desk.tick_person(mine.order.order, "P4", Whereabouts.OUT, "DESK", "at home")
        await mine.desk.sign_all_clear(mine.order.order, "P4", Role.LEADER, "measured")
        assert await mine.desk.sign_all_clear(mine.order.order, "DESK", Role.DISPATCHER, "by phone")
        assert len(mine.bodies(OrderClosed)) == 1


async def test_acts_between_frames_are_there_after_a_kill(tmp_path: Path) -> None:
    async with line(tmp_path / "a") as mine:
        await mine.all_is_well()
        await mine.desk.note(ServerStarted(epoch=1, revision="x", version="0", demo=True))
        mine.shown.reads("CH4", 1.1)
        await mine.passes()
        await acknowledged_by_leader(mine)
        left = left_by_kill_nine(tmp_path / "a", tmp_path / "b")
        clock, shown = mine.clock, mine.shown
        position = mine.desk.position
    async with line(left, clock=clock, shown=shown) as mine:
        assert mine.desk.position == position
        assert mine.order.acknowledged_by == "P4"
        for _ in range(185):
            mine.clock.turn(1)
            await mine.hears()
        assert [b.reason for b in mine.bodies(OrderRaised)] == ["undecided"]


async def acknowledged_by_leader(mine: Line) -> None:
    await mine.desk.acknowledge_order(mine.order.order, "P4", Origin.LINK)


@pytest.mark.parametrize("frames", [0, 1, 5])
async def test_frames_on_disk_that_nobody_judged_are_judged_at_the_start(
    tmp_path: Path, frames: int
) -> None:
    """Killed between the spool's commit and the engine: the gas in them raises its alarm now."""
    async with line(tmp_path) as mine:
        await mine.all_is_well()
        mine.shown.reads("CH4", 1.7)
        for _ in range(frames):
            mine.clock.turn(1)
            batch = mine.batch()
            frame = mine.pipeline._stamp([batch])
            await mine.disk.run(mine.spool.commit, [frame])
            mine.pipeline.watch.seq = frame.seq
        clock, shown = mine.clock, mine.shown
    async with line(tmp_path, clock=clock, shown=shown) as mine:
        await asyncio.sleep(0)
        assert len(mine.bodies(OrderIssued)) == min(frames, 1)
        assert mine.pipeline.watch.seq == 2 + frames
        assert mine.clock.now() > START
        assert mine.bodies(PersonMoved) == []
