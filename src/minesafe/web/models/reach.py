"""Where to search for somebody, and why there; and who can be reached at all."""

from minesafe.web.models.mine import IntervalOut
from minesafe.web.models.wire import Wire


class DoubtOut(Wire):
    """A place that was not believed: nobody can have come there in the time."""

    roadway: str
    chainage_m: float
    at: int


class ReachOut(Wire):
    """Where a person may have come to since the last place, and why that is the place."""

    person: str
    since: int
    """When the place in force was seen."""
    metres: float
    """So far along the roadways, at twice the policy's walking speed."""
    stretches: list[IntervalOut]
    reader: str | None
    """Who heard the tag last."""
    placing: str
    """Lower-case `Placing`: what became of that newest sighting."""
    doubted: DoubtOut | None
    """The last place that was not believed, while that is news."""


class WayOut(Wire):
    """The way to safety from somebody's last place, on the ground as it is now."""

    destination: str
    """A node; empty where no exit and no refuge can be reached."""
    toward: str
    """The next node on the way."""
    distance_m: float | None
    walk_s: float | None


class NightlyOut(Wire):
    """The newest nightly test that whoever may be asked can be reached."""

    asked: int
    answer_by: int
    waiting: list[str]
    """Who has not answered it."""
