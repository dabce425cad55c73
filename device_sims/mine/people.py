"""Who is in the mine, and when."""

from device_sims.clock import Micros
from device_sims.mine.part import Part


class Person(Part, frozen=True):
    """Somebody of the mine; without a tag, somebody who stays above."""

    id: str
    name: str
    tag: str = ""
    trade: str = ""
    crew: str = ""
    phone: str = ""
    counts: bool = True
    certificates: tuple[tuple[str, str], ...] = ()
    """(what for, last day as YYYY-MM-DD)"""
    shift: str = ""
    """Name of the roster's shift; empty: any."""


class Shift(Part, frozen=True):
    """A line of the roster."""

    start: Micros
    end: Micros
    posts: tuple[tuple[str, str], ...]
    """(duty, person id)"""
    name: str = ""


class User(Part, frozen=True):
    """A demo log-in."""

    name: str
    person: str
    roles: tuple[str, ...]
    password: str = ""
