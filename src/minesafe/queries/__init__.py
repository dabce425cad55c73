"""What a room asks its history: who was where, with whom, how long, and how many.

Every answer is that of the samples as they were reported, in the zones and roadways of the revision
that asks. What the engine knew besides (delayed leaving, dead readers, doubted tags) is in the
journal as events, and is not guessed again here.
"""

from minesafe.queries.attendance import Attendance, Trip, attendance
from minesafe.queries.bounds import checked
from minesafe.queries.contacts import Contact, contacts
from minesafe.queries.courses import Asked, alarm_courses
from minesafe.queries.near import Near, Spot, near, spot_of_person, spot_on
from minesafe.queries.occupancy import Occupancy, Stay, occupancy
from minesafe.queries.track import RoadStay, Track, track
from minesafe.queries.visits import Passage, Visit, Visits, visits

__all__ = [
    "Asked",
    "Attendance",
    "Contact",
    "Near",
    "Occupancy",
    "Passage",
    "RoadStay",
    "Spot",
    "Stay",
    "Track",
    "Trip",
    "Visit",
    "Visits",
    "alarm_courses",
    "attendance",
    "checked",
    "contacts",
    "near",
    "occupancy",
    "spot_of_person",
    "spot_on",
    "track",
    "visits",
]
