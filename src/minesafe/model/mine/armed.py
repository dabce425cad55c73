"""Rules that an order arms: what must have happened so long after people were told to leave."""

from dataclasses import dataclass

from minesafe.model.mine.names import Name


@dataclass(frozen=True, slots=True)
class Armed:
    """One `[[armed]]` row of a rule pack."""

    id: str
    name: Name
    kind: str
    """Of switch points: one of them must show `state`."""
    state: int
    within_s: float
    """At the latest so long after an order to evacuate, seconds."""
    source: str
    clause: str
