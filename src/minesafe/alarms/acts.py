"""What people do about alarms: one table from the act to whoever decides it.

Who may is checked before; what the state of things allows is checked by those.
"""

from collections.abc import Callable
from typing import Any

from minesafe.alarms.book import Book
from minesafe.alarms.shelf import shelve, unshelve
from minesafe.model.alarm_acts import (
    AlarmAct,
    AskPermit,
    CloseRecord,
    ConfirmPermit,
    EndPermit,
    Handle,
    Shelve,
    Unshelve,
)
from minesafe.model.events import AnyBody
from minesafe.model.time import Micros

ACTS: dict[type[AlarmAct], Callable[[Book, Any, Micros], AnyBody]] = {
    Shelve: lambda book, act, now: shelve(book.mine, book.standing(act.episode), act, now),
    Unshelve: lambda book, act, now: unshelve(
        alarm := book.standing(act.episode), act, book.over(alarm, now)
    ),
    AskPermit: lambda book, act, now: book.permits.ask(act, now),
    ConfirmPermit: lambda book, act, _: book.permits.confirm(act),
    EndPermit: lambda book, act, _: book.permits.end(act),
    Handle: lambda book, act, _: book.records.handle(act),
    CloseRecord: lambda book, act, _: book.records.close(act),
}


def decide_act(book: Book, act: AlarmAct, now: Micros) -> AnyBody:
    """The body to journal for an act.

    Raises:
        Refused: as the act says.
    """
    return ACTS[type(act)](book, act, now)
