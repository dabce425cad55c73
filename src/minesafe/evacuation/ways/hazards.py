"""What alarms, orders and people say of the roadways: a fold, of which the ground is read.

Only alarms of points count, at their limits and of levels I to III; a sensor that is merely silent
blocks nobody's way.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from minesafe.alarms.places import zones_at
from minesafe.evacuation.policy import HIDDEN
from minesafe.evacuation.scope import carried_from, down_wind, whole
from minesafe.evacuation.ways.ground import Ground
from minesafe.evacuation.ways.network import Network
from minesafe.evacuation.ways.perils import SPLASH_M, Ordered, ground_of, reached
from minesafe.model.errors import Refused
from minesafe.model.events import (
    AlarmMoved,
    AlarmSource,
    AnyBody,
    OrderClosed,
    OrderIssued,
    RoadwayBlocked,
    RoadwayCleared,
)
from minesafe.model.fold import Fold
from minesafe.model.mine import Danger, Mine, Point, Severity
from minesafe.model.way import Impact

AT_A_LIMIT = frozenset({"alarm_high", "cut_high", "alarm_low", "cut_low", "logic"})
"""Conditions that say something of the air or the water where the point hangs."""


CARRIED = (Danger.GAS, Danger.FIRE)
"""What goes with the air; water does not, and failed ventilation carries nothing anywhere."""


class Hazards(Fold):
    """Points over their limits, and roadways somebody has said nobody gets through."""

    HOLDS: ClassVar[Mapping[str, Any]] = {
        "_over": dict[str, str],
        "blocked": dict[str, RoadwayBlocked],
        "_orders": dict[str, Ordered],
    }
    AROUND: ClassVar[frozenset[str]] = frozenset({"_known", "inside", "_mine"})

    def __init__(self, mine: Mine) -> None:
        self._over: dict[str, str] = {}
        self.blocked: dict[str, RoadwayBlocked] = {}
        """By roadway, who said so and why."""
        self._orders: dict[str, Ordered] = {}
        """Open orders that name their danger."""
        self._known: Ground | None = None
        self.inside: dict[str, frozenset[str]] = {}
        """By the node of each refuge, the points that hang in it."""
        self.take_over(mine)

    def taken_up(self) -> None:
        """See `Fold.taken_up`."""
        self._known = None

    def take_over(self, mine: Mine) -> None:
        """Go on under another revision."""
        self._mine, self._known = mine, None
        self.inside = points_inside(mine)

    def apply(self, body: AnyBody) -> None:
        """Take one journalled body."""
        if isinstance(body, AlarmMoved) and body.source is AlarmSource.POINT:
            self._over.pop(body.episode, None)
            if body.state not in HIDDEN and _at_a_limit(body.active):
                self._over[body.episode] = body.subject
            self._known = None
        elif isinstance(body, RoadwayBlocked):
            self.blocked[body.roadway], self._known = body, None
        elif isinstance(body, RoadwayCleared):
            self._known = None
            self.blocked.pop(body.roadway, None)
        elif isinstance(body, OrderIssued) and body.peril is not None:
            self._orders[body.order] = Ordered(body.peril, body.zones, body.drill)
        elif isinstance(body, OrderClosed):
            self._orders.pop(body.order, None)

    @property
    def over(self) -> frozenset[str]:
        """Ids of the points at a limit."""
        return frozenset(self._over.values())

    def decide(self, roadway: str, blocked: bool, by: str, reason: str) -> AnyBody:
        """Somebody says that nobody gets through a roadway, or that one does again.

        Raises:
            Refused: unknown_roadway · reason_needed · already_blocked · not_blocked.
        """
        if roadway not in self._mine.roadway_row:
            raise Refused("unknown_roadway", roadway=roadway)
        if not reason.strip():
            raise Refused("reason_needed")
        if blocked and roadway in self.blocked:
            raise Refused("already_blocked", by=self.blocked[roadway].by)
        if not blocked and roadway not in self.blocked:
            raise Refused("not_blocked", roadway=roadway)
        said = RoadwayBlocked if blocked else RoadwayCleared
        return said(roadway=roadway, by=by, reason=reason.strip())

    def ground(self, to_come: Ordered | None = None) -> Ground:
        """The ground now, and with the order about to be given; crowds are not its business."""
        ground = self._known = self._known or self._found()
        for ordered in self._said(to_come):
            ground = ground.also(ground_of(self._mine, ordered))
        return ground

    def impacts(self) -> tuple[Impact, ...]:
        """Where the air carries what points tell at their limits and what orders name."""
        mine = self._mine
        points = [mine.points[mine.point_row[p]] for p in sorted(self.over) if p in mine.point_row]
        told = [
            Impact(point.id, danger, carried_from(mine, point))
            for point in points
            if (danger := mine.kind[point.kind].danger) in CARRIED
        ]
        in_force = self._said(None)
        named = [_ordered(mine, o, said) for o, said in self._orders.items() if said in in_force]
        return (*told, *(impact for impact in named if impact.stretches))

    def _said(self, to_come: Ordered | None) -> list[Ordered]:
        """What orders say: nobody flees in earnest from the danger of a drill."""
        said = [*self._orders.values(), *([] if to_come is None else [to_come])]
        real = [ordered for ordered in said if not ordered.drill]
        return real or said

    def _found(self) -> Ground:
        mine, over = self._mine, self.over
        points = [mine.points[mine.point_row[p]] for p in sorted(over) if p in mine.point_row]
        by_danger = {d: [p for p in points if mine.kind[p.kind].danger is d] for d in Danger}
        fire, smoky = by_danger[Danger.FIRE], reached(mine, _roads(by_danger[Danger.FIRE]))
        return Ground(
            dangers=frozenset(d for d, found in by_danger.items() if found),
            blocked=frozenset(self.blocked),
            foul=smoky | reached(mine, _roads(by_danger[Danger.GAS])),
            afire=frozenset(_seats(mine, fire)),
            smoky=smoky,
            shut=frozenset(node for node, own in self.inside.items() if own & over),
            water_m=max((_height(mine, p) for p in by_danger[Danger.WATER]), default=None),
        )


def _ordered(mine: Mine, order: str, said: Ordered) -> Impact:
    ground = ground_of(mine, said)
    danger = Danger.FIRE if ground.smoky else Danger.GAS
    return Impact(order, danger, whole(mine, sorted(ground.foul)))


def _at_a_limit(active: Mapping[str, Severity]) -> bool:
    return any(c in AT_A_LIMIT and level is not Severity.IV for c, level in active.items())


def _roads(points: Iterable[Point]) -> set[str]:
    return {p.roadway for p in points}


def _seats(mine: Mine, points: Iterable[Point]) -> set[str]:
    """Where it burns: of the roadways that tell of fire, those no other one lies up-wind of."""
    roads = _roads(points)
    behind = {r for road in roads for r in down_wind(mine, road)[1:]}
    return roads - behind or roads


def _height(mine: Mine, point: Point) -> float:
    road = mine.roadways[mine.roadway_row[point.roadway]]
    first, last = mine.node[road.start].z, mine.node[road.end].z
    share = point.chainage_m / road.length_m if road.length_m else 0.0
    return first + share * (last - first) + SPLASH_M


def points_inside(mine: Mine) -> dict[str, frozenset[str]]:
    """By the node of each refuge, the points that hang in its zone."""
    net = Network.of(mine)
    hangs = {p.id: zones_at(mine, p.roadway, p.chainage_m) for p in mine.points}
    return {
        mine.nodes[node].id: frozenset(
            point for point, zones in hangs.items() if zone >= 0 and mine.zones[zone].id in zones
        )
        for node, zone in zip(net.refuges.tolist(), net.refuge_zone, strict=True)
    }
