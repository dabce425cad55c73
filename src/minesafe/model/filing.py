"""归档: statutory reports as they are numbered, kept and signed."""

from dataclasses import dataclass
from enum import StrEnum

from minesafe.model.mine import Role
from minesafe.model.time import Micros


class Series(StrEnum):
    """The reports there are; each is numbered by itself, day by day."""

    DAILY = "daily"
    """安全监控日报."""
    PEOPLE = "people"
    """人员日报: head-counts, overcrowding, overtime, restricted entry."""
    ATTENDANCE = "attendance"
    """考勤."""
    LEADERS = "leaders"
    """领导带班下井."""
    ATTENDANCE_MONTH = "attendance_month"
    LEADERS_MONTH = "leaders_month"

    @property
    def monthly(self) -> bool:
        """Of a month, not of a day."""
        return self in (Series.ATTENDANCE_MONTH, Series.LEADERS_MONTH)


class Post(StrEnum):
    """As what somebody signs a report."""

    MINE_HEAD = "mine_head"
    """矿长."""
    CHIEF_ENGINEER = "chief_engineer"
    """总工程师."""
    VENTILATION_HEAD = "ventilation_head"
    """通风科长."""
    ON_DUTY = "on_duty"
    """值班员."""


SIGNERS: dict[Series, tuple[Post, ...]] = {
    Series.DAILY: (Post.MINE_HEAD, Post.CHIEF_ENGINEER, Post.VENTILATION_HEAD, Post.ON_DUTY),
    Series.PEOPLE: (Post.MINE_HEAD, Post.ON_DUTY),
    Series.ATTENDANCE: (Post.MINE_HEAD, Post.ON_DUTY),
    Series.LEADERS: (Post.MINE_HEAD, Post.CHIEF_ENGINEER, Post.ON_DUTY),
    Series.ATTENDANCE_MONTH: (Post.MINE_HEAD,),
    Series.LEADERS_MONTH: (Post.MINE_HEAD, Post.CHIEF_ENGINEER),
}
"""Whose lines a report has. The daily is put before the mine head and the chief engineer (AQ 1029,
as quoted by a company's rules; unverified); the other lines are ours, in the order mines use."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Somebody has signed."""

    post: Post
    by: str
    """Person id."""
    at: Micros


@dataclass(frozen=True, slots=True)
class Filed:
    """One report that was made: its number, and what it stands on."""

    report: str
    """`<series>-<day>-<number>`."""
    series: Series
    day: str
    number: int
    """1, 2, 3 … of its series and day, without a gap: a higher one replaces the lower."""
    digest: str
    """SHA-256 of what it says: what is signed, and the name it is kept under."""
    before: str
    """Digest of the number before; empty for the first."""
    position: int
    """Of the newest record of the journal that it stands on."""
    head: str
    """That record's hash."""
    made: Micros
    by: str
    signatures: tuple[Signature, ...] = ()


ROLE_OF: dict[Post, Role] = {
    Post.MINE_HEAD: Role.LEADER,
    Post.CHIEF_ENGINEER: Role.ENGINEER,
    Post.VENTILATION_HEAD: Role.ENGINEER,
    Post.ON_DUTY: Role.DISPATCHER,
}
"""The role that may sign each line: log-ins have roles and no posts, so the mine gives a line's
role to whoever holds the post."""
