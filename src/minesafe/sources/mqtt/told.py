"""What there is to tell about messages besides their readings; and the telling."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from minesafe.model.events import FindingKind
from minesafe.model.time import Micros
from minesafe.ports import Findings
from minesafe.sources.clocks import DeviceClock
from minesafe.sources.strangers import Strangers

MOST_UNKNOWN = 256
"""Names of one micro-batch that are looked at; the book holds fewer."""


@dataclass(slots=True)
class Told:
    """Gathered while a gateway's part of a micro-batch is decoded."""

    garbled: dict[str, str] = field(default_factory=dict)
    """What is wrong, by point id or by the gateway's."""
    unknown: dict[str, None] = field(default_factory=dict)
    """Names nobody has, in order."""

    def stranger(self, name: str) -> None:
        """A name the gateway has no point by."""
        if len(self.unknown) < MOST_UNKNOWN:
            self.unknown[name] = None


class Teller:
    """Tells one gateway's troubles, at the change."""

    def __init__(self, gateway: str, findings: Findings) -> None:
        self.gateway = gateway
        self._findings = findings
        self._clock = DeviceClock(gateway, findings)
        self._strangers = Strangers(FindingKind.UNKNOWN_POINT, findings)
        self._garbled: set[str] = set()

    def tell(
        self, told: Told, heard: Iterable[str], sampled: Sequence[Micros], now: Micros
    ) -> None:
        """Begin what is wrong now; end what was and has been heard well.

        Args:
            told: what is wrong.
            heard: ids of points, and of the gateway, that were in it.
            sampled: times by the gateway's own clock.
            now: of receipt.
        """
        for subject, what in told.garbled.items():
            self._garbled.add(subject)
            self._findings.began(FindingKind.GARBAGE, subject, what)
        if self._garbled:
            for subject in self._garbled.intersection(heard).difference(told.garbled):
                self._garbled.discard(subject)
                self._findings.ended(FindingKind.GARBAGE, subject)
        if sampled:
            self._clock.heard((min(sampled), max(sampled)), now)
        for name in told.unknown:
            self._strangers.saw(name, f"from {self.gateway}", now)

    @property
    def troubled(self) -> bool:
        """Whether anything of it is garbled."""
        return bool(self._garbled)

    def gone(self, what: str) -> None:
        """It is not there."""
        self._findings.began(FindingKind.LINK_DOWN, self.gateway, what)

    def here(self) -> None:
        """It is there again."""
        self._findings.ended(FindingKind.LINK_DOWN, self.gateway)
