"""What people do about statutory reports: one frozen word for each act."""

from dataclasses import dataclass
from typing import Self

from minesafe.model.events.body import Origin
from minesafe.model.filing import Post, Series
from minesafe.model.mine import Role
from minesafe.model.time import Micros


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a report came to: its content is on disk, and has no number yet."""

    digest: str
    position: int
    head: str
    ended: Micros
    """End of its day."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """Give a report its number. Refused: report_too_old."""

    by: str
    origin: Origin
    series: Series
    day: str
    digest: str
    position: int
    head: str
    ended: Micros

    @classmethod
    def of(cls, drawn: Drawn, series: Series, day: str, by: str, origin: Origin) -> Self:
        """What was drawn is to be numbered."""
        return cls(by, origin, series, day, drawn.digest, drawn.position, drawn.head, drawn.ended)


@dataclass(frozen=True, slots=True)
class SignReport:
    """Sign a report.

    Refused: unknown_report · superseded · no_such_line · role_not_allowed · line_signed ·
    same_person.
    """

    by: str
    origin: Origin
    report: str
    post: Post
    roles: tuple[Role, ...]
    """Of whoever signs."""
