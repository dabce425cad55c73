"""Afterwards: what is read from a data directory whose server may run or not."""

import asyncio
import logging
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast, get_args

from minesafe import paperwork, past
from minesafe.alarms import AlarmBody, Book
from minesafe.backtest import Asked, Report, Shadowed, Standing, back_test
from minesafe.embedded import kernels
from minesafe.engine.kernels import ARRAYS
from minesafe.memory import Memory
from minesafe.model.alarm import Kpi
from minesafe.model.device import Device
from minesafe.model.errors import BrokenFrame, MinesafeError, Refused, StoreUnavailable
from minesafe.model.mine import Mine
from minesafe.model.time import Micros
from minesafe.past import records
from minesafe.replay import Replays
from minesafe.replay.then import Then
from minesafe.reports import gather
from minesafe.reports.document import Document, document
from minesafe.reports.incident import incident
from minesafe.reports.laid_out import laid_out
from minesafe.reports.paper import NoPaper
from minesafe.reports.words import Lang
from minesafe.scribe import Copying, Filing, Wish, take_errand, verdict
from minesafe.store.chain import identity_of
from minesafe.store.following import JournalReader
from minesafe.store.history import PostgresHistory
from minesafe.store.snapshots import Snapshots
from minesafe.store.spool import spool_identity
from minesafe.store.warm import Warm
from minesafe.upkeep.devices import Known, devices
from minesafe.watch import Watch

log = logging.getLogger(__name__)

PROJECTED = 1_000
"""Records put into the database at a time."""


def device_list(mine: Mine, data: Path) -> tuple[list[Device], Micros]:
    """Every device with its papers and how it is, and as of when.

    Beside a running server it is as old as its newest snapshot, ten seconds at most. Where there is
    no journal yet, only the papers are known.

    Raises:
        BrokenJournal: a record cannot be read.
    """
    watch = Watch(mine)
    if (data / "journal.db").exists():
        watch.recall(records(data / "journal.db"))
    if (data / "snapshots").is_dir():
        _restore(watch, Snapshots(data / "snapshots"))
    known = Known(watch.picture(), watch.findings.open(), watch.findings.times, watch.calendar)
    return devices(mine, known), watch.now


def _restore(watch: Watch, snapshots: Snapshots) -> None:
    newest = snapshots.newest()
    if newest is None:
        return
    try:
        watch.restore(newest[1])
    except BrokenFrame as error:
        log.error("snapshot of frame %d: %s; nothing is known of what was heard", newest[0], error)
    watch.now = max(watch.now, watch.engine.now)


async def tried(
    mines: tuple[Mine, Mine],
    data: Path,
    span: tuple[Micros, Micros],
    *,
    whole: bool = False,
    done: Callable[[float], None] = lambda _share: None,
) -> Report:
    """A back-test: recorded history judged again with other limits.

    Args:
        mines: as it is, and with the limits that are tried (`config.what_if`).
        data: the server's data directory.
        span: frames with start <= now < end are counted.
        whole: judge every point and person, whatever is changed.
        done: told now and then which share is done.

    Raises:
        StoreUnavailable: there is no history, or its database cannot be reached.
    """
    old, new = mines
    loops = await asyncio.to_thread(kernels.there, data / "kernels")
    identities = spool_identity(data / "spool.db"), identity_of(data / "journal.db")
    async with past.database(old, data / "postgres") as dsn:
        history = PostgresHistory(dsn, old, spool=identities[0], journal=identities[1])
        try:
            return await back_test(
                history,
                Asked(old, new, whole),
                span,
                Warm(data / "warm").before,
                kernels=loops or ARRAYS,
                done=done,
            )
        finally:
            await history.close()


async def projected(
    mine: Mine,
    data: Path,
    *,
    anew: bool = True,
    done: Callable[[int, int], None] = lambda _stored, _head: None,
) -> int:
    """Write the journal into the database's table, from nothing or from where it is.

    Beside a running server too: whoever comes writes what is next, and nothing is there twice.
    Broken off, it is gone on with by the server, or by this without `anew`.

    Args:
        mine: whose names records are searched by.
        data: the server's data directory.
        anew: clear what is there first.
        done: told now and then how far it is, and how far it goes.

    Returns:
        How many records there are, each of them stored.

    Raises:
        StoreUnavailable: there is no journal, or its database cannot be reached.
        BrokenJournal: a record cannot be read.
    """
    journal = data / "journal.db"
    name = identity_of(journal)
    async with past.database(mine, data / "postgres") as dsn:
        history = PostgresHistory(dsn, mine, spool=past.READER, journal=name)
        try:
            if anew:
                await history.project_anew()
            return await _project(history, journal, done)
        finally:
            await history.close()


