"""Who has looked at whose way: written into the journal before it is shown, once for a while.

Places of people are personal data; whoever handles them keeps a record of it (《个人信息保护法》,
articles 51 and 54). A page asks for one way by several questions, and again while it is open.
"""

from collections import OrderedDict

from minesafe.model.events import Exported
from minesafe.model.time import SECOND, Micros
from minesafe.ports import Desk

ONCE: Micros = 600 * SECOND
"""A look at the same, or at a part of it, within so long is the same look."""

MOST = 1000
"""Looks that are remembered; of one that is forgotten another record is written."""

Key = tuple[str, str, str]
"""User, what, whom."""


class Looks:
    """Looks of the last minutes."""

    def __init__(self) -> None:
        """Nobody has looked yet."""
        self._seen: OrderedDict[Key, tuple[Micros, Micros, Micros]] = OrderedDict()

    async def noted(
        self, desk: Desk, user: str, what: str, whom: str, span: tuple[Micros, Micros]
    ) -> None:
        """Write down that a user looks at somebody, unless that is written already."""
        key, now = (user, what, whom), desk.now()
        if self._knows(key, span, now):
            return
        start, end = span
        await desk.note(
            Exported(what=what, subject=whom, start=start, end=end, form="page", by=user)
        )
        self._seen[key] = (now, start, end)
        self._seen.move_to_end(key)
        while len(self._seen) > MOST:
            self._seen.popitem(last=False)

    def _knows(self, key: Key, span: tuple[Micros, Micros], now: Micros) -> bool:
        """A window that goes on with the clock is the same look; a longer one is another."""
        if key not in self._seen:
            return False
        since, start, end = self._seen[key]
        return now - since < ONCE and start <= span[0] and span[1] <= end + ONCE
