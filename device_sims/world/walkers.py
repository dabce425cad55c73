"""The people underground: what each is about, and what comes of it when a moment is over.

Between two moments a walker stands or goes straight on, so that nothing need be worked out for
him: `spot_at` says where he is. Only at the end of a stretch, of a pause, or when he hears
something does `Walker` become another one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from device_sims.clock import SECOND, Micros
from device_sims.world.miners import Miner
from device_sims.world.roadways import Leg, Spot, Way, back, way_to_spot
from device_sims.world.shifts import FOREVER
from device_sims.world.surroundings import Surroundings

PORTAL_S = 8.0
"""How long one is in sight of the portal's reader, going or coming."""
STROLL = 0.55
"""Share of one's walking speed while at work."""
LOOK_S = 5.0
"""How often somebody who leaves looks where gas, smoke and water are."""
GATE_S = 60.0
"""How often the gate asks whether anybody may go down, while the mine is being left."""
TURNS, CHATS = 0.15, 0.35
"""Shares of all errands at work on which somebody turns half-way, and on which he goes to chat."""
MATES_M = 60.0
"""How far somebody goes for a chat."""


class Doing(StrEnum):
    """What somebody is about."""

    COMING_DOWN = "coming_down"
    WORKING = "working"
    GOING_UP = "going_up"
    """The shift is over."""
    TOLD = "told"
    """Has heard, puts the tools down."""
    LEAVING = "leaving"
    AT_REFUGE = "at_refuge"
    AT_PORTAL = "at_portal"
    OUT = "out"
    STRANDED = "stranded"
    """No way to safety: stays."""


UNTOLD = (Doing.COMING_DOWN, Doing.WORKING, Doing.GOING_UP)
GONE = (Doing.OUT,)
SAFE = (Doing.OUT, Doing.AT_REFUGE)
HEEDING = (Doing.TOLD, Doing.LEAVING)


@dataclass(frozen=True, slots=True)
class Walker:
    """Somebody with a tag, from one moment to the next."""

    miner: Miner
    spot: Spot
    """Where he was at `since`."""
    since: Micros = 0
    speed_m_s: float = 0.0
    """Along the first leg of `way`; 0: he stands, or waits for the cage."""
    way: Way = ()
    doing: Doing = Doing.WORKING
    until: Micros = 0
    """When this is over."""
    boards: Micros | None = None
    """When what carries people leaves with him, once he has come to it."""
    told_at: Micros | None = None
    pressed_at: Micros | None = None
    """When the tag's acknowledge button was pressed."""
    goal: str = ""
    """Node the tag points to; empty: he goes where it is nearest."""

    @property
    def person(self) -> str:
        """Whose id."""
        return self.miner.person

    @property
    def tag(self) -> str:
        """His card's number."""
        return self.miner.tag

    def spot_at(self, now: Micros) -> Spot:
        """Where he is."""
        if not self.speed_m_s or not self.way:
            return self.spot
        return self.way[0].at(self.speed_m_s * (now - self.since) / SECOND)

    def tag_at(self, now: Micros) -> Spot:
        """Where his card is: not with him when it hangs at his post."""
        return self.miner.post if self.miner.card_left else self.spot_at(now)

    @property
    def riding(self) -> bool:
        """Whether he is in a cage or on a chair, where nobody tells him anything."""
        return self.boards is not None and self.speed_m_s > 0.0

    @property
    def seen(self) -> bool:
        """Whether a reader can range the card."""
        return self.miner.card_left or self.doing not in GONE


def at_beginning(miner: Miner, now: Micros) -> Walker:
    """Where somebody is in the middle of the shift: at the post, or above."""
    comes, _ = miner.stint(now)
    if comes > now:
        return Walker(miner, miner.post, now, doing=Doing.OUT, until=comes)
    return Walker(miner, miner.post, now, until=FOREVER if miner.still else now)


def moved(w: Walker, around: Surroundings) -> Walker:
    """What somebody is about at `around.now`, every moment in between in its turn."""
    while w.until <= around.now:
        w = NEXT[w.doing](w, around, w.until)
    return w


def told(w: Walker, around: Surroundings) -> Walker:
    """He has just heard; whoever was on his way by himself presses the tag's button now."""
    if w.miner.deaf or w.miner.still or w.riding:
        return w
    if w.doing in UNTOLD:
        w = alarmed(w, around)
    if w.pressed_at is not None or w.miner.card_left or w.doing not in HEEDING:
        return w
    return replace(w, pressed_at=around.now + round((1 + 4 * around.dice()) * SECOND))


def alarmed(w: Walker, around: Surroundings) -> Walker:
    """He knows that he must leave, and puts the tools down."""
    if w.miner.still or w.riding or w.doing not in UNTOLD:
        return w
    now = around.now
    ready = now + round((2 + 6 * around.dice()) * SECOND)
    return Walker(
        w.miner, w.spot_at(now), now, doing=Doing.TOLD, until=ready, told_at=now, goal=w.goal
    )


