"""The roll: who is below by gate, lamp room and attendance, beside who is below by tag.

A fold of what terminals tell. A card read twice says nothing new; one that is told late is taken at
the time it was read, and older than what is known it changes nothing. People who pass behind one
card are in the terminal's count and in no name: how many those are is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from minesafe.evacuation.ways.network import Rows
from minesafe.model.events import AnyBody, CardsRead, Through
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


class Roll:
    """Who went in and came out last, by each kind of terminal."""

    def __init__(self, mine: Mine) -> None:
        self._kinds: dict[TerminalKind, _Kind] = {}
        self.take_over(mine)

    def take_over(self, mine: Mine) -> None:
        """Go on under another revision; people are known by id."""
        self._mine = mine
        self._kind_of = {t.id: t.kind for t in mine.terminals}

    def apply(self, body: AnyBody) -> None:
        """Take one journalled body; of a terminal that is gone, nothing."""
        if not isinstance(body, CardsRead) or body.terminal not in self._kind_of:
            return
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

    def passed(self) -> tuple[Rows, Rows]:
        """When each went in last and came out last, (T,) `Micros`; 0 where that is not known.

        By the gate; where the mine has none, by the lamp room, and else by attendance.
        """
        went, came = (np.zeros(len(self._mine.people), np.int64) for _ in range(2))
        kind = next((self._kinds[k] for k in BY_DOOR if k in self._kinds), _Kind())
        for person, (through, at) in kind.last.items():
            if person in self._mine.person_row:
                column = went if through is Through.IN else came
                column[self._mine.person_row[person]] = at
        return went, came

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
