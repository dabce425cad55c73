"""A day told to the watch second by second, with a history that is nothing but its frames."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from small_mine import point
from story import START, Story, story_mine

from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import Event
from minesafe.model.frame import Readings, Sightings
from minesafe.model.mine import Feeder, Form, Limits, Mine, Name
from minesafe.model.presence import Presence
from minesafe.model.quality import BELIEVED
from minesafe.model.time import SECOND, Micros
from minesafe.model.trend import Trend

MINUTE = 60 * SECOND

ON_OFF = ((0, Name("无电", "no power")), (1, Name("有电", "live")))


def watched_mine() -> Mine:
    """The story's mine with a feed sensor behind the face's feeder, and a meter."""
    base = story_mine()
    ch4 = base.kinds[0]
    feed = replace(ch4, id="feed", states=ON_OFF, power=True, stale_s=30.0)
    meter = replace(
        ch4, id="meter", form=Form.CUMULATIVE, high=1e6, unit="m3", decimals=0, most_per_h=1e9
    )
    sources = (replace(base.rules[0], verified=False, source="AQ 1029", clause="6.2"),)
    return replace(
        base,
        kinds=(*base.kinds, feed, meter),
        points=(*base.points, point("FEED", "feed", Limits()), point("METER", "meter", Limits())),
        feeders=(Feeder("F1", Name("工作面开关", "face feeder"), ("FACE",), ("FEED",)),),
        rules=sources,
    )


class Day(Story):
    """A story that keeps its frames."""

    def __init__(self, mine: Mine | None = None) -> None:
        super().__init__(mine=mine or watched_mine())
        self.frames: list[tuple[Readings, Sightings]] = []

    def hears(self, readings: Readings, sightings: Sightings) -> None:
        self.frames.append((readings, sightings))
        super().hears(readings, sightings)

    def events(self) -> Iterator[Event]:
        """The journal's records, chained as plainly as can be."""
        previous = "0" * 64
        for position, (body, valid, at) in enumerate(self.journal, 1):
            digest = hashlib.sha256(f"{previous}{position}".encode()).hexdigest()
            yield Event(
                position=position, recorded=at, valid=valid, frame=None, cause=None, epoch=1,
                body=body, previous=previous, hash=digest,
            )  # fmt: skip
            previous = digest


@dataclass
class FrameHistory:
    """`ports.History` that counts samples one by one."""

    frames: list[tuple[Readings, Sightings]]
    there: bool = True
    asked: int = field(default=0)

    def _samples(self, point: int, start: Micros, end: Micros) -> list[tuple[int, float, int, int]]:
        self.asked += 1
        if not self.there:
            raise StoreUnavailable("the database is away")
        found = [
            (int(r.sampled[i]), float(r.value[i]), int(r.quality[i]), int(r.received[i]))
            for r, _ in self.frames
            for i in np.flatnonzero(r.point == point)
        ]
        return sorted(s for s in found if start <= s[0] < end)

    async def values(self, point: int, start: Micros, end: Micros, limit: int) -> Readings:
        rows = [(point, v, q, at, got) for at, v, q, got in self._samples(point, start, end)]
        return Readings.of(rows[:limit])

    async def trend(self, point: int, start: Micros, end: Micros, width_s: int) -> Trend:
        width, steps = width_s * SECOND, {}
        for sample in self._samples(point, start, end):
            steps.setdefault(sample[0] // width * width, []).append(sample)
        rows = [_step(begin, samples) for begin, samples in sorted(steps.items())]
        names = list(Trend.DTYPES)
        return Trend(
            **{
                name: np.array([row[i] for row in rows], dtype)
                for i, (name, dtype) in enumerate(zip(names, Trend.DTYPES.values(), strict=True))
            }
        )

    async def presence(self, start: Micros, end: Micros) -> Presence:
        if not self.there:
            raise StoreUnavailable("the database is away")
        rows: dict[tuple[int, int, int], list[tuple[int, float]]] = {}
        for _, s in self.frames:
            for i in np.flatnonzero(s.tag >= 0):
                at = int(s.sampled[i])
                minute = at // MINUTE * MINUTE
                if start // MINUTE * MINUTE <= minute <= end:
                    key = minute, int(s.tag[i]), int(s.roadway[i])
                    rows.setdefault(key, []).append((at, float(s.chainage[i])))
        found = [
            (
                *key, len(own), min(own)[0], max(own)[0],
                min(c for _, c in own), max(c for _, c in own), 0.0, 0.0, 0.0, 0.0,
            )
            for key, own in sorted(rows.items())
        ]  # fmt: skip
        return Presence.of(found)

    async def tracks(self, tags: object, start: Micros, end: Micros, limit: int) -> Sightings:
        found = Sightings.joined([s for _, s in self.frames])
        inside = np.isin(found.tag, np.array(tags)) & (found.sampled >= start)
        rows = np.flatnonzero(inside & (found.sampled < end))
        return Sightings(**{name: getattr(found, name)[rows] for name in Sightings.DTYPES})

    async def track(self, tag: int, start: Micros, end: Micros, limit: int) -> Sightings:
        raise NotImplementedError

    async def write(self, frames: object) -> None:
        raise NotImplementedError

    async def stored_through(self) -> int:
        return 0


def _step(begin: Micros, samples: list[tuple[int, float, int, int]]) -> tuple[float, ...]:
    good = [(at, v) for at, v, q, _ in samples if q in {int(b) for b in BELIEVED}]
    if not good:
        return begin, len(samples), 0, np.nan, np.nan, 0.0, 0, np.nan, 0, np.nan
    values = [v for _, v in good]
    return (
        begin, len(samples), len(good), min(values), max(values), sum(values),
        good[0][0], good[0][1], good[-1][0], good[-1][1],
    )  # fmt: skip


def outburst() -> Day:
    """Gas breaks out at the face, the interlock cuts, people leave; then hours of silence.

    At 0:00 by the mine's clock all is well; at 0:10:00 gas passes both limits, a second later the
    feed is dead; at 0:12:00 it is over and the power is back. From 0:20 to 3:20 nobody hears
    anything, then five minutes more.
    """
    day = Day()
    day.at("P1", "A", 70)
    day.at("P4", "A", 20)
    for ident in ("CH4", "CH4-SLOW", "WIND", "FAN"):
        day.reads(ident, 0.5)
    day.reads("FEED", 1)
    day.reads("METER", 100)
    day.passes(600, step=5)
    day.reads("CH4", 1.62)
    day.passes(1)
    day.reads("FEED", 0)
    day.passes(59)
    day.reads("CH4", 2.31)
    day.passes(5)
    day.reads("CH4", 1.80)
    day.passes(55)
    day.reads("CH4", 0.4)
    day.reads("FEED", 1)
    day.reads("METER", 130)
    day.passes(480, step=5)
    day.second += 3 * 3600
    day.passes(300, step=5)
    return day


def local(hours: int, minutes: int = 0, seconds: int = 0) -> Micros:
    """A time of the story's day by the mine's own clock: it begins at midnight."""
    return START + (hours * 3600 + minutes * 60 + seconds) * SECOND
