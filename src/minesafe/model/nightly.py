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


@dataclass(frozen=True, slots=True)
class SentTest:
    """A test that somebody sent one person by one channel, and what came of it."""

    test: str
    person: str
    phone: str
    channel: str
    by: str
    sent: Micros
    answered: Micros | None
    came: tuple[tuple[ReceiptStatus, Micros, str], ...]
    """(status, when first heard, detail), in the order they came."""

    @property
    def failed(self) -> bool:
        """Its newest receipt says so, and nobody has answered."""
        return self.answered is None and bool(self.came) and self.came[-1][0] == "failed"


@dataclass(frozen=True, slots=True)
class Reachable:
    """Who may be asked within a day, and what is known of their numbers."""

    people: tuple[str, ...]
    proven_at: Mapping[str, Micros]
    """When somebody answered last from the number there was."""
    wrong: Mapping[str, str]
    """Whose number is not proven, who has not answered, whose test failed: and how far it came."""
