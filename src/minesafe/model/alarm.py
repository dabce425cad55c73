"""An alarm as the book holds it now. States and moves are of ISA-18.2 / IEC 62682."""

from collections.abc import Mapping
from dataclasses import dataclass

from minesafe.model.events import AlarmHandled, AlarmSource, AlarmState, Origin, PermitKind
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
    valued: Micros
    """When `value` was so: what a point reads now is another thing."""
    conditions: Mapping[str, Severity]
    """Those of its conditions that hold now, each with its level."""
    acknowledged_by: str | None = None
    acknowledged_from: Origin | None = None
    acknowledged_at: Micros | None = None
    acknowledged_note: str = ""
    """What whoever acknowledged it wrote with it."""
    shelved_by: str | None = None
    note: str = ""
    """Why it was shelved."""
    until: Micros | None = None
    """When its shelving ends by itself."""
    root: str = ""
    """The episode that explains it while it is suppressed by design."""
    permit: str = ""
    """The permit its point was under when it last began: it orders nothing."""
    other: str = ""
    """Person id of whoever else it is about: of two tags that move as one, the other's."""

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


@dataclass(frozen=True, slots=True)
class Record:
    """处理记录 that is still open."""

    episode: str
    severity: Severity
    """The worst it ever was."""
    source: AlarmSource
    subject: str
    condition: str
    zones: tuple[str, ...]
    began: Micros
    ended: Micros | None = None
    """When the alarm was normal; None while it is not."""
    other: str = ""
    """As of the alarm."""
    handled: AlarmHandled | None = None
    handled_at: Micros | None = None

    @property
    def bearers(self) -> tuple[str, ...]:
        """What may be said of who was with the card; nothing where that is not asked.

        The record of such a case stays open until one of them is said.
        """
        if self.condition == TWO_CARDS and self.other:
            return self.subject, self.other, BOTH
        return (self.subject, NOBODY) if self.condition == CARD_ALONE else ()


TWO_CARDS, CARD_ALONE = "moving_as_one", "standing_still"
"""Conditions of cards that may not be with their man: 一人多卡, 人卡分离."""
BOTH, NOBODY = "both", "nobody"
"""Both were there, each with his own card; the card was there without anybody."""


@dataclass(frozen=True, slots=True)
class Group:
    """Alarms that another one explains; every member stays in the list."""

    root: str
    """An episode."""
    why: str
    """explained (by design) · device_lost · carried"""
    members: tuple[str, ...]
    """Episodes, in the order of the list."""


@dataclass(frozen=True, slots=True)
class Groups:
    """How the list is to be read now."""

    flood: bool
    new: int
    """Alarms that were heard in the last ten minutes."""
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is open, and how many more there are that no list shows."""

    records: tuple[Record, ...]
    beyond: int


@dataclass(frozen=True, slots=True)
class Often:
    """An alarm by how often it was heard."""

    key: str
    subject: str
    condition: str
    times: int


@dataclass(frozen=True, slots=True)
class Kpi:
    """The measures of the last day."""

    heard: int
    last_10_min: int
    mean_10_min: float
    """Over the time there is anything known of, a day at most."""
    peak_10_min: int
    flooded: float
    """Share of the ten minutes with ten or more."""
    chattering: tuple[Often, ...]
    standing: tuple[str, ...]
    """Episodes that have held for more than a day."""
    top: tuple[Often, ...]
    top_share: float
    """What part of all was heard from the top ten."""
    mix: dict[str, float]
    """Shares of low, medium and high; none where nothing was heard."""
