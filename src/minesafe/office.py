"""The office: which revision runs, what waits for approval, what ran before, and how they differ.

Files are proposals; a mine runs by what an engineer and a second person stand for. The same
approvals count whether they were given on the page or at a terminal, and the second of them puts
the files in place and lets the running server take them over.
"""

import asyncio
import difflib
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from minesafe.config import check_files, gather_files
from minesafe.config.files import revision_of, shipped
from minesafe.config.load import Checked
from minesafe.config.row import Findings
from minesafe.importing.difference import HIDDEN, difference
from minesafe.memory import Withheld
from minesafe.model.errors import BadConfig, Refused
from minesafe.model.mine import Mine, Role, User
from minesafe.model.revising import Compared, Lacking, Origins, Stood, Waiting
from minesafe.model.time import SECOND, Micros
from minesafe.store.approvals import NEEDED, Approvals
from minesafe.store.archive import Archive
from minesafe.store.proposals import Kept, Proposals, finish
from minesafe.succession import Proposal, fixed

Files = Mapping[str, bytes]
Read = Callable[[], Proposal]

MOST_LINES = 2_000
"""Of a difference as text: somebody may read the first of them."""

REMEMBERED = 4

SECRET = re.compile(rf"^(\s*\"?(?:{'|'.join(sorted(HIDDEN))})\"?\s*[=:]\s*).*$", re.M)


@dataclass(frozen=True, slots=True)
class Home:
    """Where a mine's files are, and how they are read for this server."""

    directory: Path
    read: Read
    """What the files say now; called in a thread."""


class Office:
    """The revisions of one mine's directory, beside the server that runs by one of them.

    Args:
        home: the mine's files.
        data: its data directory.
        approvals: who stands for what.
        running: the revision in force, and its files.
        now: the real wall clock.
    """

    def __init__(
        self,
        home: Home,
        data: Path,
        approvals: Approvals,
        running: Proposal,
        now: Callable[[], Micros],
    ) -> None:
        self._home, self._approvals = home, approvals
        self._shelf, self._archive = Proposals(data, now), Archive(data / "files")
        self._running = running
        self._turn = asyncio.Lock()
        self._compared: dict[tuple[str, str], Compared] = {}
        self.take_over: Callable[[Read], Awaitable[bool]] | None = None
        """Lets the server take over what the files say; None until everything of it runs."""

    def in_force(self, mine: Mine, files: Files) -> None:
        """Another revision runs."""
        self._running = mine, files

    # --- seeing ----------------------------------------------------------------------------

    async def waiting(self) -> Sequence[Waiting]:
        """What is not in force and may come to be, the newest first."""
        return await asyncio.to_thread(self._waiting)

    def _waiting(self) -> list[Waiting]:
        there, edited = self._there(), self._edited()
        proposed = [self._laid_aside(kept, there) for kept in self._shelf.proposed()]
        return ([] if edited is None else [edited]) + proposed

    def _there(self) -> str:
        return revision_of(gather_files(Findings(), self._home.directory))

    def _edited(self) -> Waiting | None:
        """The mine's own files, where they are not those in force."""
        there = self._there()
        if there == self._running[0].revision:
            return None
        written = max(path.stat().st_mtime for path in self._home.directory.iterdir())
        signed = self._approvals.signed(there)
        lacks = lacking([user for user, _ in signed], self._running[0].users)
        return Waiting(there, "", int(written * SECOND), Origins.FILES, signed, lacks)

    def _laid_aside(self, kept: Kept, there: str) -> Waiting:
        signed = self._approvals.signed(kept.revision, kept.at)
        lacks = lacking([user for user, _ in signed], self._running[0].users)
        origin = Origins.BACK if kept.back else Origins.IMPORTED
        stale = kept.base != there
        return Waiting(kept.revision, kept.base, kept.at, origin, signed, lacks, stale)

    async def compare(self, revision: str, files: Sequence[tuple[str, str]] = ()) -> Compared:
        """How a revision differs from the one in force.

        Args:
            revision: one that waits, or one that ran.
            files: of one that ran, as the journal names them.

        Raises:
            Refused: unknown_revision.
            StoreUnavailable: its files are not kept.
        """
        async with self._turn:
            return await asyncio.to_thread(self._compare, revision, files)

    def _compare(self, revision: str, named: Sequence[tuple[str, str]]) -> Compared:
        mine, files = self._running
        key = mine.revision, revision
        if key not in self._compared:
            other = self._archive.read(named) if named else self._files_of(revision)
            kept = [*self._compared.items()][1 - REMEMBERED :]
            self._compared = dict(kept) | {key: compared(files, other)}
        return self._compared[key]

    def _files_of(self, revision: str) -> Files:
        """Of one that waits: of its own folder, and what is shipped."""
        folder = self._home.directory
        if revision != self._there():
            folder = self._proposal(revision).folder
        return gather_files(Findings(), folder)

    def _proposal(self, revision: str) -> Kept:
        found = next((k for k in self._shelf.proposed() if k.revision == revision), None)
        if found is None:
            raise Refused("unknown_revision", revision=revision)
        return found

    # --- acting ----------------------------------------------------------------------------

    async def approve(self, revision: str, user: User) -> Stood:
        """Stand for a revision that waits.

        Raises:
            Refused: unknown_revision · role_not_allowed · files_changed · files_faulty.
        """
        async with self._turn:
            return await asyncio.to_thread(self._approve, revision, user)

    def _approve(self, revision: str, user: User) -> Stood:
        found = next((w for w in self._waiting() if w.revision == revision), None)
        if found is None:
            raise Refused("unknown_revision", revision=revision)
        if found.stale:
            raise Refused("files_changed", revision=revision)
        if self._compare(revision, ()).faults:
            raise Refused("files_faulty", revision=revision)
        self._approvals.approve(revision, user.name, user.roles)
        since = 0 if found.origin is Origins.FILES else found.at
        users = tuple(name for name, _ in self._approvals.signed(revision, since))
        return Stood(users, lacking(users, self._running[0].users), in_force=False)

    async def enforce(self, revision: str) -> Stood:
        """Put in place what two stand for, and let the server take it over.

        Raises:
            StoreUnavailable: a file could not be written; what was begun is ended at the next try.
        """
        async with self._turn:
            await asyncio.to_thread(self._put_in_place, revision)
            done = self.take_over is not None and await self.take_over(self._home.read)
            users = self._approvals.of(revision)
            return Stood(users, Lacking.NOTHING, done, "" if done else "not_taken_over")

    def _put_in_place(self, revision: str) -> None:
        if revision == self._there():
            return
        kept, directory = self._proposal(revision), self._home.directory
        files = gather_files(Findings(), directory)
        own = {name: raw for name, raw in files.items() if (directory / name).exists()}
        self._shelf.put_in_place(kept, directory, own, revision_of(files))

    async def drop(self, revision: str) -> None:
        """Throw a proposal away; edited files are nobody's to throw away here.

        Raises:
            Refused: unknown_revision.
        """
        async with self._turn:
            await asyncio.to_thread(lambda: self._shelf.drop(self._proposal(revision)))

    async def bring_back(self, revision: str, named: Sequence[tuple[str, str]]) -> str:
        """Propose an earlier revision again; two have to stand for it anew. Returns the base.

        Raises:
            Refused: revision_runs.
            StoreUnavailable: its files are not kept.
        """
        async with self._turn:
            return await asyncio.to_thread(self._bring_back, revision, named)

    def _bring_back(self, revision: str, named: Sequence[tuple[str, str]]) -> str:
        there = self._there()
        if revision == there:
            raise Refused("revision_runs", revision=revision)
        own = {n: raw for n, raw in self._archive.read(named).items() if not _is_shipped(n, raw)}
        for stale in (kept for kept in self._shelf.proposed() if kept.revision == revision):
            self._shelf.drop(stale)
        self._shelf.propose(revision, there, own, back=True)
        return there


