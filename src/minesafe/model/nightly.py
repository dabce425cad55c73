"""The nightly proof as the journal's events make it."""

from collections.abc import Mapping
from dataclasses import dataclass

from minesafe.model.events.receipts import ReceiptStatus
from minesafe.model.time import Micros


@dataclass(frozen=True, slots=True)
class NightlyRow:
    """One person of the proof."""

    person: str
    phone: str
    answered: Micros | None
    receipts: Mapping[str, ReceiptStatus]
    """What came of the test, by channel."""


@dataclass(frozen=True, slots=True)
class NightlyProof:
    """One night's proof."""

    proof: str
    asked: Micros
    answer_by: Micros
    rows: Mapping[str, NightlyRow]
    """By person id."""

    def missing(self, now: Micros) -> tuple[str, ...]:
        """Who has not answered by morning; nobody before it."""
        if now < self.answer_by:
            return ()
        return tuple(p for p, row in self.rows.items() if row.answered is None)