def pointed(w: Walker, goal: str, around: Surroundings) -> Walker:
    """His tag points elsewhere than before; whoever is on his way turns, unless he rides."""
    if not goal or goal == w.goal or w.doing not in HEEDING or w.pressed_at is None:
        return w
    w = replace(w, goal=goal)
    if w.doing is Doing.TOLD or w.boards is not None:
        return w
    now = around.now
    here = replace(w, spot=w.spot_at(now), since=now, way=())
    return _escape(here, around.to_safety(here.spot, goal), around, now)


# --- going -----------------------------------------------------------------------------------


def _sent(w: Walker, way: Way, around: Surroundings, at: Micros) -> Walker:
    """Sets out along a way from where he stands."""
    return _on(replace(w, way=way, since=at, speed_m_s=0.0), around, at)


def _goes_on(w: Walker, around: Surroundings, at: Micros) -> Walker:
    """From where the last stretch has brought him, on along his way.

    Who has waited for a car stands at the end of the stretch before: the next lies whole ahead.
    """
    leg, spot = w.way[0], w.spot_at(at)
    gone = Leg(leg.roadway, spot.chainage_m, leg.to_m)
    rest = (gone, *w.way[1:]) if w.speed_m_s else w.way
    if w.speed_m_s and abs(spot.chainage_m - leg.to_m) < NEXT_TO_NOTHING_M:
        spot, rest = Spot(leg.roadway, leg.to_m), w.way[1:]
    hoist = around.graph.hoists.get(leg.roadway)
    same = bool(rest) and around.graph.hoists.get(rest[0].roadway) is hoist
    boards = w.boards if same else None
    return _on(replace(w, spot=spot, since=at, way=rest, speed_m_s=0.0, boards=boards), around, at)


NEXT_TO_NOTHING_M = 1e-3
"""Times are whole microseconds: who is so near the end of a stretch is there."""


def _on(w: Walker, around: Surroundings, at: Micros) -> Walker:
    """The next stretch on foot, or what carries him along it."""
    if not w.way:
        return replace(w, until=at, boards=None)
    leg, graph = w.way[0], around.graph
    hoist = graph.hoists.get(leg.roadway)
    if hoist is None:
        share = STROLL if w.doing is Doing.WORKING and w.miner.bid(at) is None else 1.0
        speed = w.miner.pace_m_s * share * around.ease(leg)
        return _moving(replace(w, boards=None), speed, around, at)
    if w.boards is None:
        down = (graph.slope[leg.roadway] < 0) == (leg.to_m > leg.from_m)
        leaves = around.banksman.board(hoist, down=down, at=at)
        return replace(w, boards=leaves, until=max(leaves, at))
    return _moving(w, hoist.speed_m_s, around, at)


def _moving(w: Walker, speed: float, around: Surroundings, at: Micros) -> Walker:
    ends = at + round(w.way[0].length_m / speed * SECOND)
    looks = at + round(LOOK_S * SECOND) if around.danger else FOREVER
    free = w.doing is Doing.WORKING and w.boards is None
    changes = w.miner.next_change(at) if free else FOREVER
    return replace(w, speed_m_s=speed, until=min(ends, looks, changes))


# --- at work ---------------------------------------------------------------------------------


def _working(w: Walker, around: Surroundings, at: Micros) -> Walker:
    """Goes on, or does what is next: home, to where he is sent, or about his work."""
    if not w.miner.underground(at) and w.boards is None:
        return _going_home(w, around, at)
    bid = w.miner.bid(at)
    if w.way and (bid is None or w.boards is not None or _ends_at(w.way) == bid.spot(at)):
        on = _goes_on(w, around, at)
        return on if on.way else _resting(on, around, at)
    if bid is None:
        return _errand(w, around, at)
    w = replace(w, spot=w.spot_at(at), since=at, way=(), speed_m_s=0.0)
    return _towards(w, bid.spot(at), around, at)


def _towards(w: Walker, goal: Spot, around: Surroundings, at: Micros) -> Walker:
    """Goes where a scenario sends him, and stays there."""
    way = () if w.spot == goal else way_to_spot(around.graph, w.spot, goal, {})
    return _sent(w, way, around, at) if way else _resting(w, around, at)


def _resting(w: Walker, around: Surroundings, at: Micros) -> Walker:
    """Stands for a while; longer where two stand together to talk."""
    bid = w.miner.bid(at)
    talks = w.spot != w.miner.post and w.spot in around.ground.posts_on.get(w.spot.roadway, ())
    pause = (5 + 40 * around.dice()) * (2 if talks else 1)
    over = at + round(pause * SECOND) if bid is None else bid.next_turn(at)
    return replace(w, until=min(over, w.miner.next_change(at)))


