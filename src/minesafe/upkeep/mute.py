"""Devices whose link is there and that say nothing: a hung gateway, a host whose files stand still.

Each of their points falls silent by its own period, and says so; what is found here is the one
cause of all of them. A device is mute when nothing at all has come from it for as long as the most
impatient of its points may keep silent, and half of its points are silent. By half, for a gateway
may have one quick sensor, dead by itself, among slow ones that are only not due yet.
"""

from collections.abc import Callable, Collection, Sequence

import numpy as np

from minesafe.model.events import BROKER, FindingBegan, FindingKind
from minesafe.model.frame import Column
from minesafe.model.mine import Mine
from minesafe.model.picture import Picture
from minesafe.model.time import SECOND, Micros
from minesafe.model.verdict import Condition, Verdict

Open = Callable[[FindingKind], Sequence[FindingBegan]]

LEAST = 2
"""Points of a device that can be mute: the silence of a single one says all there is to say."""

_NOT_YET = np.iinfo(np.int64).max


class Mutes:
    """Looks for them; D devices with N points in all, a device's side by side."""

    def __init__(self, mine: Mine) -> None:
        found = {d: r for d, r in mine.points_of_device.items() if d and len(r) >= LEAST}
        self._names = tuple(found)
        self._by_broker = frozenset(gateway.id for gateway in mine.gateways)
        self._points = np.array([p for rows in found.values() for p in rows], np.intp)
        self._size = np.array([len(rows) for rows in found.values()], np.intp)
        self._first = np.cumsum(self._size) - self._size
        patience = (
            min(mine.kind[mine.points[p].kind].stale_s for p in rows) for rows in found.values()
        )
        self._patience = np.array([round(s * SECOND) for s in patience], np.int64)
        self._from = np.zeros(len(found), np.int64)
        """(D,): since when its link has been there, as far as was looked."""
        self._spoke = np.full(len(found), _NOT_YET)
        """(D,): at which look it was first found to speak again. It is well at the next, for the
        silence of its points ends with the next moment, and they are not to sound in between."""
        self._at: Micros = 0
        """When was looked last."""

    def look(self, verdict: Verdict, picture: Picture, of: Open, now: Micros) -> dict[str, str]:
        """Those that are mute now, by id; there are no words to add.

        Looked for once a second, and whenever a point falls silent: before its alarm is raised,
        which this explains. Of a device whose link is down, or whose broker is lost, that says it
        all, and nothing is said here; after it each has its time anew.

        Args:
            verdict: of this frame.
            picture: what was heard of the points, and which are silent.
            of: what is found wrong now, by kind.
            now: the mine's time.
        """
        told, lost = (
            {found.subject for found in of(kind)}
            for kind in (FindingKind.DEVICE_SILENT, FindingKind.LINK_DOWN)
        )
        fell = bool((verdict.transitions.condition == Condition.SILENT).any())
        if not self._names or (now - self._at < SECOND and not fell):
            return dict.fromkeys(told, "")
        self._at = now
        linked = self._linked(lost, now)
        known = np.array([name in told for name in self._names], np.bool_)
        heard = np.maximum.reduceat(picture.sampled[self._points], self._first)
        silent = np.add.reduceat(picture.silent[self._points].astype(np.intp), self._first)
        fresh = now - heard <= self._patience
        self._spoke[:] = np.where(fresh, np.minimum(self._spoke, now), _NOT_YET)
        waited = now - np.maximum(heard, self._from) > self._patience
        mute = linked & (2 * silent >= self._size) & np.where(known, self._spoke >= now, waited)
        return {self._names[i]: "" for i in np.flatnonzero(mute).tolist()}

    def _linked(self, lost: Collection[str], now: Micros) -> Column:
        """Whose link is there; from the first look, or its return, each has time to speak."""
        lost = {*lost, *(self._by_broker if BROKER in lost else ())}
        linked = np.array([name not in lost for name in self._names], np.bool_)
        self._from[~linked | (self._from == 0)] = now
        return linked
