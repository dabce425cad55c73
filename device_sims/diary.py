"""The diary: one JSON line for each notable happening, so that a person can watch the mine."""

import json
import sys
from collections.abc import Callable
from typing import TypeAlias

from device_sims.clock import MineClock

Fact: TypeAlias = str | int | float | bool | list[str] | None


def to_stdout(line: str) -> None:
    """Print at once, so that whoever reads the pipe is not kept waiting."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Diary:
    """Writes down what happens, with the mine's time."""

    def __init__(self, clock: MineClock, write: Callable[[str], None] = to_stdout) -> None:
        self._clock = clock
        self._write = write

    def ready(self, **facts: Fact) -> None:
        """Say that every listener is open and every link is being tried."""
        self._write(json.dumps({"ready": True, "t": self._clock.now()} | facts, ensure_ascii=False))

    def note(self, what: str, **facts: Fact) -> None:
        """Note a happening."""
        entry = {"t": self._clock.now(), "what": what} | facts
        self._write(json.dumps(entry, ensure_ascii=False))
