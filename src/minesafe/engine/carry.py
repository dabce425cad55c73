"""A state of one revision taken over into another: row by row, by what the rows are called.

What a row has learned stays where the row is still there and still means the same: a point's
value while its kind measures the same, a limit or a rule over time while its own definition is
unchanged. What has changed begins anew, as it would at a first start; which those are is told.
Nothing is said to begin or end here: that is for the frames to come, and for the alarm book
(`remember`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np

from minesafe.engine import stays
from minesafe.engine.fences import FOREVER, NO_FENCE
from minesafe.engine.layout import LIMITS, Layout
from minesafe.engine.places import NOWHERE
from minesafe.engine.register import FIRST_LIMIT, SENSOR, STEADY, Axis, Register
from minesafe.engine.state import COLUMNS, NEVER, State
from minesafe.model.frame import Column, Frame

NAMES_ROWS = {
    "reader": "R",
    "roadway": "A",
    "level": "V",
    "rest_way": "A",
    "doubt_way": "A",
    "mate": "T",
    "mate_way": "A",
    "stay": "F",
}
"""Columns that hold row numbers, and of what."""

OF_STAYS = ("stay", "entered", "fuse", "told")
"""Columns (T, K): K differs from revision to revision."""

STEADILY = {
    *("followed", "followed_at", "anchor", "moved", "stuck"),
    *("noise", "usual_noise", "steps", "noiseless"),
}
"""Columns of a point that may not stand still."""

MOST_TOLD = 200

LONG_AGO = 1
"""Heard once, and not since."""


@dataclass(frozen=True, slots=True)
class Lost:
    """What did not come along: by id, rules as `POINT condition`. At most `MOST_TOLD` of each."""

    anew: tuple[str, ...]
    """Still there, and otherwise defined: what was learned of them is gone."""
    gone: tuple[str, ...]
    """Not there any more."""


@dataclass(frozen=True, eq=False)
class Passage:
    """From the rows of one revision to those of another."""

    old: Register
    new: Register

    @cached_property
    def _back(self) -> dict[str, Column]:
        return {
            letter: _rows(axis, self.old.axes[letter]) for letter, axis in self.new.axes.items()
        }

    @cached_property
    def _onward(self) -> dict[str, Column]:
        return {
            letter: _rows(axis, self.new.axes[letter]) for letter, axis in self.old.axes.items()
        }

    def rows(self, letter: str) -> Column:
        """The old row of each new one, -1 where there was none."""
        return self._back[letter]

    def onward(self, letter: str, numbers: Column) -> Column:
        """What old row numbers are now; -1 for nobody, and for what is gone."""
        table = np.append(self._onward[letter], -1).astype(numbers.dtype)
        known = (numbers >= 0) & (numbers < len(table))
        there: Column = table[np.where(known, numbers, -1)]
        return there

    def same(self, letter: str, mark: int) -> Column:
        """Of each new row whether it was there, with this mark."""
        rows, there = self.rows(letter), self.old.axes[letter]
        kept = rows >= 0
        now = self.new.axes[letter].marks[kept, mark]
        kept[kept] = there.marks[rows[kept], mark] == now
        return kept

    def both(self, letter: str) -> tuple[Column, Column]:
        """New rows that were there before, and the old row of each."""
        rows = self.rows(letter)
        there = np.flatnonzero(rows >= 0)
        return there, rows[there]

    def alike(self, letter: str) -> bool:
        """Whether an axis has the same rows by the same marks, in whatever order."""
        count = len(self.old.axes[letter].ids)
        return count == len(self.new.axes[letter].ids) and bool(self.same(letter, 0).all())

    def lost(self) -> Lost:
        """Which rules begin anew, and what is no longer there."""
        anew, gone = (tuple(islice(ids, MOST_TOLD)) for ids in (_anew(self), _gone(self)))
        return Lost(anew, gone)

    def frame(self, frame: Frame) -> Frame:
        """A frame of the old revision in the rows of the new one."""
        told, seen = frame.readings, frame.sightings
        named = {"tag": "T", "station": "R", "roadway": "A", "level": "V"}
        moved: dict[str, Any] = {
            name: self.onward(letter, getattr(seen, name)) for name, letter in named.items()
        }
        return replace(
            frame,
            revision=self.new.revision,
            readings=replace(told, point=self.onward("P", told.point)),
            sightings=replace(seen, **moved),
        )


def _rows(axis: Axis, among: Axis) -> Column:
    """Where each id of one axis stands among those of another, -1 where it does not."""
    return np.array([among.row.get(ident, -1) for ident in axis.ids], np.intp)


def carry(passage: Passage, layout: Layout, state: State) -> State:
    """The same state in the rows of another layout; neither is changed.

    Args:
        passage: from the state's revision to the layout's.
        layout: of the new revision.
        state: of the old one.
    """
    new = State.fresh(layout)
    new.seq, new.now, new.started = state.seq, state.now, state.started
    for name, (_, letters, _) in COLUMNS.items():
        if name not in OF_STAYS:
            _take(passage, name, letters, state, new)
    new.stirred[:] = new.active.any(axis=1) | (new.due != NEVER).any(axis=1)
    _begin_hearing(passage, new)
    _take_stays(passage, state, new)
    _place(passage, layout, state, new)
    return new


def _take(passage: Passage, name: str, letters: str, state: State, new: State) -> None:
    """One column: what was there, where it still means the same."""
    here, there = getattr(new, name), getattr(state, name)
    rows, was = passage.both(letters[0])
    found = there[was]
    if name in NAMES_ROWS:
        found = passage.onward(NAMES_ROWS[name], found)
    kept = _kept(passage, name, letters)[rows]
    kept = kept.reshape(kept.shape + (1,) * (here.ndim - kept.ndim))
    here[rows] = np.where(kept, found, here[rows])


def _kept(passage: Passage, name: str, letters: str) -> Column:
    """(n,), or (P, L) for what belongs to a limit: whether it comes along."""
    if letters == "PL":
        sides = [passage.same("P", FIRST_LIMIT + k) for k in range(len(LIMITS))]
        return np.stack(sides, axis=1)
    if letters[0] == "P":
        return passage.same("P", STEADY if name in STEADILY else SENSOR)
    if letters[0] in "WG":
        return passage.same(letters[0], 0)
    return passage.rows(letters[0]) >= 0


def _begin_hearing(passage: Passage, new: State) -> None:
    """New points and readers are given their time to be heard for the first time.

    It counts from the first frame judged; whoever was silent before that stays so.
    """
    begun = (~passage.same("P", SENSOR)).any() or (passage.rows("R") < 0).any()
    if not begun:
        return
    new.started = 0
    new.judged[new.silent & (new.judged == 0)] = LONG_AGO
    dumb = new.reader_silent & (new.reader_heard == 0)
    new.reader_gone[dumb] = np.maximum(new.reader_gone[dumb], LONG_AGO)


def _take_stays(passage: Passage, state: State, new: State) -> None:
    """Stays of fences that are still there; with fewer slots, those that guards keep open go first.

    Where a fence's ground or guard is another, its fuses are put out, and what was said of the
    stay is forgotten: the next sighting tells whether it holds.
    """
    people, was = passage.both("T")
    fence = passage.onward("F", state.stay[was])
    same = np.append(passage.same("F", 0), False)[fence]
    fuse = np.where(same[:, :, None], state.fuse[was], FOREVER)
    fuse[fence == NO_FENCE] = FOREVER
    found = {
        "stay": fence,
        "entered": state.entered[was],
        "told": np.where(same, state.told[was], 0),
        "fuse": fuse,
    }
    slots, before = new.stay.shape[1], fence.shape[1]
    first = np.argsort(2 * (fence == NO_FENCE) + (fuse.min(axis=2) < FOREVER), axis=1)
    pick = first[:, :slots] if slots < before else np.broadcast_to(np.arange(before), fence.shape)
    slots = min(slots, before)
    for name, column in found.items():
        index = pick.reshape(*pick.shape, *(1,) * (column.ndim - 2))
        getattr(new, name)[people, :slots] = np.take_along_axis(column, index, axis=1)


def _place(passage: Passage, layout: Layout, state: State, new: State) -> None:
    """What follows from where people are, and from how the fences stand now."""
    people, was = passage.both("T")
    stood = state.cell[was] != NOWHERE
    stood &= layout.places.known(new.roadway[people], new.chainage[people])
    who = people[stood]
    new.cell[who] = layout.places.cells(new.roadway[who], new.chainage[who])
    if not passage.alike("F"):
        new.unsure[people] |= ~new.out[people]
    new.count[:] = _heads(layout, new)
    before = new.next[people]
    stays.renew(layout, new, people)
    new.next[people] = np.minimum(new.next[people], before)


def _heads(layout: Layout, state: State) -> Column:
    """(Z,): people who count, by the zones they are in."""
    zone = np.where(layout.fences.halo_m[state.stay] > 0, NO_FENCE, layout.fences.zone[state.stay])
    zone = zone[layout.people.counts].ravel()
    heads: Column = np.bincount(zone[zone >= 0], minlength=len(state.count))
    return heads


# --- what is told of it ---------------------------------------------------------------------


def _anew(passage: Passage) -> Iterator[str]:
    points = passage.new.axes["P"]
    sensors = passage.same("P", SENSOR)
    there = passage.rows("P") >= 0
    yield from (points.ids[i] for i in np.flatnonzero(there & ~sensors))
    for column, name in ((STEADY, "stuck"), *enumerate(_LIMIT_NAMES, FIRST_LIMIT)):
        changed = sensors & ~passage.same("P", column)
        yield from (f"{points.ids[i]} {name}" for i in np.flatnonzero(changed))
    for letter in "WGF":
        changed = (passage.rows(letter) >= 0) & ~passage.same(letter, 0)
        yield from (passage.new.axes[letter].ids[i] for i in np.flatnonzero(changed))


def _gone(passage: Passage) -> Iterator[str]:
    for letter, axis in passage.old.axes.items():
        now = passage.new.axes[letter].row
        yield from (ident for ident in axis.ids if ident not in now)


_LIMIT_NAMES = tuple(condition.name.lower() for condition in LIMITS)
