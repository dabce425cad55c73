"""One look at everything, in the order in which a person would mend it."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from minesafe import config as configuration
from minesafe.clock import wall
from minesafe.doctor import around, machine, ours
from minesafe.doctor.finding import Found, bad
from minesafe.embedded.child import holder
from minesafe.model.errors import StoreUnavailable
from minesafe.model.mine import Mine

FAULTS = 5
"""Of a refused configuration: `minesafe check` says them all."""


def examine(config: Path, data: Path | None, default: Callable[[str], Path]) -> list[Found]:
    """Look at a mine's server.

    Args:
        config: the mine's directory.
        data: its data directory, None: `default` of the mine's id.
        default: where data are kept unless told.
    """
    checked = configuration.check(config)
    found = [ours.version(), machine.clock()]
    if checked.mine is None:
        first = "; ".join(map(str, checked.faults[:FAULTS]))
        return [*found, bad("config", first, "mend it: minesafe check CONFIG says it all")]
    folder = data or default(checked.mine.id)
    found += _guarded("ours", _ours(checked.mine, folder, len(checked.warnings)))
    runs = holder(folder) is not None
    return found + asyncio.run(_around(checked.mine, runs))


def _ours(mine: Mine, data: Path, warnings: int) -> Iterator[Found]:
    yield from machine.disk(data, mine)
    yield from ours.revision(mine, data, warnings)
    yield from ours.people(mine, data)
    yield ours.journal(data)
    yield ours.server(data)
    yield ours.backup(data, wall())
    yield machine.paper(mine)


def _guarded(what: str, looks: Iterable[Found]) -> Iterator[Found]:
    """A file that cannot be read is a finding too."""
    try:
        yield from looks
    except (OSError, StoreUnavailable) as error:
        yield bad(what, str(error), "who owns the file? run as the server's user")


async def _around(mine: Mine, runs: bool) -> list[Found]:
    asked = [await around.able(mine)] if runs else []
    return asked + [found async for found in around.around(mine)]
