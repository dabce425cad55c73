"""kill -9 at a hundred random points of an open order: between, and within, what goes to disk.

Before and after every write to journal, spool and snapshots, half-done transactions included, the
folder is copied: that is what kill -9 leaves. From each copy the story goes on, and has to end as
it does undisturbed: no record twice, none missing, every deadline where it was. Only a message that
was on its way at that moment may be handed over twice.
"""

import functools
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fakes import HandClock
from line_on_disk import Line, left_by_kill_nine, line
from story import Story

from minesafe.model.duty_acts import NameSubstitute
from minesafe.model.events import (
    AllClearSigned,
    AnyBody,
    Body,
    LadderStepped,
    OrderAcknowledged,
    OrderClosed,
    OrderRaised,
    Origin,
    PersonMoved,
    SubstituteNamed,
    Whereabouts,
)
from minesafe.model.mine import Duty, Role
from minesafe.model.order import Order
from minesafe.store.chain import verify

POINTS, SEED = 100, 5
WRITES = ("together", "append", "receipt", "sending", "commit", "write")
"""What journal, spool and snapshots are asked to put on disk."""


@dataclass(frozen=True)
class Step:
    """Something that happens once: time and what the mine shows, a courier's round, an act."""

    seconds: float = 0.0
    shows: tuple[tuple[str, float], ...] = ()
    walks: tuple[tuple[str, str, float], ...] = ()
    tells: bool = False
    leaves: type[Body] | None = None
    """Of an act: the record that shows that it was done."""
    act: Callable[[Line], Any] | None = None


def newest(mine: Line) -> Order:
    return mine.order


async def stands_in(mine: Line) -> None:
    start = mine.mine.shifts[0].start
    act = NameSubstitute("DESK", Origin.CONSOLE, Duty.DEPUTY, start, "LEADER2", "ENGINEER", "ill")
    await mine.desk.about_duty(act)


STORY = (
    Step(1, shows=(("CH4", 1.1),)),
    Step(tells=True),
    Step(31),
    Step(act=stands_in, leaves=SubstituteNamed),
    Step(tells=True),
    Step(31),
    Step(1, shows=(("CH4", 1.7),)),
    Step(tells=True),
    Step(16, walks=(("P1", "A", 90),)),
    Step(16, walks=(("P1", "B", 5),)),
    Step(tells=True),
    Step(
        act=lambda m: m.desk.acknowledge_order(newest(m).order, "ENGINEER", Origin.LINK),
        leaves=OrderAcknowledged,
    ),
    Step(1, walks=(("P2", "A", 60),)),
    Step(1, walks=(("P1", "B", 30), ("P2", "B", 35))),
    Step(tells=True),
    Step(1, shows=(("CH4", 0.4),)),
    Step(
        act=lambda m: m.desk.tick_person(
            newest(m).order, "P4", Whereabouts.OUT, "DESK", "seen at the portal"
        ),
        leaves=PersonMoved,
    ),
    Step(
        act=lambda m: m.desk.sign_all_clear(newest(m).order, "P4", Role.LEADER, "by hand: 0.2"),
        leaves=AllClearSigned,
    ),
    Step(1),
    Step(
        act=lambda m: m.desk.sign_all_clear(newest(m).order, "DESK", Role.DISPATCHER, "by phone"),
        leaves=OrderClosed,
    ),
    Step(tells=True),
    Step(1),
)
"""Stop-work; two rungs, the deputy changed in between; raised; walked out of; ended by two."""


@dataclass(frozen=True)
class Left:
    """What the dead server left, and how the world stood."""

    point: str
    folder: Path
    step: int
    time: int
    shown: Story
    told: dict[str, int]
    under_way: str
    """Key of the command that was being handed over."""


@dataclass
class Reaper:
    """Stands before and after every write, and takes copies at some of them."""

    folder: Path
    copies: Path
    wanted: frozenset[int]
    seen: int = 0
    left: list[Left] = field(default_factory=list)
    mine: Line | None = None
    step: int = 0
    under_way: str = ""
    depth: int = 0
    """How many writes are within one another: only the outermost one's end is a commit."""
    settled: bool = False

    def around(self, part: object) -> Any:
        """The same part, its writes watched."""
        return _Watched(part, self)

    def passes(self, what: str) -> None:
        self.seen += 1
        if self.mine is None or self.seen not in self.wanted:
            return
        copy = left_by_kill_nine(self.folder, self.copies / str(self.seen))
        shown, told = copied(self.mine.shown), dict(self.mine.told)
        point = f"{self.seen}: {what} in step {self.step}"
        now = self.mine.clock.now()
        self.left.append(Left(point, copy, self.step, now, shown, told, self.under_way))


