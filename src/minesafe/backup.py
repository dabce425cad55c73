"""A copy of everything a server knows, and a data directory made of it again.

The order of copying is what makes a copy of a running server whole: the engine's snapshots before
the journal (one that ran ahead of it would hide what it lacks), the spool after it (a frame's
number the journal knows must not be given again), the database beside them by its own means.
Putting back holds one rule: what is there is the truth and stays; what is not comes from the copy.
"""

import asyncio
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import asyncpg

from minesafe import past
from minesafe.embedded.child import alone
from minesafe.embedded.cluster import Cluster
from minesafe.model.errors import StoreUnavailable
from minesafe.model.mine import Mine
from minesafe.store.chain import identity_of
from minesafe.store.database import FOREIGN
from minesafe.store.disk import open_for_reading, sync_folder, translated
from minesafe.store.machine import NOTE, note_copy
from minesafe.store.spool import spool_identity

LEFT_OUT = frozenset(
    {"postgres", "broker", "kernels", "marks", "run", "lock", "status", "serial", NOTE}
)
"""What is made anew, or copied by its own means."""

OF_THE_MOMENT = frozenset({".ballast", ".reserve", ".db-wal", ".db-shm", ".part"})
"""Endings of files that mean something to a running server alone."""

IN_ORDER = ("journal.db", "spool.db", "accounts.db", "notebook.db")
"""SQLite files, after everything else, each as of one moment."""

MANIFEST = "manifest.json"
WAIT_S = 3600.0
"""For the database to follow its log; a day of a middle mine takes minutes."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a data directory was made of."""

    from_copy: tuple[str, ...]
    kept: tuple[str, ...]
    """What was there and stayed."""
    frames: int
    """The newest frame the database has."""
    events: int
    """The newest record of the journal it has; later ones are projected when the server starts."""
    set_aside: int
    """Its records that the journal does not know: they stay, under a feed of their own."""


# --- copying -------------------------------------------------------------------------------


async def save(mine: Mine, data: Path, to: Path, now: datetime) -> Path:
    """Copy a data directory, whether its server runs or not; returns the new folder.

    Args:
        mine: whose; names the copy, and says whether the database is ours.
        data: its data directory.
        to: folder of the copies; best on another machine's disk.
        now: names the copy.

    Raises:
        StoreUnavailable: it cannot be copied whole.
    """
    folder = to / f"{mine.id}-{now:%Y%m%dT%H%M%SZ}"
    part = folder.with_suffix(".part")
    with translated(part):
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True, mode=0o700)
    try:
        await _copy_all(mine, data, part, now)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    with translated(part):
        part.rename(folder)
        sync_folder(to)
    with translated(data):
        note_copy(data, now, folder)
    return folder


async def _copy_all(mine: Mine, data: Path, part: Path, now: datetime) -> None:
    ours = not mine.database.dsn
    if ours:
        async with past.database(mine, data / "postgres"):
            cluster = Cluster(data / "postgres", mine.database.archive)
            await asyncio.to_thread(cluster.base_backup, part / "database")
    await asyncio.to_thread(_copy_files, data, part)
    about = {
        "mine": mine.id,
        "revision": mine.revision,
        "made": now.isoformat(),
        "archive": mine.database.archive,
        "database": ours,
        "files": {str(p.relative_to(part)): _digest(p) for p in _files(part)},
    }
    with translated(part):
        (part / MANIFEST).write_text(json.dumps(about, indent=1), "utf-8")


def _copy_files(data: Path, part: Path) -> None:
    with translated(data):
        for path in sorted(data.iterdir()):
            if path.name in LEFT_OUT or path.suffix in {*OF_THE_MOMENT, ".db"}:
                continue
            if path.is_dir():
                shutil.copytree(path, part / path.name, copy_function=_copy, ignore=_UNFINISHED)
            else:
                shutil.copy2(path, part / path.name)
    for name in IN_ORDER:
        if (data / name).exists():
            _copy_database(data / name, part / name)


_UNFINISHED = shutil.ignore_patterns("*.part")


def _copy(source: str, target: str) -> None:
    """A snapshot that has just given way to a newer one is no loss."""
    with suppress(FileNotFoundError):
        shutil.copy2(source, target)


def _copy_database(source: Path, target: Path) -> None:
    """As of one moment, beside its writer."""
    with translated(source), closing(open_for_reading(source)) as reader:
        with closing(sqlite3.connect(target)) as copy:
            reader.backup(copy)
        target.chmod(0o600)


def _files(part: Path) -> Iterator[Path]:
    """Those we answer for; PostgreSQL has a manifest of its own."""
    inside = (p for p in sorted(part.rglob("*")) if p.is_file())
    return (p for p in inside if p.relative_to(part).parts[0] not in ("database", MANIFEST))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- putting back --------------------------------------------------------------------------


