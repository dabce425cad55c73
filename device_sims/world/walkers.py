"""The people underground: they work around their post; told to leave, they walk to safety."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from device_sims.clock import SECOND, Micros
from device_sims.mine import Mine, Person
from device_sims.world.roadways import Graph, Spot, Way, walk, way_to_nodes, way_to_spot

OVER_LIMIT = 1.0
"""Methane (%) at which people would rather walk another way."""
OVER_LIMIT_PENALTY = 20.0
"""A roadway over the limit counts as so many times its length."""
EARSHOT_M = 30.0
"""Somebody who has heard shouts; whoever is this near in the same roadway hears him …"""
SHOUT_AFTER_S = 5.0
"""… after so long."""
PORTAL_S = 8.0
"""How long one is still in sight of the portal's reader before being gone."""
STROLL = 0.55
"""Share of one's walking speed while at work."""


class Doing(StrEnum):
    """What somebody is about."""

    WORKING = "working"
    TOLD = "told"
    """Has heard, puts the tools down."""
    LEAVING = "leaving"
    AT_REFUGE = "at_refuge"
    AT_PORTAL = "at_portal"
    OUT = "out"
    STRANDED = "stranded"
    """No way to safety: stays."""


UNTOLD = (Doing.WORKING,)
GONE = (Doing.OUT,)


@dataclass(frozen=True, slots=True)
class Walker:
    """Somebody underground."""

    person: str
    tag: str
    post: Spot
    roams: bool
    """Inspectors and leaders go round; others stay around their post."""
    pace_m_s: float
    """This person's walking speed, never above the mine's."""
    spot: Spot
    way: Way = ()
    doing: Doing = Doing.WORKING
    until: Micros = 0
    """When this pause ends: at work the rest between two walks, then the one before leaving."""
    told_at: Micros | None = None
    pressed_at: Micros | None = None
    """When the tag's acknowledge button was pressed."""


WORKPLACES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("heading", "掘", "develop"), ("heading", "face")),
    (("face", "coal", "shearer", "support", "采", "支架", "miner"), ("face", "heading")),
    (("electric", "机电", "电工", "pump", "fitter"), ("intake", "drift")),
    (("transport", "belt", "运输", "皮带", "driver"), ("intake", "drift")),
)
"""Words in trade or crew, and the kinds of roadway such people work in, best first."""

ROAMING = ("leader", "带班", "inspector", "gas", "瓦斯", "安", "safety", "vent", "通风")
ROUND_KINDS = ("face", "heading", "return", "intake", "drift")


def crew_at_work(mine: Mine, seed: int) -> tuple[Walker, ...]:
    """Everyone with a tag, at the post, in the middle of the shift."""
    rng = np.random.default_rng([seed, 1])
    wearers = [p for p in mine.people if p.tag]
    places = [_workplace(mine, p, i) for i, p in enumerate(wearers)]
    shares, paces = rng.uniform(0.2, 0.8, len(wearers)), rng.uniform(0.85, 1.0, len(wearers))
    return tuple(
        _posted(mine, person, Spot(place, float(share) * mine.roadway[place].length_m), float(pace))
        for person, place, share, pace in zip(wearers, places, shares, paces, strict=True)
    )


def _posted(mine: Mine, person: Person, post: Spot, pace: float) -> Walker:
    roams = _says(person, ROAMING)
    speed = mine.policy.walking_m_s * pace
    return Walker(person.id, person.tag, post, roams, speed, post)


def _says(person: Person, words: Sequence[str]) -> bool:
    said = f"{person.trade} {person.crew}".lower()
    return any(word in said for word in words)


def _workplace(mine: Mine, person: Person, row: int) -> str:
    """A roadway that suits the trade; people nobody foresaw are spread over all of them."""
    kinds = next((ks for words, ks in WORKPLACES if _says(person, words)), ROUND_KINDS)
    for kind in kinds:
        fitting = [r.id for r in mine.roadways if r.walkable and r.kind == kind]
        if fitting:
            return fitting[row % len(fitting)]
    walkable = [r.id for r in mine.roadways if r.walkable]
    return walkable[row % len(walkable)]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the people's moves depend on at one moment."""

    graph: Graph
    now: Micros
    over_limit: frozenset[str]
    """Roadways where methane is over the limit."""
    hearing: frozenset[str]
    """Persons who hear a horn, are called, or stand near somebody who shouts."""

    @property
    def penalty(self) -> Mapping[str, float]:
        """Roadways one would rather not walk."""
        return dict.fromkeys(self.over_limit, OVER_LIMIT_PENALTY)


