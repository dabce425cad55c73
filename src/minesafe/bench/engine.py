"""How fast and how small the engine is, beside what one would write or take instead.

What is compared does the same work by the same rules on the same frames, and takes turns: some
frames the one, the same frames the other, and so on. A ratio is the median of those of the turns,
so that a busy machine moves both sides. Times are a thread's own.

Limits are measured twice. Plain: several seconds one after the other, each as a source has just
decoded it, so that the columns are where a look of the second before left them. Under names that
end in `_cold`: one second each, so that every look finds the caches full of another's.
"""

import importlib.util
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

from minesafe.bench import shifts
from minesafe.bench.drawn import drawn
from minesafe.bench.peers import Gauge, Plan, loop
from minesafe.config import load, shipped
from minesafe.embedded.kernels import compiled
from minesafe.engine import Layout, State, judge
from minesafe.engine.kernels import ARRAYS, Kernels
from minesafe.engine.kernels.near import near_of, rules_of
from minesafe.engine.kernels.point_loops import Known, Near, Rows
from minesafe.engine.transcript import Transcript
from minesafe.model.errors import LinkDown
from minesafe.model.frame import Column, Frame, Readings
from minesafe.model.mine import Mine

SIZES = (1_000, 10_000, 100_000, 1_000_000)
FRAMES = 18
WARM = 3
"""Of these the first warm up: everything is heard for the first time."""

TURN = 3
"""Frames judged by one before the other's turn."""

IN_A_ROW, REPEATS = 9, 6
"""Likewise of limits, and how many turns. The columns are where they stay after two or three."""

MOST_BESIDE = 100_000
"""Larger mines are not given to the loop over objects and to shapely: they take minutes."""

ZONES = 500
MOST_PEOPLE = 300_000
"""Tags of the largest tick: a province."""

Work = Callable[[Frame], object]
Figures = dict[str, "float | dict[str, float]"]
Sized = dict[str, dict[str, float]]


def run(seed: int) -> Figures:
    """Measure.

    Returns:
        Figures by name; those that depend on size as an object keyed by it, those of a storm
        under names that end in `_storm`. What needs shapely is left out where it is not.
    """
    mine = load(shipped("demo"))
    sized: Sized = {}
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        figures: Figures = {"first_call_s": _start(cache), "cached_start_s": _start(cache)}
        kernels = compiled(cache).kernels
    for size in SIZES:
        for storm in (False, True):
            end = "_storm" if storm else ""
            for name, value in limits(mine, kernels, size, seed, storm=storm).items():
                sized.setdefault(name + end, {})[str(size)] = value
            for areas in (False, True):
                told = zones(mine, kernels, size, seed, storm=storm, areas=areas)
                for name, value in told.items():
                    sized.setdefault(name + end, {})[str(size)] = value
        for name, value in limits_cold(mine, kernels, size, seed).items():
            sized.setdefault(name, {})[str(size)] = value
        sized.setdefault("sparse_ns_per_reading", {})[str(size)] = sparse(mine, kernels, size, seed)
        sized.setdefault("tick_ms", {})[str(size)] = tick(mine, kernels, size, seed)
    return {**figures, **sized, "state_bytes_per_point": _bytes_per_point(mine)}


def limits(
    mine: Mine, kernels: Kernels, size: int, seed: int, *, storm: bool, share: float = 0.5
) -> dict[str, float]:
    """The look at points: limits, quality, silence; loops beside arrays, objects and bandwidth.

    Of the turns a ratio is the median; with another share, that quantile from the worst up.
    """
    mine = shifts.grown(mine, size, 1)
    layout, count = Layout.of(mine), IN_A_ROW * REPEATS
    frames = shifts.readings(layout, mine.revision, seed, count, storm=storm)
    works = _at_points(mine, layout, kernels)
    return _limits(_turns(frames, IN_A_ROW, works, _just_made), size, share)


