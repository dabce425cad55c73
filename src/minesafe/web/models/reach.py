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


class ChannelOut(Wire):
    """A channel by which the ladder writes to people."""

    channel: str
    down: str | None
    """Since when it is down, and what is known of it; null: nothing is wrong."""


class RungOut(Wire):
    """One row of the ladder, with whom it would ask now."""

    after_s: float
    duties: list[str]
    channels: list[str]
    people: list[str]


class ReachableOut(Wire):
    """Somebody who may be asked within a day."""

    person: str
    phone: str
    """Its last four figures; empty where there is none."""
    proven_at: int | None
    """When he answered last from the number there is; null: never."""
    wrong: str | None
    """What is wrong with reaching him; null: nothing."""
    nightly: dict[str, str]
    """How far the newest nightly test came, by channel; empty where he was not asked."""
    answered: int | None
    """When he answered it."""


class CameOut(Wire):
    """One receipt."""

    status: str
    at: int
    detail: str


class SentTestOut(Wire):
    """A test, and what came of it so far."""

    test: str
    person: str
    channel: str
    by: str
    sent: int
    answered: int | None
    came: list[CameOut]


class NotificationsOut(Wire):
    """GET /api/v1/notifications."""

    channels: list[ChannelOut]
    ladder: list[RungOut]
    people: list[ReachableOut]
    asked: int | None
    """When the newest nightly test went out; null: there was none."""
    tests: list[SentTestOut]


class SendTestIn(Wire):
    """POST /api/v1/notifications/tests."""

    person: str
    channel: str
