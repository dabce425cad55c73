"""How fast and how small the engine is, beside what one would write or take instead.

Each figure is a median over frames, and each ratio one of medians of the same run, so that a busy
machine moves both sides. What is compared does the same work by the same rules on the same frames.
"""

import importlib.util
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from minesafe.bench import shifts
from minesafe.bench.peers import Gauge, Plan, loop
from minesafe.config import load, shipped
from minesafe.embedded.kernels import compiled
from minesafe.engine import Layout, State, judge
from minesafe.engine.kernels import ARRAYS, Kernels
from minesafe.engine.kernels.near import near_of, rules_of
from minesafe.engine.kernels.point_loops import Known, Near, Rows
from minesafe.engine.transcript import Transcript
from minesafe.model.errors import LinkDown
from minesafe.model.frame import Frame
from minesafe.model.mine import Mine

SIZES = (1_000, 10_000, 100_000, 1_000_000)
FRAMES = 10
WARM = 3
"""Of these the first warm up: everything is heard for the first time."""

MOST_BESIDE = 100_000
"""Larger mines are not given to the loop over objects and to shapely: they take minutes."""

ZONES = 500
MOST_PEOPLE = 300_000
"""Tags of the largest tick: a province."""

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
        kernels = compiled(cache)
    for size in SIZES:
        for storm in (False, True):
            end = "_storm" if storm else ""
            for name, value in limits(mine, kernels, size, seed, storm=storm).items():
                sized.setdefault(name + end, {})[str(size)] = value
            for name, value in zones(mine, kernels, size, seed, storm=storm).items():
                sized.setdefault(name + end, {})[str(size)] = value
        sized.setdefault("sparse_ns_per_reading", {})[str(size)] = sparse(mine, kernels, size, seed)
        sized.setdefault("tick_ms", {})[str(size)] = tick(mine, kernels, size, seed)
    return {**figures, **sized, "state_bytes_per_point": _bytes_per_point(mine)}


def limits(mine: Mine, kernels: Kernels, size: int, seed: int, *, storm: bool) -> dict[str, float]:
    """The look at points: limits, quality, silence; loops beside arrays, objects and bandwidth."""
    mine = shifts.grown(mine, size, 1)
    layout = Layout.of(mine)
    frames = list(shifts.readings(layout, mine.revision, seed, FRAMES, storm=storm))
    spent = _median(_point_looks(layout, kernels), frames)
    arrays = _median(_point_looks(layout, ARRAYS), frames)
    figures = {
        "limits_ns_per_point": spent / size,
        "limits_vs_numpy": arrays / spent,
        "limits_vs_bandwidth": spent / (_touched(layout) / _bandwidth(size)),
    }
    if size <= MOST_BESIDE:
        gauges = [Gauge.of(p, mine.kind[p.kind]) for p in mine.points]
        figures["limits_vs_python"] = _median(lambda f: loop(gauges, f), frames) / spent
    return _rounded(figures)


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
    return round(_median(look, later) / rows, 2)


def zones(mine: Mine, kernels: Kernels, size: int, seed: int, *, storm: bool) -> dict[str, float]:
    """Zones by roadway interval, 500 of them: who is where, who went in and out, head-counts."""
    mine = shifts.grown(mine, 1, size, ZONES)
    layout = Layout.of(mine)
    frames = list(shifts.walks(layout, mine.revision, seed, FRAMES, storm=storm))
    spent = _median(_people_looks(layout, kernels), frames)
    figures = {"zones_interval_ns_per_tag": spent / size}
    if size <= MOST_BESIDE and importlib.util.find_spec("shapely"):
        figures["zones_vs_shapely"] = _median(Plan(mine).by_tree_of_zones, frames) / spent
        figures["zones_vs_shapely_best"] = _median(Plan(mine).by_tree_of_tags, frames) / spent
    return _rounded(figures)


def tick(mine: Mine, kernels: Kernels, size: int, seed: int) -> float:
    """Milliseconds of a whole judgement: so many points and people, the mine's mix of rules."""
    mine = shifts.grown(mine, size, min(size, MOST_PEOPLE), ZONES)
    layout = Layout.of(mine)
    state = State.fresh(layout)
    told = shifts.readings(layout, mine.revision, seed, FRAMES, storm=False)
    seen = shifts.walks(layout, mine.revision, seed, FRAMES, storm=False)
    frames = [replace(t, sightings=s.sightings) for t, s in zip(told, seen, strict=True)]
    return round(_median(lambda frame: judge(layout, state, frame, kernels), frames) / 1e6, 3)


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
        kernels.find_overdue(layout, state, frame.now, transcript)
        state.seq, state.now = frame.seq, frame.now

    return look


def _people_looks(layout: Layout, kernels: Kernels) -> Callable[[Frame], object]:
    state = State.fresh(layout)

    def look(frame: Frame) -> None:
        transcript = Transcript()
        with transcript.by_subject():
            kernels.hear_sightings(layout, state, frame.sightings, transcript)
        kernels.pass_people(layout, state, frame.now, transcript)

    return look


def _median(work: Callable[[Frame], object], frames: Iterable[Frame]) -> float:
    """Nanoseconds of one frame, of this thread's own time: what others do meanwhile is not ours."""
    spent = []
    for frame in frames:
        begin = time.thread_time_ns()
        work(frame)
        spent.append(time.thread_time_ns() - begin)
    return float(np.median(spent[WARM:]))


def _touched(layout: Layout) -> int:
    """Bytes a quiet second has to read and write: the readings, the intervals, value and time."""
    points = len(layout.points.stale)
    row = sum(np.dtype(t).itemsize for t in ("i4", "f8", "u1", "i8", "i8"))
    assert len(Rows._fields) == 5
    return points * (row + 2 * 4 + 8 + 2 * 8)


def _bandwidth(size: int) -> float:
    """Bytes a nanosecond, read and written, of a plain copy of as much."""
    source = np.ones(max(size * 61 // 16, 1_000))
    target = np.empty_like(source)
    spent = []
    for _ in range(15):
        begin = time.thread_time_ns()
        np.copyto(target, source)
        spent.append(time.thread_time_ns() - begin)
    return float(2 * source.nbytes / np.median(spent))


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
