"""A host's end of the broker, for stories of devices that are called or passed."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiomqtt import Client
from brokers import BrokerProcess

from device_sims.mine import Address
from device_sims.stage import Stage


@asynccontextmanager
async def brokered(folder: Path) -> AsyncIterator[tuple[Client, Address]]:
    """A real broker, and somebody at the host's end who hears everything."""
    broker = BrokerProcess("mosquitto", folder)
    await broker.start()
    try:
        async with Client("127.0.0.1", broker.port) as host:
            await host.subscribe("mine/#", qos=1)
            yield host, Address(host="127.0.0.1", port=broker.port)
    finally:
        broker.stop()


class Heard(list[tuple[str, dict[str, Any]]]):
    """Messages of devices, by topic; calls are the host's own."""

    def of(self, topic: str) -> list[dict[str, Any]]:
        return [body for at, body in self if at == topic]


async def heard(host: Client, enough: Callable[[Heard], bool], told: Heard | None = None) -> Heard:
    """Everything until it is enough; ten seconds at most."""
    told = Heard() if told is None else told
    async with asyncio.timeout(10):
        async for message in host.messages:
            assert isinstance(message.payload, bytes)
            told.append((str(message.topic), json.loads(message.payload)))
            if enough(told):
                break
    return told


async def ready(host: Client, topic: str) -> None:
    """The device has said hello, hence subscribed."""
    await heard(host, lambda t: any(body.get("online") for body in t.of(f"{topic}/state")))


@asynccontextmanager
async def going_on(mine_stage: Stage) -> AsyncIterator[None]:
    """The world follows its clock."""
    task = asyncio.create_task(mine_stage.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
