"""The field: whatever hears or switches by the mine's files, and begins anew when they change.

A source knows points and tags by row number, so another revision has other sources. Connections
to substations that are configured as before are kept; a broker keeps what comes meanwhile for a
client it knows; a base station connects again and says again what was not acknowledged.
"""

import asyncio
import contextlib
from collections.abc import Callable

from minesafe.alarms import Pressing
from minesafe.embedded.broker import Broker as EmbeddedBroker
from minesafe.embedded.logins import logins
from minesafe.links.modbus import ModbusDevice, devices_of
from minesafe.links.outputs import ModbusOutputs
from minesafe.links.stream.known import Quick
from minesafe.links.stream.stream import MqttStream
from minesafe.model.mine import Broker, Mine
from minesafe.pipeline import Pipeline
from minesafe.ports import Clock, Notebook, Source
from minesafe.sources.build import every_source
from minesafe.sources.supervise import Supervisor


class Field:
    """Sources and outputs of the revision in force.

    Args:
        mine: the first revision.
        broker: where the broker really is.
        own: our own broker, where the mine names none; it is told who may speak.
        pipeline: takes what is heard, and what is found wrong.
        clock: the mine's clock.
        notebook: what sources must not forget.
    """

    def __init__(
        self,
        mine: Mine,
        broker: Broker,
        own: EmbeddedBroker | None,
        pipeline: Pipeline,
        clock: Clock,
        notebook: Notebook,
    ) -> None:
        self._notebook = notebook
        self.quick = Quick()
        """What reads a hot stream; empty until it is compiled."""
        self._mine, self._broker, self._own = mine, broker, own
        self._pipeline, self._clock = pipeline, clock
        self._devices: dict[str, ModbusDevice] = devices_of(mine)
        self._hearing: list[asyncio.Task[None]] = []
        self.outputs = ModbusOutputs(mine, self._devices, pipeline)

    async def begin(self, only: Callable[[Source], bool] = lambda _: True) -> None:
        """Hear, by those of the sources that are asked for."""
        pipeline, book = self._pipeline, self._pipeline.watch.book
        pressing = Pressing(self._mine, book.alarms, lambda: pipeline.recorder.position)
        sources = every_source(
            self._mine,
            self._broker,
            self._devices,
            pipeline,
            self._clock,
            pipeline,
            pipeline,
            self._notebook,
            pressing,
            self.quick,
        )
        keeper = Supervisor([s for s in sources if only(s)], self._pipeline)
        self._hearing.append(asyncio.create_task(keeper.run(), name="sources"))

    async def end(self) -> None:
        """Hear no more; returns when every source has ended."""
        for task in self._hearing:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._hearing.clear()

    async def take_over(self, mine: Mine) -> None:
        """Go by another revision's files from the next `begin` on."""
        devices = devices_of(mine, self._mine, self._devices)
        kept = {id(device) for device in devices.values()}
        left = [d for d in self._devices.values() if id(d) not in kept]
        self._mine, self._devices = mine, devices
        self.outputs.take_over(mine, devices)
        if self._own is not None:
            await self._own.admit(logins(mine))
        for device in left:
            await device.close()

    async def close(self) -> None:
        """End, and hang up everywhere."""
        await self.end()
        for device in self._devices.values():
            await device.close()


def by_broker(source: Source) -> bool:
    """Whether a source hears a broker, which starts last where it is our own."""
    return isinstance(source, MqttStream)
