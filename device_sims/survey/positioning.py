"""Readers where they matter, and then wherever somebody would be farthest from one."""

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from device_sims.survey.ground import Draft, Names, Road, ends_at

ROADS_A_READER = 2.8
"""So many roadways to each reader, at most; those that must have one have it in any case."""
SAMPLE_M = 25.0
"""How finely the roadways are looked at for whoever would be far from a reader."""
MARGIN = 1.15
"""How much farther readers hear than anybody can be away from the nearest."""
A_STATION = 5
"""Readers on one base station."""
CARD_M = 40.0
"""So far a card reader hears a card, and cannot say where within."""
CARD_READERS = 3
"""On one host of an older system, which is kept beside the new one."""
COLLAR_M = 20.0
"""A reader in a shaft or drift from the surface hangs so far below the collar."""


@dataclass(frozen=True, slots=True)
class Reader:
    """读卡器."""

    id: str
    name: Names
    station: str
    road: str
    chainage_m: float
    range_m: float


Spot = tuple[str, float]
"""Roadway and metres from its start."""


def readers(draft: Draft) -> list[Reader]:
    """Hang them, and say which base station each is on."""
    spots = list(_needed(draft))
    apart = _Apart(draft)
    for spot in spots:
        apart.hang(spot)
    while len(spots) < len(draft.roads) / ROADS_A_READER:
        farthest, _ = apart.farthest()
        apart.hang(farthest)
        spots.append(farthest)
    reach = math.ceil(MARGIN * apart.farthest()[1] / 10) * 10.0
    rows = {road: row for row, road in enumerate(draft.roads)}
    spots.sort(key=lambda s: (draft.roads[s[0]].level, rows[s[0]]))
    hung = [_reader(draft, i, spot, reach) for i, spot in enumerate(spots)]
    return [*hung, *_card_readers(draft, len(hung), hung[-1].station)]


def _card_readers(draft: Draft, before: int, last: str) -> Iterator[Reader]:
    """At the underground substations. Never at a refuge: who passes it would be read in safety."""
    station = f"BS{int(last.removeprefix('BS')) + 1}"
    for n, ident in enumerate(draft.rooms.get("substation", ())[:CARD_READERS], before + 1):
        road = draft.roads[ident]
        words = Names(f"{road.name.zh}卡口", f"Card reader, {road.name.en}")
        yield Reader(f"R{n}", words, station, ident, round(road.length_m / 2, 1), CARD_M)


def _reader(draft: Draft, row: int, spot: Spot, reach: float) -> Reader:
    road, at = spot
    name = draft.roads[road].name
    words = Names(f"{name.zh}读卡器", f"Reader, {name.en}")
    return Reader(f"R{row + 1}", words, f"BS{row // A_STATION + 1}", road, round(at, 1), reach)


def _needed(draft: Draft) -> Iterator[Spot]:
    """Faces, headings, chambers and the ways out: where it must be known who is there."""
    for road in draft.roads.values():
        if road.kind in ("face", "heading", "chamber"):
            yield road.id, road.length_m / 2
        elif draft.nodes[road.start].kind == "portal":
            yield road.id, COLLAR_M
        elif draft.nodes[road.end].kind == "portal":
            yield road.id, road.length_m - COLLAR_M


class _Apart:
    """How far each sampled place is from the nearest reader, along the roadways."""

    def __init__(self, draft: Draft) -> None:
        self._roads: Mapping[str, Road] = draft.roads
        self._at = ends_at(list(draft.roads.values()))
        self._away = {spot: math.inf for r in draft.roads.values() for spot in _samples(r)}

    def hang(self, reader: Spot) -> None:
        """One more reader: places nearer to it than to any other count from it."""
        nodes = self._distances(reader)
        for spot in self._away:
            road = self._roads[spot[0]]
            ways = [
                nodes.get(road.start, math.inf) + spot[1],
                nodes.get(road.end, math.inf) + road.length_m - spot[1],
            ]
            if spot[0] == reader[0]:
                ways.append(abs(spot[1] - reader[1]))
            self._away[spot] = min(self._away[spot], *ways)

    def farthest(self) -> tuple[Spot, float]:
        """The place that is farthest from any reader, and how far; the first of equals."""
        spot = max(self._away, key=lambda s: self._away[s])
        return spot, self._away[spot]

    def _distances(self, spot: Spot) -> dict[str, float]:
        """To every node, by Dijkstra."""
        road = self._roads[spot[0]]
        heap = [(spot[1], road.start), (road.length_m - spot[1], road.end)]
        heapq.heapify(heap)
        found: dict[str, float] = {}
        while heap:
            away, node = heapq.heappop(heap)
            if node in found:
                continue
            found[node] = away
            for on in self._at[node]:
                other = on.end if on.start == node else on.start
                heapq.heappush(heap, (away + on.length_m, other))
        return found


def _samples(road: Road) -> Iterable[Spot]:
    count = max(1, round(road.length_m / SAMPLE_M))
    return ((road.id, (i + 0.5) * road.length_m / count) for i in range(count))
