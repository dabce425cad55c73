"""What people do about revisions of the configuration before one comes into force."""

from minesafe.model.events.body import Body, Origin


class RevisionProposed(Body, frozen=True, kw_only=True, tag="revision_proposed"):
    """Files were laid aside, to be approved by two."""

    revision: str
    base: str
    """The revision they were held against."""
    back: bool
    """It was in force before, and somebody wants it again."""
    reason: str
    by: str
    """Person id, or the log-in of whoever has none; likewise below."""
    origin: Origin


class RevisionStoodFor(Body, frozen=True, kw_only=True, tag="revision_stood_for"):
    """Somebody approved one, with his password."""

    revision: str
    by: str
    origin: Origin


class RevisionDropped(Body, frozen=True, kw_only=True, tag="revision_dropped"):
    """A proposal was thrown away."""

    revision: str
    by: str
    origin: Origin
