"""When the loops are compiled, by whom, and where the machine code is kept.

Compiling takes seconds and holds the interpreter, so a child process does it, once for a version
of the program and a kind of processor; what it leaves in the cache is loaded in a fraction of a
second. Until then the arrays judge.
"""

import hashlib
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from minesafe.engine import kernels as _kernels
from minesafe.engine.judge import judge
from minesafe.engine.kernels import Kernels
from minesafe.engine.kernels.compiled import Loop, looks
from minesafe.engine.layout import Layout
from minesafe.engine.state import State
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.mine import Mine
from minesafe.model.time import SECOND

_SOURCES = Path(_kernels.__file__).parents[2]


def fingerprint() -> str:
    """Of everything a loop is compiled from: the engine's text and the constants of the model.

    Numba notices a changed loop, but not a changed constant of another file.
    """
    digest = hashlib.sha256()
    for room in ("engine", "model"):
        for path in sorted((_SOURCES / room).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def compiled(cache: Path, mine: Mine) -> Kernels:
    """The loops from the cache, or compiled into it; ready to judge without compiling any more.

    Args:
        cache: a directory of our own; what other versions of the program left there goes.
        mine: any; the loops are called for it once, so that every one is there.
    """
    import numba

    place = cache / fingerprint()
    place.mkdir(parents=True, exist_ok=True)
    for other in cache.iterdir():
        if other != place:
            shutil.rmtree(other, ignore_errors=True)
    numba.config.CACHE_DIR = str(place)  # type: ignore[attr-defined]  # made as it is imported
    made: list[Any] = []

    def compiler(loop: Loop) -> Loop:
        # No fastmath: it would allow another order of operations, and values that are no numbers
        # would compare as they like.
        made.append(numba.njit(nogil=True, cache=True)(loop))
        return made[-1]  # type: ignore[no-any-return]  # what numba hands back it does not type

    ready = looks(compiler)
    rehearse(mine, ready)
    for loop in made:
        loop.disable_compile()
    return ready


def rehearse(mine: Mine, kernels: Kernels) -> None:
    """Judge a frame or two of a state that nobody needs, so that every loop has been called."""
    layout = Layout.of(mine)
    state = State.fresh(layout)
    for seq in (1, 2):
        now = seq * 1000 * SECOND
        told = Readings.of([(i, np.nan, 0, now, now) for i in range(min(len(mine.points), 2))])
        state.stirred[:] = True
        judge(layout, state, Frame(seq, now, mine.revision, told, Sightings.none()), kernels)
