"""What the pages need of the users' book; `app` hands in the one that lies beside the journal."""

from collections.abc import Sequence
from typing import Protocol

from minesafe.model.mine import Role


class Account(Protocol):
    """Who somebody is."""

    @property
    def user(self) -> str:
        """The log-in's name."""

    @property
    def person(self) -> str:
        """Person id."""

    @property
    def roles(self) -> Sequence[Role]:
        """What the user is."""


class Accounts(Protocol):
    """Users and sessions. Calls block (a slow hash, a disk): the web asks from a thread.

    All of them raise `StoreUnavailable` when the disk does not answer.
    """

    def verify(self, user: str, password: str, address: str) -> Account:
        """Check a password.

        Raises:
            Refused: wrong_password · too_many_tries (params: wait_s), after 5 failures of this
                user from this address within 15 minutes.
        """

    def open_session(self, user: str, address: str) -> str:
        """Begin a session and return its secret: 256 random bits, opaque."""

    def lookup(self, session: str) -> Account | None:
        """Whose session it is now; None when it ended, idled out or never was."""

    def end_session(self, session: str) -> None:
        """End it everywhere. Ending what has ended does nothing."""
