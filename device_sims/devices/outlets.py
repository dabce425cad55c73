"""How a positioning system without a hello reaches its host: lines over TCP, or datagrams."""

import asyncio

from device_sims.devices.backlog import Backlog
from device_sims.diary import Diary
from device_sims.mine import Address

RETRY_S = 0.5
"""Pause before connecting again, in real seconds."""


async def lines(device: str, host: Address, backlog: Backlog, diary: Diary) -> None:
    """A message a line, for ever; nobody acknowledges, so what is written is forgotten."""
    up = True
    while True:
        try:
            _, writer = await asyncio.open_connection(host.host, host.port)
            try:
                diary.note("link", device=device, up=True)
                up = True
                while True:
                    seq, message = await backlog.next()
                    writer.write(message + b"\n")
                    await writer.drain()
                    backlog.acknowledged(seq)
            finally:
                writer.close()
        except OSError as error:
            if up:
                diary.note("link", device=device, up=False, why=str(error))
            up = False
        backlog.rewind()
        await asyncio.sleep(RETRY_S)


async def datagrams(host: Address, backlog: Backlog) -> None:
    """A message a datagram, for ever, whether anybody listens or not."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        asyncio.DatagramProtocol, remote_addr=(host.host, host.port)
    )
    try:
        while True:
            seq, message = await backlog.next()
            transport.sendto(message)
            backlog.acknowledged(seq)
    finally:
        transport.close()
