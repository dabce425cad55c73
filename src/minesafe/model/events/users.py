"""What becomes of log-ins beside their passwords."""

from minesafe.model.events.body import Body, Origin


class UserBarred(Body, frozen=True, kw_only=True, tag="user_barred"):
    """Somebody cannot log in from now on, whatever the files say; every session of his ended."""

    user: str
    by: str
    """User; likewise below."""
    reason: str
    origin: Origin


class UserLetIn(Body, frozen=True, kw_only=True, tag="user_let_in"):
    """He may log in again."""

    user: str
    by: str
    origin: Origin


class SessionsEnded(Body, frozen=True, kw_only=True, tag="sessions_ended"):
    """Every open session of a user was ended by somebody."""

    user: str
    sessions: int
    by: str
    origin: Origin
