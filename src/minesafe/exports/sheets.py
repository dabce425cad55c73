"""What is exported, as sheets: which question gives which columns. Long spans go in pieces."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from minesafe import queries
from minesafe.exports.table import Block, Head, Kind, Sheet
from minesafe.exports.words import HEADS, NO, QUALITIES, YES, Language, said
from minesafe.model.errors import Refused
from minesafe.model.events import Event
from minesafe.model.frame import Columns
from minesafe.model.mine import Mine
from minesafe.model.search import Found, Search
from minesafe.model.steps import MINUTE
from minesafe.model.time import SECOND, Micros
from minesafe.ports import History

T = TypeVar("T", bound=Columns)

MOST = 20_000
"""Rows read and written at a time: two megabytes."""

LONGEST: Micros = 31 * 24 * 60 * MINUTE
"""Of one piece."""

EVENTS = 1000
"""Records of the journal read at a time."""

Find = Callable[[Search], Awaitable[Found]]
"""As `ports.Memory.find`."""

TIMES = frozenset(
    {"time", "entered", "left", "down", "up", "first", "last", "recorded", "valid"}
    | {"began", "ended", "acknowledged"}
)
TEXTS = frozenset(
    {"point", "name", "unit", "quality", "person", "crew", "roadway", "zone", "elsewhere"}
    | {"shift", "day", "duty", "came_up", "kind", "body", "hash"}
    | {"level", "what", "where", "acknowledged_by", "note", "cause", "planned", "measure"}
    | {"handled_by", "closed_by"}
)
WHOLES = frozenset({"samples", "believed", "position", "times"})


@dataclass(frozen=True, slots=True)
class Office:
    """What every sheet is made with."""

    history: History
    mine: Mine
    span: tuple[Micros, Micros]
    language: Language

    @property
    def zone(self) -> ZoneInfo:
        """The mine's."""
        return ZoneInfo(self.mine.server.timezone)

    def sheet(self, keys: str, blocks: AsyncIterator[Block]) -> Sheet:
        """A sheet of these columns; times say their zone."""
        return Sheet(tuple(self._head(key) for key in keys.split()), blocks, self.zone)

    def _head(self, key: str) -> Head:
        words = said(HEADS[key], self.language)
        if key in TIMES:
            return Head(key, f"{words} ({self.zone.key})", Kind.TIME)
        kind = Kind.TEXT if key in TEXTS else Kind.WHOLE if key in WHOLES else Kind.NUMBER
        return Head(key, words, kind)

    def yes(self, true: bool) -> str:
        """Yes or no."""
        return said(YES if true else NO, self.language)


