"""Eight thousand tags a second in each dialect: decoded, put on roadways, in batches."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np

from minesafe.bench.sources.spoken import Spoken
from minesafe.config import load, shipped
from minesafe.model.events import FindingKind
from minesafe.model.frame import Batch, Sightings
from minesafe.model.mine import BaseStation, Mine, Person
from minesafe.model.time import SECOND
from minesafe.sources.positioning.common import Common
from minesafe.sources.positioning.ranges import Path
from minesafe.sources.positioning.sightings import StationMap
from minesafe.sources.positioning.spots import SpotMap
from minesafe.sources.positioning.stations import OURS, StationEars

TAGS = 8000
"""AQ 6210: cards of a system, at least."""

TOGETHER = 40
"""Tags in a report of a dialect that tells several at once."""

IN_FLIGHT = 512
"""Messages whose rows go to the disk together, at most as many as a link has on their way."""

TURNS = 5
NOW = 1_764_000_000 * SECOND
T = NOW // 1000

Tag = tuple[str, float, float, float]
"""Number, x, y, z in metres."""


@cache
def _mine(dialect: str) -> Mine:
    """The demo mine with one station for all of its readers, and so many people."""
    mine = load(shipped("demo"))
    station = BaseStation("BS", mine.name, "mqtt", "t", "u", "p", dialect)
    units = {"pozyx": ("mm", "s"), "kj": ("m", "s")}.get(dialect, ("m", "ms"))
    station = replace(station, length=units[0], time=units[1])
    readers = tuple(replace(r, station="BS") for r in mine.readers)
    people = tuple(Person(f"P{n}", "", f"{n}", "", "", "", True) for n in range(TAGS))
    return replace(mine, stations=(station,), readers=readers, people=people)


def _tags(mine: Mine, seed: int, count: int) -> list[Tag]:
    """So many people along the roadways, each measured to three decimetres."""
    dice = np.random.default_rng(seed)
    paths = [Path(r) for r in mine.roadways]
    ways = dice.integers(0, len(paths), count).tolist()
    places = [paths[w].at(float(dice.random()) * mine.roadways[w].length_m) for w in ways]
    noise = dice.normal(0, 0.3, (count, 3))
    measured = (np.array(places) + noise).round(3).tolist()
    return [(f"{n}", x, y, z) for n, (x, y, z) in enumerate(measured)]


def _ranges(tags: Sequence[Tag], mine: Mine, seq: int) -> list[object]:
    readers = mine.readers
    seen = [
        {"reader": readers[i % len(readers)].id, "tag": t[0], "d": abs(t[1]) % 90, "side": 1}
        for i, t in enumerate(tags)
    ]
    return [{"station": "BS", "boot": 1, "seq": seq, "t": T, "ranges": seen}]


def _kj(tags: Sequence[Tag], mine: Mine, seq: int) -> list[object]:
    about = {"devid": mine.readers[seq % len(mine.readers)].id, "time": T // 1000, "status": 0}
    lists = {"card": [t[0] for t in tags], "emerge": [0] * len(tags), "battary": [80] * len(tags)}
    return [about | lists]


def _nooploop(tags: Sequence[Tag], _mine: Mine, _seq: int) -> list[object]:
    return [
        {"name": "Pos", "uid": tag, "data": {"pos": xyz, "noiseRadius": 0.1, "time": T}}
        for tag, *xyz in tags
    ]


def _pozyx(tags: Sequence[Tag], _mine: Mine, _seq: int) -> list[object]:
    def item(tag: str, x: float, y: float, z: float) -> object:
        at = {"x": x * 1000, "y": y * 1000, "z": z * 1000}
        return {"tagId": tag, "timestamp": T / 1000, "success": True, "data": {"coordinates": at}}

    return [[item(*tag) for tag in tags]]


def _omlox(tags: Sequence[Tag], _mine: Mine, _seq: int) -> list[object]:
    return [
        {
            "provider_id": tag,
            "position": {"type": "Point", "coordinates": xyz},
            "timestamp_generated": "2025-11-24T16:00:00Z",
            "crs": "local",
            "accuracy": 0.3,
        }
        for tag, *xyz in tags
    ]


SAYS: Mapping[str, Callable[[Sequence[Tag], Mine, int], list[object]]] = {
    "ranges": _ranges,
    "kj": _kj,
    "nooploop": _nooploop,
    "pozyx": _pozyx,
    "omlox": _omlox,
}


def _messages(dialect: str, seed: int, count: int) -> list[bytes]:
    mine = _mine(dialect)
    tags = _tags(mine, seed, count)
    groups = [tags[i : i + TOGETHER] for i in range(0, count, TOGETHER)]
    said = [m for seq, group in enumerate(groups, 1) for m in SAYS[dialect](group, mine, seq)]
    return [json.dumps(m).encode() for m in said]


def _spoken(dialect: str, seed: int) -> Spoken:
    """What forty tags say, from the bytes to one batch."""
    mine, messages = _mine(dialect), _messages(dialect, seed, TOGETHER)
    common = Common.of(mine, _Nowhere(), _Nothing())
    at: StationMap | SpotMap
    if dialect == OURS:
        at = StationMap(mine, common.roadways, mine.stations[0])
    else:
        at = SpotMap(mine, common.roadways, common.snapper, mine.stations[0])

    def decoded() -> Batch:
        rows = [row for message in messages for row in at.decode(message, NOW).rows]
        return Batch.of_sightings(Sightings.of(rows))

    told = [{"p": t[0], "v": t[1:], "t": NOW} for t in _tags(mine, seed, TOGETHER)]
    return Spoken(decoded, TOGETHER, json.dumps(told).encode())


def dialects() -> Mapping[str, Callable[[int], Spoken]]:
    """Each dialect's message, by its name."""
    return {name: partial(_spoken, name) for name in SAYS}


