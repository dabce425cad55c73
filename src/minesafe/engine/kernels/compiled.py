"""The compiled form: the loops, and what hands them their arrays."""

from collections.abc import Callable
from typing import Any

import numpy as np

from minesafe.engine import logic, people
from minesafe.engine.kernels import (
    Kernels,
    area_loops,
    bursts,
    clock_loops,
    logic_loops,
    people_loops,
    point_loops,
    steady_loops,
    wearer_loops,
    window_loops,
)
from minesafe.engine.kernels.area_loops import NO_BOX, Drawn
from minesafe.engine.kernels.logic_loops import Program
from minesafe.engine.kernels.near import (
    boxes_of,
    drawn_of,
    followed_of,
    ground_of,
    heeded_of,
    known_of,
    near_of,
    patience_of,
    program_of,
    ruled_of,
    rules_of,
    stands_of,
    stays_of,
    summed_of,
    wearers_of,
)
from minesafe.engine.kernels.people_loops import Ground, Sights
from minesafe.engine.kernels.point_loops import AT_ONCE, Near, Rows, Rules
from minesafe.engine.kernels.steady_loops import Patience
from minesafe.engine.kernels.telling import drain, room
from minesafe.engine.kernels.window_loops import Heeded, Ruled
from minesafe.engine.layout import Layout
from minesafe.engine.state import State
from minesafe.engine.transcript import Transcript
from minesafe.model.frame import Column, Readings, Sightings
from minesafe.model.time import Micros

Loop = Callable[..., Any]
Compiler = Callable[[Loop], Loop]
Tables = tuple[tuple[Column, ...], tuple[Column, ...], tuple[Column, ...]]
"""`Rules`, `Known` and `Near`."""


def uncompiled(loop: Loop) -> Loop:
    """A loop as the Python it is; absurd times wrap round in silence, as compiled ones do."""
    quietly: Loop = np.errstate(over="ignore", invalid="ignore")(loop)
    return quietly


class PointLoops:
    """The looks at points, compiled by whatever is handed in."""

    def __init__(self, compiler: Compiler) -> None:
        self._scan = compiler(point_loops.scan)
        self._judge_rows = compiler(point_loops.judge_rows)
        self._run_timers = compiler(clock_loops.run_timers)
        self._sweep = compiler(clock_loops.sweep)
        self._rules: tuple[Layout, Rules] | None = None
        self._held: tuple[Near, Tables] | None = None
        self._told, self._missed = room(), np.empty(0, np.intp)

    def hear(
        self, layout: Layout, state: State, readings: Readings, transcript: Transcript
    ) -> None:
        """As `limits.hear`."""
        if not len(readings):
            return
        rows = tuple(_aligned(getattr(readings, name)) for name in Rows._fields)
        rules, known, near = self._tables(layout, state)
        if len(readings) > len(self._missed):
            self._missed = np.empty(len(readings), np.intp)
        missed = self._scan(rows, state.value, state.judged, near, self._missed)
        picked = self._missed[:missed]
        if not len(picked):
            return
        drain(
            lambda begin: self._judge_rows(rows, picked, begin, rules, known, near, self._told),
            len(picked),
            self._told,
            transcript,
        )

    def pass_time(self, layout: Layout, state: State, now: Micros, transcript: Transcript) -> None:
        """As `limits.pass_time`."""
        if state.near is not None and now < state.near.ring[-1]:
            return
        rules, known, near = self._tables(layout, state)
        drain(
            lambda begin: self._run_timers(begin, now, rules, known, near, self._told),
            len(state.near.ring) - 1,
            self._told,
            transcript,
        )

    def overdue(self, layout: Layout, state: State, now: Micros, transcript: Transcript) -> None:
        """As `silence.points`."""
        if state.near is not None and state.now <= now <= state.near.look[-1]:
            return
        rules, known, near = self._tables(layout, state)
        if now < state.now:
            state.near.look.fill(AT_ONCE)
        drain(
            lambda begin: self._sweep(begin, now, state.started, rules, known, near, self._told),
            len(state.near.look) - 1,
            self._told,
            transcript,
        )

    def _tables(self, layout: Layout, state: State) -> Tables:
        """Handed over as plain tuples, for the compiler unwraps those in half the time."""
        if self._rules is None or self._rules[0] is not layout:
            self._rules, self._held = (layout, rules_of(layout)), None
        rules = self._rules[1]
        if state.near is None:
            state.near = near_of(rules, state)
        if self._held is None or self._held[0] is not state.near:
            self._held = (state.near, (tuple(rules), tuple(known_of(state)), tuple(state.near)))
        return self._held[1]


class SteadyLoop:
    """The look at points that may not stand still."""

    def __init__(self, compiler: Compiler) -> None:
        self._follow = compiler(steady_loops.follow)
        self._table: tuple[Layout, Patience] | None = None
        self._told = room()

    def hear(
        self, layout: Layout, state: State, readings: Readings, transcript: Transcript
    ) -> None:
        """As `steady.hear`."""
        if self._table is None or self._table[0] is not layout:
            self._table = (layout, patience_of(layout))
        rows = Rows(*(_aligned(getattr(readings, name)) for name in Rows._fields))
        table, followed, told = self._table[1], followed_of(state), self._told
        drain(
            lambda begin: self._follow(rows, begin, table, followed, told),
            len(readings),
            told,
            transcript,
        )


