"""Answers of `queries` as pages are told them: rows become ids."""

from collections.abc import Iterable, Sequence

from minesafe.model.mine import Mine
from minesafe.queries import Attendance, Contact, Near, Occupancy, Spot, Track, Trip, Visits
from minesafe.web.models import (
    AttendanceOut,
    ContactOut,
    CrewOut,
    NearbyOut,
    NearOut,
    OccupancyOut,
    OverOut,
    PassageOut,
    RoadStayOut,
    StayOut,
    StaysOut,
    TripOut,
    VisitOut,
    VisitsOut,
)


def stays_out(mine: Mine, way: Track) -> StaysOut:
    """A person's way."""
    return StaysOut(
        stays=[
            RoadStayOut(
                roadway=mine.roadways[s.roadway].id,
                entered=s.entered,
                left=s.left,
                places=list(s.places),
            )
            for s in way.stays
        ],
        samples=way.samples,
    )


def visits_out(mine: Mine, found: Visits) -> VisitsOut:
    """What somebody's way led through."""
    return VisitsOut(
        zones=[
            VisitOut(
                zone=mine.zones[v.zone].id, entered=v.entered, left=v.left, elsewhere=v.elsewhere
            )
            for v in found.zones
        ],
        readers=[
            PassageOut(
                reader=mine.readers[p.reader].id,
                first=p.first,
                last=p.last,
                sightings=p.sightings,
            )
            for p in found.readers
        ],
        unseen=list(found.unseen),
    )


def occupancy_out(mine: Mine, found: Occupancy) -> OccupancyOut:
    """A zone over time."""
    return OccupancyOut(
        zone=mine.zones[found.zone].id,
        stays=[
            StayOut(
                person=mine.people[s.person].id,
                entered=s.entered,
                left=s.left,
                elsewhere=s.elsewhere,
            )
            for s in found.stays
        ],
        course=list(found.course),
        most=found.most,
        most_at=found.most_at,
        over=[OverOut(start=a, end=b, most=most, limit=limit) for a, b, most, limit in found.over],
    )


def attendance_out(mine: Mine, found: Attendance, crew: str) -> AttendanceOut:
    """Who was below; of one crew, or of all where none is named."""
    trips = [_trip(mine, t) for t in found.trips]
    return AttendanceOut(
        trips=[t for t in trips if crew in ("", t.crew)],
        crews=[
            CrewOut(day=day.isoformat(), shift=shift, crew=of, people=n, trips=m, below_s=s)
            for day, shift, of, n, m, s in found.totals
            if crew in ("", of)
        ],
    )


def _trip(mine: Mine, trip: Trip) -> TripOut:
    person = mine.people[trip.person]
    return TripOut(
        person=person.id,
        crew=person.crew,
        down=trip.down,
        up=trip.up,
        came_up=trip.came_up,
        shift=trip.shift,
        day=trip.day.isoformat(),
        duty=trip.duty,
        below_s=trip.seconds,
    )


def nearby_out(mine: Mine, spot: Spot, people: Iterable[Near]) -> NearbyOut:
    """Who was near a place."""
    return NearbyOut(
        roadway=mine.roadways[spot.roadway].id,
        chainage_m=spot.chainage_m,
        seen=spot.seen,
        people=[
            NearOut(
                person=mine.people[n.person].id,
                seen=n.seen,
                roadway=mine.roadways[n.roadway].id,
                chainage_m=n.chainage_m,
                straight_m=n.straight_m,
                along_m=n.along_m,
            )
            for n in people
        ],
    )


def contacts_out(mine: Mine, met: Sequence[Contact]) -> list[ContactOut]:
    """Who met whom."""
    return [
        ContactOut(
            person=mine.people[c.person].id,
            first=c.first,
            last=c.last,
            near_s=c.seconds,
            straight_m=c.straight_m,
            along_m=c.along_m,
        )
        for c in met
    ]
