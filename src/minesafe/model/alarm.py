"""An alarm as the book holds it now. States and moves are of ISA-18.2 / IEC 62682."""

from collections.abc import Mapping
from dataclasses import dataclass

from minesafe.model.events import AlarmSource, AlarmState
from minesafe.model.mine import Severity
from minesafe.model.time import Micros


@dataclass(frozen=True, slots=True)
class Alarm:
    """One episode of one alarm, from its rise until it is normal again."""

    episode: str
    state: AlarmState
    severity: Severity
    """The worst it has been since it was last acknowledged."""
    source: AlarmSource
    subject: str
    condition: str
    zones: tuple[str, ...]
    value: float | None
    limit: float | None
    rule: str | None
    reason: str
    began: Micros
    changed: Micros
    conditions: Mapping[str, Severity]
    """Those of its conditions that hold now, each with its level."""
    acknowledged_by: str | None = None

    @property
    def active(self) -> bool:
        """Something of it holds now."""
        return bool(self.conditions)
