"""When each shift is underground: by the roster, or as a scenario has it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from device_sims.clock import SECOND, Micros
from device_sims.mine import Shift
from device_sims.world.course import ShiftChange

FOREVER: Micros = 1 << 62
CHANGE_S = 1200.0
"""Within how long a shift goes down and the one before comes up, where no scenario says."""
SHARE_COMING = 0.7
"""The part of that time over which people come to the bank; the rest is for the last cages."""

Stint = tuple[Micros, Micros]
"""From when until when somebody is underground."""
ALWAYS: tuple[Stint, ...] = ((0, FOREVER),)


@dataclass(frozen=True, slots=True)
class ShiftPlan:
    """The stints of each shift, in order."""

    stints: dict[str, tuple[Stint, ...]]
    change_s: float = CHANGE_S

    @classmethod
    def of(cls, shifts: Iterable[Shift], began: Micros, change: ShiftChange | None) -> "ShiftPlan":
        """Read the roster.

        Args:
            shifts: its lines.
            began: when the scenario begins.
            change: ends the shift then in force early and begins the one after it.
        """
        lines = sorted((s.start, s.end, s.name) for s in shifts if s.name)
        if change is not None:
            lines = _changed(lines, began, began + round(change.from_s * SECOND))
        names = dict.fromkeys(name for _, _, name in lines)
        stints = {n: tuple((a, z) for a, z, name in lines if name == n) for n in names}
        return cls(stints, CHANGE_S if change is None else change.minutes * 60)

    def of_shift(self, shift: str, share: float, walk_s: float) -> tuple[Stint, ...]:
        """When somebody is underground.

        Args:
            shift: empty, or one the roster does not know: always.
            share: 0 … 1, how late he comes to the portal among his shift.
            walk_s: from his post to the day: he sets out so much before his shift ends.
        """
        if shift not in self.stints:
            return ALWAYS
        later = round(share * SHARE_COMING * self.change_s * SECOND)
        walk = round(walk_s * SECOND)
        return tuple((a + later, max(a + later, z + later - walk)) for a, z in self.stints[shift])


def without(stints: Sequence[Stint], gaps: Iterable[Stint]) -> tuple[Stint, ...]:
    """The stints less times of absence.

    >>> without(((0, 10), (20, 30)), [(5, 22)])
    ((0, 5), (22, 30))
    """
    for gone, back in gaps:
        cut = [piece for a, z in stints for piece in ((a, min(z, gone)), (max(a, back), z))]
        stints = [(a, z) for a, z in cut if a < z]
    return tuple(stints)


def _changed(
    lines: Sequence[tuple[Micros, Micros, str]], began: Micros, at: Micros
) -> list[tuple[Micros, Micros, str]]:
    """The roster with its change brought forward to `at`; a change on the way falls away."""
    now = next((line for line in lines if line[0] <= began < line[1]), None)
    after = [line for line in lines if line[0] > began and now and line[2] != now[2]]
    if now is None or not after:
        return list(lines)
    start, end, name = after[0]
    later = (line for line in lines if line[0] > start)
    return [(now[0], at, now[2]), (at, end, name), *later]
