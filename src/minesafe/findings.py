"""What is wrong with devices, links and stores now: a fold over the journal's findings."""

from minesafe.model.events import FindingBegan, FindingEnded, FindingKind
from minesafe.model.time import Micros

MOST_SUBJECTS = 1_000
"""Open findings of one kind; past it new subjects are counted in one, so that a device that
invents names cannot fill the memory."""

OVERFLOW = "…"
"""The subject that stands for all the others."""


class FindingBook:
    """Open findings by kind and subject."""

    def __init__(self) -> None:
        self._open: dict[tuple[FindingKind, str], tuple[FindingBegan, Micros]] = {}

    def open(self) -> list[tuple[FindingBegan, Micros]]:
        """What is wrong now and since when, oldest first."""
        return sorted(self._open.values(), key=lambda found: found[1])

    def decide(
        self, kind: FindingKind, subject: str, on: bool, detail: str
    ) -> FindingBegan | FindingEnded | None:
        """The body to journal, None where nothing changes."""
        known = (kind, subject) in self._open
        if on == known:
            return None
        if not on:
            return FindingEnded(finding=kind, subject=subject)
        if sum(k is kind for k, _ in self._open) >= MOST_SUBJECTS:
            subject = OVERFLOW
            if (kind, subject) in self._open:
                return None
        return FindingBegan(finding=kind, subject=subject, detail=detail)

    def apply(self, body: FindingBegan | FindingEnded, at: Micros) -> None:
        """Take one journalled body."""
        if isinstance(body, FindingBegan):
            self._open[body.finding, body.subject] = (body, at)
        else:
            self._open.pop((body.finding, body.subject), None)
