"""Posts: who must be somewhere while people work there.

The engine knows no calendar. The roster is written out in the layout, a line for each person who
may fill a post with the time he may fill it in: the leader on duty from the start to the end of
his shift, whoever has the trade a zone asks for always. So what is asked at `now` is read off a
table, and a replay asks the same: a roster that people change is written out anew, and a change
counts from its own time on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from minesafe.model.frame import Column
from minesafe.model.mine import Duty, Mine, Shift, ZoneKind
from minesafe.model.time import SECOND, Micros

ALWAYS = (-(2**62), 2**62)

Keeper = tuple[int, int, Micros, Micros]
"""Post, person, from when, until when."""


@dataclass(frozen=True, slots=True, eq=False)
class PostTable:
    """Posts (Q,) and those who may keep them (N,)."""

    zone: Column
    """(Q,): where it is."""
    led: Column
    """(Q,): whether it is that of the leader on duty in the mine, and not one a zone asks for."""
    names: tuple[str, ...]
    """(Q,): where, and who."""
    patience: int
    """µs it may be vacant."""
    post: Column
    """(N,)"""
    person: Column
    start: Column
    end: Column

    @classmethod
    def of(cls, mine: Mine, shifts: Sequence[Shift] | None = None) -> Self:
        """A leader for each zone that is the mine, and what zones ask for.

        Args:
            mine: the revision.
            shifts: who is on duty in truth; the revision's own where nothing was changed.
        """
        shifts = mine.shifts if shifts is None else shifts
        wanted = [
            (row, word, zone.kind is ZoneKind.MINE and word == Duty.LEADER)
            for row, zone in enumerate(mine.zones)
            for word in dict.fromkeys((*_leader(zone.kind), *zone.post))
        ]
        keepers = [
            k for i, (_, word, _) in enumerate(wanted) for k in _keepers(mine, shifts, i, word)
        ]
        rows = np.array(keepers, np.int64).reshape(-1, 4)
        return cls(
            zone=np.array([row for row, _, _ in wanted], np.intp),
            led=np.array([led for _, _, led in wanted], np.bool_),
            names=tuple(f"{mine.zones[row].id} {word}" for row, word, _ in wanted),
            patience=round(mine.policy.absent_s * SECOND),
            post=rows[:, 0],
            person=rows[:, 1],
            start=rows[:, 2],
            end=rows[:, 3],
        )


def _leader(kind: ZoneKind) -> tuple[str, ...]:
    """A leader underground on every shift: 国家安监总局令第33号, article 7."""
    return (Duty.LEADER,) if kind is ZoneKind.MINE else ()


def _keepers(mine: Mine, shifts: Sequence[Shift], post: int, word: str) -> Iterator[Keeper]:
    if word in list(Duty):
        for shift in shifts:
            for person in shift.holders(Duty(word)):
                if person in mine.person_row:
                    yield post, mine.person_row[person], shift.start, shift.end
    else:
        for row, wearer in enumerate(mine.people):
            if wearer.trade == word:
                yield post, row, *ALWAYS
