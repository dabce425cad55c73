"""One of everything, and what is to be heard of it."""

import math
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from fakes import FindingBook, HandClock, Inbox
from field import field_mine

from minesafe.model.mine import Mine
from minesafe.model.quality import Quality

Told = Mapping[str, tuple[float, Quality]]
"""What the device knows of each point: its value, and how good that is."""

ONE_OF_EVERYTHING: Told = {
    "WELL": (0.5, Quality.GOOD),
    "SUPPLY": (0.6, Quality.UNDER_VOLTAGE),
    "CALIBRATED": (2.0, Quality.CALIBRATING),
    "WARMING": (0.1, Quality.WARMING_UP),
    "BROKEN": (0.7, Quality.FAULT),
    "GONE": (0.0, Quality.COMMS_LOST),
    "BEYOND": (9.0, Quality.GOOD),
    "NO-NUMBER": (math.nan, Quality.GOOD),
}

MEANT: Told = {
    **ONE_OF_EVERYTHING,
    "GONE": (math.nan, Quality.COMMS_LOST),
    "BEYOND": (9.0, Quality.OUT_OF_RANGE),
    "NO-NUMBER": (math.nan, Quality.FAULT),
}
"""What must be heard of it."""


class Device(Protocol):
    """A device of some dialect, and the source that hears it."""

    mine: Mine
    name: str
    inbox: Inbox
    book: FindingBook
    clock: HandClock

    async def says(self, told: Told) -> None:
        """It tells, and is heard once."""

    async def falls_silent(self) -> None:
        """It is cut off, as far as the source can know."""


Opened = Callable[[Told, Path], AbstractAsyncContextManager[Device]]
"""With the points it has; within a folder of its own."""


@dataclass(frozen=True)
class Face:
    """A dialect in which readings come."""

    opened: Opened
    wordless: frozenset[str] = frozenset()
    """Of one of everything: what the dialect has no word for."""

    def open(self, home: Path) -> AbstractAsyncContextManager[Device]:
        """A device and its source, until the context is left."""
        return self.opened(self.told, home)

    @property
    def told(self) -> Told:
        """What the device says."""
        return {n: said for n, said in ONE_OF_EVERYTHING.items() if n not in self.wordless}

    @property
    def meant(self) -> Told:
        """What is to be heard of that."""
        return {name: MEANT[name] for name in self.told}


def mine_of(device: str, told: Told, **changes: object) -> Mine:
    """The mine whose points, a row each in the order of `told`, hang on one device."""
    base = field_mine(substations=(), gateways=(), stations=(), readers=(), outputs=(), zones=())
    point = replace(base.points[0], device=device, address=None, status_address=None)
    points = tuple(replace(point, id=name) for name in told)
    return replace(base, points=points, **changes)  # type: ignore[arg-type]  # fields by name
