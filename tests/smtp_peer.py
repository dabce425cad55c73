"""A mail server that takes everything, for one test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from tcp_peer import tcp_peer


class SmtpPeer:
    """Keeps what it is given; `hangs` means that it never greets."""

    def __init__(self, *, hangs: bool = False) -> None:
        self.mails: list[EmailMessage] = []
        self.port = 0
        self._hangs = hangs

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._hangs:
            await reader.read()
            return
        writer.write(b"220 peer\r\n")
        while line := await reader.readline():
            word = line[:4].upper()
            if word == b"DATA":
                writer.write(b"354 go on\r\n")
                data = await reader.readuntil(b"\r\n.\r\n")
                parsed = message_from_bytes(data[:-5], policy=policy.default)
                assert isinstance(parsed, EmailMessage)
                self.mails.append(parsed)
            elif word == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            writer.write(b"250 fine\r\n")


@asynccontextmanager
async def smtp_peer(*, hangs: bool = False) -> AsyncIterator[SmtpPeer]:
    peer = SmtpPeer(hangs=hangs)
    async with tcp_peer(peer.talk) as peer.port:
        yield peer
