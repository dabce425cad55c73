"""The roll: who is below by gate, lamp room and attendance, beside who is below by tag.

A fold of what terminals tell. A card read twice says nothing new; one that is told late is taken at
the time it was read, and older than what is known it changes nothing. People who pass behind one
card are in the terminal's count and in no name: how many those are is said.

Expected below is whoever any terminal has sent down and none has let out since, together with
whoever a tag has shown: a man is looked for rather once too often than not at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from minesafe.evacuation.ways.network import Flags, Rows
from minesafe.model.events import AnyBody, CardsRead, Through
from minesafe.model.fold import Fold
from minesafe.model.mine import Mine, TerminalKind
from minesafe.model.picture import Picture
from minesafe.model.roll import Reckoning
from minesafe.model.time import Micros


@dataclass
class _Terminal:
    """What one terminal has counted of its shift, and how many cards it has read in it."""

    shift: str = ""
    counted: int = 0
    """People in less people out; likewise below."""
    read: int = 0


@dataclass
class _Kind:
    """All terminals of one kind."""

    last: dict[str, tuple[Through, Micros]] = field(default_factory=dict)
    terminals: dict[str, _Terminal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Passed:
    """What the terminals say of each person, (T,) `Micros`, 0 where that is not known."""

    went: Rows
    """In by the door: the gate; where the mine has none, the lamp room, else attendance. `came`:
    out by it."""
    came: Rows
    attended: Rows
    """Sent down by a terminal that is believed less than the door, which has heard of no end."""
    left: Rows
    """Let out by one of those, which has heard of no new beginning."""

    def unseen(self, seen: Rows, row: "Rows | slice" = slice(None)) -> Flags:
        """Below by a terminal, while the tag was seen last (`seen`, `Micros`) before he went in."""
        went, came, attended = self.went[row], self.came[row], self.attended[row]
        by_door = (went > came) & (went > seen)
        found: Flags = by_door | (attended > np.maximum(seen, came))
        return found

    def gone(self, seen: Rows, row: Rows) -> Flags:
        """Out, whatever his tag says.

        By the door, after his tag was seen last. What is believed less is believed only of people
        of whom nothing else was ever seen below: a card of attendance can be shown by a friend.
        """
        went, came, left = self.went[row], self.came[row], self.left[row]
        by_door = (came > went) & (came > seen)
        found: Flags = by_door | (left > 0) & (seen == 0) & (went <= came) & ~self.unseen(seen, row)
        return found


class Roll(Fold):
    """Who went in and came out last, by each kind of terminal."""

    HOLDS: ClassVar[Mapping[str, Any]] = {
        "_kinds": dict[TerminalKind, _Kind],
    }
    AROUND: ClassVar[frozenset[str]] = frozenset({"_passed", "_mine", "_kind_of"})

    def __init__(self, mine: Mine) -> None:
        self._kinds: dict[TerminalKind, _Kind] = {}
        self._passed: Passed | None = None
        self.take_over(mine)

    def taken_up(self) -> None:
        """See `Fold.taken_up`."""
        self._passed = None

    def take_over(self, mine: Mine) -> None:
        """Go on under another revision; people are known by id."""
        self._mine, self._passed = mine, None
        self._kind_of = {t.id: t.kind for t in mine.terminals}

    def apply(self, body: AnyBody) -> None:
        """Take one journalled body; of a terminal that is gone, nothing."""
        if not isinstance(body, CardsRead) or body.terminal not in self._kind_of:
            return
        self._passed = None
        kind = self._kinds.setdefault(self._kind_of[body.terminal], _Kind())
        terminal = kind.terminals.setdefault(body.terminal, _Terminal())
        if body.shift != terminal.shift:
            terminal.shift, terminal.read = body.shift, 0
        terminal.counted = body.went_in - body.came_out
        for read in body.reads:
            before = kind.last.get(read.person)
            if before is None or read.at > before[1]:
                kind.last[read.person] = (read.through, read.at)
                if before is None or before[0] is not read.through:
                    terminal.read += 1 if read.through is Through.IN else -1

    @property
    def passed(self) -> Passed:
        """The columns; made once after each card."""
        if self._passed is None:
            has = set(self._kind_of.values())
            door, *others = [self._kinds.get(k, _Kind()) for k in BY_DOOR if k in has] or [_Kind()]
            went, came = self._columns([door])
            self._passed = Passed(went, came, *self._columns(others))
        return self._passed

    def _columns(self, kinds: Sequence[_Kind]) -> tuple[Rows, Rows]:
        """When each went in and came out by any of these terminals, whichever is its last word."""
        into, out = (np.zeros(len(self._mine.people), np.int64) for _ in range(2))
        row_of = self._mine.person_row
        for kind in kinds:
            for person, (through, at) in kind.last.items():
                if person in row_of:
                    column, row = into if through is Through.IN else out, row_of[person]
                    column[row] = max(column[row], at)
        return into, out

    def known_by(self, person: str) -> str:
        """The terminal that is believed most of those that have sent somebody down."""
        sent = (k for k in BY_DOOR if self._last(k, person) is Through.IN)
        return next((kind.value for kind in sent), "")

    def _last(self, kind: TerminalKind, person: str) -> Through | None:
        known = self._kinds.get(kind)
        return known.last[person][0] if known is not None and person in known.last else None

    def reckoned(self, picture: Picture) -> list[Reckoning]:
        """Each kind beside the tags, with the difference by name."""
        people = self._mine.people
        by_tag = {people[row].id for row in np.flatnonzero(~picture.out).tolist()}
        return [
            _reckoned(kind, self._kinds[kind], by_tag) for kind in BY_DOOR if kind in self._kinds
        ]


BY_DOOR = (TerminalKind.GATE, TerminalKind.LAMP_ROOM, TerminalKind.ATTENDANCE)
"""Whom to believe first about who is below."""


def _reckoned(kind: TerminalKind, known: _Kind, by_tag: set[str]) -> Reckoning:
    last: Mapping[str, tuple[Through, Micros]] = known.last
    inside = {person for person, (through, _) in last.items() if through is Through.IN}
    return Reckoning(
        kind=kind,
        below=len(inside),
        unread=sum(t.counted - t.read for t in known.terminals.values()),
        only_by_tag=tuple(sorted(by_tag - inside)),
        only_here=tuple(sorted(inside - by_tag)),
    )
