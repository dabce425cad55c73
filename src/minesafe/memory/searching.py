"""Looking for records: those the database found, or by reading the journal through.

Both answer alike. Reading is bounded: a page ends where it is full, where enough was read, or where
time is over, and says how far it came, so that whoever asks can go on from there.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from minesafe.model.events import Event
from minesafe.model.mine import Mine
from minesafe.model.search import Found, Search, Span
from minesafe.model.time import NEWEST, Micros
from minesafe.store.following import LATE, JournalReader
from minesafe.wording import Said, Sayer, asked_grams, grams

MOST_READ = 50_000
"""Records one page reads: some seconds."""

AT_ONCE = 500


def picked(journal: Path, search: Search, positions: Sequence[int], through: int) -> Found:
    """The records at positions the database gave: the journal is the truth of what they say."""
    with closing(JournalReader(journal)) as reader:
        events, head = reader.picked(positions[: search.limit]), reader.count
    more = positions[search.limit - 1] if len(positions) > search.limit else 0
    return Found(events, "database", through, head, more)


def read_through(
    journal: Path, mine: Mine, search: Search, until: float, most: int = MOST_READ
) -> Found:
    """A page of records, by looking at one after the other.

    Args:
        journal: its file.
        mine: whose names are looked for.
        search: what is looked for.
        until: when to stop, by the monotonic clock.
        most: records to look at.

    Raises:
        StoreUnavailable: there is no journal.
        BrokenJournal: a record cannot be read.
    """
    sayer, found, read, last = Sayer(mine), list[Event](), 0, 0
    with closing(JournalReader(journal)) as reader:
        head = reader.count
        for event in _candidates(reader, search):
            if len(found) == search.limit or read == most or time.monotonic() > until:
                return Found(found, "journal", last, head, last)
            read, last = read + 1, event.position
            if _meets(event, search) and _says(sayer.said(event.body), search):
                found.append(event)
    return Found(found, "journal", last, head, 0)


def _candidates(reader: JournalReader, search: Search) -> Iterator[Event]:
    """Records that may meet the times asked for, in the order asked for."""
    first, last = _range(reader, search)
    late = _late(reader, search, last)
    if search.newest:
        yield from reversed(late)
        yield from _backwards(reader, first, last)
    else:
        yield from _forwards(reader, first, last)
        yield from late


def _range(reader: JournalReader, search: Search) -> tuple[int, int]:
    """Positions (first, last] of those that were recorded at the time."""
    first, last = 0, reader.count
    for start, end in _recorded(search):
        first, last = max(first, reader.last_by(start - 1)), min(last, reader.last_by(end - 1))
    if search.after:
        first, last = _beyond(search, first, last)
    return first, last


def _recorded(search: Search) -> Iterator[Span]:
    if search.recorded is not None:
        yield search.recorded
    if search.valid is not None:
        yield search.valid[0] - NEWEST, search.valid[1] + LATE


def _beyond(search: Search, first: int, last: int) -> tuple[int, int]:
    return (
        (first, min(last, search.after - 1)) if search.newest else (max(first, search.after), last)
    )


def _late(reader: JournalReader, search: Search, last: int) -> list[Event]:
    """Entered long after they were true: beyond the range, by the journal's own index."""
    if search.valid is None:
        return []
    first, end = _beyond(search, last, reader.count) if search.after else (last, reader.count)
    return reader.late(search.valid[1] - 1, first, end)


def _forwards(reader: JournalReader, first: int, last: int) -> Iterator[Event]:
    while first < last and (events := reader.read(first, min(AT_ONCE, last - first))):
        yield from events
        first = events[-1].position


def _backwards(reader: JournalReader, first: int, last: int) -> Iterator[Event]:
    while first < last:
        start = max(first, last - AT_ONCE)
        yield from reversed(reader.read(start, last - start))
        last = start


def _meets(event: Event, search: Search) -> bool:
    spans = ((event.valid, search.valid), (event.recorded, search.recorded))
    return all(span is None or _within(at, span) for at, span in spans)


def _within(at: Micros, span: Span) -> bool:
    return span[0] <= at < span[1]


def _says(said: Said, search: Search) -> bool:
    asked: Iterable[tuple[object, bool]] = (
        (search.kinds, said.kind in search.kinds),
        (search.severities, said.severity in search.severities),
        (search.about, set(search.about) <= set(said.about)),
        (search.actor, said.actor == search.actor),
    )
    return all(met for wanted, met in asked if wanted) and _holds(said.text, search.text)


def _holds(text: str, words: str) -> bool:
    """As the database looks: Latin words whole, Chinese anywhere."""
    asked = words.lower().split()
    if not all(word in text for word in asked):
        return False
    return not asked or set(asked_grams(words)) <= set(grams(text))
