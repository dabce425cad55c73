"""The loops of engine and hot stream, compiled: by whom, when, and where the code is kept.

Compiling takes seconds and holds the interpreter, so a child process does it, once for a version
of the program and a kind of processor; what it leaves in the cache is loaded in well under a
second. Until then the arrays judge, by the same rules: no start is blind. The child waits until
a start has settled and runs at a low priority, because a mine is being watched meanwhile.
"""

import asyncio
import hashlib
import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from minesafe.config import load, shipped
from minesafe.embedded.child import started
from minesafe.engine import Layout, State, judge
from minesafe.engine import kernels as kernels_room
from minesafe.engine.kernels import Kernels
from minesafe.engine.kernels.compiled import Compiler, Loop, looks
from minesafe.engine.kernels.crowd import ROUNDS
from minesafe.links.stream import cutting
from minesafe.links.stream.known import Known, Quick
from minesafe.links.stream.packets import publish
from minesafe.links.stream.train import WORTH_IT, QuickSplitter, Train
from minesafe.model.errors import StoreUnavailable
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.logic import Logic, Node
from minesafe.model.mine import Shape
from minesafe.model.time import SECOND
from minesafe.model.units import SAME
from minesafe.sources.mqtt import scanning
from minesafe.sources.mqtt.points import Spot
from minesafe.sources.mqtt.rows import Columns
from minesafe.sources.mqtt.scanner import Scanner

SETTLED_S = 20.0
"""Real seconds from the start until compiling may begin."""

_SOURCES = Path(kernels_room.__file__).parents[2]
ROOMS = ("engine", "model", "links/stream", "sources/mqtt")
"""Where the loops, and the numbers they are compiled with, are written."""

_WHOLE = "whole"
"""A file that says that everything was compiled here."""


class Compiled(NamedTuple):
    """All of them."""

    kernels: Kernels
    quick: Quick


async def ready(cache: Path) -> Compiled:
    """The compiled loops, as soon as they can be had.

    Raises:
        StoreUnavailable: they could not be compiled, or not be kept.
    """
    if not (_place(cache) / _WHOLE).exists():
        await asyncio.sleep(SETTLED_S)
        await _compile_aside(cache)
    return await asyncio.to_thread(compiled, cache)


def there(cache: Path) -> Kernels | None:
    """The compiled loops where a server of this version has left them."""
    return compiled(cache).kernels if (_place(cache) / _WHOLE).exists() else None


async def _compile_aside(cache: Path) -> None:
    child = await started(sys.executable, "-m", __name__, str(cache))
    try:
        failed = await child.wait()
    finally:
        if child.returncode is None:
            child.kill()
    if failed:
        raise StoreUnavailable(f"the loops were not compiled into {cache}")


def compiled(cache: Path) -> Compiled:
    """The loops from the cache, or compiled into it here and now; nothing is compiled later.

    Args:
        cache: a directory of our own; what other versions of the program left there goes.
    """
    import numba

    place = _place(cache)
    place.mkdir(parents=True, exist_ok=True)
    for other in cache.iterdir():
        if other != place:
            shutil.rmtree(other, ignore_errors=True)
    numba.config.CACHE_DIR = str(place)  # type: ignore[attr-defined]  # made as it is imported
    made: list[Any] = []

    def compiler(loop: Loop) -> Loop:
        # No fastmath: it would allow another order of operations, and values that are no numbers
        # would compare as they like. Division is NumPy's: by zero it gives no exception.
        made.append(numba.njit(nogil=True, cache=True, error_model="numpy")(loop))
        return made[-1]  # type: ignore[no-any-return]  # what numba hands back it does not type

    kernels = looks(compiler)
    _rehearse(kernels)
    quick = _stream(compiler)
    for loop in made:
        loop.disable_compile()
    (place / _WHOLE).touch()
    return Compiled(kernels, quick)


def _place(cache: Path) -> Path:
    """Where the code of this program is: by everything a loop is compiled from.

    Numba notices a changed loop, but not a changed constant of another file.
    """
    digest = hashlib.sha256()
    for room in ROOMS:
        for path in sorted((_SOURCES / room).rglob("*.py")):
            digest.update(path.read_bytes())
    return cache / digest.hexdigest()[:16]


def _rehearse(kernels: Kernels) -> None:
    """Judge two frames of a mine nobody is in, so that every loop has been called."""
    rule = Logic("", "", "", "", Node("number", number=1.0), None, 0.0, "", "", "")
    mine = replace(load(shipped("metal")), logic=(rule,))
    layout = Layout.of(mine)
    state = State.fresh(layout)
    for seq in (1, 2):
        now = seq * 1000 * SECOND
        told = Readings.of([(0, np.nan, 0, now, now)])
        seen = Sightings.of([(0, 0, 0, 1.0, 0, 0.0, 0.0, 0.0, 1.0, 0, 0, now, now)] * (2 * ROUNDS))
        state.stirred[:] = True
        judge(layout, state, Frame(seq, now, mine.revision, told, seen), kernels)


def compiled_stream() -> Quick:
    """The loops of the hot stream alone, kept nowhere; for benches."""
    import numba

    return _stream(numba.njit(nogil=True, error_model="numpy"))


def _stream(compiler: Compiler) -> Quick:
    """Its loops, each of which has been called."""
    quick = Quick(compiler(cutting.cut), compiler(scanning.scan))
    known, shape = Known(quick), Shape("{point}", value="v")
    scanner = Scanner(shape, {}, 1, 0, known)
    scanner.learn(b"t", Spot(0, "", "", SAME, 0.0, 1.0))
    read = publish("t", b'{"v":1.5}', number=1) * WORTH_IT
    train, _ = QuickSplitter(known).feed(read)
    assert isinstance(train, Train)
    assert all(isinstance(part, Columns) for part in scanner.read(train, 0))
    return quick


if __name__ == "__main__":
    os.nice(10)
    compiled(Path(sys.argv[1]))
