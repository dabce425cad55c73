"""Revisions of the mine's files: which runs, what waits for two people, how it differs."""

from minesafe.model.revising import Lacking, Origins
from minesafe.web.models.wire import Wire


class RanOut(Wire):
    """A revision that is or was in force."""

    revision: str
    since: int
    """When it came into force."""
    by: list[str]
    """Who stood for it: person ids, and log-ins of those who are no longer in the files."""


class ApprovalOut(Wire):
    """Somebody stands for it."""

    user: str
    person: str
    """Empty of a log-in that is nobody's own, or of the past."""
    at: int
    """By the wall clock."""


class WaitingOut(Wire):
    """A revision that is not in force."""

    revision: str
    base: str
    at: int
    """By the wall clock."""
    origin: Origins
    approvals: list[ApprovalOut]
    lacking: Lacking
    stale: bool
    """The files have changed since: it has to be brought anew."""


class RevisionsOut(Wire):
    """GET /api/v1/revisions."""

    running: RanOut
    earlier: list[RanOut]
    """Those before, the newest first; each time one came into force is a row."""
    waiting: list[WaitingOut]
    kept: bool
    """Whether this server looks after a mine's files: without them nothing can be approved here."""


class ChangeOut(Wire):
    """One row of one table."""

    table: str
    row: str
    sign: str
    """+ added, - gone, ~ changed."""
    zh: str
    en: str
    fields: list[tuple[str, str, str]]
    """Name, before, after."""


class TextOut(Wire):
    """One file, as lines."""

    file: str
    lines: list[str]


class DifferenceOut(Wire):
    """GET /api/v1/revisions/{revision}/difference."""

    before: str
    after: str
    changes: list[ChangeOut]
    more: int
    """Changes that are not in the list."""
    text: list[TextOut]
    cut: bool
    faults: list[str]
    """file:line and words, as `minesafe check` says them; a revision with any cannot run."""
    warnings: list[str]
    restart: list[str]
    """What of it only a restart brings into force."""


class StoodOut(Wire):
    """What came of approving."""

    approvals: list[str]
    lacking: Lacking
    in_force: bool
    refused: str
    """not_taken_over: two stand for it and the files are in place, and the server goes on by the
    old ones; its finding revision_refused says why. Empty otherwise."""


class BackIn(Wire):
    """POST /api/v1/revisions/{revision}/back."""

    reason: str
    password: str
