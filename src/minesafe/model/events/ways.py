"""What became of the roadways people leave by, and whom that sends another way."""

from minesafe.model.events.body import Body
from minesafe.model.mine import Danger


class RoadwayBlocked(Body, frozen=True, kw_only=True, tag="roadway_blocked"):
    """Nobody gets through, said by hand: a fall of roof, a door that jams, a cage that stands."""

    roadway: str
    by: str
    reason: str


class RoadwayCleared(Body, frozen=True, kw_only=True, tag="roadway_cleared"):
    """It can be walked again."""

    roadway: str
    by: str
    reason: str


class WaysChanged(Body, frozen=True, kw_only=True, tag="ways_changed"):
    """What the ways out are worked out from, from now on; written while an order is open.

    The same of it gives the same ways, so a restart sends nobody elsewhere.
    """

    dangers: tuple[Danger, ...]
    blocked: tuple[str, ...]
    """Roadways nobody gets through; ids in the order of their names, likewise below."""
    foul: tuple[str, ...]
    """Roadways over a limit, or down-wind of one that is."""
    afire: tuple[str, ...]
    """Roadways where it burns."""
    smoky: tuple[str, ...]
    """Roadways down-wind of a fire."""
    crowded: tuple[tuple[str, int], ...]
    """(roadway, how crowded: 1 slow, 2 packed)."""
    shut: tuple[str, ...]
    """Refuges (node ids) nobody can live in."""
    water_m: float | None
    """How high the water stands that breaks in, metres of the mine's z; None: none does."""


class PersonSent(Body, frozen=True, kw_only=True, tag="person_sent"):
    """Somebody in an order is to go another way than the one last told."""

    order: str
    person: str
    destination: str
    """Node id; empty where no way leads out."""
    toward: str
    """Node id at the end of the roadway the person is in: the next one on the way."""
    distance_m: float | None
    walk_s: float | None
    """At the pace of the way: grade, smoke, doors and cages counted."""