def shouted_at(walkers: Sequence[Walker], now: Micros) -> frozenset[str]:
    """Who stands within earshot of somebody told some seconds ago."""
    loud = [
        w.spot
        for w in walkers
        if w.told_at is not None
        and w.doing not in GONE
        and now - w.told_at > SHOUT_AFTER_S * SECOND
    ]
    if not loud:
        return frozenset()
    return frozenset(w.person for w in walkers if any(_near(w.spot, s) for s in loud))


def _near(one: Spot, other: Spot) -> bool:
    return one.roadway == other.roadway and abs(one[1] - other[1]) <= EARSHOT_M


def moved(walker: Walker, around: Surroundings, dt_s: float, draws: Sequence[float]) -> Walker:
    """Where somebody is and what he is about after `dt_s`.

    Args:
        walker: as before.
        around: what there is.
        dt_s: how long.
        draws: three uniform numbers in [0, 1).
    """
    if walker.person in around.hearing and walker.doing in UNTOLD:
        return _told(walker, around.now, draws)
    return MOVES[walker.doing](walker, around, dt_s, draws)


def _told(walker: Walker, now: Micros, draws: Sequence[float]) -> Walker:
    ready = now + round((2 + 6 * draws[0]) * SECOND)
    pressed = now + round((1 + 4 * draws[1]) * SECOND)
    return replace(walker, doing=Doing.TOLD, told_at=now, until=ready, pressed_at=pressed, way=())


def _working(w: Walker, around: Surroundings, dt_s: float, draws: Sequence[float]) -> Walker:
    if w.way:
        return _along(w, w.pace_m_s * STROLL * dt_s)
    if around.now < w.until:
        return w
    pause = around.now + round((5 + 40 * draws[0]) * SECOND)
    return replace(w, way=_errand(w, around, draws), until=pause)


def _errand(w: Walker, around: Surroundings, draws: Sequence[float]) -> Way:
    """A few steps around the post, or a round to anywhere for those who go round."""
    if not w.roams:
        near = w.post.chainage_m + (draws[1] - 0.5) * 30
        goal = around.graph.clip(Spot(w.post.roadway, near))
    else:
        rounds = [r for r in around.graph.roadways.values() if r.walkable and r.kind in ROUND_KINDS]
        there = rounds[int(draws[1] * len(rounds))] if rounds else None
        goal = Spot(there.id, draws[2] * there.length_m) if there else w.post
    return way_to_spot(around.graph, w.spot, goal, around.penalty) or ()


def _hesitating(w: Walker, around: Surroundings, _dt: float, _draws: Sequence[float]) -> Walker:
    return w if around.now < w.until else _setting_out(w, around)


def _setting_out(w: Walker, around: Surroundings) -> Walker:
    way = way_to_nodes(around.graph, w.spot, around.graph.havens, around.penalty)
    return replace(w, doing=Doing.STRANDED if way is None else Doing.LEAVING, way=way or ())


def _leaving(w: Walker, around: Surroundings, dt_s: float, _draws: Sequence[float]) -> Walker:
    w = _along(w, w.pace_m_s * dt_s)
    if w.way:
        ahead = {leg.roadway for leg in w.way[1:]}
        return _setting_out(w, around) if ahead & around.over_limit else w
    if around.graph.node_at(w.spot) in around.graph.portals:
        gone = around.now + round(PORTAL_S * SECOND)
        return replace(w, doing=Doing.AT_PORTAL, until=gone)
    return replace(w, doing=Doing.AT_REFUGE)


def _at_portal(w: Walker, around: Surroundings, _dt: float, _draws: Sequence[float]) -> Walker:
    return w if around.now < w.until else replace(w, doing=Doing.OUT)


def _staying(w: Walker, _around: Surroundings, _dt: float, _draws: Sequence[float]) -> Walker:
    return w


MOVES = {
    Doing.WORKING: _working,
    Doing.TOLD: _hesitating,
    Doing.LEAVING: _leaving,
    Doing.AT_PORTAL: _at_portal,
    Doing.AT_REFUGE: _staying,
    Doing.STRANDED: _staying,
    Doing.OUT: _staying,
}


def _along(w: Walker, distance_m: float) -> Walker:
    way, spot = walk(w.way, distance_m)
    # Spelled out: `replace` here was a third of a step of the whole world.
    return Walker(
        w.person, w.tag, w.post, w.roams, w.pace_m_s, spot or w.spot, way,
        w.doing, w.until, w.told_at, w.pressed_at,
    )  # fmt: skip
