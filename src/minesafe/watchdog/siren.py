"""What sounds: a relay."""

import os
import socket
import struct
import termios
from typing import Protocol

from minesafe.watchdog.line import serial_line
from minesafe.watchdog.settings import Relay


class Siren(Protocol):
    """What people hear."""

    def sound(self, on: bool) -> None:
        """Switch it; OSError where it does not obey."""


class ModbusSiren:
    """A coil, over a connection made for each write: one kept open could be dead unnoticed."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    def sound(self, on: bool) -> None:
        """Write the coil and compare the echo."""
        relay = self._relay
        body = struct.pack(">BBHH", relay.unit, 5, relay.coil, 0xFF00 if on else 0)
        asked = struct.pack(">HHH", 1, 0, len(body)) + body
        with socket.create_connection((relay.host, relay.port), timeout=2.0) as wire:
            wire.sendall(asked)
            answer = b""
            while len(answer) < len(asked):
                more = wire.recv(len(asked) - len(answer))
                if not more:
                    break
                answer += more
        if answer != asked:
            raise OSError(f"the relay answered {answer.hex()} to {asked.hex()}")


class SerialSiren:
    """A relay board on a serial line."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    def sound(self, on: bool) -> None:
        """Send the bytes."""
        code = bytes.fromhex(self._relay.on if on else self._relay.off)
        with serial_line(self._relay.serial, self._relay.baud) as line:
            os.write(line, code)
            termios.tcdrain(line)


class Silence:
    """No relay is configured: the modem alone tells."""

    def sound(self, on: bool) -> None:
        """Do nothing."""


def siren_of(relay: Relay | None) -> Siren:
    """The configured siren."""
    if relay is None:
        return Silence()
    return ModbusSiren(relay) if relay.host else SerialSiren(relay)
