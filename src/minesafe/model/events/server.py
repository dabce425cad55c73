"""What happened to the server, its configuration and its users."""

from minesafe.model.events.body import Body


class ServerStarted(Body, frozen=True, kw_only=True, tag="server_started"):
    """The server took up its work; everything after it is of this epoch."""

    epoch: int
    revision: str
    version: str
    demo: bool


class ServerStopped(Body, frozen=True, kw_only=True, tag="server_stopped"):
    """An orderly end. Its absence before the next start tells of a crash."""

    epoch: int


class RevisionApproved(Body, frozen=True, kw_only=True, tag="revision_approved"):
    """A configuration came into force."""

    revision: str
    by: tuple[str, ...]
    files: tuple[tuple[str, str], ...]
    """(name, SHA-256) of every file."""
    anew: tuple[str, ...] = ()
    """Rules that are defined otherwise than before: what was learned of them is gone."""
    gone: tuple[str, ...] = ()
    """Points, rules, people, zones, readers that are no longer there."""


class LoggedIn(Body, frozen=True, kw_only=True, tag="logged_in"):
    """A user opened a session."""

    user: str
    address: str


class LoginRefused(Body, frozen=True, kw_only=True, tag="login_refused"):
    """A wrong name or password, or too many tries."""

    user: str
    address: str
    reason: str


class LoggedOut(Body, frozen=True, kw_only=True, tag="logged_out"):
    """A session ended."""

    user: str
    reason: str


class PasswordSet(Body, frozen=True, kw_only=True, tag="password_set"):
    """A user has another password; every session of his ended."""

    user: str
    by: str
    """Who gave it: the user himself, or another."""
    once: bool
    """It must be changed at the first log-in."""


class Exported(Body, frozen=True, kw_only=True, tag="exported"):
    """Somebody took people's places or times away, or looked at one's way: personal data.

    Of it a mine must tell; written before the first row is sent (《个人信息保护法》, articles 51
    and 54).
    """

    what: str
    """track · occupancy · attendance · contacts."""
    subject: str
    """Person or zone id; empty: everybody."""
    start: int
    end: int
    form: str
    """Of the file; page: he looked at it, which is written down once in ten minutes."""
    by: str
    """User."""


class ScenarioStarted(Body, frozen=True, kw_only=True, tag="scenario_started"):
    """A demo's simulated mine begins anew; what came before is of another story."""

    scenario: str
    by: str
    """Person id."""
