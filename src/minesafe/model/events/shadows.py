"""What limits that tell nobody would have told."""

from minesafe.model.events.body import Body
from minesafe.model.mine import Severity
from minesafe.model.time import Micros


class ShadowMoved(Body, frozen=True, kw_only=True, tag="shadow_moved"):
    """A condition began or ended under a shadow's limits. Nobody is told, and no alarm follows."""

    shadow: str
    episode: str
    """Of the shadow's own alarm book: `<family>:<subject>#<n>`."""
    on: bool
    subject: str
    """The point."""
    condition: str
    severity: Severity
    value: float | None
    limit: float | None
    heard: bool
    """An alarm would have asked for somebody: it would not have been set aside."""
    at: Micros
    """When it would have been true; recorded a second or two later."""
