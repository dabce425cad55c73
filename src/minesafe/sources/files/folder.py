"""A folder others write into, looked at again and again: which files are new and whole.

It may lie on a share of another machine: a look can hang for minutes, so it is done in a thread of
its own (`looker`). Nothing in the folder is written, renamed or deleted.
"""

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from minesafe.ports import Notebook
from minesafe.sources.files.records import LONGEST, ended
from minesafe.sources.files.tables import TABLES, Holds

MOST_ENTRIES = 20_000
"""Names looked at; a folder nobody ever clears is told, and its newest files are still found."""

MOST_EVENTS = 16
"""Files of events of one type read at one look, the newest."""

PATIENCE_S = 10.0
"""So long a file without an end may still grow; then what it holds is used."""

NAME = re.compile(r"([0-9A-Za-z]{1,32})_([A-Z]{4})_(\d{14})\.[Tt][Xx][Tt]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the folder, before it is opened."""

    name: str
    kind: str
    stamp: str
    """yyyyMMddHHmmss of its name."""
    size: int
    changed: int
    """Of its last change, ns, by whoever wrote it."""

    @property
    def look(self) -> tuple[int, int]:
        """What tells it from itself when it has grown."""
        return self.size, self.changed


@dataclass(frozen=True, slots=True)
class Found:
    """A file to be used."""

    entry: Entry
    data: bytes
    note: str
    """What is noted once it has been used."""


@dataclass(slots=True)
class Look:
    """What one look brought."""

    found: list[Found] = field(default_factory=list)
    passed_over: int = 0
    """Files older than what is news."""
    faults: dict[str, str] = field(default_factory=dict)
    """By type of file, and "" for the folder."""


class Folder:
    """What is known of one host's folder.

    Args:
        path: the folder.
        code: the mine's code, with which its files' names begin.
        notebook: which files have been used, over restarts.
        owner: whose notes.
        elapsed: seconds since some moment, by which a file's growing is timed.
    """

    def __init__(
        self, path: Path, code: str, notebook: Notebook, owner: str, elapsed: Callable[[], float]
    ) -> None:
        self._path, self._code, self._elapsed = path, code, elapsed
        self._notebook, self._owner = notebook, owner
        self._notes: dict[str, str] | None = None
        self._done: dict[str, tuple[int, int]] = {}
        """Files used or passed over, as they looked then."""
        self._growing: dict[str, tuple[tuple[int, int], float]] = {}
        """Files without an end: how they looked, and since when they look so."""

    def look(self) -> Look:
        """Find what is new. Blocks as long as the disk does.

        Raises:
            OSError: there is no such folder, or it cannot be read.
            StoreUnavailable: what has been used cannot be read.
        """
        if self._notes is None:
            self._notes = self._notebook.notes(self._owner)
        look = Look()
        entries = list(self._entries(look))
        self._forget({e.name for e in entries})
        new = sorted((e for e in entries if self._done.get(e.name) != e.look), key=_by_kind)
        for kind, of_kind in groupby(new, key=lambda e: e.kind):
            newest = sorted(of_kind, key=lambda e: e.stamp, reverse=True)
            most = MOST_EVENTS if TABLES[kind].holds is Holds.EVENTS else 1
            for entry in newest[most:]:
                self._done[entry.name] = entry.look
                look.passed_over += 1
            for entry in reversed(newest[:most]):
                self._open(entry, look)
        return look

    def used(self, found: Found) -> None:
        """Note that a file need not be read again. Blocks; raises StoreUnavailable."""
        assert self._notes is not None
        self._notes[found.entry.name] = found.note
        self._notebook.put(self._owner, {found.entry.name: found.note})

    def _entries(self, look: Look) -> Iterator[Entry]:
        """The files of the host, as many as are looked at."""
        with os.scandir(self._path) as listing:
            for count, item in enumerate(listing):
                if count >= MOST_ENTRIES:
                    look.faults[""] = f"more than {MOST_ENTRIES} files: the others are not seen"
                    return
                named = NAME.fullmatch(item.name)
                if named is None or named[1] != self._code or named[2] not in TABLES:
                    continue
                try:
                    about = item.stat()
                except FileNotFoundError:
                    continue  # cleared away just now
                if not stat.S_ISREG(about.st_mode):
                    continue
                yield Entry(item.name, named[2], named[3], about.st_size, about.st_mtime_ns)

    def _open(self, entry: Entry, look: Look) -> None:
        if entry.size > LONGEST:
            self._done[entry.name] = entry.look
            look.faults[entry.kind] = f"{entry.name}: {entry.size} bytes is too long"
            return
        try:
            with (self._path / entry.name).open("rb") as file:
                data = file.read(LONGEST + 1)
        except FileNotFoundError:
            return
        if not ended(data) and self._may_grow(entry):
            return
        self._growing.pop(entry.name, None)
        self._done[entry.name] = entry.look
        note = f"{len(data)}:{hashlib.sha256(data).hexdigest()[:32]}"
        assert self._notes is not None
        again = TABLES[entry.kind].holds is Holds.DEFINITIONS  # our own files may have changed
        if again or self._notes.get(entry.name) != note:
            look.found.append(Found(entry, data, note))

    def _may_grow(self, entry: Entry) -> bool:
        before, since = self._growing.get(entry.name, ((-1, -1), 0.0))
        now = self._elapsed()
        if before != entry.look:
            self._growing[entry.name] = (entry.look, now)
            return True
        return now - since < PATIENCE_S

    def _forget(self, there: set[str]) -> None:
        """Names that have gone: a folder that is cleared clears our memory."""
        for memory in (self._done, self._growing):
            for name in memory.keys() - there:
                memory.pop(name)
        assert self._notes is not None
        if gone := self._notes.keys() - there:
            self._notebook.forget(self._owner, gone)
            self._notes = {k: v for k, v in self._notes.items() if k in there}


def _by_kind(entry: Entry) -> str:
    return entry.kind
