"""A point of the survey, and the line of a table it is hung by."""

from dataclasses import dataclass

from device_sims.survey.ground import Names


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table."""

    id: str
    """{n} stands for the panel's number."""
    zh: str
    en: str
    kind: str
    place: str
    part: str
    """Which of the roadways."""
    at: float
    """Metres from its start; from its end where negative; a share of it between 0 and 1."""


@dataclass(frozen=True, slots=True)
class Point:
    """测点, not yet wired to a device."""

    id: str
    name: Names
    kind: str
    place: str
    road: str
    chainage_m: float
    region: str
    """Whose substation or gateway reports it: a district, a level, or the surface."""
    formula: str = ""
    """Of a point the server works out: nobody reports it."""