def run(seed: int, tags: int = TAGS) -> dict[str, Any]:
    """Measure.

    Returns:
        `tags_core_share`, the share of a core that so many tags at 1 Hz take from the message's
        bytes to the batch, in the dialect that takes most, and `tags_core_share_by_dialect`.
        What the link takes a message is not in it: two of the dialects say a tag a message.
    """
    share = {d: round(_second(d, seed, tags) * TAGS / tags, 3) for d in SAYS}
    return {"tags_core_share": max(share.values()), "tags_core_share_by_dialect": share}


def _second(dialect: str, seed: int, tags: int) -> float:
    """Seconds of a core to hear each tag once, in the best of some turns."""
    mine, messages = _mine(dialect), _messages(dialect, seed, tags)
    common, findings = Common.of(mine, _Nowhere(), _Nothing()), _Nothing()
    best = float("inf")
    for _ in range(TURNS):
        ears = StationEars(mine, common, mine.stations[0], _Standing(), findings)
        began = time.thread_time()
        for i in range(0, len(messages), IN_FLIGHT):
            said = messages[i : i + IN_FLIGHT]
            rows = [row for message in said for row in ears.decode(message).rows]
            Batch.of_sightings(Sightings.of(rows))
        best = min(best, time.thread_time() - began)
    return best


class _Nowhere:
    """An intake without a disk: what the judgement and the disk take is another bench's."""

    async def hear(self, batch: Batch) -> None:
        """See `ports.Intake`."""


class _Nothing:
    """Findings and notes of which there are none here."""

    def began(self, kind: FindingKind, subject: str, detail: str = "") -> None:
        """See `ports.Findings`."""

    def ended(self, kind: FindingKind, subject: str) -> None:
        """See `ports.Findings`."""

    def repeated(self, messages: int = 1) -> None:
        """See `ports.Findings`."""

    def notes(self, owner: str) -> dict[str, str]:
        """See `ports.Notebook`."""
        return {}

    def put(self, owner: str, notes: Mapping[str, str]) -> None:
        """See `ports.Notebook`."""

    def forget(self, owner: str, keys: object) -> None:
        """See `ports.Notebook`."""


class _Standing:
    """A clock that stands."""

    def now(self) -> int:
        """See `ports.Clock`."""
        return NOW

    def elapsed(self) -> float:
        """See `ports.Clock`."""
        return 0.0

    async def sleep(self, seconds: float) -> None:
        """See `ports.Clock`."""
        await asyncio.sleep(seconds)
