"""Units on a serial port of the host's machine: a pty, and the file by which the host finds it."""

import asyncio
import os
import tty
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from device_sims.devices.device import Device
from device_sims.devices.substation import Units
from device_sims.mine import Substation
from device_sims.stage import Stage


class SerialLine(Device):
    """One pair of wires with all its units; plugged in for as long as it lives.

    Args:
        line: its units; every one has the same serial port.
        stage: the world they measure.
    """

    def __init__(self, line: Sequence[Substation], stage: Stage) -> None:
        first = line[0]
        assert first.serial is not None
        super().__init__(first.id)
        self._file = Path(first.serial.port)
        self.status: dict[str, int] = {}
        """Status code of a point (docs/wire.md); where absent, what the stage shows."""
        self._units = Units(line, stage, self.status)
        self._kept = bytearray()
        self._fd = self._far = -1

    async def start(self) -> None:
        """See `Device`."""
        self._fd, self._far = os.openpty()
        tty.setraw(self._far)  # and kept open: a pty nobody has open reads as hung up
        os.set_blocking(self._fd, False)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.unlink(missing_ok=True)
        self._file.symlink_to(os.ttyname(self._far))
        asyncio.get_running_loop().add_reader(self._fd, self._readable)

    async def stop(self) -> None:
        """See `Device`."""
        await super().stop()
        asyncio.get_running_loop().remove_reader(self._fd)
        self._file.unlink(missing_ok=True)
        os.close(self._fd)
        os.close(self._far)

    def _readable(self) -> None:
        with suppress(OSError):
            self._kept += os.read(self._fd, 4096)
        for reply in self._units.heard(self._kept):
            with suppress(BlockingIOError):  # nobody reads: a wire keeps nothing
                os.write(self._fd, reply)