def limits_cold(mine: Mine, kernels: Kernels, size: int, seed: int) -> dict[str, float]:
    """The same on quiet seconds, each look after those of all others."""
    mine = shifts.grown(mine, size, 1)
    layout = Layout.of(mine)
    frames = shifts.readings(layout, mine.revision, seed, FRAMES, storm=False)
    figures = _limits(_turns(frames, 1, _at_points(mine, layout, kernels)), size, 0.5)
    return {f"{name}_cold": value for name, value in figures.items()}


def _limits(turns: dict[str, Column], size: int, share: float) -> dict[str, float]:
    own = turns.pop("engine")
    figures = {f"limits_vs_{n}": float(np.quantile(t / own, share)) for n, t in turns.items()}
    figures["limits_vs_bandwidth"] = 1 / figures["limits_vs_bandwidth"]
    return _rounded({"limits_ns_per_point": float(np.median(own)) / size, **figures})


def _at_points(mine: Mine, layout: Layout, kernels: Kernels) -> dict[str, Work]:
    """The look at points, and what it is measured beside."""
    works: dict[str, Work] = {
        "engine": _point_looks(layout, kernels),
        "numpy": _point_looks(layout, ARRAYS),
        "bandwidth": _copy(_touched(layout)),
    }
    if len(mine.points) <= MOST_BESIDE:
        gauges = [Gauge.of(p, mine.kind[p.kind]) for p in mine.points]
        works["python"] = lambda frame: loop(gauges, frame)
    return works


def _just_made(frame: Frame) -> Frame:
    """The frame in new memory, as it comes from whoever has just decoded it."""
    told = frame.readings
    columns = {name: getattr(told, name).copy() for name in Readings.DTYPES}
    return replace(frame, readings=Readings(**columns))