def _errand(w: Walker, around: Surroundings, at: Micros) -> Walker:
    """A few steps around the post, a chat, or a round to anywhere for those who go round."""
    goal = _round(w, around) if w.miner.roams else _nearby(w, around)
    if around.ground.zones.at(goal) & w.miner.forbidden:
        return _resting(w, around, at)
    aside = {**around.ground.sealed, **around.danger.penalty()}
    way = way_to_spot(around.graph, w.spot, goal, aside)
    if not way:
        return _resting(w, around, at)
    turns = not w.miner.roams and around.dice() < TURNS
    return _sent(w, (*way, *back(way)) if turns else way, around, at)


def _round(w: Walker, around: Surroundings) -> Spot:
    rounds = around.ground.rounds
    if not rounds:
        return w.miner.post
    there = rounds[int(around.dice() * len(rounds))]
    return Spot(there.id, around.dice() * there.length_m)


def _nearby(w: Walker, around: Surroundings) -> Spot:
    post = w.miner.post
    mates = [
        s
        for s in around.ground.posts_on.get(post.roadway, ())
        if 0 < abs(s.chainage_m - post.chainage_m) <= MATES_M
    ]
    if mates and around.dice() < CHATS:
        return mates[int(around.dice() * len(mates))]
    return around.graph.clip(Spot(post.roadway, post.chainage_m + (around.dice() - 0.5) * 30))


def _ends_at(way: Way) -> Spot:
    return Spot(way[-1].roadway, way[-1].to_m)


# --- coming and going with the shift ---------------------------------------------------------


def _above(w: Walker, around: Surroundings, at: Micros) -> Walker:
    """Comes to the portal, stands there in sight of its reader, and goes down."""
    if around.gate_shut:
        return replace(w, until=at + round(GATE_S * SECOND))
    if not w.miner.underground(at):
        return replace(w, until=w.miner.stint(at)[0])
    up = around.to_the_day(w.miner.post)
    if up is None:
        return replace(w, until=at + round(GATE_S * SECOND))
    way = back(up)
    seen = at + round(PORTAL_S * SECOND)
    return Walker(w.miner, way[0].at(0.0), at, 0.0, way, Doing.COMING_DOWN, seen)


def _coming(w: Walker, around: Surroundings, at: Micros) -> Walker:
    on = _goes_on(w, around, at)
    return on if on.way else replace(on, doing=Doing.WORKING)


def _going_home(w: Walker, around: Surroundings, at: Micros) -> Walker:
    w = replace(w, spot=w.spot_at(at), since=at, doing=Doing.GOING_UP)
    return _escape(w, around.to_the_day(w.spot), around, at)


# --- leaving ---------------------------------------------------------------------------------


def _hesitating(w: Walker, around: Surroundings, at: Micros) -> Walker:
    on = replace(w, doing=Doing.LEAVING)
    return _escape(on, around.to_safety(w.spot, w.goal), around, at)


def _escape(w: Walker, way: Way | None, around: Surroundings, at: Micros) -> Walker:
    if way is None:
        again = at + round(LOOK_S * SECOND)
        return replace(w, doing=Doing.STRANDED, way=(), speed_m_s=0.0, until=again)
    return _sent(w, way, around, at)


def _leaving(w: Walker, around: Surroundings, at: Micros) -> Walker:
    """On towards safety; where gas, smoke or water lie ahead, by the way that is best now.

    Whatever the tag says: who sees it before him saves himself.
    """
    on = _goes_on(w, around, at)
    if not on.way:
        return _arrived(on, around, at)
    ahead = {leg.roadway for leg in on.way}
    if on.boards is None and ahead & around.danger.everywhere:
        to = around.to_safety if on.doing is Doing.LEAVING else around.to_the_day
        way = to(on.spot)
        return on if way == on.way else _escape(replace(on, way=()), way, around, at)
    return on


def _arrived(w: Walker, around: Surroundings, at: Micros) -> Walker:
    if around.graph.node_at(w.spot) in around.graph.portals:
        gone = at + round(PORTAL_S * SECOND)
        return replace(w, doing=Doing.AT_PORTAL, until=gone)
    return replace(w, doing=Doing.AT_REFUGE, until=FOREVER)


def _at_portal(w: Walker, _around: Surroundings, at: Micros) -> Walker:
    """Gone, until his next shift begins."""
    later = next((a for a, _ in w.miner.stints if a > at), FOREVER)
    return replace(w, doing=Doing.OUT, until=later)


NEXT: Mapping[Doing, Callable[[Walker, Surroundings, Micros], Walker]] = {
    Doing.COMING_DOWN: _coming,
    Doing.WORKING: _working,
    Doing.GOING_UP: _leaving,
    Doing.TOLD: _hesitating,
    Doing.LEAVING: _leaving,
    Doing.AT_PORTAL: _at_portal,
    Doing.OUT: _above,
    Doing.STRANDED: _hesitating,
}
"""What comes when a moment is over; whoever has reached a refuge stays there."""
