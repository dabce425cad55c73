"""Alarms of a time that is over, with what became of them: read from the journal, page by page."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from minesafe.alarms.courses import AFTERWARDS, KINDS, Course, courses
from minesafe.model.errors import Refused
from minesafe.model.events import AlarmMoved, Event
from minesafe.model.mine import Mine, Severity
from minesafe.model.search import Found, Search
from minesafe.model.time import Micros
from minesafe.wording import Sayer

A_PAGE = 1000
MOST_PAGES = 200
"""Two hundred thousand moves: of a month most are the self-test's, three a minute."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which alarms; what is empty is not asked."""

    span: tuple[Micros, Micros]
    """start <= began < end."""
    severities: tuple[Severity, ...] = ()
    """One of them, at their worst."""
    text: str = ""
    """Words the room sees of it, in either language: its point, place, condition."""


async def alarm_courses(
    find: Callable[[Search], Awaitable[Found]], mine: Mine, asked: Asked
) -> Sequence[Course]:
    """The alarms that began in a time, the newest first.

    Args:
        find: as `ports.Memory.find`.
        mine: whose names are looked for.
        asked: which.

    Raises:
        Refused: ask_shorter, where more happened than is read at once.
        StoreUnavailable: the journal cannot be read.
    """
    sayer, words = Sayer(mine), asked.text.lower().split()

    def wanted(move: AlarmMoved) -> bool:
        return not words or all(word in sayer.said(move).text for word in words)

    found = courses(await _read(find, asked.span), asked.span, wanted)
    return [c for c in found if not asked.severities or c.severity in asked.severities]


async def _read(
    find: Callable[[Search], Awaitable[Found]], span: tuple[Micros, Micros]
) -> list[Event]:
    search = Search(recorded=(span[0], span[1] + AFTERWARDS), kinds=KINDS, limit=A_PAGE)
    events = list[Event]()
    for _ in range(MOST_PAGES):
        page = await find(search)
        events += page.events
        if not page.more:
            return events
        search = replace(search, after=page.more)
    raise Refused("ask_shorter")
