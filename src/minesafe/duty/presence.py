"""Where leaders are underground, by their own tags: way, dwell, areas nobody has been to.

国家安监总局令第33号, articles 7 to 11: a leader underground on every shift, with the workers down
and up, his way, places and times kept for a year. Nobody signs for it: the tag does. What is kept
are events, one at each change, so a restart forgets no minute.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from minesafe.duty.roster import Roster
from minesafe.model.duty import Stretch
from minesafe.model.events import DutyBegan, DutyMoved, DutyServed
from minesafe.model.fold import Fold
from minesafe.model.mine import Duty, Mine, ZoneKind
from minesafe.model.picture import Picture
from minesafe.model.time import SECOND, Micros

LEADERS = (Duty.LEADER, Duty.DEPUTY, Duty.MINE_HEAD)
"""Posts whose holders are followed underground."""

AREAS = frozenset({ZoneKind.FACE, ZoneKind.HEADING, ZoneKind.KEY, ZoneKind.RESTRICTED})
"""重点部位: where a leader is expected once a shift."""

MOST_MOVES = 500
"""Of one person and shift that are shown; the journal holds all."""

STEADY: Micros = 5 * SECOND
"""A place is written at most so often for one person: a tag at a border writes no novel."""

PresenceBody = DutyBegan | DutyMoved | DutyServed


@dataclass(slots=True)
class Way:
    """One person's time underground since the shift began."""

    at: Micros
    """When he moved last."""
    since: Micros | None = None
    zones: tuple[str, ...] = ()
    first: Micros | None = None
    last: Micros | None = None
    underground: Micros = 0
    dwell: dict[str, Micros] = field(default_factory=dict)
    route: list[tuple[Micros, bool, tuple[str, ...]]] = field(default_factory=list)
    """Each change: when, whether underground, areas he was then in."""

    def goes_on(self, now: Micros) -> None:
        """Add what has passed since the last change."""
        gone, self.at = now - self.at, now
        if self.since is None or gone <= 0:
            return
        self.underground += gone
        self.last = now
        for zone in self.zones:
            self.dwell[zone] = self.dwell.get(zone, 0) + gone

    def visited(self, now: Micros) -> tuple[tuple[str, float], ...]:
        """(area, seconds) so far, the longest first."""
        more = now - self.at if self.since is not None else 0
        so_far = {z: d + (more if z in self.zones else 0) for z, d in self.dwell.items()}
        so_far |= {z: more for z in self.zones if z not in so_far}
        longest = sorted(so_far.items(), key=lambda row: (-row[1], row[0]))
        return tuple((zone, spent / SECOND) for zone, spent in longest)


