"""Proposed revisions on disk: kept until two stand for them, put in place whole, put back again.

A revision is several files, and no file system changes several at once. So what is to be put in
place is written down first, beside the files: whoever reads them afterwards ends the work, and a
cut of power between two files leaves no revision that nobody ever approved.
"""

import json
import os
import shutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from minesafe.model.errors import Refused, StoreUnavailable
from minesafe.model.time import Micros
from minesafe.store.disk import sync_folder, translated

ABOUT = "about.json"

PENDING = ".pending.json"
"""In the mine's directory while files are put in place: where they are, and which go."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A revision's own files, laid aside."""

    revision: str
    base: str
    """The revision it was held against; empty where it was itself in force."""
    at: Micros
    """When it was laid aside."""
    folder: Path
    names: tuple[str, ...]
    back: bool = False
    """It was in force before, and somebody wants it again."""

    def files(self) -> dict[str, bytes]:
        """Content by name."""
        with translated(self.folder):
            return {name: (self.folder / name).read_bytes() for name in self.names}


class Proposals:
    """Those of one mine. Every call blocks.

    Args:
        data: the mine's data directory.
        now: the real wall clock.
    """

    def __init__(self, data: Path, now: Callable[[], Micros]) -> None:
        self._proposed, self._known = data / "proposals", data / "revisions"
        self._now = now

    def propose(
        self, revision: str, base: str, files: Mapping[str, bytes], *, back: bool = False
    ) -> Kept:
        """Lay a proposal aside; `back`: of an earlier revision.

        Raises:
            StoreUnavailable: it could not be written whole.
        """
        return self._keep(self._proposed, revision, base, files, back=back)

    def proposed(self) -> tuple[Kept, ...]:
        """What waits for approval, newest first."""
        return _all(self._proposed)

    def known(self) -> tuple[Kept, ...]:
        """What has been in place, newest first."""
        return _all(self._known)

    def find(self, revision: str) -> Kept:
        """The proposal, or the earlier revision, whose name begins so.

        Raises:
            Refused: unknown_revision; it is none of them, or of more than one.
        """
        every = {kept.revision: kept for kept in (*self.known(), *self.proposed())}
        found = [kept for name, kept in every.items() if name.startswith(revision)]
        if len(found) != 1 or not revision:
            raise Refused("unknown_revision", revision=revision)
        return found[0]

    def put_in_place(
        self, kept: Kept, directory: Path, old: Mapping[str, bytes], name: str
    ) -> None:
        """Lay what is there aside and put the other in its place; ends even over a cut of power.

        Args:
            kept: what is to be there.
            directory: the mine's files.
            old: the files that are there now.
            name: their revision.

        Raises:
            StoreUnavailable: a file could not be written; `finish` goes on with it.
        """
        self._keep(self._known, name, "", old)
        new = self._keep(self._known, kept.revision, "", kept.files())
        orders = {"from": str(new.folder.resolve()), "gone": sorted(set(old) - set(kept.names))}
        with translated(directory):
            _write(directory / PENDING, json.dumps(orders).encode())
            finish(directory)
            shutil.rmtree(self._proposed / kept.revision, ignore_errors=True)

    def drop(self, kept: Kept) -> None:
        """A proposal that nobody wants."""
        with translated(kept.folder):
            shutil.rmtree(self._proposed / kept.revision)

    def _keep(
        self,
        shelf: Path,
        revision: str,
        base: str,
        files: Mapping[str, bytes],
        *,
        back: bool = False,
    ) -> Kept:
        folder, part = shelf / revision, shelf / f"{revision}.part"
        about = {"revision": revision, "base": base, "at": self._now(), "names": sorted(files)}
        about |= {"back": back}
        with translated(shelf):
            if folder.exists():
                return _open(folder)
            shutil.rmtree(part, ignore_errors=True)
            for name, raw in files.items():
                _write(part / name, raw)
            _write(part / ABOUT, json.dumps(about).encode())
            part.rename(folder)
            sync_folder(shelf)
        return _open(folder)


def finish(directory: Path) -> None:
    """End what was begun in a mine's directory, if anything was.

    Raises:
        StoreUnavailable: a file could not be written, or what was to be put in place is gone.
    """
    with translated(directory):
        if not (directory / PENDING).exists():
            return
        orders = json.loads((directory / PENDING).read_bytes())
        for name, raw in _open(Path(orders["from"])).files().items():
            _write(directory / name, raw)
        for name in orders["gone"]:
            (directory / name).unlink(missing_ok=True)
        sync_folder(directory)
        (directory / PENDING).unlink()
        sync_folder(directory)


def _write(path: Path, raw: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)


def _all(shelf: Path) -> tuple[Kept, ...]:
    with translated(shelf):
        kept = [_open(path.parent) for path in shelf.glob(f"*/{ABOUT}") if path.parent.suffix == ""]
    return tuple(sorted(kept, key=lambda one: -one.at))


def _open(folder: Path) -> Kept:
    try:
        about = json.loads((folder / ABOUT).read_bytes())
        back = about.get("back", False)
        names = tuple(about["names"])
        return Kept(about["revision"], about["base"], about["at"], folder, names, back)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreUnavailable(f"{folder}: is no revision that was laid aside: {error}") from error


def own_files(files: Mapping[str, bytes], there: Collection[str]) -> dict[str, bytes]:
    """Those of a revision that stand in the mine's directory: what is shipped stays where it is.

    >>> sorted(own_files({"points.csv": b"", "kinds.toml": b""}, {"points.csv"}))
    ['points.csv']
    """
    return {name: raw for name, raw in files.items() if name in there}
