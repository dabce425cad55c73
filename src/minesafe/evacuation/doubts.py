"""Tags that do not stand for their wearer: a fold of what the alarm book says of people.

One man with two cards (一人多卡) makes two people come out where one does. Until the alarm has been
looked at and is over, a tag that moves as one with another accounts for nobody: somebody must see
the person, and tick him off by name. A card that does not move at all may hang somewhere without
its man (人卡分离): he is shown as such, for he may be anywhere.

Whoever writes the handling record may say which it was: then the one who was with the cards is
followed by his tag again, and the other's tag says nothing more of him.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from minesafe.model.alarm import BOTH, CARD_ALONE, NOBODY, TWO_CARDS
from minesafe.model.events import AlarmHandled, AlarmMoved, AlarmSource, AlarmState, AnyBody
from minesafe.model.fold import Fold
from minesafe.model.mine import Mine

CARRIED, LEFT, ALONE = TWO_CARDS, CARD_ALONE, "card_alone"
KINDS = ("", CARRIED, LEFT, ALONE)
"""By code: no doubt · moves as one with another · does not move · somebody has said that nobody is
with it, wherever it is."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a tag is doubted."""

    code: int
    other: str = ""
    """Person id of whose tag it moves with."""


@dataclass(frozen=True, slots=True)
class _Case:
    subject: str
    code: int
    other: str


class Doubts(Fold):
    """Person ids whose tag is doubted, and why."""

    HOLDS: ClassVar[Mapping[str, Any]] = {
        "_cases": dict[str, _Case],
        "_said": dict[str, str],
    }
    AROUND: ClassVar[frozenset[str]] = frozenset({})

    def __init__(self) -> None:
        self._cases: dict[str, _Case] = {}
        """By episode."""
        self._said: dict[str, str] = {}
        """By episode, who was with the card."""

    def apply(self, body: AnyBody) -> None:
        """Take one journalled body."""
        if isinstance(body, AlarmHandled):
            self._settle(body)
        elif isinstance(body, AlarmMoved) and body.source is AlarmSource.PERSON:
            self._move(body)

    def _move(self, body: AlarmMoved) -> None:
        if body.state is AlarmState.NORMAL:
            self._cases.pop(body.episode, None)
            self._said.pop(body.episode, None)
        for code in (KINDS.index(LEFT), KINDS.index(CARRIED)):
            if KINDS[code] in body.active:
                self._cases[body.episode] = _Case(body.subject, code, body.other)

    def _settle(self, body: AlarmHandled) -> None:
        """What is said of one of two cards is said of both."""
        about = self._cases.get(body.episode)
        if about is None or not body.bearer:
            return
        pair = {about.subject, about.other or about.subject}
        for episode, case in self._cases.items():
            if case.code == about.code and {case.subject, case.other or case.subject} == pair:
                self._said[episode] = body.bearer

    def of(self, mine: Mine) -> dict[int, Doubt]:
        """Why the tag of each person's row is doubted; of two reasons, that it is carried."""
        found: dict[int, Doubt] = {}
        for episode, case in self._cases.items():
            doubt = _doubt(case, self._said.get(episode, ""))
            row = mine.person_row.get(case.subject)
            if row is not None and doubt.code:
                found[row] = min(doubt, found.get(row, doubt), key=lambda d: d.code)
        return found


def _doubt(case: _Case, bearer: str) -> Doubt:
    if bearer in (BOTH, case.subject):
        return Doubt(0)
    return Doubt(KINDS.index(ALONE)) if bearer == NOBODY else Doubt(case.code, case.other)
