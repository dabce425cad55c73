"""Tells the diary what begins to fail and what is well again."""

import asyncio
import math
from collections.abc import Iterable

from device_sims.devices.device import Device
from device_sims.faults.words import Fault
from device_sims.stage import Stage

Turn = tuple[float, Fault, bool]
"""Mine seconds since the beginning; what; whether it begins."""


def turns(faults: Iterable[Fault]) -> list[Turn]:
    """Beginnings and ends in time; what ends at a moment ends before others begin."""
    both = [(at, f, acts) for f in faults for at, acts in ((f.from_s, True), (f.until_s, False))]
    return sorted((t for t in both if t[0] < math.inf), key=lambda t: (t[0], t[2]))


class FaultHand(Device):
    """Follows the faults of a scenario by the mine's clock."""

    def __init__(self, stage: Stage) -> None:
        super().__init__("faults")
        self._stage = stage

    async def start(self) -> None:
        """Begin to follow."""
        self.spawn(self._follow())

    async def _follow(self) -> None:
        stage = self._stage
        for at_s, fault, acts in turns(stage.spoilt.faults):
            await stage.until(at_s)
            stage.diary.note("fault", kind=fault.kind, on=list(fault.on), acts=acts)
        await asyncio.Event().wait()  # a device that ends by itself is a fault of the simulator
