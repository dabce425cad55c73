"""How a positioning system without a hello reaches its host: lines, datagrams, or posts."""

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


async def posts(device: str, host: Address, key: str, backlog: Backlog, diary: Diary) -> None:
    """A message a POST over one connection, for ever; what is not answered 204 goes again."""
    up = True
    while True:
        try:
            reader, writer = await asyncio.open_connection(host.host, host.port)
            try:
                while True:
                    seq, message = await backlog.next()
                    await _post(reader, writer, key, message)
                    backlog.acknowledged(seq)
                    up = True
            finally:
                writer.close()
        except (OSError, asyncio.IncompleteReadError) as error:
            if up:
                diary.note("link", device=device, up=False, why=str(error))
            up = False
        backlog.rewind()
        await asyncio.sleep(RETRY_S)


async def _post(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, key: str, message: bytes
) -> None:
    about = f"Authorization: Bearer {key}\r\nContent-Length: {len(message)}"
    writer.write(f"POST / HTTP/1.1\r\nHost: host\r\n{about}\r\n\r\n".encode() + message)
    await writer.drain()
    answer = await reader.readuntil(b"\r\n\r\n")
    if b" 204 " not in answer.split(b"\r\n", 1)[0]:
        raise ConnectionError(answer.split(b"\r\n", 1)[0].decode("latin-1"))
