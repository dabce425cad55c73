"""The self-test: a slave the server polls."""

import socketserver
import struct
import threading
import time

from minesafe.watchdog.settings import SelfTest


class ProofSlave(socketserver.ThreadingTCPServer):
    """A Modbus TCP slave with two holding registers: 1 while a test runs, and a good status."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, settings: SelfTest) -> None:
        super().__init__((settings.host, settings.port), _Asked)
        self._settings = settings

    def registers(self) -> tuple[int, int]:
        """What stands in them now."""
        return int(time.monotonic() % self._settings.every_s < self._settings.lasts_s), 0

    def begin(self) -> None:
        """Serve in a thread."""
        threading.Thread(target=self.serve_forever, name="self-test", daemon=True).start()


class _Asked(socketserver.StreamRequestHandler):
    """Function 3 is answered, everything else refused with exception 1 or 2."""

    timeout = 30.0

    def handle(self) -> None:
        try:
            while len(head := self.rfile.read(7)) == 7:
                transaction, protocol, length, unit = struct.unpack(">HHHB", head)
                if protocol or not 2 <= length <= 254:
                    return
                pdu = self._answer(self.rfile.read(length - 1))
                self.wfile.write(struct.pack(">HHHB", transaction, 0, len(pdu) + 1, unit) + pdu)
        except OSError:
            return  # the server went away, or has not asked for half a minute: it will come again

    def _answer(self, pdu: bytes) -> bytes:
        if len(pdu) != 5 or pdu[0] != 3:
            return bytes([pdu[0] | 0x80 if pdu else 0x80, 1])
        slave = self.server
        assert isinstance(slave, ProofSlave)
        first, count = struct.unpack(">HH", pdu[1:])
        asked = slave.registers()[first : first + count]
        if not count or len(asked) != count:
            return bytes([0x83, 2])
        return struct.pack(f">BB{count}H", 3, 2 * count, *asked)
