"""What the pages need of the users' book; `app` hands in the one that lies beside the journal."""

from collections.abc import Sequence
from typing import Protocol

from minesafe.model.mine import Role
from minesafe.model.time import Micros


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

    @property
    def must_change(self) -> bool:
        """The password allows nothing but choosing an own one."""


class Standing(Protocol):
    """How the log-in of a user is."""

    @property
    def user(self) -> str:
        """The log-in's name."""

    @property
    def password(self) -> str:
        """Own · once · none · barred."""

    @property
    def sessions(self) -> int:
        """Open ones."""

    @property
    def used(self) -> Micros | None:
        """When a page of one last asked."""


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

    def change_password(self, user: str, old: str, new: str, address: str) -> None:
        """Change one's own; ends every session of the user.

        Raises:
            Refused: as `verify` · password_too_short (params: least) · password_as_before.
        """

    def give_password(self, user: str) -> str:
        """A password for one log-in, to be told to the user; ends his sessions.

        Raises:
            Refused: unknown_user.
        """

    def bar(self, user: str) -> None:
        """Let somebody not log in, whatever the files say; ends his sessions.

        Raises:
            Refused: unknown_user · already_barred · last_admin.
        """

    def let_in(self, user: str) -> None:
        """He may log in again.

        Raises:
            Refused: not_barred.
        """

    def end_sessions(self, user: str) -> int:
        """End every session of a user; how many there were.

        Raises:
            Refused: unknown_user.
        """

    def standings(self) -> Sequence[Standing]:
        """How everybody's log-in is."""

    def open_session(self, user: str, address: str) -> str:
        """Begin a session and return its secret: 256 random bits, opaque."""

    def lookup(self, session: str) -> Account | None:
        """Whose session it is now; None when it ended, idled out or never was."""

    def end_session(self, session: str) -> None:
        """End it everywhere. Ending what has ended does nothing."""
