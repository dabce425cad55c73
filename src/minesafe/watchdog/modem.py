"""What tells: a 4G modem that takes AT commands."""

import logging
import os
import queue
import select
import threading
import time

from minesafe.watchdog.line import serial_line
from minesafe.watchdog.settings import Modem

log = logging.getLogger("minesafe-watchdog")


def submit(number: str, text: str) -> tuple[str, int]:
    """An SMS-SUBMIT in UCS-2, at most 70 characters (3GPP TS 23.040, 9.2.2.2).

    Returns:
        The PDU in hex with an empty centre's address, and its length without that.

    >>> submit("+8613800000000", "报警")
    ('0011000D91683108000000F00008AA0462A58B66', 19)
    """
    digits = number.lstrip("+")
    kind = 0x91 if number.startswith("+") else 0x81
    full = digits + "F" * (len(digits) % 2)
    swapped = "".join(b + a for a, b in zip(full[::2], full[1::2], strict=True))
    body = text[:70].encode("utf-16-be")
    to = f"{len(digits):02X}{kind:02X}{swapped}"
    pdu = f"1100{to}0008AA{len(body):02X}{body.hex().upper()}"
    return f"00{pdu}", len(pdu) // 2


class Texter(threading.Thread):
    """Writes SMS one after the other; a modem takes seconds for each."""

    def __init__(self, modem: Modem) -> None:
        super().__init__(name="modem", daemon=True)
        self._modem = modem
        self._texts: queue.Queue[str] = queue.Queue(8)

    def tell(self, text: str) -> None:
        """Have it written to everyone; the oldest that waits gives way where too many do."""
        while True:
            try:
                return self._texts.put_nowait(text)
            except queue.Full:
                self._texts.get()

    def run(self) -> None:
        """Until the process ends. Whoever could not be reached is tried three times in all."""
        while True:
            text, left = self._texts.get(), list(self._modem.numbers)
            for _ in range(3):
                left = [number for number in left if not self.written(number, text)]
                if not left:
                    break
                time.sleep(5.0)

    def written(self, number: str, text: str) -> bool:
        """Whether the modem took one SMS."""
        try:
            with serial_line(self._modem.serial, self._modem.baud) as line:
                for command in ("ATE0", "AT+CMGF=0"):
                    ask(line, f"{command}\r", b"OK", 5.0)
                pdu, length = submit(number, text)
                ask(line, f"AT+CMGS={length}\r", b">", 10.0)
                ask(line, f"{pdu}\x1a", b"+CMGS:", 60.0)
        except OSError as error:
            log.error("SMS to %s: %s", number, error)
            return False
        log.info("SMS to %s: handed over", number)
        return True


def ask(line: int, command: str, wanted: bytes, seconds: float) -> bytes:
    """Write to a modem, and wait for what it must say.

    Raises:
        OSError: it says ERROR, or nothing in time.
    """
    os.write(line, command.encode("ascii"))
    said, end = b"", time.monotonic() + seconds
    while wanted not in said:
        if b"ERROR" in said or not select.select([line], [], [], max(0, end - time.monotonic()))[0]:
            raise OSError(f"the modem said {said!r} to {command.strip()!r}")
        said = (said + os.read(line, 1024))[-4096:]
    return said