async def _project(history: PostgresHistory, path: Path, done: Callable[[int, int], None]) -> int:
    with closing(JournalReader(path)) as reader:
        through, head = await history.projected_through(), reader.count
        while through < head or await history.is_clearing():
            events = reader.read(through, PROJECTED)
            through, head = await history.project(events), reader.count
            done(through, head)
    return through


async def seen(mine: Mine, data: Path, at: Micros) -> Then:
    """A moment of the past, as the room knew it.

    Args:
        mine: the revision in force now; the moment is told in that of its day.
        data: the server's data directory.
        at: when.

    Raises:
        StoreUnavailable: there is no journal or no history, or its database cannot be reached.
        BrokenJournal: a record cannot be read.
    """
    async with past.database(mine, data / "postgres") as dsn:
        history = PostgresHistory(dsn, mine, spool=past.READER, journal=past.READER)
        try:
            return await Replays(Memory(data, lambda: mine), history, lambda: None).at(at)
        finally:
            await history.close()


def shadowed(mine: Mine, data: Path, span: tuple[Micros, Micros]) -> list[Standing]:
    """What the shadows of a mine would have told of what began within a span.

    Raises:
        StoreUnavailable: there is no journal.
        BrokenJournal: a record cannot be read.
    """
    ledger = Shadowed()
    for event in records(data / "journal.db"):
        ledger.apply(event.body, event.valid)
    return list(ledger.standings(mine, span))


async def incident_report(mine: Mine, data: Path, order: str, lang: Lang, now: Micros) -> Document:
    """The record of one order.

    Args:
        mine: the revision that names things.
        data: the server's data directory.
        order: its id or number.
        lang: the reader's language.
        now: when the report is made.

    Raises:
        Refused: unknown_order.
        StoreUnavailable: there is no journal.
        BrokenJournal: a record cannot be read.
    """
    read = partial(records, data / "journal.db")
    about = await asyncio.to_thread(incident, mine, read, order)
    async with past.history(mine, data) as history:
        drawn = None if history is None else await gather.curves(mine, about, history)
        went = await gather.tracks(mine, about, None if drawn is None else history)
    return document(mine, about, lang, made=now, curves=drawn, tracks=went)


async def write_incident(
    mine: Mine,
    data: Path,
    order: str,
    language: str,
    now: Micros,
    target: Path,
    *,
    font: str = "",
    folders: Sequence[Path] = (),
) -> None:
    """Write the record of one order into a file, as its name says: .html or .pdf.

    Raises:
        MinesafeError: no such language or kind of file; or as `incident_report` and `paper`.
    """
    if language not in get_args(Lang):
        raise MinesafeError(f"no language {language!r}: {' or '.join(get_args(Lang))}")
    if target.suffix not in (".html", ".pdf"):
        raise MinesafeError(f"{target}: neither .html nor .pdf")
    said = await incident_report(mine, data, order, cast("Lang", language), now)
    form = target.suffix[1:]
    made = await asyncio.to_thread(laid_out, said, form, mine, font=font, folders=folders)
    await asyncio.to_thread(target.write_bytes, made)


def run_errand(source: BinaryIO, target: BinaryIO) -> None:
    """The scribe's child: one record, after a line that says that there is one, or why not."""
    try:
        made = _carried_out(take_errand(source))
    except (Refused, NoPaper) as no:
        log.warning("no report: %s", no)
        target.write(verdict(no.code))
        return
    except MinesafeError:
        log.exception("no report")
        target.write(verdict("report_failed"))
        return
    target.write(verdict(""))
    target.write(made)


def _carried_out(errand: Wish) -> bytes:
    match errand:
        case Filing(mine, data, series, day, now, named):
            return asyncio.run(paperwork.file(mine, data, series, day, now, named))
        case Copying(mine, data, filed, language, form):
            return paperwork.copy(mine, data, filed, cast("Lang", language), form)
    mine, lang = errand.mine, cast("Lang", errand.language)
    said = asyncio.run(incident_report(mine, errand.data, errand.order, lang, errand.made))
    return laid_out(said, errand.form, mine)


def alarm_kpi(mine: Mine, data: Path) -> tuple[Kpi, Micros]:
    """How good the mine's alarms were in the day before the newest record, and when that was.

    Raises:
        StoreUnavailable: there is no journal, or nothing in it.
        BrokenJournal: a record cannot be read.
    """
    book, now = Book(mine), None
    for event in records(data / "journal.db"):
        now = event.recorded
        if isinstance(event.body, AlarmBody):
            book.apply(event.body, event.valid)
    if now is None:
        raise StoreUnavailable(f"{data}: the journal is empty")
    return book.tally.kpi(book.alarms(), now), now


if __name__ == "__main__":
    run_errand(sys.stdin.buffer, sys.stdout.buffer)
