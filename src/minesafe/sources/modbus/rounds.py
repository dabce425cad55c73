"""Who is asked for how often: a round is the points of one substation that share a period."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from minesafe.model.errors import MinesafeError
from minesafe.model.mine import Kind, Mine, Point, Substation
from minesafe.model.time import SECOND, Micros
from minesafe.sources.modbus.decoder import Decoder
from minesafe.sources.modbus.plan import Block, Ways, plan, spans
from minesafe.sources.modbus.status import coding_of

MOST_LATE = 8
"""Periods behind its time at which a round still asks for each; further behind it begins anew."""

Wired = tuple[int, Point, Kind]
"""Row number, point and kind."""


@dataclass(slots=True)
class Round:
    """Some points, the blocks they need, and when they are asked for next."""

    period: Micros
    blocks: tuple[Block, ...]
    decoder: Decoder
    due: Micros = 0
    """In what has elapsed of the mine's time, which never steps."""
    troubles: Sequence[MinesafeError] = ()
    """What was wrong when it was asked last."""

    def after(self, elapsed: Micros) -> Micros:
        """When the next one is due: at whole periods, with no holes for what was only late."""
        late = (elapsed - self.due) // self.period
        return self.due + (1 if late <= MOST_LATE else late + 1) * self.period


class Rounds:
    """Every round of one substation, and one more while some of its points press.

    Args:
        mine: the revision in force.
        substation: which; its points are those whose `device` it is.
    """

    def __init__(self, mine: Mine, substation: Substation) -> None:
        self._substation = substation
        self._points: Sequence[Wired] = [
            (row, point, mine.kind[point.kind])
            for row in mine.points_of_device.get(substation.id, ())
            if (point := mine.points[row]).address is not None
        ]
        self.regular = [
            self._round(period, [w for w in self._points if self._period(w) == period])
            for period in sorted({self._period(w) for w in self._points})
        ]
        self._hurry = _micros(substation.alarm_period_s)
        self._slow = frozenset(w[0] for w in self._points if self._period(w) > self._hurry)
        self._pressed: frozenset[int] = frozenset()
        self.pressing: Round | None = None
        """Of the points that press now, and would be asked for too seldom."""

    @property
    def looks_every(self) -> Micros | None:
        """How often to ask what presses; None: nothing here is asked for too seldom."""
        return self._hurry if self._slow else None

    def press(self, rows: Iterable[int], elapsed: Micros) -> None:
        """These points are in alarm, or stand where something is; the others are not."""
        pressed = self._slow.intersection(rows)
        if pressed == self._pressed:
            return
        due = self.pressing.due if self.pressing is not None else elapsed
        self._pressed = pressed
        self.pressing = None
        if pressed:
            self.pressing = self._round(self._hurry, [w for w in self._points if w[0] in pressed])
            self.pressing.due = due

    def begin(self, at: Micros) -> None:
        """The first of each."""
        for each in self.regular:
            each.due = at

    @property
    def all(self) -> Sequence[Round]:
        """What presses, where anything does, and the regular ones."""
        return self.regular if self.pressing is None else [self.pressing, *self.regular]

    def next(self) -> Round | None:
        """The one that is due first; None where there is nothing to ask for."""
        return min(self.all, key=lambda r: r.due, default=None)

    def _period(self, wired: Wired) -> Micros:
        own = wired[1].period_s
        return _micros(self._substation.period_s if own is None else own)

    def _round(self, period: Micros, points: Sequence[Wired]) -> Round:
        blocks = plan(spans(point for _, point, _ in points), Ways.of(self._substation))
        return Round(period, blocks, Decoder(points, blocks, coding_of(self._substation)))


def _micros(seconds: float) -> Micros:
    return round(seconds * SECOND)