async def restore(
    mine: Mine, copy: Path, data: Path, *, until: datetime | None = None, archive: str = ""
) -> Restored:
    """Make of a copy what a data directory lacks.

    Args:
        mine: whose.
        copy: what `save` made.
        data: the directory; its server must not run.
        until: the moment the database is brought to by its archived log; None: to its end.
        archive: where the log is now; empty: where it was when the copy was made.

    Raises:
        StoreUnavailable: the copy is not whole, is another mine's, or the log does not reach.
    """
    about = _checked(mine, copy)
    with alone(data):
        brought, kept = await asyncio.to_thread(_put_back, copy, data)
        if not about["database"]:
            return Restored(brought, kept, *await _reconciled_with_own(mine, data))
        cluster = Cluster(data / "postgres")
        log = archive or str(about["archive"])
        moment = until.isoformat(sep=" ") if until else ""
        if moment and not log:
            raise StoreUnavailable("no log was archived: there is only the moment of the copy")
        dsn = await asyncio.to_thread(cluster.restore, copy / "database", log, moment)
        try:
            found = await _reconciled(dsn, data)
        finally:
            await asyncio.to_thread(cluster.stop)
        await asyncio.to_thread(cluster.forget_recovery)
        return Restored(brought, kept, *found)


def _checked(mine: Mine, copy: Path) -> dict[str, object]:
    with translated(copy):
        about: dict[str, object] = json.loads((copy / MANIFEST).read_text("utf-8"))
        files = dict(about["files"])  # type: ignore[call-overload]  # as we wrote it
        spoilt = [name for name, digest in files.items() if _digest(copy / name) != digest]
    if spoilt:
        raise StoreUnavailable(f"{copy}: {spoilt[0]} is not what was copied")
    if about["mine"] != mine.id:
        raise StoreUnavailable(f"{copy} is of the mine {about['mine']}, not of {mine.id}")
    return about


def _put_back(copy: Path, data: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names = [p.name for p in sorted(copy.iterdir()) if p.name not in ("database", MANIFEST)]
    kept = tuple(name for name in names if (data / name).exists())
    missing = tuple(name for name in names if name not in kept)
    with translated(data):
        for name in missing:
            source = copy / name
            put = shutil.copytree if source.is_dir() else shutil.copy2
            put(source, data / name)
    return missing, kept


_FOLLOWS = "SELECT pg_is_in_recovery()"

_APART = """
WITH apart AS (INSERT INTO feeds (identity) SELECT $2 WHERE EXISTS (
                 SELECT FROM events WHERE feed = $1 AND position > $3) RETURNING id)
UPDATE events SET feed = (SELECT id FROM apart) WHERE feed = $1 AND position > $3
"""

_ANEW = """
UPDATE feeds SET epoch = 0, writer = '', through = least(through, $2) WHERE identity = $1
"""


async def _reconciled(dsn: str, data: Path) -> tuple[int, int, int]:
    """Journal and spool go on; what the database has beyond them is not taken for theirs.

    The spool counts on behind every frame the database or the journal knows, so no number is
    given twice. Records the journal lost are no projection any more, and are not deleted either.
    """
    connection = await asyncpg.connect(dsn, timeout=10, command_timeout=600)
    try:
        await _until_served(connection)
        spool = f"spool:{spool_identity(data / 'spool.db')}"
        journal = f"journal:{identity_of(data / 'journal.db')}"
        head, decided = _journal_reached(data / "journal.db")
        frames = await _through(connection, spool)
        apart = f"{journal}@{head}+{os.urandom(4).hex()}"
        async with connection.transaction():
            feed = await connection.fetchval("SELECT id FROM feeds WHERE identity = $1", journal)
            moved = await connection.execute(_APART, feed, apart, head)
            await connection.execute(_ANEW, journal, head)
            await connection.execute(_ANEW, spool, frames)
        _count_on(data / "spool.db", max(frames, decided))
        return frames, await _through(connection, journal), int(moved.rsplit(" ", 1)[1])
    finally:
        await connection.close()


async def _reconciled_with_own(mine: Mine, data: Path) -> tuple[int, int, int]:
    """A database of the mine's own knows what the copy does not: it would refuse an older journal.

    Raises:
        StoreUnavailable: it cannot be reached now; asked again, this goes on from here.
    """
    dsn = mine.database.dsn
    try:
        if not dsn or not await _is_ours(dsn):
            return 0, 0, 0
        return await _reconciled(dsn, data)
    except FOREIGN as error:
        raise StoreUnavailable(f"the files are back; the database of the mine: {error}") from error


async def _is_ours(dsn: str) -> bool:
    """Whether a server has ever written there."""
    connection = await asyncpg.connect(dsn, timeout=10, command_timeout=60)
    try:
        return bool(await connection.fetchval("SELECT to_regclass('feeds') IS NOT NULL"))
    finally:
        await connection.close()


async def _until_served(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """It answers questions before it has followed its log to the end."""
    for _ in range(int(WAIT_S * 10)):
        if not await connection.fetchval(_FOLLOWS):
            return
        await asyncio.sleep(0.1)
    raise StoreUnavailable(f"the log was not followed to its end within {WAIT_S:.0f} s")


async def _through(connection: "asyncpg.Connection[asyncpg.Record]", identity: str) -> int:
    query = "SELECT through FROM feeds WHERE identity = $1"
    return int(await connection.fetchval(query, identity) or 0)


def _journal_reached(path: Path) -> tuple[int, int]:
    """The newest record, and the newest frame any record follows from."""
    with translated(path), closing(open_for_reading(path)) as reader:
        (head,) = reader.execute("SELECT count FROM head").fetchone()
        (decided,) = reader.execute("SELECT coalesce(max(frame), 0) FROM records").fetchone()
        return int(head), int(decided)


def _count_on(path: Path, seq: int) -> None:
    with translated(path), closing(sqlite3.connect(path)) as spool, spool:
        spool.execute("UPDATE reached SET seq = max(seq, ?)", (seq,))
