"""Tags that do not stand for their wearer: a fold of what the alarm book says of people.

One man with two cards (一人多卡) makes two people come out where one does. Until the alarm has been
looked at and is over, a tag that moves as one with another accounts for nobody: somebody must see
the person, and tick him off by name.
"""

from minesafe.model.events import AlarmMoved, AlarmSource, AlarmState, AnyBody
from minesafe.model.mine import Mine

CARRIED = "moving_as_one"


class Doubts:
    """Person ids whose tag is doubted, and why."""

    def __init__(self) -> None:
        self._episodes: dict[str, str] = {}

    def apply(self, body: AnyBody) -> None:
        """Take one journalled body."""
        if not isinstance(body, AlarmMoved) or body.source is not AlarmSource.PERSON:
            return
        if body.state is AlarmState.NORMAL:
            self._episodes.pop(body.episode, None)
        elif CARRIED in body.active:
            self._episodes[body.episode] = body.subject

    def rows(self, mine: Mine) -> list[int]:
        """Row numbers of those whose tag accounts for nobody."""
        people = sorted(set(self._episodes.values()))
        return [mine.person_row[p] for p in people if p in mine.person_row]
