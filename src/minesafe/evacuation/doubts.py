"""Tags that do not stand for their wearer: a fold of what the alarm book says of people.

One man with two cards (一人多卡) makes two people come out where one does. Until the alarm has been
looked at and is over, a tag that moves as one with another accounts for nobody: somebody must see
the person, and tick him off by name. A card that does not move at all may hang somewhere without
its man (人卡分离): he is shown as such, for he may be anywhere.
"""

from minesafe.model.events import AlarmMoved, AlarmSource, AlarmState, AnyBody
from minesafe.model.mine import Mine

CARRIED, LEFT = "moving_as_one", "standing_still"
KINDS = ("", CARRIED, LEFT)
"""By code; the first that holds is shown."""


class Doubts:
    """Person ids whose tag is doubted, and why."""

    def __init__(self) -> None:
        self._episodes: dict[str, tuple[str, int]] = {}

    def apply(self, body: AnyBody) -> None:
        """Take one journalled body."""
        if not isinstance(body, AlarmMoved) or body.source is not AlarmSource.PERSON:
            return
        if body.state is AlarmState.NORMAL:
            self._episodes.pop(body.episode, None)
        for code in (2, 1):
            if KINDS[code] in body.active:
                self._episodes[body.episode] = (body.subject, code)

    def codes(self, mine: Mine) -> dict[int, int]:
        """Why the tag of each person's row is doubted; of the two, that it is carried."""
        found: dict[int, int] = {}
        for person, code in self._episodes.values():
            if person in mine.person_row:
                row = mine.person_row[person]
                found[row] = min(code, found.get(row, code))
        return found