def sparse(mine: Mine, kernels: Kernels, size: int, seed: int) -> float:
    """Nanoseconds a reading, of a tenth of the points and at least a thousand, in any order."""
    mine = shifts.grown(mine, size, 1)
    layout = Layout.of(mine)
    rows = max(size // 10, 1_000)
    look = _point_looks(layout, kernels)
    for frame in shifts.readings(layout, mine.revision, seed, WARM, storm=False):
        look(frame)
    frames = shifts.samples(layout, mine.revision, seed, FRAMES, rows)
    later = [replace(f, seq=f.seq + WARM) for f in frames]
    return round(_median(look, later[WARM:]) / rows, 2)


def zones(
    mine: Mine,
    kernels: Kernels,
    size: int,
    seed: int,
    *,
    storm: bool,
    areas: bool,
    seconds: int = FRAMES,
) -> dict[str, float]:
    """500 zones, by roadway interval or drawn as areas: who is where, in and out, head-counts.

    The drawn ones are what a library of geometry is made for: those ratios are the plain names.
    """
    mine = drawn(mine, size, ZONES) if areas else shifts.grown(mine, 1, size, ZONES)
    layout = Layout.of(mine)
    frames = list(shifts.walks(layout, mine, seed, seconds, storm=storm))
    beside: dict[str, Work] = {}
    if size <= MOST_BESIDE and importlib.util.find_spec("shapely"):
        beside = {
            "shapely": Plan(mine).by_tree_of_zones,
            "shapely_best": Plan(mine).by_tree_of_tags,
        }
    turns = _turns(frames, TURN, {"engine": _people_looks(layout, kernels), **beside})
    own = turns["engine"]
    form, by = ("polygon", "zones") if areas else ("interval", "zones_interval")
    figures = {f"{by}_vs_{name}": float(np.median(turns[name] / own)) for name in beside}
    return _rounded({f"zones_{form}_ns_per_tag": float(np.median(own)) / size, **figures})


def tick(mine: Mine, kernels: Kernels, size: int, seed: int) -> float:
    """Milliseconds of a whole judgement: so many points and people, the mine's mix of rules."""
    mine = shifts.grown(mine, size, min(size, MOST_PEOPLE), ZONES)
    layout = Layout.of(mine)
    state = State.fresh(layout)
    told = shifts.readings(layout, mine.revision, seed, FRAMES, storm=False)
    seen = shifts.walks(layout, mine, seed, FRAMES, storm=False)
    frames = [replace(t, sightings=s.sightings) for t, s in zip(told, seen, strict=True)]
    for frame in frames[:WARM]:
        judge(layout, state, frame, kernels)
    spent = _median(lambda frame: judge(layout, state, frame, kernels), frames[WARM:])
    return round(spent / 1e6, 3)


def _point_looks(layout: Layout, kernels: Kernels) -> Callable[[Frame], object]:
    state = State.fresh(layout)

    def look(frame: Frame) -> None:
        transcript = Transcript()
        state.started = state.started or frame.now
        if kernels is ARRAYS:
            state.near = None
        with transcript.by_subject():
            kernels.hear_readings(layout, state, frame.readings, transcript)
        kernels.run_timers(layout, state, frame.now, transcript)
        with transcript.by_subject():
            kernels.find_overdue(layout, state, frame.now, transcript)
        state.seq, state.now = frame.seq, frame.now
        transcript.transitions()

    return look


def _people_looks(layout: Layout, kernels: Kernels) -> Callable[[Frame], object]:
    state = State.fresh(layout)

    def look(frame: Frame) -> None:
        transcript = Transcript()
        if state.now:
            kernels.pass_people(layout, state, state.now, transcript)
            kernels.find_lost(layout, state, frame.now, transcript)
        with transcript.by_subject():
            kernels.hear_sightings(layout, state, frame.sightings, transcript)
        state.seq, state.now = frame.seq, frame.now

    return look


def _turns(
    frames: Iterable[Frame],
    length: int,
    works: Mapping[str, Work],
    handed: Callable[[Frame], Frame] | None = None,
) -> dict[str, Column]:
    """Nanoseconds a frame, median of each turn of each work; the warm ones are left out.

    Args:
        frames: what there is to judge.
        length: so many of them are a turn.
        works: who takes turns.
        handed: makes of each what a work is given, outside its time; None to give it as it is.
    """
    spent: dict[str, list[float]] = {name: [] for name in works}
    coming = iter(frames)
    while turn := list(islice(coming, length)):
        for name, work in works.items():
            spent[name].append(_median(work, turn, handed))
    return {name: np.array(turns[-(-WARM // length) :]) for name, turns in spent.items()}


def _median(
    work: Work, frames: Iterable[Frame], handed: Callable[[Frame], Frame] | None = None
) -> float:
    """Nanoseconds of one frame, of this thread's own time: what others do meanwhile is not ours."""
    spent = []
    for frame in frames:
        given = handed(frame) if handed else frame
        begin = time.thread_time_ns()
        work(given)
        spent.append(time.thread_time_ns() - begin)
    return float(np.median(spent))


def _touched(layout: Layout) -> int:
    """Bytes a quiet second has to read and write: the readings, the intervals, value and time."""
    points = len(layout.points.stale)
    row = sum(np.dtype(t).itemsize for t in ("i4", "f8", "u1", "i8", "i8"))
    assert len(Rows._fields) == 5
    return points * (row + 2 * 4 + 8 + 2 * 8)


def _copy(touched: int) -> Work:
    """A plain copy that reads and writes as many bytes in sum."""
    source = np.ones(max(touched // 16, 1_000))
    target = np.empty_like(source)
    return lambda _: np.copyto(target, source)


def _bytes_per_point(mine: Mine) -> float:
    """Of the limit family: its columns of the state, and what the loops keep beside them."""
    layout = Layout.of(mine)
    state = State.fresh(layout)
    near = near_of(rules_of(layout), state)
    held = sum(getattr(state, name).nbytes for name in Known._fields)
    held += sum(getattr(near, name).nbytes for name in Near._fields)
    return float(round(held / len(mine.points), 1))


def _start(cache: Path) -> float:
    """Seconds until the loops are ready, in a process of its own that has everything else."""
    code = (
        "import sys, time; from pathlib import Path; "
        "from minesafe.embedded.kernels import compiled; begin = time.perf_counter(); "
        "compiled(Path(sys.argv[1])); print(time.perf_counter() - begin)"
    )
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter and code, no shell
            (sys.executable, "-c", code, str(cache)), capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise LinkDown(f"the loops were not compiled: {error}") from error
    return round(float(done.stdout), 2)


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 2) for name, value in figures.items()}
