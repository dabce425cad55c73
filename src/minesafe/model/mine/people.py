"""Who works there: people, their shifts, and who may log in."""

from dataclasses import dataclass
from enum import StrEnum

from minesafe.model.time import Micros


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who goes underground or is called."""

    id: str
    name: str
    tag: str
    """Card number; empty for those who stay above."""
    trade: str
    crew: str
    phone: str
    counts: bool
    """Counts toward head-count limits (leaders and inspectors passing do not)."""
    certificates: tuple[tuple[str, str], ...] = ()
    """特种作业操作证: (what for, last valid day as YYYY-MM-DD)."""
    shift: str = ""
    """班次: name of the roster's shift the person works on; empty: any."""
    email: str = ""
    chat: str = ""
    """The `[[chat]]` whose group the person reads; empty: none."""


class Duty(StrEnum):
    """Posts of the roster (带班表)."""

    LEADER = "leader"
    DEPUTY = "deputy"
    MINE_HEAD = "mine_head"
    DISPATCHER = "dispatcher"
    ENGINEER = "engineer"


@dataclass(frozen=True, slots=True)
class Shift:
    """One line of the roster: who holds which post from `start` to `end`."""

    start: Micros
    end: Micros
    name: str
    posts: tuple[tuple[Duty, str], ...]
    """(post, person id), in the order of the ladder; several may hold one post."""
    maintenance: bool = False
    """检修班: faces may hold more people than on a production shift."""

    def holders(self, duty: Duty) -> tuple[str, ...]:
        """Person ids that hold the post."""
        return tuple(person for post, person in self.posts if post is duty)


class Role(StrEnum):
    """What a user of the pages may do."""

    VIEWER = "viewer"
    DISPATCHER = "dispatcher"
    LEADER = "leader"
    ENGINEER = "engineer"
    ADMIN = "admin"
    INSPECTOR = "inspector"


@dataclass(frozen=True, slots=True)
class User:
    """A log-in the configuration proposes; passwords live beside the journal as argon2id hashes."""

    name: str
    person: str
    roles: tuple[Role, ...]
    demo_password: str = ""
    """Only a demo configuration may carry one."""
