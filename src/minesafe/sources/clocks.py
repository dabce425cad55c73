"""A device that does not know the time, told once. Its samples count all the same."""

from collections.abc import Iterable

from minesafe.model.events import FindingKind
from minesafe.model.time import MINUTE, NEWEST, SECOND, Micros
from minesafe.ports import Findings

OLDEST_BACKLOG: Micros = 60 * MINUTE
"""What is older was not kept by a device that was cut off: its clock is wrong."""


class DeviceClock:
    """What one device's sample times say about its clock.

    Args:
        device: whom the finding is about.
        findings: CLOCK_OFF, from the first message that is off to the first that is not.
    """

    def __init__(self, device: str, findings: Findings) -> None:
        self._device = device
        self._findings = findings

    def heard(self, sampled: Iterable[Micros], received: Micros) -> None:
        """One message's samples; one without samples says nothing."""
        ahead = [at - received for at in sampled]
        off = [a for a in ahead if not -OLDEST_BACKLOG <= a <= NEWEST]
        if off:
            worst = max(off, key=abs) / SECOND
            self._findings.began(FindingKind.CLOCK_OFF, self._device, f"{worst:+.0f} s")
        elif ahead:
            self._findings.ended(FindingKind.CLOCK_OFF, self._device)
