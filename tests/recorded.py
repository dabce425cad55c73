"""A scenario in virtual time whose frames and records are kept, as a server keeps them."""

from rehearsal import Rehearsal

from device_sims.scenario import find
from minesafe.model.frame import Frame
from minesafe.model.mine import Mine
from minesafe.recorder import Outcome
from minesafe.store.journal import SqliteJournal


class Recorded(Rehearsal):
    """A rehearsal that remembers."""

    def __init__(self, mine: Mine, scenario: str, journal: SqliteJournal) -> None:
        self.frames: list[Frame] = []
        self._journal = journal
        super().__init__(mine, find(scenario))

    def _frame(self) -> Frame:
        self.frames.append(super()._frame())
        return self.frames[-1]

    def take(self, outcome: Outcome) -> None:
        super().take(outcome)
        self._journal.append(outcome.bodies, now=outcome.now, frame=outcome.frame)
