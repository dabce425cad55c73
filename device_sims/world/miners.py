"""Who the people are: where each works, when, and what is odd about some of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from device_sims.clock import Micros
from device_sims.mine import Mine, Person
from device_sims.world.bids import Bid, Names, bids
from device_sims.world.course import Course
from device_sims.world.posts import Posts, says
from device_sims.world.roadways import Bearings, Danger, Graph, Spot
from device_sims.world.shifts import ALWAYS, FOREVER, ShiftPlan, Stint, without
from device_sims.world.zones import Zones

ROAMING = ("leader", "带班", "inspector", "gas", "瓦斯", "安", "safety", "vent", "通风")

DEAF, STILL, CARD_LEFT = "deaf", "still", "card_left"


@dataclass(frozen=True, slots=True)
class Miner:
    """What stays the same of somebody with a tag."""

    person: str
    tag: str
    post: Spot
    roams: bool
    """Inspectors and leaders go round; others stay around their post."""
    pace_m_s: float
    """This person's walking speed, never above the mine's."""
    stints: tuple[Stint, ...] = ALWAYS
    bids: tuple[Bid, ...] = ()
    """Where a scenario sends him, in order."""
    sos: tuple[Stint, ...] = ()
    """From when until when his SOS is on."""
    forbidden: frozenset[str] = frozenset()
    """Zones his trade may not enter."""
    trait: str = ""
    """deaf, still or card_left; see `Course`."""

    @property
    def deaf(self) -> bool:
        """Whether he hears nothing."""
        return self.trait == DEAF

    @property
    def still(self) -> bool:
        """Whether he stands motionless."""
        return self.trait == STILL

    @property
    def card_left(self) -> bool:
        """Whether his card hangs at his post."""
        return self.trait == CARD_LEFT

    def stint(self, now: Micros) -> Stint:
        """The stint that is on or comes next; one that never begins where none does."""
        for stint in self.stints:
            if now < stint[1]:
                return stint
        return FOREVER, FOREVER

    def underground(self, now: Micros) -> bool:
        """Whether he should be."""
        return self.stint(now)[0] <= now

    def bid(self, now: Micros) -> Bid | None:
        """Where a scenario has him now, if anywhere."""
        return next((b for b in self.bids if b.begins <= now < b.ends), None)

    def next_change(self, now: Micros) -> Micros:
        """When he must look again at what he is to do."""
        edges = [e for b in self.bids for e in (b.begins, b.ends) if e > now]
        return min([self.stint(now)[1], *edges])


def crew(mine: Mine, graph: Graph, course: Course, now: Micros, seed: int) -> tuple[Miner, ...]:
    """Everyone with a tag, with post and stints, and what the scenario makes of some.

    Raises:
        ScenarioUnknown: it names a person or zone this mine does not have.
    """
    rng = np.random.default_rng([seed, 1])
    plan = ShiftPlan.of(mine.shifts, now, course.shift_change)
    up = Bearings.to(graph, graph.entries, Danger(), by_time=True)
    posts, zones = Posts(mine), Zones.of(mine)
    wearers = [p for p in mine.people if p.tag]
    drawn = rng.uniform(size=(len(wearers), 3)).tolist()
    rules = _Rules(mine, zones, plan, up, posts)
    miners = [rules.miner(p, *numbers) for p, numbers in zip(wearers, drawn, strict=True)]
    return tuple(_told_apart(miners, mine, zones, course, now, rng))


@dataclass(frozen=True, slots=True)
class _Rules:
    """What decides where and when somebody works."""

    mine: Mine
    zones: Zones
    plan: ShiftPlan
    up: Bearings
    posts: Posts

    def miner(self, person: Person, share: float, pace: float, late: float) -> Miner:
        place = self.posts.place(person)
        spot = Spot(place, (0.2 + 0.6 * share) * self.mine.roadway[place].length_m)
        speed = self.mine.policy.walking_m_s * (0.85 + 0.15 * pace)
        stints = self.plan.of_shift(person.shift, late, self._up_s(spot, speed))
        banned = self.zones.closed_to(person.trade)
        roams = says(person, ROAMING)
        return Miner(person.id, person.tag, spot, roams, speed, stints, forbidden=banned)

    def _up_s(self, spot: Spot, speed: float) -> float:
        """How long it takes to come up from there, without waiting."""
        hoists = self.up.graph.hoists
        legs = ((leg.length_m, hoists.get(leg.roadway)) for leg in self.up.way(spot) or ())
        return sum(metres / (hoist.speed_m_s if hoist else speed) for metres, hoist in legs)


def _told_apart(
    miners: Sequence[Miner],
    mine: Mine,
    zones: Zones,
    course: Course,
    now: Micros,
    rng: np.random.Generator,
) -> Iterable[Miner]:
    """What the scenario makes of some of them."""
    there = [m for m in miners if m.underground(now)]
    known = Names(mine, frozenset(m.person for m in there), now)
    workers = [m for m in there if not m.roams]
    sent = bids(course, zones, known, [(m.person, m.post) for m in workers])
    odd = _odd([m.person for m in workers if m.person not in sent], course, rng)
    gone = ((p, a) for a in course.absences for p in known.everybody(a.who))
    away = _spans(known, ((p, a.from_s, a.until_s) for p, a in gone))
    calls = _spans(known, ((known.person(s.who), s.at_s, s.cancel_s) for s in course.sos))
    for m in miners:
        stints = without(m.stints, away.get(m.person, ()))
        wanted = sent.get(m.person, ())
        sos = calls.get(m.person, ())
        trait = odd.get(m.person, "")
        yield replace(m, stints=stints, bids=wanted, sos=sos, trait=trait)


def _odd(workers: Sequence[str], course: Course, rng: np.random.Generator) -> Mapping[str, str]:
    """Who has which trait."""
    drawn = [workers[i] for i in rng.permutation(len(workers))]
    wanted = ((DEAF, course.deaf), (STILL, course.still), (CARD_LEFT, course.cards_left))
    traits = [trait for trait, number in wanted for _ in range(number)]
    return dict(zip(drawn, traits, strict=False))


def _spans(
    known: Names, asked: Iterable[tuple[str, float, float | None]]
) -> Mapping[str, tuple[Stint, ...]]:
    found: dict[str, tuple[Stint, ...]] = {}
    for person, from_s, until_s in asked:
        end = FOREVER if until_s is None else known.at(until_s)
        found[person] = (*found.get(person, ()), (known.at(from_s), end))
    return found
