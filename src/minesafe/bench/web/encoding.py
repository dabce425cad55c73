"""What it costs to say where ten thousand people walked, in bytes and as rows of JSON.

Both sides take turns on the thread's own time, and the best turn counts: what disturbs a turn only
ever makes it longer. The rows say what the bytes say: who, on which roadway, how far along, since
when.
"""

import importlib
import importlib.util
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from minesafe.bench.web.crowd import Crowd
from minesafe.model.frame import Column, Frame
from minesafe.model.mine import Mine
from minesafe.model.picture import Picture
from minesafe.model.time import SECOND, Micros
from minesafe.watch import Watch
from minesafe.web.walks import Walks

TURNS = 30
START: Micros = 1_764_000_000 * SECOND


def run(mine: Mine, seed: int) -> Mapping[str, float]:
    """Measure.

    Returns:
        `frame_encode_us` and `frame_kb` of a frame in which everybody has walked on,
        `frame_orjson_kb` of the same as rows, and `frame_vs_orjson`, how many times as long orjson
        takes for them; both left out where it is not installed.
    """
    picture = _picture(mine, seed)
    walks, now = Walks(mine), picture.now
    whom = walks.tellable(picture, now, np.arange(len(mine.people)))
    figures = {"frame_kb": round(len(walks.told(picture, now, whom)) / 1e3, 1)}
    ours = _best(lambda: walks.told(picture, now, walks.tellable(picture, now, whom)))
    figures["frame_encode_us"] = round(ours * 1e6, 1)
    if importlib.util.find_spec("orjson") is None:
        return figures
    dumps: Callable[[Any], bytes] = importlib.import_module("orjson").dumps
    theirs = _best(lambda: dumps(_rows(mine, picture, whom)))
    kb = round(len(dumps(_rows(mine, picture, whom))) / 1e3, 1)
    return figures | {"frame_orjson_kb": kb, "frame_vs_orjson": round(theirs / ours, 1)}


def _picture(mine: Mine, seed: int) -> Picture:
    """Of everybody, heard in this moment."""
    crowd, watch = Crowd(mine, seed), Watch(mine)
    heard = crowd.all(START)
    watch.tick(Frame(1, START, mine.revision, heard.readings, heard.sightings))
    return watch.picture()


def _rows(mine: Mine, picture: Picture, whom: Column) -> list[dict[str, object]]:
    columns = (whom, picture.roadway[whom], picture.chainage[whom], picture.seen[whom])
    return [
        {
            "person": mine.people[person].id,
            "roadway": mine.roadways[roadway].id,
            "chainage_m": metres,
            "seen": seen,
        }
        for person, roadway, metres, seen in zip(*(c.tolist() for c in columns), strict=True)
    ]


def _best(work: Callable[[], object]) -> float:
    """Seconds, in the best of its turns."""
    best = float("inf")
    for _ in range(TURNS):
        began = time.thread_time()
        work()
        best = min(best, time.thread_time() - began)
    return best