async def pieces(
    ask: Callable[[Micros, Micros, int], Awaitable[T]], span: tuple[Micros, Micros]
) -> AsyncIterator[T]:
    """A long span in pieces of at most `MOST` rows, which are as long as that allows.

    Raises:
        Refused: ask_shorter, where more rows are of one and the same time.
    """
    low, step = span[0], min(span[1] - span[0], LONGEST)
    while low < span[1]:
        high = min(low + step, span[1])
        found = await ask(low, high, MOST)
        if len(found) < MOST:
            if len(found):
                yield found
            low, step = high, min(step * 2 if len(found) < MOST // 4 else step, LONGEST)
        elif step == 1:
            raise Refused("ask_shorter")
        else:
            step = max(1, min(step, high - low) // 2)


# --- points ----------------------------------------------------------------------------------


def values(office: Office, points: Sequence[int]) -> Sheet:
    """Samples as they came, point by point."""

    async def blocks() -> AsyncIterator[Block]:
        for row in points:
            point = office.mine.points[row]
            unit, name = office.mine.kind[point.kind].unit, said(point.name, office.language)

            def ask(low: Micros, high: Micros, most: int, row: int = row) -> Awaitable[Any]:
                return office.history.values(row, low, high, most)

            async for found in pieces(ask, office.span):
                words = {int(q): said(w, office.language) for q, w in QUALITIES.items()}
                n = len(found)
                quality = [words[q] for q in found.quality.tolist()]
                whose = ([point.id] * n, [name] * n)
                yield [
                    *(found.sampled.tolist(), *whose),
                    *(found.value.tolist(), [unit] * n, quality),
                ]

    return office.sheet("time point name value unit quality", blocks())


def trend(office: Office, points: Sequence[int], width_s: int) -> Sheet:
    """Steps of so many seconds, point by point."""

    async def blocks() -> AsyncIterator[Block]:
        for row in points:
            point = office.mine.points[row]
            unit, name = office.mine.kind[point.kind].unit, said(point.name, office.language)
            longest = MOST * width_s * SECOND
            for low in range(*office.span, longest):
                high = min(low + longest, office.span[1])
                found = await office.history.trend(row, low, high, width_s)
                with np.errstate(invalid="ignore", divide="ignore"):
                    mean = found.total / found.believed
                three = (found.lowest, mean, found.highest)
                n = len(found)
                yield [
                    *(found.start.tolist(), [point.id] * n, [name] * n),
                    *(column.tolist() for column in three),
                    *([unit] * n, found.samples.tolist(), found.believed.tolist()),
                ]

    return office.sheet("time point name lowest mean highest unit samples believed", blocks())


# --- people ----------------------------------------------------------------------------------


def track(office: Office, person: int) -> Sheet:
    """One person's places."""

    async def blocks() -> AsyncIterator[Block]:
        mine, who = office.mine, office.mine.people[person]
        roads = [said(road.name, office.language) for road in mine.roadways]

        def ask(low: Micros, high: Micros, most: int) -> Awaitable[Any]:
            return office.history.track(person, low, high, most)

        async for seen in pieces(ask, office.span):
            placed = seen.roadway >= 0
            at = (seen.sampled[placed], seen.roadway[placed])
            where = (seen.chainage, seen.x, seen.y, seen.z)
            n = len(at[0])
            yield [
                *(at[0].tolist(), [who.id] * n, [who.name] * n),
                [roads[row] for row in at[1].tolist()],
                *(column[placed].tolist() for column in where),
            ]

    return office.sheet("time person name roadway chainage_m x y z", blocks())


def occupancy(office: Office, zone: int) -> Sheet:
    """Stays in a zone."""
    mine = office.mine

    async def blocks() -> AsyncIterator[Block]:
        found = await queries.occupancy(office.history, mine, zone, office.span)
        name = said(mine.zones[zone].name, office.language)
        yield columns(
            (
                *(mine.people[s.person].id, mine.people[s.person].name, mine.people[s.person].crew),
                *(name, s.entered, s.left, (s.left - s.entered) / SECOND, office.yes(s.elsewhere)),
            )
            for s in found.stays
        )

    return office.sheet("person name crew zone entered left stay_s elsewhere", blocks())


def attendance(office: Office, crew: str) -> Sheet:
    """Trips below; of one crew, or of all."""
    mine = office.mine

    async def blocks() -> AsyncIterator[Block]:
        found = await queries.attendance(office.history, mine, office.span)
        yield columns(
            (
                *(mine.people[t.person].id, mine.people[t.person].name, mine.people[t.person].crew),
                *(t.shift, t.day.isoformat(), str(t.duty or ""), t.down, t.up, t.seconds),
                office.yes(t.came_up),
            )
            for t in found.trips
            if crew in ("", mine.people[t.person].crew)
        )

    return office.sheet("person name crew shift day duty down up below_s came_up", blocks())


def contacts(office: Office, person: int, metres: float) -> Sheet:
    """Whom somebody met."""
    mine = office.mine

    async def blocks() -> AsyncIterator[Block]:
        met = await queries.contacts(office.history, mine, person, office.span, metres)
        yield columns(
            (
                *(mine.people[c.person].id, mine.people[c.person].name, mine.people[c.person].crew),
                *(c.first, c.last, c.seconds, c.straight_m, c.along_m),
            )
            for c in met
        )

    keys = "person name crew first last near_s straight_m along_m"
    return office.sheet(keys, blocks())


def columns(rows: Any) -> Block:
    """Rows, as the columns of a block."""
    whole = list(rows)
    return list(zip(*whole, strict=True)) if whole else []


# --- events ----------------------------------------------------------------------------------


def events(office: Office, find: Find, search: Search) -> Sheet:
    """Records of the journal that a search finds, in the order they were taken."""

    async def blocks() -> AsyncIterator[Block]:
        after = 0
        while True:
            page = replace(search, recorded=office.span, after=after, newest=False, limit=EVENTS)
            found = await find(page)
            yield columns(
                (e.position, e.recorded, e.valid, e.body.__struct_config__.tag, _json(e), e.hash)
                for e in found.events
            )
            after = found.more
            if not after:
                return

    return office.sheet("position recorded valid kind body hash", blocks())


def _json(event: Event) -> str:
    return msgspec.json.encode(event.body).decode()
