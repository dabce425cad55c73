"""The audit: what people did, one act a row."""

from minesafe.web.models.wire import Wire


class ActOut(Wire):
    """One act, as the journal holds it."""

    position: int
    """Of the record in the journal."""
    at: int
    """When it was done."""
    recorded: int
    act: str
    """The record's kind; of an alarm the move: alarm_moved.acknowledge."""
    by: str
    """Person id; a log-in's name where it is nobody's own; "server", or empty: nobody known."""
    origin: str
    """console · link · sms · tag · api · terminal; empty where the record does not say."""
    address: str
    """Where a log-in came from; of an act on a page, where that person had last logged in from."""
    about: list[str]
    """Ids it is about, without whose act it is."""
    reason: str
    """Why, in the words of whoever did it."""
    said: list[tuple[str, str]]
    """Whatever else the record says, by its field."""
    hash: str
    """SHA-256 of the record and all before it."""


class AuditOut(Wire):
    """GET /api/v1/audit: acts, the newest first."""

    acts: list[ActOut]
    more: int
    """Where to go on, as `before`; 0 where there is nothing more."""
    head: int
    """The journal's newest record."""
    head_hash: str


class ChainOut(Wire):
    """GET /api/v1/audit/chain: every record held against the one before."""

    records: int
    """So many were walked and hold together; of a broken chain those before the break."""
    head_hash: str
    """Of the last of them."""
    fault: str
    """What does not hold and where; empty: everything does."""
    at: int
    """When it was walked, by the mine's clock."""
