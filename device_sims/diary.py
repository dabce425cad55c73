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
        self._held: list[str] | None = None

    def hold(self) -> None:
        """Keep entries back until `ready`: whoever waits for it reads one line."""
        self._held = []

    def ready(self, **facts: Fact) -> None:
        """Say that every listener is open and every link is being tried."""
        self._write(json.dumps({"ready": True, "t": self._clock.now()} | facts, ensure_ascii=False))
        held, self._held = self._held or [], None
        for line in held:
            self._write(line)

    def note(self, what: str, **facts: Fact) -> None:
        """Note a happening."""
        entry = json.dumps({"t": self._clock.now(), "what": what} | facts, ensure_ascii=False)
        if self._held is None:
            self._write(entry)
        else:
            self._held.append(entry)
