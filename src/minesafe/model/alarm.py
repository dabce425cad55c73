"""An alarm as the book holds it now. States and moves are of ISA-18.2 / IEC 62682."""

from collections.abc import Mapping
from dataclasses import dataclass

from minesafe.model.events import AlarmSource, AlarmState, Origin, PermitKind
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
    acknowledged_from: Origin | None = None
    acknowledged_at: Micros | None = None
    shelved_by: str | None = None
    note: str = ""
    """Why it was shelved."""
    until: Micros | None = None
    """When its shelving ends by itself."""
    root: str = ""
    """The episode that explains it while it is suppressed by design."""
    permit: str = ""
    """The permit its point was under when it last began: it orders nothing."""

    @property
    def active(self) -> bool:
        """Something of it holds now."""
        return bool(self.conditions)

    @property
    def key(self) -> str:
        """What it is about, whichever episode: `<family>:<subject>[:<zone>]`."""
        return self.episode.rpartition("#")[0]

    @property
    def family(self) -> str:
        """The family of conditions it gathers."""
        return self.episode.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Permit:
    """A permit that was asked for and has not ended."""

    permit: str
    kind: PermitKind
    source: AlarmSource
    subject: str
    reason: str
    until: Micros
    asked: Micros
    asked_by: str
    confirmed_by: str | None = None

    @property
    def granted(self) -> bool:
        """Nobody else has to stand for it."""
        return self.kind is PermitKind.CALIBRATION or self.confirmed_by is not None

    def in_force(self, now: Micros) -> bool:
        """It suppresses something now."""
        return self.granted and now < self.until

    def overrun(self, now: Micros) -> bool:
        """Its time is over and nobody has said that the work is done."""
        return self.granted and now >= self.until
