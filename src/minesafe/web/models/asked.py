"""What a room asks its history: curves with their bands, ways, zones, attendance, meetings."""

from minesafe.model.mine import Duty
from minesafe.web.models.mine import LimitsOut
from minesafe.web.models.wire import Wire


class BandOut(Wire):
    """A stretch in which samples were not believed."""

    start: int
    end: int
    quality: str


class LimitsThenOut(Wire):
    """Limits that were in force."""

    since: int
    until: int | None
    """null: they still are."""
    limits: LimitsOut | None
    """null: the point was not there."""
    lacking: str
    """Why these may not be them: a sentence; empty where they are."""


class RoadStayOut(Wire):
    """Time on one roadway."""

    roadway: str
    entered: int
    left: int
    places: list[tuple[int, float]]
    """(time, metres from its start): a straight line between two tells all that was between."""


class StaysOut(Wire):
    """A person's way."""

    stays: list[RoadStayOut]
    samples: int
    """So many places it was told from."""


class VisitOut(Wire):
    """A person's time in one zone."""

    zone: str
    entered: int
    left: int
    elsewhere: bool
    """Whether he was seen elsewhere then; else this is when he was seen last."""


class PassageOut(Wire):
    """Time within hearing of one reader."""

    reader: str
    first: int
    last: int
    sightings: int


class VisitsOut(Wire):
    """What a person's way led through, each by time."""

    zones: list[VisitOut]
    readers: list[PassageOut]
    unseen: list[tuple[int, int]]
    """(from, to) of stretches in which nobody heard him."""


class StayOut(Wire):
    """A person's time in a zone."""

    person: str
    entered: int
    left: int
    elsewhere: bool
    """Whether the person was seen elsewhere then; else this is when he was seen last."""


class OverOut(Wire):
    """More heads than the limit then in force."""

    start: int
    end: int
    most: int
    limit: int


class OccupancyOut(Wire):
    """A zone over time."""

    zone: str
    stays: list[StayOut]
    course: list[tuple[int, int]]
    """(from when on, how many who count toward the limit)."""
    most: int
    most_at: int | None
    over: list[OverOut]


class TripOut(Wire):
    """A person's time below."""

    person: str
    crew: str
    down: int
    up: int
    came_up: bool
    """Whether he was seen last at a portal; else he was below still."""
    shift: str
    day: str
    """YYYY-MM-DD on which the shift began."""
    duty: Duty | None
    """Of a leader."""
    below_s: float


class CrewOut(Wire):
    """What a crew's day comes to."""

    day: str
    shift: str
    crew: str
    people: int
    trips: int
    below_s: float


class AttendanceOut(Wire):
    """Who was below."""

    trips: list[TripOut]
    crews: list[CrewOut]


class NearOut(Wire):
    """Somebody who was near."""

    person: str
    seen: int
    roadway: str
    chainage_m: float
    straight_m: float
    along_m: float | None
    """Along the roadways; null where none leads there."""


class NearbyOut(Wire):
    """Who was near a place."""

    roadway: str
    chainage_m: float
    seen: int | None
    """Of a person asked about: when he was seen there."""
    people: list[NearOut]


class ContactOut(Wire):
    """A meeting."""

    person: str
    first: int
    last: int
    near_s: float
    straight_m: float
    along_m: float | None
