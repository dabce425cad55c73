"""What is wrong with devices, links and stores now: a fold over the journal's findings."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar

from minesafe.model.events import FindingBegan, FindingEnded, FindingKind
from minesafe.model.fold import Fold
from minesafe.model.time import Micros

MOST_SUBJECTS = 1_000
"""Open findings of one kind; past it new subjects are counted in one, so that a device that
invents names cannot fill the memory."""

MOST_COUNTED = 10_000
"""Subjects of which it is known how often; devices of a mine, with room for strangers."""

OVERFLOW = "…"
"""The subject that stands for all the others."""


class FindingBook(Fold):
    """Open findings by kind and subject."""

    HOLDS: ClassVar[Mapping[str, Any]] = {
        "_open": dict[tuple[FindingKind, str], tuple[FindingBegan, Micros]],
        "_listed": dict[FindingKind, int],
        "times": dict[str, int],
    }
    AROUND: ClassVar[frozenset[str]] = frozenset({})

    def __init__(self) -> None:
        self._open: dict[tuple[FindingKind, str], tuple[FindingBegan, Micros]] = {}
        self._listed = Counter[FindingKind]()
        """Open ones of each kind, without the one that stands for the others."""
        self.times = Counter[str]()
        """How often something was found wrong with each subject."""

    def open(self) -> list[tuple[FindingBegan, Micros]]:
        """What is wrong now and since when, oldest first."""
        return sorted(self._open.values(), key=lambda found: found[1])

    def of(self, kind: FindingKind) -> list[FindingBegan]:
        """What is wrong now, of one kind; asked with every frame, and nearly always nothing."""
        if not self._listed[kind] and (kind, OVERFLOW) not in self._open:
            return []
        return [found for (k, _), (found, _) in self._open.items() if k is kind]

    def decide(
        self, kind: FindingKind, subject: str, on: bool, detail: str
    ) -> FindingBegan | FindingEnded | None:
        """The body to journal, None where nothing changes.

        Its subject is `OVERFLOW` for one too many, and at the end of the last of those.
        """
        if (kind, subject) not in self._open and self._is_beyond(kind, on):
            subject = OVERFLOW
        if on == ((kind, subject) in self._open):
            return None
        if not on:
            return FindingEnded(finding=kind, subject=subject)
        return FindingBegan(finding=kind, subject=subject, detail=detail)

    def _is_beyond(self, kind: FindingKind, on: bool) -> bool:
        """Whether a subject that is not listed is one of those beyond the list.

        Nobody counts them: they are taken to be well when one says so and nothing of the kind is
        listed any more.
        """
        listed = self._listed[kind]
        return listed >= MOST_SUBJECTS if on else listed == 0

    def apply(self, body: FindingBegan | FindingEnded, at: Micros) -> None:
        """Take one journalled body."""
        key, was = (body.finding, body.subject), len(self._open)
        if isinstance(body, FindingBegan):
            self._open[key] = (body, at)
            if body.subject in self.times or len(self.times) < MOST_COUNTED:
                self.times[body.subject] += 1
        else:
            self._open.pop(key, None)
        if body.subject != OVERFLOW:
            self._listed[body.finding] += len(self._open) - was
