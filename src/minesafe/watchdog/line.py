"""A serial line."""

import os
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def serial_line(path: str, baud: int) -> Iterator[int]:
    """A serial line, raw, 8N1."""
    line = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        tty.setraw(line)
        modes = termios.tcgetattr(line)
        modes[4] = modes[5] = getattr(termios, f"B{baud}")
        termios.tcsetattr(line, termios.TCSANOW, modes)
        yield line
    except termios.error as error:
        raise OSError(f"{path}: {error}") from error
    finally:
        os.close(line)