class _Watched:
    def __init__(self, part: object, reaper: Reaper) -> None:
        self._part, self._reaper = part, reaper

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._part, name)
        return functools.partial(self._write, name, found) if name in WRITES else found

    def _write(self, name: str, write: Callable[..., Any], *args: Any, **named: Any) -> Any:
        reaper = self._reaper
        reaper.passes(f"before {name}")
        if name == "sending":
            reaper.under_way = args[0]
        reaper.depth += 1
        done = write(*args, **named)
        reaper.depth -= 1
        reaper.settled |= name == "receipt"
        if reaper.settled and not reaper.depth:
            reaper.under_way, reaper.settled = "", False
        reaper.passes(f"after {name}")
        return done


def copied(shown: Story) -> Story:
    copy = Story(shown.mine)
    copy.places, copy.values = dict(shown.places), dict(shown.values)
    return copy


async def do(mine: Line, step: Step) -> None:
    for point, value in step.shows:
        mine.shown.reads(point, value)
    for walk in step.walks:
        mine.shown.at(*walk)
    mine.clock.turn(step.seconds)
    await do_again(mine, step)


async def do_again(mine: Line, step: Step) -> None:
    """What a device, a courier or a person does who has had no answer, at the same moment."""
    if step.seconds:
        await mine.hears(mine.batch())
    if step.tells:
        await mine.couriers()
    if step.act is not None:
        await step.act(mine)


@dataclass(frozen=True)
class End:
    """How it came out."""

    bodies: list[str]
    orders: list[str]
    alarms: list[str]
    keys: list[str]


def end_of(mine: Line) -> End:
    watch = mine.pipeline.watch
    query = "SELECT key FROM outbox ORDER BY ordinal"
    return End(
        bodies=[repr(b) for b in mine.bodies()],
        orders=[repr(o) for o in watch.evacuation.orders.all()],
        alarms=[repr(a) for a in watch.book.alarms()],
        keys=[key for (key,) in mine.journal._connection.execute(query)],
    )


async def told_undisturbed(folder: Path, reaper: Reaper) -> tuple[End, dict[int, list[AnyBody]]]:
    """The whole story; and the records that each step left."""
    records: dict[int, list[AnyBody]] = {}
    async with line(folder, wrap=reaper.around) as mine:
        mine.pipeline._spool = reaper.around(mine.pipeline._spool)
        mine.pipeline._snapshots = reaper.around(mine.pipeline._snapshots)
        await mine.all_is_well()
        reaper.mine = mine
        for reaper.step, step in enumerate(STORY):
            before = mine.desk.position
            await do(mine, step)
            records[reaper.step] = [e.body for e in mine.events()[before:]]
        return await mine.disk.run(end_of, mine), records


async def goes_on(left: Left, records: dict[int, list[AnyBody]]) -> tuple[End, Counter[str]]:
    """From what a dead server left to the end of the story."""
    clock = HandClock(left.time)
    async with line(left.folder, clock=clock, shown=left.shown) as mine:
        mine.told.update(left.told)
        step = STORY[left.step]
        if not done(step, records[left.step], mine):
            await do_again(mine, step)
        for later in STORY[left.step + 1 :]:
            await do(mine, later)
        return await mine.disk.run(end_of, mine), mine.told


def done(step: Step, left: list[AnyBody], mine: Line) -> bool:
    """Whether an act is in the journal: its person had no answer, looks, and sees that it is."""
    if step.leaves is None:
        return False
    wanted = [b for b in left if isinstance(b, step.leaves)]
    return bool(wanted) and wanted[0] in mine.bodies()


async def killed_at(points: int, tmp_path: Path) -> None:
    counted = Reaper(tmp_path / "counted", tmp_path, frozenset())
    await told_undisturbed(tmp_path / "counted", counted)
    moments = random.Random(SEED).sample(range(1, counted.seen + 1), min(points, counted.seen))
    copies = tmp_path / "copies"
    reaper = Reaper(tmp_path / "whole", copies, frozenset(moments))
    whole, records = await told_undisturbed(tmp_path / "whole", reaper)
    assert {type(b) for bodies in records.values() for b in bodies} >= {
        *(LadderStepped, OrderRaised, OrderClosed, SubstituteNamed),
    }
    for left in reaper.left:
        end, told = await goes_on(left, records)
        assert end == whole, left.point
        twice = {key for key, times in told.items() if times > 1}
        assert twice <= {left.under_way}, left.point
        assert set(told) == set(whole.keys), left.point
        assert verify(left.folder / "journal.db") == len(whole.bodies), left.point
    assert len(reaper.left) > len(moments) * 0.8, "few before the story began"


async def test_killed_at_a_hundred_random_points_the_order_ends_as_if_it_had_not(
    tmp_path: Path,
) -> None:
    await killed_at(POINTS, tmp_path)


@pytest.mark.soak
async def test_killed_at_every_point_there_is_the_order_ends_as_if_it_had_not(
    tmp_path: Path,
) -> None:
    await killed_at(1_000_000, tmp_path)
