"""All that the journal alone makes: the folds behind the watch, and behind any past moment.

A record changes them by `apply` and by nothing else. So whoever has the records has them as they
were: a server that starts, and whoever asks what the room knew then.
"""

from collections.abc import Iterable

from minesafe.alarms import AlarmBody, Book
from minesafe.duty import DutyBody, DutyBook
from minesafe.evacuation import Evacuation
from minesafe.filing import FilingBody, FilingBook
from minesafe.findings import FindingBook
from minesafe.model.commands import Command
from minesafe.model.events import (
    AnyBody,
    Event,
    FindingBegan,
    FindingEnded,
    RevisionApproved,
    SoundTested,
    SystemChanged,
)
from minesafe.model.fold import Fold
from minesafe.model.mine import Mine
from minesafe.model.time import Micros
from minesafe.switching import SwitchBody, SwitchBook
from minesafe.upkeep.calendar import Calendar
from minesafe.upkeep.sounds import Sounds
from minesafe.upkeep.systems import Systems
from minesafe.upkeep.trials import Trials


class Folds:
    """Alarms, findings, orders, duty, the six systems, the register, what was switched."""

    def __init__(self, mine: Mine) -> None:
        """Nothing has happened yet in this mine."""
        self.mine = mine
        self.book = Book(mine)
        self.duty = DutyBook(mine)
        self.evacuation = Evacuation(mine, self.duty)
        self.switching = SwitchBook(mine)
        self.findings = FindingBook()
        self.systems = Systems(mine)
        self.calendar = Calendar(mine)
        self.trials = Trials(mine)
        self.sounds = Sounds()
        self.filing = FilingBook()
        self.approved = ""
        """The revision last approved."""

    @property
    def by_name(self) -> dict[str, Fold]:
        """Everything a checkpoint holds."""
        return {
            "book": self.book,
            "permits": self.book.permits,
            "records": self.book.records,
            "tally": self.book.tally,
            "findings": self.findings,
            "systems": self.systems,
            "calendar": self.calendar,
            "trials": self.trials,
            "sounds": self.sounds,
            "switching": self.switching,
            "filing": self.filing,
            "duty": self.duty,
            "presence": self.duty.presence,
            **self.evacuation.folds,
        }

    def apply(self, body: AnyBody, valid: Micros, now: Micros) -> list[Command]:
        """Take one journalled body.

        Args:
            body: what happened.
            valid: when it was true in the mine.
            now: when the journal took it.

        Returns:
            What to tell whom because of it.
        """
        self.systems.began(valid)
        self.calendar.apply(body, valid)
        if isinstance(body, AlarmBody):
            self.book.apply(body, valid)
        elif isinstance(body, FindingBegan | FindingEnded):
            self.findings.apply(body, valid)
        elif isinstance(body, DutyBody):
            self.duty.apply(body, valid, now)
        elif isinstance(body, SystemChanged):
            self.systems.apply(body, valid)
        elif isinstance(body, SoundTested):
            self.sounds.apply(body, valid)
        elif isinstance(body, SwitchBody):
            return self.switching.apply(body, valid, now)
        elif isinstance(body, FilingBody):
            self.filing.apply(body, valid)
        elif isinstance(body, RevisionApproved):
            self.approved = body.revision
        return [*self.evacuation.apply(body, valid, now), *self.trials.apply(body, now)]

    def recall(self, events: Iterable[Event]) -> None:
        """Take records that were told long ago: what they ask for is in the outbox already."""
        for event in events:
            self.apply(event.body, event.valid, event.recorded)

    def take_over(self, mine: Mine) -> None:
        """Go on under another revision; alarms and orders go on by their ids."""
        self.mine = mine
        self.book.take_over(mine)
        self.duty.take_over(mine)
        self.switching.take_over(mine)
        self.evacuation.take_over(mine)
        self.systems.take_over(mine)
        self.calendar.take_over(mine)
        self.trials.take_over(mine)
