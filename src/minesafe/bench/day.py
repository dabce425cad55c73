"""A recorded day through the watch: how long 86,400 frames take to judge, book and order.

The simulators play a quarter of an hour in a process of their own and put on tape what their
devices say; it is decoded as the sources decode, a frame a mine second. A day is such quarters one
after the other: quiet ones, and at noon one in which gas breaks out and nobody leaves, so that an
order is open, and musters, all the while. Then everybody is ticked off and two sign.
"""

import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import msgspec

from minesafe.config import load, shipped
from minesafe.demo import mine_paper
from minesafe.engine import Layout, State, judge
from minesafe.evacuation import acts
from minesafe.model.errors import LinkDown
from minesafe.model.events import AnyBody, Decision, OrderKind, Origin, Whereabouts
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.mine import Mine, Role
from minesafe.model.time import SECOND, Micros
from minesafe.sources.positioning.ranges import Roadways
from minesafe.sources.positioning.snap import Snapper
from minesafe.sources.positioning.stations import decoder_of
from minesafe.sources.sample import sample
from minesafe.watch import Watch

C = TypeVar("C", Readings, Sightings)

DAY_S = 86_400
QUARTER_S = 900
QUIET, OUTBURST = "quiet-shift", "gas-outburst"


def run(seed: int) -> dict[str, float]:
    """Measure a whole day of the shipped demo mine.

    Returns:
        `day_s`, a core's own seconds for the day, whoever else is on the machine, and
        `day_engine_s`, of these in the judgement alone; `day_quiet_ms` and `day_order_ms` a frame
        without and with an open order; `day_frames`, `day_orders`, and rows a second:
        `day_readings`, `day_sightings`.

    Raises:
        LinkDown: the simulators did not record.
    """
    return measured(load(shipped("demo")), seed, QUARTER_S, DAY_S // QUARTER_S)


def measured(mine: Mine, seed: int, quarter_s: int, quarters: int) -> dict[str, float]:
    """As `run`, of so many quarters of so many seconds."""
    with TemporaryDirectory(prefix="minesafe-day-") as folder:
        paper = mine_paper(mine, Path(folder))
        quiet, outburst = (taped(mine, paper, name, quarter_s, seed) for name in (QUIET, OUTBURST))
    day = Day(Watch(mine))
    for quarter in range(quarters):
        day.play(outburst if quarter == quarters // 2 else quiet)
    engine_s = sum(
        times * judging_s(mine, tape) for times, tape in ((quarters - 1, quiet), (1, outburst))
    )
    return day.figures() | {
        "day_engine_s": round(engine_s, 1),
        "day_readings": round(sum(len(r) for r, _ in quiet.seconds) / quarter_s, 1),
        "day_sightings": round(sum(len(s) for _, s in quiet.seconds) / quarter_s, 1),
    }


# --- the tape -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tape:
    """What was heard in each second, the first one at `began`."""

    began: Micros
    seconds: Sequence[tuple[Readings, Sightings]]

    def at(self, moment: Micros) -> Iterator[tuple[Readings, Sightings]]:
        """The same, heard at another time of day."""
        later = moment - self.began
        for readings, sightings in self.seconds:
            yield _later(readings, later), _later(sightings, later)


def taped(mine: Mine, paper: Path, scenario: str, seconds: int, seed: int) -> Tape:
    """Let the simulators play, and decode what their devices say.

    Raises:
        LinkDown: they did not record.
    """
    began = amid_a_shift(mine)
    command = (
        sys.executable, "-m", "device_sims", "record", str(paper), "--scenario", scenario,
        "--began", str(began), "--seconds", str(seconds), "--seed", str(seed),
    )  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.PIPE)  # noqa: S603  our own interpreter
    with process:
        assert process.stdout is not None
        heard = list(_heard(mine, process.stdout))
    if process.returncode or len(heard) != seconds:
        raise LinkDown(f"the simulators recorded {len(heard)} of {seconds} s")
    return Tape(began, heard)


def amid_a_shift(mine: Mine) -> Micros:
    """A moment at which the roster names somebody for every post."""
    first = mine.shifts[0]
    return (first.start + first.end) // 2


class _Line(msgspec.Struct):
    t: int
    readings: list[tuple[str, float, int]]
    reports: list[list[msgspec.Raw]]


def _heard(mine: Mine, lines: Iterable[bytes]) -> Iterator[tuple[Readings, Sightings]]:
    ground, decoder = (Roadways(mine), Snapper(mine)), msgspec.json.Decoder(_Line)
    stations = [decoder_of(mine, *ground, s) for s in mine.stations]
    for line in lines:
        second = decoder.decode(line)
        now = second.t * 1000
        rows = [_row(mine, now, *reading) for reading in second.readings]
        told = zip(stations, second.reports, strict=True)
        sighted = [row for s, says in told for m in says for row in s.decode(bytes(m), now).rows]
        yield Readings.of(rows), Sightings.of(sighted)


def _row(
    mine: Mine, now: Micros, name: str, value: float, status: int
) -> tuple[int, float, int, Micros, Micros]:
    row = mine.point_row[name]
    return (row, *sample(value, status, mine.kind[mine.points[row].kind]), now, now)


def _later(columns: C, by: Micros) -> C:
    return replace(columns, sampled=columns.sampled + by, received=columns.received + by)


# --- the day --------------------------------------------------------------------------------


class Day:
    """A watch and the time it takes."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self._spent: dict[bool, float] = {False: 0.0, True: 0.0}
        """Real seconds in frames without and with an open order."""
        self._frames: dict[bool, int] = {False: 0, True: 0}
        self._orders = 0

    def play(self, tape: Tape) -> None:
        """Go on with the next quarter; then everybody is ticked off and two sign."""
        moment = self.watch.now + SECOND if self.watch.seq else tape.began
        for second, (readings, sightings) in enumerate(tape.at(moment)):
            now = moment + second * SECOND
            began = time.process_time()
            heard = Readings.joined([readings, self.watch.derived(now)])
            frame = Frame(self.watch.seq + 1, now, self.watch.mine.revision, heard, sightings)
            self.watch.tick(frame)
            ordered = bool(self.watch.evacuation.orders.open())
            self._spent[ordered] += time.process_time() - began
            self._frames[ordered] += 1
        self._orders += len(self.watch.evacuation.orders.open())
        self._end_orders()

    def figures(self) -> dict[str, float]:
        """What it took."""
        quiet, order = (1000 * self._spent[k] / max(self._frames[k], 1) for k in (False, True))
        return {
            "day_s": round(sum(self._spent.values()), 1),
            "day_quiet_ms": round(quiet, 3),
            "day_order_ms": round(order, 3),
            "day_frames": sum(self._frames.values()),
            "day_orders": self._orders,
        }

    def _end_orders(self) -> None:
        """A stop-work order is decided, of an evacuation everybody is ticked off; two sign."""
        now, policy = self.watch.now, self.watch.mine.policy
        for order in self.watch.evacuation.orders.open():
            if order.order_kind is OrderKind.STOP_WORK:
                suffices = Decision.STOP_WORK_SUFFICES
                self._act(*acts.decide(order, suffices, "bench", "bench", Origin.API))
            for person in order.unaccounted:
                self._act(acts.tick(order, person, Whereabouts.OUT, "bench", "bench"))
            for role in (Role.LEADER, Role.DISPATCHER):
                found = self.watch.evacuation.orders.get(order.order) or order
                self._act(*acts.sign_all_clear(found, policy, role.value, role, "bench", now))

    def _act(self, *bodies: AnyBody) -> None:
        self.watch.act(self.watch.now, bodies)


def judging_s(mine: Mine, tape: Tape) -> float:
    """Real seconds of the judgement alone."""
    layout = Layout.of(mine)
    state, spent = State.fresh(layout), 0.0
    for seq, (readings, sightings) in enumerate(tape.seconds, 1):
        frame = Frame(seq, tape.began + seq * SECOND, mine.revision, readings, sightings)
        began = time.process_time()
        judge(layout, state, frame)
        spent += time.process_time() - began
    return spent
