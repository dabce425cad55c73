"""How the six systems are, as it changes."""

from minesafe.model.events.body import Body
from minesafe.model.mine import System
from minesafe.model.system import SystemState


class SystemChanged(Body, frozen=True, kw_only=True, tag="system_changed"):
    """A system is in this state from now on. Written at the change, not repeated."""

    system: System
    state: SystemState
