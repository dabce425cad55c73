"""The guide: on which ground the ways are worked out, whom each change sends elsewhere.

The ground last told is in the journal, so after a restart the same people are on the same ways, and
nobody is sent the same way twice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any, ClassVar

import numpy as np

from minesafe.evacuation.scope import found_at, places_of
from minesafe.evacuation.ways.exits import ALL_OPEN, few_ways
from minesafe.evacuation.ways.ground import Ground
from minesafe.evacuation.ways.hazards import Hazards
from minesafe.evacuation.ways.legs import legs_of
from minesafe.evacuation.ways.load import load_of
from minesafe.evacuation.ways.network import Floats, Network, Rows
from minesafe.evacuation.ways.perils import Ordered
from minesafe.evacuation.ways.ways import NOWHERE, Ways
from minesafe.model.events import (
    AnyBody,
    InScope,
    OrderKind,
    PersonSent,
    WaysChanged,
    Whereabouts,
)
from minesafe.model.fold import Fold
from minesafe.model.mine import Mine
from minesafe.model.order import MusterRow, Order
from minesafe.model.picture import Picture
from minesafe.model.time import SECOND, Micros
from minesafe.model.way import Leg, Way

WAYS_KEPT = 16
"""Ways on different grounds, kept so that each is found once and not each tick."""

SLOW_M2, PACKED_M2 = 1.0, 2.5
"""People a square metre at which a crowd slows, and at which it hardly moves (Fruin, C and E)."""

LOOKS = 2
"""How often the load is worked out: as people would go, and as they go knowing of that."""

CROWD_EVERY: Micros = 30 * SECOND
"""A crowd that gathers or thins changes the ways at most so often; gas and a fall do at once."""


class Guide(Fold):
    """The ways on the ground as it was last told, and what is to be told anew."""

    HOLDS: ClassVar[Mapping[str, Any]] = {
        "_told": Ground,
        "_before": Ground,
        "_told_at": Micros,
    }
    AROUND: ClassVar[frozenset[str]] = frozenset(
        {"hazards", "_crowd_at", "_mine", "net", "_on", "_few", "_always_few"}
    )

    def __init__(self, mine: Mine) -> None:
        self.hazards = Hazards(mine)
        self._told, self._before = Ground(), Ground()
        self._told_at: Micros = 0
        self._crowd_at: Micros = 0
        """When crowds were looked at last; no fold: what came of it is told."""
        self.take_over(mine)

    def take_over(self, mine: Mine) -> None:
        """Go on under another revision; roadways are known by id."""
        self._mine = mine
        self.net = Network.of(mine)
        self.hazards.take_over(mine)
        self._on = lru_cache(WAYS_KEPT)(partial(Ways.of, mine, net=self.net))
        self._few = lru_cache(1)(partial(few_ways, mine, self.net))
        self._always_few = few_ways(mine, self.net, ALL_OPEN)

    # --- the fold ---------------------------------------------------------------------------

    def apply(self, body: AnyBody, now: Micros) -> None:
        """Take one journalled body."""
        self.hazards.apply(body)
        if isinstance(body, WaysChanged):
            self._before, self._told, self._told_at = self._told, Ground.of(body), now

    @property
    def ways(self) -> Ways:
        """The ways on the ground last told."""
        return self._on(self._told)

    # --- deciding ---------------------------------------------------------------------------

    def changed(
        self,
        picture: Picture,
        now: Micros,
        orders: Sequence[Order],
        to_come: Ordered | None = None,
        rows: Sequence[int] = (),
    ) -> Iterator[WaysChanged]:
        """The ground, where it is another one than was told.

        Args:
            picture: where people are.
            now: the time of it.
            orders: those open; whoever flees by one is on the way.
            to_come: what the order about to be given says of the ground.
            rows: of the people it sends away.
        """
        ground = replace(self.hazards.ground(to_come), crowded=self._told.crowded)
        looked = self._told_at if rows else max(self._told_at, self._crowd_at)
        if now - looked >= CROWD_EVERY:
            self._crowd_at = now
            walkers = list(dict.fromkeys((*self._fleeing(orders, picture), *rows)))
            ground = replace(ground, crowded=self._crowded(ground, picture, walkers))
        if ground != self._told:
            yield ground.told()

    def left_with_one_way(self) -> frozenset[str]:
        """Levels that had two ways to the surface, and have not since something fell or burns."""
        ground = self.hazards.ground()
        return self._few(ground.blocked | ground.afire) - self._always_few

    def _fleeing(self, orders: Sequence[Order], picture: Picture) -> list[int]:
        """Rows of those an evacuation has on the way."""
        fleeing = (o for o in orders if o.order_kind is OrderKind.EVACUATE)
        people = (r for order in fleeing for r in order.muster.values() if self._walks(r, picture))
        return [self._mine.person_row[row.person] for row in people]

    def _crowded(
        self, ground: Ground, picture: Picture, walkers: Sequence[int]
    ) -> frozenset[tuple[str, int]]:
        """Where people stand close now, and where they will when all are on the way.

        Twice: as they would go if nobody told them of a crowd, and as they go once they are told.
        So the crowd stays told that keeps people away, and the one that would gather instead is
        told as well; found from where people are, it does not swing back and forth.
        """
        crowded = self._close(self._standing(picture))
        for _ in range(LOOKS if walkers else 0):
            density = self._routed(replace(ground, crowded=crowded), picture, walkers)
            crowded = _worse(crowded, self._close(density))
        return crowded

    def legs(self, orders: Iterable[Order], picture: Picture) -> list[Leg]:
        """The roadways walked by those whom an evacuation has on the way."""
        rows = [
            row
            for order in orders
            if order.is_open and order.order_kind is OrderKind.EVACUATE
            for row in order.muster.values()
            if self._walks(row, picture)
        ]
        people = [self._mine.person_row[row.person] for row in rows]
        if not people:
            return []
        road, chainage = picture.roadway[people], picture.chainage[people]
        return legs_of(self.ways, road, chainage, [row.destination for row in rows])

    def _standing(self, picture: Picture) -> Floats:
        roads = picture.roadway[~picture.out & (picture.roadway >= 0)]
        heads = np.bincount(roads, minlength=len(self.net.length))
        density: Floats = heads / np.maximum(self.net.length * self.net.width, 1.0)
        return density

    def _routed(self, ground: Ground, picture: Picture, walkers: Sequence[int]) -> Floats:
        seen = [row for row in walkers if picture.roadway[row] >= 0]
        road, chainage = picture.roadway[seen], picture.chainage[seen]
        load = load_of(self._on(ground), road, chainage, self.room(picture, ()))
        return load.density(self.net, self._mine.policy.walking_m_s)

    def _close(self, density: Floats) -> frozenset[tuple[str, int]]:
        degree = (density >= SLOW_M2).astype(int) + (density >= PACKED_M2)
        return frozenset(
            (self._mine.roadways[row].id, int(degree[row])) for row in np.flatnonzero(degree)
        )

    def ways_after(self, change: WaysChanged | None) -> Ways:
        """The ways once a change is told; as they are where there is none."""
        return self.ways if change is None else self._on(Ground.of(change))

    def people(
        self, rows: Sequence[int], picture: Picture, orders: Iterable[Order], ways: Ways
    ) -> Iterator[InScope]:
        """People as an order finds them, each with the way he is sent.

        Args:
            rows: of the people.
            picture: where they are.
            orders: those open: whoever is on the way to a refuge has his place in it.
            ways: on the ground that is told.
        """
        sent = self._send(ways, rows, picture, self.room(picture, orders))
        found, places = found_at(self._mine, rows, picture), places_of(self._mine, rows, picture)
        for row, where, place, way in zip(rows, found, places, sent, strict=True):
            yield InScope(
                person=self._mine.people[row].id,
                whereabouts=where,
                place=place,
                destination=way.destination,
                distance_m=way.distance_m,
                toward=way.toward,
                walk_s=way.walk_s,
            )

    def sent_anew(
        self, order: Order, picture: Picture, others: Iterable[Order]
    ) -> Iterator[PersonSent]:
        """Who of an evacuation goes another way than the one he is on, and which.

        Whoever comes to the next node of his way is told nothing: he is where he was sent.
        """
        if order.order_kind is not OrderKind.EVACUATE:
            return
        walking = [r for r in order.muster.values() if self._walks(r, picture)]
        rows = [self._mine.person_row[r.person] for r in walking]
        if not rows:
            return
        room = self.room(picture, (o for o in others if o.order != order.order))
        ways = self._send(self.ways, rows, picture, room)
        held = self._towards(walking, rows, picture)
        for row, way, toward in zip(walking, ways, held, strict=True):
            if (way.destination, way.toward) != (row.destination, toward):
                yield _sent(order, row.person, way)

    def _walks(self, row: MusterRow, picture: Picture) -> bool:
        person = self._mine.person_row.get(row.person, -1)
        return not row.accounted and person >= 0 and bool(picture.roadway[person] >= 0)

    def _towards(
        self, walking: Sequence[MusterRow], rows: Sequence[int], picture: Picture
    ) -> list[str]:
        """The node each walks to if he goes on to where he was sent, by the ways of before."""
        before = self._on(self._before)
        road, chainage = picture.roadway[rows], picture.chainage[rows]
        toward = before.from_places(before.exits, road, chainage).toward
        for node, tree in zip(self.net.refuges.tolist(), before.refuges, strict=True):
            there = np.array([r.destination == self._mine.nodes[node].id for r in walking])
            if there.any():
                toward = np.where(there, before.from_places(tree, road, chainage).toward, toward)
        nodes = self._mine.nodes
        return [
            nodes[node].id if row.destination else ""
            for row, node in zip(walking, toward.tolist(), strict=True)
        ]

    def _send(self, ways: Ways, rows: Sequence[int], picture: Picture, room: Rows) -> list[Way]:
        """Where each goes; who was never seen is sent nowhere."""
        known = [i for i, row in enumerate(rows) if picture.roadway[row] >= 0]
        found = [NOWHERE] * len(rows)
        there = [rows[i] for i in known]
        sent = ways.send(picture.roadway[there], picture.chainage[there], room)
        for i, way in zip(known, sent, strict=True):
            found[i] = way
        return found

    def room(self, picture: Picture, orders: Iterable[Order]) -> Rows:
        """How many more each refuge takes: those inside and those sent there have their place."""
        taken = {self._mine.nodes[n].id: 0 for n in self.net.refuges.tolist()}
        coming = {
            row.person: row.destination
            for order in orders
            if order.order_kind is OrderKind.EVACUATE
            for row in order.muster.values()
            if row.destination in taken and row.whereabouts not in ARRIVED
        }
        for node in coming.values():
            taken[node] += 1
        inside = [int(picture.inside[:, z].sum()) if z >= 0 else 0 for z in self.net.refuge_zone]
        return (
            self.net.capacity - np.array(inside, np.int64) - np.array([*taken.values()], np.int64)
        )


def _worse(
    some: frozenset[tuple[str, int]], others: frozenset[tuple[str, int]]
) -> frozenset[tuple[str, int]]:
    """Of each roadway the greater degree."""
    return frozenset(dict(sorted((*some, *others))).items())


ARRIVED = (Whereabouts.AT_REFUGE, Whereabouts.OUT)


def _sent(order: Order, person: str, way: Way) -> PersonSent:
    return PersonSent(
        order=order.order,
        person=person,
        destination=way.destination,
        toward=way.toward,
        distance_m=way.distance_m,
        walk_s=way.walk_s,
    )
