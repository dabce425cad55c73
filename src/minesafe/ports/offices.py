"""Where a mine's revisions are looked after: what waits, how it differs, who stands for it."""

from collections.abc import Sequence
from typing import Protocol

from minesafe.model.mine import User
from minesafe.model.revising import Compared, Stood, Waiting


class Office(Protocol):
    """The revisions of one mine's directory, beside the server that runs by one of them.

    All of them raise `StoreUnavailable` when the disk does not answer.
    """

    async def waiting(self) -> Sequence[Waiting]:
        """What is not in force and may come to be, the newest first."""

    async def compare(self, revision: str, files: Sequence[tuple[str, str]] = ()) -> Compared:
        """How a revision differs from the one in force.

        `files`: of one that ran, (name, SHA-256) as the record of its approval has them.
        Refused: unknown_revision.
        """

    async def approve(self, revision: str, user: User) -> Stood:
        """Stand for a revision that waits; the password has been asked for.

        Refused: unknown_revision · role_not_allowed · files_changed · files_faulty.
        """

    async def enforce(self, revision: str) -> Stood:
        """Put in place what two stand for, and let the server take it over."""

    async def drop(self, revision: str) -> None:
        """Throw a proposal away. Refused: unknown_revision."""

    async def bring_back(self, revision: str, named: Sequence[tuple[str, str]]) -> str:
        """Propose an earlier revision again; returns what it is held against.

        Refused: revision_runs.
        """