class WindowLoop:
    """The look at points that have rules over time."""

    def __init__(self, compiler: Compiler) -> None:
        self._look_back = compiler(window_loops.look_back)
        self._table: tuple[Layout, Heeded, Ruled] | None = None
        self._told = room()

    def hear(
        self, layout: Layout, state: State, readings: Readings, transcript: Transcript
    ) -> None:
        """As `windows.hearing.hear`."""
        if self._table is None or self._table[0] is not layout:
            self._table = (layout, heeded_of(layout), ruled_of(layout))
        rows = Rows(*(_aligned(getattr(readings, name)) for name in Rows._fields))
        (_, heeded, table), summed, told = self._table, summed_of(state), self._told
        drain(
            lambda begin: self._look_back(rows, begin, heeded, table, summed, told),
            len(readings),
            told,
            transcript,
        )


class LogicLoop:
    """The look at rules about several points."""

    def __init__(self, compiler: Compiler) -> None:
        self._work_out = compiler(logic_loops.work_out)
        self._program: tuple[Layout, Program] | None = None
        self._told = room()

    def judge(self, layout: Layout, state: State, now: Micros, transcript: Transcript) -> None:
        """As `logic.judge`."""
        if not len(layout.logic.when):
            return
        if self._program is None or self._program[0] is not layout:
            self._program = (layout, program_of(layout))
        program, stands, told = self._program[1], stands_of(state), self._told
        then, called = state.now, logic.called(layout, state)
        known = np.empty(len(program.op), np.float64)
        drain(
            lambda begin: self._work_out(begin, now, then, program, stands, called, known, told),
            len(program.when),
            told,
            transcript,
        )


class PeopleLoops:
    """The looks at people; what the loops leave over goes to the arrays."""

    def __init__(self, compiler: Compiler) -> None:
        self._hold = compiler(area_loops.hold)
        self._scan = compiler(people_loops.scan)
        self._judge = compiler(wearer_loops.judge)
        self._find_ripe = compiler(people_loops.find_ripe)
        self._find_lost = compiler(people_loops.find_lost)
        self._ground: tuple[Layout, Ground, Drawn] | None = None

    def hear(
        self, layout: Layout, state: State, sightings: Sightings, transcript: Transcript
    ) -> None:
        """As `people.hear`."""
        if not len(sightings):
            return
        sights = Sights(*(_aligned(getattr(sightings, name)) for name in Sights._fields))
        missed, barred = np.empty(len(sightings), np.intp), np.zeros(len(state.seen), np.bool_)
        ground, drawn = self._tables(layout)
        kept = self._kept(sights, drawn, state)
        misses = self._scan(sights, ground, wearers_of(state), kept, barred, missed)
        if misses:
            left = {name: column[missed[:misses]] for name, column in sights._asdict().items()}
            bursts.hear_by(self._judge, layout, state, Sightings(**left), transcript)
            _stirred(state, left["tag"])

    def _kept(self, sights: Sights, drawn: Drawn, state: State) -> Column:
        """Whether areas hold each place as before; empty where there are none."""
        if not len(drawn.entry):
            return np.empty(0, np.bool_)
        if state.boxes is None:
            state.boxes = boxes_of(state)
        kept = np.empty(len(sights.tag), np.bool_)
        answers = np.empty((int(np.diff(drawn.cell).max()), 2), np.bool_)
        place = (sights.tag, sights.level, sights.x, sights.y)
        self._hold(*place, drawn, stays_of(state), state.boxes, answers, kept)
        return kept

    def pass_time(
        self, layout: Layout, state: State, until: Micros, transcript: Transcript
    ) -> None:
        """As `people.pass_time`."""
        ground, rows = self._tables(layout)[0], np.empty(len(state.seen), np.intp)
        ripe = rows[: self._find_ripe(until, ground, wearers_of(state), rows)]
        if len(ripe):
            people.elapse(layout, state, ripe, np.full(len(ripe), until, np.int64), transcript)
            _stirred(state, ripe)

    def find_lost(self, layout: Layout, state: State, now: Micros, transcript: Transcript) -> None:
        """As `people.find_lost`."""
        ground, rows = self._tables(layout)[0], np.empty(len(state.seen), np.intp)
        turned = rows[: self._find_lost(now, ground, wearers_of(state), rows)]
        people.turn_lost(layout, state, turned, transcript)

    def _tables(self, layout: Layout) -> tuple[Ground, Drawn]:
        if self._ground is None or self._ground[0] is not layout:
            self._ground = (layout, ground_of(layout), drawn_of(layout))
        return self._ground[1:]


def _stirred(state: State, tag: Column) -> None:
    """The stays of these may have changed: what was known of where they may move is void."""
    if state.boxes is not None:
        state.boxes[tag[(tag >= 0) & (tag < len(state.seen))]] = NO_BOX


def _aligned(column: Column) -> Column:
    """Columns read from the disk may begin at any byte; the loops are compiled for whole words."""
    if column.flags.aligned:
        return column
    copy = column.copy()
    copy.flags.writeable = False
    return copy


def looks(compiler: Compiler) -> Kernels:
    """All looks, by loops compiled so."""
    at_points, at_people = PointLoops(compiler), PeopleLoops(compiler)
    return Kernels(
        hear_readings=at_points.hear,
        run_timers=at_points.pass_time,
        find_overdue=at_points.overdue,
        hear_steady=SteadyLoop(compiler).hear,
        hear_windows=WindowLoop(compiler).hear,
        judge_logic=LogicLoop(compiler).judge,
        hear_sightings=at_people.hear,
        pass_people=at_people.pass_time,
        find_lost=at_people.find_lost,
    )
