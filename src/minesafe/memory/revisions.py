"""Revisions that were once in force, read again: their limits, people and roster of that day."""

from collections.abc import Callable, Iterator, Mapping

from minesafe.config import check_files
from minesafe.config.row import Findings
from minesafe.duty.roster import Roster
from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import RevisionApproved
from minesafe.model.mine import Mine
from minesafe.model.time import SECOND, Micros
from minesafe.store.archive import Archive

DAY: Micros = 86_400 * SECOND

MOST = 8
"""Remembered: a mine of ten thousand points is some dozen MB."""

Found = tuple[Mine | None, str]
"""A mine, or why there is none."""


class Withheld(Mapping[str, str]):
    """Every password the files ask the environment for: nobody logs in to the past."""

    def __getitem__(self, name: str) -> str:
        return ""

    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class Revisions:
    """Reads them once, and remembers the last few."""

    def __init__(self, archive: Archive, mine: Callable[[], Mine]) -> None:
        """Take where the files lie, and the revision in force now."""
        self._archive, self._mine = archive, mine
        self._read: dict[tuple[str, Micros], Found] = {}

    @property
    def present(self) -> Mine:
        """The revision in force now."""
        return self._mine()

    def of(self, approved: RevisionApproved, around: Micros) -> Found:
        """A revision, its repeated shifts written out around a moment."""
        now = self.present
        if approved.revision == now.revision and Roster(now.shifts).at(around):
            return now, ""
        key = approved.revision, around // DAY
        found = self._read.get(key)
        if found is None:  # questions come from several threads: what is remembered is replaced
            found = self._load(approved, around)
            self._read = dict([*[*self._read.items()][1 - MOST :], (key, found)])
        return found

    def _load(self, approved: RevisionApproved, around: Micros) -> Found:
        try:
            files = self._archive.read(approved.files)
        except StoreUnavailable as error:
            return None, f"revision {approved.revision}: {error}"
        checked = check_files(Findings(), files, now=around, environ=Withheld())
        if checked.mine is None:
            first = checked.faults[0] if checked.faults else "its files are not named"
            return None, f"revision {approved.revision} is not read by this program: {first}"
        return checked.mine, ""
