"""What is known of the revisions of a mine: in force, proposed, earlier, and how they differ."""

from dataclasses import dataclass
from enum import StrEnum

from minesafe.model.time import Micros


@dataclass(frozen=True, slots=True)
class Change:
    """One row of one table that is not the same."""

    table: str
    row: str
    """Its id, empty where the table is one record."""
    sign: str
    """+ added, - gone, ~ changed."""
    fields: tuple[tuple[str, str, str], ...] = ()
    """Name, before and after of each changed field; of an added row its values. What lies inside a
    field is named by its way there: `limits.alarm_high`, `ladder.2.after_s`, `posts.leader`."""
    zh: str = ""
    """What the row is called, as it will be; empty where it has no name but its id."""
    en: str = ""

    def __str__(self) -> str:
        told = ", ".join(_told(self.sign, *field) for field in self.fields)
        return f"{self.sign} {self.table} {self.row}".rstrip() + (f": {told}" if told else "")


def _told(sign: str, name: str, before: str, after: str) -> str:
    return f"{name} {before} → {after}" if sign == "~" else f"{name} {after}"


class Origins(StrEnum):
    """Where a revision that waits comes from."""

    IMPORTED = "imported"
    """Laid aside by `minesafe import`."""
    BACK = "back"
    """An earlier revision that somebody wants again."""
    FILES = "files"
    """The mine's own files were edited."""


class Lacking(StrEnum):
    """What a revision needs before it comes into force."""

    ENGINEER = "engineer"
    """Somebody has approved, and an engineer must be one of the two."""
    TWO = "two"
    ONE = "one"
    NOTHING = "nothing"
    """Two stand for it; the server has not taken it over, or must be started again for it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A revision that is not in force."""

    revision: str
    base: str
    """It was held against this one; empty of edited files, which stand by themselves."""
    at: Micros
    """When it was laid aside; of edited files when the newest of them was written."""
    origin: Origins
    approvals: tuple[tuple[str, Micros], ...]
    """User and when, first first."""
    lacking: Lacking
    stale: bool = False
    """The files have changed since: it cannot be approved, and has to be brought anew."""


@dataclass(frozen=True, slots=True)
class Compared:
    """How two revisions differ, in words and in lines."""

    before: str
    after: str
    changes: tuple[Change, ...]
    text: tuple[tuple[str, tuple[str, ...]], ...]
    """Lines of a unified diff by file; passwords are masked."""
    cut: bool
    """There are more lines than are handed on."""
    faults: tuple[str, ...]
    """Why it could not run; then there are no changes, only lines."""
    warnings: tuple[str, ...]
    """Those the revision before has not."""
    restart: tuple[str, ...]
    """What of it only a restart brings into force."""


@dataclass(frozen=True, slots=True)
class Stood:
    """What came of approving."""

    approvals: tuple[str, ...]
    lacking: Lacking
    in_force: bool
    refused: str = ""
    """Why the server did not take it over though two stand for it; else empty."""