class Presence(Fold):
    """The shift that runs and its leaders' ways."""

    HOLDS: ClassVar[Mapping[str, Any]] = {
        "shift": DutyBegan | None,
        "_ways": dict[str, Way],
        "_told": set[tuple[Duty, str]],
    }
    AROUND: ClassVar[frozenset[str]] = frozenset({})

    def __init__(self) -> None:
        self.shift: DutyBegan | None = None
        self._ways: dict[str, Way] = {}
        self._told: set[tuple[Duty, str]] = set()
        """Of whom it is written what they did in this shift: it is over."""

    # --- deciding -----------------------------------------------------------------------

    def decide(
        self, mine: Mine, roster: Roster, picture: Picture, handed_over: bool, now: Micros
    ) -> Iterator[PresenceBody]:
        """The end of a shift, the beginning of the next, and whoever of its leaders has moved."""
        running = self.shift
        if running is not None and now >= running.end:
            yield from self._served(mine, roster, running, handed_over)
        if running is None or now >= running.end:
            shift = roster.whole_at(now)
            if shift is not None:
                yield DutyBegan(
                    start=shift.start, end=shift.end, name=shift.name, posts=shift.posts
                )
        if self.shift is not None and now < self.shift.end:
            yield from self._moved(mine, roster, picture, now)

    def _served(
        self, mine: Mine, roster: Roster, shift: DutyBegan, handed_over: bool
    ) -> Iterator[DutyServed]:
        """What each leader of a shift that is over did."""
        held = dict.fromkeys((*shift.posts, *roster.held(shift.start)))
        left_out = self.left_out(mine, roster)
        for duty, person in held:
            if duty not in LEADERS or (duty, person) in self._told:
                continue
            way = self._ways.get(person) or Way(shift.end)
            way.goes_on(shift.end)
            yield DutyServed(
                start=shift.start,
                end=shift.end,
                name=shift.name,
                duty=duty,
                person=person,
                underground_s=way.underground / SECOND,
                first_seen=way.first,
                last_seen=way.last,
                visited=way.visited(shift.end),
                left_out=left_out,
                handed_over=handed_over,
            )

    def _moved(
        self, mine: Mine, roster: Roster, picture: Picture, now: Micros
    ) -> Iterator[DutyMoved]:
        for person in self._followed(mine, roster):
            way, row = self._ways.get(person), mine.person_row[person]
            underground = not picture.out[row]
            zones = _areas_of(mine, picture, row) if underground else ()
            known = (way.since is not None, way.zones) if way else (False, ())
            if (underground, zones) == known or (way and now < way.at + STEADY):
                continue
            yield DutyMoved(person=person, underground=underground, zones=zones)

    def _followed(self, mine: Mine, roster: Roster) -> Iterator[str]:
        if self.shift is None:
            return
        held = dict.fromkeys((*self.shift.posts, *roster.held(self.shift.start)))
        people = dict.fromkeys(p for duty, p in held if duty in LEADERS)
        yield from (p for p in people if p in mine.person_row)

    # --- the fold -----------------------------------------------------------------------

    def apply(self, body: PresenceBody, at: Micros) -> None:
        """Take one journalled body."""
        if isinstance(body, DutyBegan):
            self._begin(body)
        elif isinstance(body, DutyMoved):
            self._move(body, at)
        elif self.shift is not None and self.shift.start == body.start:
            self._close(body)

    def _begin(self, body: DutyBegan) -> None:
        """Whoever is still underground from the shift before goes on from its beginning."""
        before, self._ways = self._ways, {}
        self.shift, self._told = body, set()
        for person, way in before.items():
            if way.since is not None:
                at = max(way.at, body.start)
                still = Way(at, way.since, way.zones, first=at, last=at)
                still.route.append((at, True, way.zones))
                self._ways[person] = still

    def _move(self, body: DutyMoved, at: Micros) -> None:
        way = self._ways.setdefault(body.person, Way(at))
        way.goes_on(at)
        way.zones = body.zones
        if len(way.route) < MOST_MOVES:
            way.route.append((at, body.underground, body.zones))
        if not body.underground:
            way.since = None
            return
        way.since = at if way.since is None else way.since
        way.first = at if way.first is None else way.first
        way.last = at
        for zone in body.zones:
            way.dwell.setdefault(zone, 0)

    def _close(self, body: DutyServed) -> None:
        self._told.add((body.duty, body.person))
        way = self._ways.get(body.person)
        if way is not None:
            way.goes_on(body.end)

    # --- reading ------------------------------------------------------------------------

    def stretches(self, mine: Mine, roster: Roster, now: Micros) -> Iterator[Stretch]:
        """Each leader of the shift that runs."""
        if self.shift is None:
            return
        held = dict.fromkeys((*self.shift.posts, *roster.held(self.shift.start)))
        for duty, person in held:
            if duty in LEADERS and person in mine.person_row:
                yield _stretch(duty, person, self._ways.get(person) or Way(now), now)

    def left_out(self, mine: Mine, roster: Roster) -> tuple[str, ...]:
        """Areas none of the shift's leaders has been in."""
        been: set[str] = set()
        for person in self._followed(mine, roster):
            way = self._ways.get(person)
            if way is not None:
                been |= {*way.dwell, *way.zones}
        return tuple(z.id for z in mine.zones if z.kind in AREAS and z.id not in been)


def _stretch(duty: Duty, person: str, way: Way, now: Micros) -> Stretch:
    more = now - way.at if way.since is not None else 0
    return Stretch(
        person=person,
        duty=duty,
        underground=way.since is not None,
        since=way.since,
        underground_s=(way.underground + more) / SECOND,
        zones=way.zones,
        visited=way.visited(now),
        route=tuple(way.route),
    )


def _areas_of(mine: Mine, picture: Picture, row: int) -> tuple[str, ...]:
    zones = (mine.zones[i] for i in np.flatnonzero(picture.inside[row]).tolist())
    return tuple(zone.id for zone in zones if zone.kind in AREAS)
