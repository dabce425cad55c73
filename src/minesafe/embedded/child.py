"""Children of ours: found again after a kill -9, and never mistaken for somebody else's."""

import asyncio
import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from minesafe.model.errors import StoreUnavailable


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder for this process alone; the lock ends with the process, however it ends.

    Raises:
        StoreUnavailable: another process of ours is using it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreUnavailable(f"{folder} is in use by another minesafe") from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def holder(folder: Path) -> int | None:
    """The process that holds a folder now; None where nobody does."""
    try:
        with (folder / "lock").open("r") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except OSError:
        text = (folder / "lock").read_text()
        return int(text) if text.isdigit() else None
    return None


async def started(*command: str, **how: Any) -> asyncio.subprocess.Process:
    """Start a child of ours, as `asyncio.create_subprocess_exec`.

    Whoever is cancelled meanwhile would never hear of the child it has; so it is ended first.
    """
    starting = asyncio.ensure_future(asyncio.create_subprocess_exec(*command, **how))
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        child = await starting
        child.kill()
        await child.communicate()
        raise


def is_running(pid: int, words: tuple[str, ...]) -> bool:
    """Whether a process lives whose command line holds all these arguments.

    Numbers of processes are given again, so a number from a file alone proves nothing.
    """
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    arguments = line.decode("utf-8", "replace").split("\0")
    return bool(line) and all(
        any(argument.endswith(word) for argument in arguments) for word in words
    )


def end(pid: int, words: tuple[str, ...], *, patience_s: float = 10.0) -> None:
    """Ask a process that is not our own child to end, and in the end make it.

    Blocks until it is gone.
    """
    for sign in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + patience_s
        while is_running(pid, words) and time.monotonic() < deadline:
            if deadline - time.monotonic() > patience_s - 0.05:
                with suppress(ProcessLookupError):
                    os.kill(pid, sign)
            time.sleep(0.05)
