"""Whatever a serial line brings, in whatever pieces: what is asked is answered."""

import asyncio
import os
import tty
from contextlib import suppress

import serial
from hypothesis import given, settings
from hypothesis import strategies as st

from minesafe.links.modem_line import AtLine, AtRefused

NOISE = st.binary(max_size=80) | st.sampled_from(
    [
        b"OK\r\n",
        b"ERROR\r\n",
        b'+CMTI: "SM",3\r\n',
        b"+CDS: 7\r\n",
        b"\r\n> ",
        b"RING\r\n",
        b"+CMS ERROR: x\r\n",
    ]
)


async def hear(pieces: list[bytes]) -> None:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    line = AtLine(serial.Serial(os.ttyname(theirs), timeout=0, write_timeout=0), lambda *_: None)
    try:
        asked = asyncio.create_task(line.command("AT", timeout_s=5.0))
        await asyncio.sleep(0)
        for piece in pieces:
            line._take(piece)
        line._take(b"\r\nx\r\nOK\r\n")
        line._take(b"OK\r\n")  # where the first ended the news of two lines
        with suppress(AtRefused):
            await asked
    finally:
        line.close()
        os.close(ours)
        os.close(theirs)


@given(st.lists(NOISE, max_size=12))
@settings(deadline=None, max_examples=80)
def test_noise_of_any_kind_ends_in_an_answer(pieces: list[bytes]) -> None:
    asyncio.run(hear(pieces))