def _is_shipped(name: str, raw: bytes) -> bool:
    """Whether the program brings this very file; an earlier pack goes with the mine's own."""
    try:
        return shipped(name).read_bytes() == raw
    except BadConfig:
        return False


def lacking(approved: Sequence[str], users: Sequence[User]) -> Lacking:
    """What is still needed: an engineer, and another person, not only another log-in.

    >>> eva = User("eva", "P1", (Role.ENGINEER,))
    >>> also, lea = User("eva2", "P1", (Role.ADMIN,)), User("lea", "P2", (Role.LEADER,))
    >>> [lacking(who, (eva, also, lea)).value for who in ([], ["eva", "eva2"], ["lea"])]
    ['two', 'one', 'engineer']
    """
    known = {user.name: user for user in users}
    stand = [known[name] for name in approved if name in known]
    if not stand:
        return Lacking.TWO
    if not any(Role.ENGINEER in user.roles for user in stand):
        return Lacking.ENGINEER
    people = {user.person or user.name for user in stand}
    return Lacking.NOTHING if len(people) >= NEEDED else Lacking.ONE


# --- how two revisions differ ------------------------------------------------------------------


def compared(before: Files, after: Files) -> Compared:
    """What the files of two revisions say otherwise; passwords are asked of nobody for it."""
    moment = time.time_ns() // 1000
    was, now = _read(before, moment), _read(after, moment)
    lines = [
        (name, tuple(diff))
        for name in sorted({*before, *after})
        if (diff := _lines(name, before.get(name, b""), after.get(name, b"")))
    ]
    both = was.mine is not None and now.mine is not None
    return Compared(
        before=revision_of(before),
        after=revision_of(after),
        changes=difference(was.mine, now.mine) if both and was.mine and now.mine else (),
        text=tuple(_bounded(lines)),
        cut=sum(len(diff) for _, diff in lines) > MOST_LINES,
        faults=tuple(map(str, now.faults)),
        warnings=tuple(str(w) for w in now.warnings if w not in was.warnings),
        restart=tuple(fixed(was.mine, now.mine)) if was.mine and now.mine else (),
    )


def _read(files: Files, moment: Micros) -> Checked:
    return check_files(Findings(), files, now=moment, environ=Withheld())


def _lines(name: str, before: bytes, after: bytes) -> list[str]:
    """A unified diff of one file; of a workbook only that it differs."""
    if before == after:
        return []
    try:
        old, new = (SECRET.sub(r"\1***", raw.decode()).splitlines() for raw in (before, after))
    except UnicodeDecodeError:
        return ["± (xlsx)"]
    told = difflib.unified_diff(old, new, "", "", lineterm="", n=2)
    return [*islice(told, 2, MOST_LINES + 3)] or ["± ***"]


def _bounded(
    lines: Sequence[tuple[str, tuple[str, ...]]],
) -> list[tuple[str, tuple[str, ...]]]:
    left, told = MOST_LINES, []
    for name, diff in lines:
        told.append((name, diff[:left]))
        left -= len(told[-1][1])
    return told


def home_of(config: Path, load: Callable[[Path], Mine], files_of: Callable[[Path], Files]) -> Home:
    """The home of a mine's own directory: what was begun there is ended before it is read."""

    def read() -> Proposal:
        finish(config)
        return load(config), files_of(config)

    return Home(config, read)
