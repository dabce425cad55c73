"""The serial line of a modem: one command at a time, its answer, and what comes in between.

Bytes become lines whatever their pieces. A line is the end of an answer, part of one, or news that
nobody asked for; what is none of these is passed over, because modems chatter. Whoever doubts a
line (no answer, an end of file) leaves it: a late answer must not meet the next command.
"""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field

import serial

from minesafe.model.errors import LinkDown

LONGEST = 4096
"""Bytes without an end of line; more is noise."""

MOST_LINES = 500
"""Of one answer."""

PROMPT, END_OF_TEXT, ESCAPE = b">", b"\x1a", b"\x1b"

GOOD = ("OK", "CONNECT")
BAD = ("ERROR", "NO CARRIER", "BUSY", "NO ANSWER", "NO DIALTONE")
CODED = ("+CMS ERROR:", "+CME ERROR:")
"""How an answer ends."""

NEWS = ("+CMTI:", "+CDSI:", "RING", "NO CARRIER", "BUSY", "NO ANSWER")
NEWS_OF_TWO_LINES = ("+CMT:", "+CDS:")
"""What comes unasked; of the latter a PDU follows."""


class AtRefused(LinkDown):
    """The modem answered a command with an error."""

    def __init__(self, words: str) -> None:
        self.words = words
        """ERROR, BUSY, +CMS ERROR: 500, …"""
        tail = words.rpartition(":")[2].strip()
        self.code = int(tail) if tail.isdigit() and words.startswith(CODED) else -1
        """Of 3GPP TS 27.005, 3.2.5; -1 where none is given."""
        super().__init__(words)


ENDED = "ended"
"""News of the line itself: it is broken."""


@dataclass
class _Asked:
    """A command that waits for its answer."""

    done: "asyncio.Future[list[str]]"
    body: bytes = b""
    """What is written at the prompt."""
    lines: list[str] = field(default_factory=list)


class AtLine:
    """An open serial port."""

    def __init__(self, port: serial.Serial, news: Callable[[str, str], None]) -> None:
        """Begin to listen.

        Args:
            port: open, raw, without time-outs.
            news: takes what comes unasked: its words, and the PDU that follows or nothing.
        """
        self._port = port
        self._news = news
        self._fd: int = port.fileno()
        self._loop = asyncio.get_running_loop()
        self._buffer = b""
        self._asked: _Asked | None = None
        self._header = ""
        """News whose PDU has not come yet."""
        self.broken = ""
        """Why it must not be used any more."""
        self._loop.add_reader(self._fd, self._readable)

    @classmethod
    def opened(cls, path: str, baud: int, news: Callable[[str, str], None]) -> "AtLine":
        """Open a port for ourselves alone.

        Raises:
            LinkDown: it is not there, or somebody has it.
        """
        try:
            port = serial.Serial(path, baud, timeout=0, write_timeout=0, exclusive=True)
        except (OSError, ValueError) as error:
            raise LinkDown(f"{path}: {error}") from error
        return cls(port, news)

    def close(self) -> None:
        """Let go of the port; whoever waits for an answer has none."""
        self._breaks("closed")
        self._port.close()

    async def command(self, text: str, *, timeout_s: float, body: str = "") -> list[str]:
        """Ask, and wait for the answer's lines; one command at a time is the caller's care.

        Args:
            text: the command, without an end of line.
            timeout_s: real seconds.
            body: what is written at the prompt, without its end.

        Raises:
            AtRefused: the answer is an error.
            LinkDown: no answer in time, or the port has ended; do not use the line any more.
        """
        done: asyncio.Future[list[str]] = self._loop.create_future()
        self._asked = _Asked(done, body.encode("ascii") + END_OF_TEXT if body else b"")
        try:
            self._write(text.encode("ascii") + b"\r")
            async with asyncio.timeout(timeout_s):
                return await done
        except TimeoutError as error:
            self._breaks(why := f"no answer to {text.partition('=')[0]}")
            raise LinkDown(why) from error
        except asyncio.CancelledError:
            self._breaks("nobody waits for the answer")
            raise
        finally:
            self._asked = None

    # --- bytes ------------------------------------------------------------------------------

    def _write(self, data: bytes) -> None:
        try:
            written = os.write(self._fd, data)
        except OSError as error:
            raise LinkDown(f"cannot write: {error}") from error
        if written != len(data):
            raise LinkDown("the modem takes nothing")

    def _readable(self) -> None:
        try:
            data = os.read(self._fd, LONGEST)
        except BlockingIOError:
            return
        except OSError as error:
            self._breaks(str(error))
            return
        if not data:
            self._breaks("unplugged")
            return
        self._take(data)

    def _take(self, data: bytes) -> None:
        *lines, self._buffer = (self._buffer + data).replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            if text := line.decode("ascii", "replace").strip():
                self._line(text)
        self._buffer = self._buffer[-LONGEST:]
        if self._buffer.strip() == PROMPT:
            self._buffer = b""
            self._prompted()

    def _breaks(self, why: str) -> None:
        if not self.broken:
            self._loop.remove_reader(self._fd)
            self.broken = why
            self._news(ENDED, "")
        if self._asked is not None and not self._asked.done.done():
            self._asked.done.set_exception(LinkDown(why))

    # --- lines ------------------------------------------------------------------------------

    def _prompted(self) -> None:
        if self._asked is not None and self._asked.body:
            body, self._asked.body = self._asked.body, b""
            try:
                self._write(body)
            except LinkDown as error:
                self._breaks(str(error))

    def _line(self, text: str) -> None:
        if self._header:
            header, self._header = self._header, ""
            self._news(header, text)
        elif text.startswith(NEWS_OF_TWO_LINES):
            self._header = text
        elif self._asked is not None and self._answers(self._asked, text):
            return
        elif text.startswith(NEWS):
            self._news(text, "")

    def _answers(self, asked: _Asked, text: str) -> bool:
        """Whether the line belongs to what was asked."""
        if asked.done.done():
            return False
        if text in GOOD:
            asked.done.set_result(asked.lines)
        elif text in BAD or text.startswith(CODED):
            asked.done.set_exception(AtRefused(text))
        elif text.startswith(NEWS) or len(asked.lines) >= MOST_LINES:
            return False
        else:
            asked.lines.append(text)
        return True
