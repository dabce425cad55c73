"""What lies over an alarm: a permit of its point, or another alarm that explains it.

A permit is about one sensor. Rules about several points (`logic`) stay as they are: what the
others say may still be true, and such a rule can ask itself whether one is being calibrated.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from minesafe.alarms.lifecycle import Signal
from minesafe.alarms.permits import Permits
from minesafe.model.alarm import Alarm
from minesafe.model.events import ASIDE, AlarmSource, AlarmState, FindingKind, PermitKind
from minesafe.model.mine import Mine
from minesafe.model.suppression import DEVICE_LOST
from minesafe.model.time import SECOND, Micros

LOGIC = "logic"

PROVES = 3 * SECOND
"""A device that is heard again goes on explaining for so long: that its points are well is told a
frame later (decision 0080), and none must rise in between. Two sweeps and a little."""

LINK = f"{FindingKind.LINK_DOWN}:"


@dataclass(frozen=True, slots=True)
class Cover:
    """What holds over an alarm now; nothing where all is empty."""

    out: str = ""
    """The permit by which it is out of service."""
    calibration: str = ""
    root: str = ""
    """The episode that explains it."""

    @property
    def permit(self) -> str:
        """Under which its conditions order nothing."""
        return self.out or self.calibration

    @property
    def signal(self) -> Signal:
        """How an alarm that was normal begins."""
        if self.out:
            return Signal.REMOVE
        return Signal.SUPPRESS if self.root else Signal.WORSE

    @property
    def aside(self) -> dict[str, str]:
        """What its first move says of it."""
        return {"permit": self.permit, "root": "" if self.out else self.root}


BARE = Cover()

NOT_HEARD = (FindingKind.LINK_DOWN, FindingKind.DEVICE_SILENT)
"""What explains that nothing is heard of a device's points."""


class Covers:
    """Looks for covers over alarms of one mine."""

    def __init__(self, mine: Mine, alarms: Mapping[str, Alarm], permits: Permits) -> None:
        self._alarms = alarms
        self._permits = permits
        self._roots = _roots(mine)
        self._last: dict[str, tuple[str, Micros]] = {}
        """Of each root that explained something: its episode, and when it was last seen active."""

    def over(self, source: AlarmSource, subject: str, key: str, now: Micros) -> Cover:
        """Of an alarm by its key."""
        family = key.partition(":")[0]
        if source not in (AlarmSource.POINT, AlarmSource.READER) or family == LOGIC:
            return BARE
        found = self._permits.in_force(source, subject, now)
        root = self._root(family, subject, now)
        if not found and not root:
            return BARE
        return Cover(
            out=found.get(PermitKind.OUT_OF_SERVICE, ""),
            calibration=found.get(PermitKind.CALIBRATION, ""),
            root=root,
        )

    def _root(self, family: str, subject: str, now: Micros) -> str:
        for key in self._roots.get((family, subject), ()):
            root = self._alarms.get(key)
            if root is not None and root.active and not _hidden(root):
                self._last[key] = root.episode, now
                return root.episode
            episode, seen = self._last.pop(key, ("", now))
            if key.startswith(LINK) and episode and now - seen < PROVES:
                self._last[key] = episode, seen
                return episode
        return ""


def _hidden(root: Alarm) -> bool:
    """What is itself hidden explains nothing to anybody; what somebody shelved, he knows."""
    return root.state in ASIDE and root.state is not AlarmState.SHELVED


def _roots(mine: Mine) -> dict[tuple[str, str], tuple[str, ...]]:
    """Keys of the alarms that explain each (family, point)."""
    device = {p.id: tuple(f"{kind}:{p.device}" for kind in NOT_HEARD) for p in mine.points}
    logic = {rule.id: (f"{LOGIC}:{rule.about}:{rule.id}",) for rule in mine.logic}
    roots: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in mine.suppressions:
        for family in row.families:
            for point in row.points:
                keys = device[point] if row.while_ == DEVICE_LOST else logic[row.while_]
                roots[family, point] = (*roots.get((family, point), ()), *keys)
    return roots
