"""Where a scenario sends people: who, where to, and from when until when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from device_sims.clock import SECOND, Micros
from device_sims.errors import ScenarioUnknown
from device_sims.mine import Mine
from device_sims.world.course import Course, Crowd, Swing, Visit
from device_sims.world.roadways import Spot
from device_sims.world.zones import Zones, border, middle, spread_over


@dataclass(frozen=True, slots=True)
class Bid:
    """Somebody is to be somewhere."""

    begins: Micros
    ends: Micros
    spots: tuple[Spot, ...]
    """One to stay at, or two to go back and forth between."""
    stay: Micros = 0
    """How long at each of two."""

    def spot(self, now: Micros) -> Spot:
        """Where to be now."""
        turn = (now - self.begins) // self.stay if self.stay else 0
        return self.spots[turn % len(self.spots)]

    def next_turn(self, now: Micros) -> Micros:
        """When to be elsewhere."""
        if not self.stay:
            return self.ends
        return min(self.ends, self.begins + ((now - self.begins) // self.stay + 1) * self.stay)


@dataclass(frozen=True, slots=True)
class Names:
    """Whom and which moment a scenario means."""

    mine: Mine
    there: frozenset[str]
    """Persons underground when it begins."""
    began: Micros

    def person(self, who: str) -> str:
        """A person by id, duty of the roster or trade: then the first of those underground.

        Raises:
            ScenarioUnknown: nobody underground is called so.
        """
        if who in self.mine.person:
            return who
        trade = [p.id for p in self.mine.people if p.trade == who]
        found = next((p for p in (*self._on_duty(who), *trade) if p in self.there), None)
        if found is None:
            raise ScenarioUnknown(f"nobody underground is {who}, neither by id nor trade nor duty")
        return found

    def everybody(self, who: str) -> list[str]:
        """Whoever is meant by a duty, all of them; by any other word as `person`.

        Raises:
            ScenarioUnknown: as there.
        """
        return [p for p in self._on_duty(who) if p in self.there] or [self.person(who)]

    def _on_duty(self, duty: str) -> list[str]:
        return [p.id for p in self.mine.holders(duty, self.began)]

    def at(self, seconds: float) -> Micros:
        """The mine's time so long after the scenario began."""
        return self.began + round(seconds * SECOND)


def bids(
    course: Course, zones: Zones, known: Names, workers: Sequence[tuple[str, Spot]]
) -> Mapping[str, tuple[Bid, ...]]:
    """Where each person is sent, in order of time.

    Args:
        course: the scenario's.
        zones: the mine's.
        known: whom it means.
        workers: (person, post) of those from whom crowds are made up.

    Raises:
        ScenarioUnknown: it names somebody or some zone this mine does not have.
    """
    asked: list[tuple[str, Bid]] = []
    for crowd in course.crowds:
        asked += _gathering(crowd, zones, known, workers)
    asked += (_visiting(v, zones, known) for v in course.visits)
    asked += (_swinging(s, zones, known) for s in course.swings)
    found: dict[str, tuple[Bid, ...]] = {}
    for person, bid in sorted(asked, key=lambda a: a[1].begins):
        found[person] = (*found.get(person, ()), bid)
    return found


def _gathering(
    crowd: Crowd, zones: Zones, known: Names, workers: Sequence[tuple[str, Spot]]
) -> Iterable[tuple[str, Bid]]:
    """Those whose post is in the zone stay; as many others as are wanted come to them."""
    zone = zones.named(crowd.zone)
    own_first = sorted(workers, key=lambda w: zone.id not in zones.at(w[1]))
    places = spread_over(zone, crowd.people)
    for (person, _), spot in zip(own_first, places, strict=False):
        yield person, Bid(known.at(crowd.from_s), known.at(crowd.until_s), (spot,))


def _visiting(visit: Visit, zones: Zones, known: Names) -> tuple[str, Bid]:
    spot = middle(zones.named(visit.zone))
    return known.person(visit.who), Bid(known.at(visit.from_s), known.at(visit.until_s), (spot,))


def _swinging(swing: Swing, zones: Zones, known: Names) -> tuple[str, Bid]:
    spots = border(zones.named(swing.zone), zones.mine)
    stay = round(swing.period_s / 2 * SECOND)
    begins, ends = known.at(swing.from_s), known.at(swing.until_s)
    return known.person(swing.who), Bid(begins, ends, spots, stay)
