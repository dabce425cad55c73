"""What everything of a mine is called, and how grave a thing is."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Alarm levels of the mine, most severe first."""

    I = "I"  # noqa: E741  the field's own name for it
    """Evacuate. Never shelved, throttled or grouped."""
    II = "II"
    """Stop work."""
    III = "III"
    """Attend."""
    IV = "IV"
    """Note."""

    @property
    def rank(self) -> int:
        """1 for level I … 4 for level IV; smaller is worse."""
        return _RANK[self]


_RANK = {severity: i for i, severity in enumerate(Severity, 1)}


@dataclass(frozen=True, slots=True)
class Name:
    """A name in both languages."""

    zh: str
    en: str


class System(StrEnum):
    """The six safety systems (安全避险六大系统)."""

    MONITORING = "monitoring"
    POSITIONING = "positioning"
    REFUGE = "refuge"
    AIR = "air"
    WATER = "water"
    COMMUNICATION = "communication"
