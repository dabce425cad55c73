"""The course of the journal: records folded one after the other, each under the revision then.

What was true at a moment is folded in the order in which it was *learnt*, without what was not
true yet. Not in the order in which it was true: a record says what follows from all that was
known when it was made (the state of an alarm after a move), and of two that disagree the later
one knew more.
"""

from collections.abc import Callable, Iterable

from minesafe.folds import Folds
from minesafe.memory.marks import Mark
from minesafe.model.errors import BrokenFrame
from minesafe.model.events import (
    Event,
    OrderIssued,
    OutputAsked,
    PermitAsked,
    RevisionApproved,
    SubstituteNamed,
    SwapProposed,
)
from minesafe.model.fold import pack, unpack
from minesafe.model.mine import Mine
from minesafe.model.time import Micros

BEGINS: dict[type, str] = {
    OrderIssued: "order",
    PermitAsked: "permit",
    SwapProposed: "swap",
    SubstituteNamed: "substitute",
    OutputAsked: "request",
}
"""Bodies a thing begins with, and the field that names it in all that follow."""

MineOf = Callable[[RevisionApproved, Micros], Mine | None]
"""The mine of an approval, and of when; None where its files are lost: the one before holds."""


def true_since(event: Event) -> Micros:
    """When it was true. A device's clock that is ahead makes nothing true after it was recorded."""
    return min(event.valid, event.recorded)


class Course:
    """Folds on their way along the journal."""

    def __init__(self, mine: Mine, mine_of: MineOf) -> None:
        """Before the first record.

        Args:
            mine: the revision to begin with.
            mine_of: reads the others.
        """
        self.folds, self._mine_of = Folds(mine), mine_of
        self.position, self.through, self.hash = 0, 0, ""
        self.approved: RevisionApproved | None = None
        self.since: Micros = 0
        self.late = 0
        self._to_come: set[tuple[str, str]] = set()
        """Things that have not begun yet at the moment that is asked about."""

    def take(self, events: Iterable[Event], valid: Micros) -> None:
        """Records in their order, without what was true only after `valid`."""
        for event in events:
            self.position, self.hash = event.position, event.hash
            if true_since(event) <= valid and not self._is_to_come(event):
                self._apply(event)
            else:
                self._leave(event)

    def _apply(self, event: Event) -> None:
        self.through = max(self.through, true_since(event))
        body = event.body
        self.folds.apply(body, event.valid, event.recorded)
        if isinstance(body, RevisionApproved):
            self.approved, self.since = body, event.valid
            mine = self._mine_of(body, event.valid)
            if mine is not None:
                self.folds.take_over(mine)

    def _leave(self, event: Event) -> None:
        field = BEGINS.get(type(event.body))
        if field is not None:
            self._to_come.add((field, getattr(event.body, field)))

    def _is_to_come(self, event: Event) -> bool:
        """A thing that has not begun yet has no course either, whatever its records say."""
        return bool(self._to_come) and any(
            (field, getattr(event.body, field, None)) in self._to_come for field in BEGINS.values()
        )

    # --- marks --------------------------------------------------------------------------

    def mark(self) -> Mark:
        """Where it stands now."""
        revision, folds = self.folds.mine.revision, self.folds
        return Mark(
            position=self.position,
            through=self.through,
            hash=self.hash,
            revision=revision,
            approved=self.approved,
            since=self.since,
            folds=pack(folds.by_name, revision, self.hash, self.through, folds.approved),
        )

    def take_up(self, mark: Mark, head: str) -> bool:
        """Go on from a mark; False where it is of another program or journal.

        Args:
            mark: written by this or an earlier run.
            head: hash of the journal's record at its position.
        """
        mine = None if mark.approved is None else self._mine_of(mark.approved, mark.since)
        if mine is not None:
            self.folds = Folds(mine)
        try:
            found = unpack(mark.folds, self.folds.by_name, self.folds.mine.revision, head)
        except BrokenFrame:
            return False
        self.folds.approved = found.approved
        self.position, self.through, self.hash = mark.position, mark.through, mark.hash
        self.approved, self.since = mark.approved, mark.since
        return True
