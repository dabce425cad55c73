"""Folds, and what they hold: state that is nothing but what the journal made of it.

Each fold says by name and type what it holds, and names every other attribute it has, so that
nothing can be added to one and be forgotten here (a test looks). Then all of them can be put on
disk at once as a *checkpoint* and taken up again, and only the records after it are folded. The
journal stays the truth: a checkpoint is believed where it agrees with it, by the hash of the
record it stands at, and else dropped.
"""

import hashlib
import importlib.metadata
from collections import deque
from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec

from minesafe.model.errors import BrokenFrame
from minesafe.model.time import Micros

FORMAT = 1
"""Counts up when a fold makes something else of the same records and holds it in the same shape."""


class Fold:
    """State that is nothing but what the journal made of it."""

    HOLDS: ClassVar[Mapping[str, Any]] = {}
    """Attribute → type of what is held."""
    AROUND: ClassVar[frozenset[str]] = frozenset()
    """All its other attributes: what the mine's files say, other folds, and what is found anew."""

    def held(self) -> dict[str, Any]:
        """What it holds, by attribute."""
        values = {name: getattr(self, name) for name in self.HOLDS}
        return {n: list(v) if isinstance(v, deque) else v for n, v in values.items()}

    def take_up(self, held: Mapping[str, Any]) -> None:
        """Hold this from now on. Collections stay the same objects, for others look at them."""
        for name, value in held.items():
            now = getattr(self, name)
            if isinstance(now, dict):
                now.clear()
                dict.update(now, value)
            elif isinstance(now, set):
                now.clear()
                now.update(value)
            elif isinstance(now, list | deque):
                now.clear()
                now.extend(value)
            else:
                setattr(self, name, value)
        self.taken_up()

    def taken_up(self) -> None:
        """Find anew what hangs on it."""


Folds = Mapping[str, Fold]
"""All folds of a server, by name."""


class Checkpoint(msgspec.Struct, frozen=True):
    """All folds after one record, and what it must agree with to be believed."""

    format: int
    server: str
    """Version of the program that folded."""
    shape: str
    """Of what is held: another attribute or type is another shape."""
    revision: str
    """Under which it was folded: ladders and zones are of the mine."""
    hash: str
    """Of the record it stands at."""
    now: Micros
    approved: str
    held: dict[str, dict[str, msgspec.Raw]]


def pack(folds: Folds, revision: str, head: str, now: Micros, approved: str) -> bytes:
    """A checkpoint of the folds as they are.

    Args:
        folds: all there are.
        revision: in force.
        head: hash of the record they stand at.
        now: the newest time that was recorded.
        approved: the revision last approved.
    """
    held = {
        name: {a: msgspec.Raw(msgspec.msgpack.encode(v)) for a, v in fold.held().items()}
        for name, fold in folds.items()
    }
    mark = (FORMAT, _server(), _shape(folds), revision, head, now, approved)
    return msgspec.msgpack.encode(Checkpoint(*mark, held))


def unpack(data: bytes, folds: Folds, revision: str, head: str) -> Checkpoint:
    """Let the folds take up a checkpoint.

    Raises:
        BrokenFrame: it does not agree with this program, revision or journal; nothing has changed.
    """
    try:
        found = msgspec.msgpack.decode(data, type=Checkpoint)
        ours = (FORMAT, _server(), _shape(folds), revision, head)
        if (found.format, found.server, found.shape, found.revision, found.hash) != ours:
            raise BrokenFrame("of another program, revision or journal")
        held = {
            name: {
                attribute: msgspec.msgpack.decode(found.held[name][attribute], type=kind)
                for attribute, kind in fold.HOLDS.items()
            }
            for name, fold in folds.items()
        }
    except (msgspec.DecodeError, msgspec.ValidationError, KeyError) as error:
        raise BrokenFrame(f"not what was written: {error}") from error
    for name, fold in folds.items():
        fold.take_up(held[name])
    return found


def _shape(folds: Folds) -> str:
    said = sorted((name, a, str(k)) for name, fold in folds.items() for a, k in fold.HOLDS.items())
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _server() -> str:
    return importlib.metadata.version("minesafe")
