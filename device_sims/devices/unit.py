"""A Modbus unit: it answers requests, whatever frames carried them.

Its registers are worked out once for each step of the world, however often they are asked for.
"""

import struct
from collections.abc import Callable, Iterable

from device_sims.devices.maps import MAPS
from device_sims.devices.maps.pemtech import RESET
from device_sims.devices.maps.sensor import RAW, Cell, Sensor
from device_sims.faults.values import Shown
from device_sims.mine import Substation
from device_sims.stage import Stage
from device_sims.world.world import World

READ_COILS, READ_HOLDING, WRITE_COIL, WRITE_REGISTER = 1, 3, 5, 6
ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE = 1, 2, 3


class Refused(Exception):
    """The request gets an exception reply with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Unit:
    """One substation's registers and coils.

    Args:
        substation: which.
        stage: the world it measures, and where its horns sound.
        status: status code by point id, before what the stage shows.
    """

    def __init__(self, substation: Substation, stage: Stage, status: dict[str, int]) -> None:
        mine = stage.site.mine
        self._stage = stage
        self._status = status
        self._sensors = [
            Sensor(row, point, mine.kind[point.kind], substation.unit)
            for row, point in enumerate(mine.points)
            if point.device == substation.id
        ]
        self._cells = [(s, tuple(MAPS[substation.map](s))) for s in self._sensors]
        self._span = 1 + max((_last(c) for _, cells in self._cells for c in cells), default=-1)
        self._image = bytes(2 * self._span)
        self._imaged: tuple[World | None, dict[str, int]] = (None, {})
        self._horns = {o.coil: o.id for o in mine.outputs if o.device == substation.id}
        self._resets = self._reset_of() if substation.map == "pemtech" else {}
        self._answers: dict[int, Callable[[int, int], bytes]] = {
            READ_HOLDING: self._holding,
            READ_COILS: self._coils,
            WRITE_COIL: self._write_coil,
            WRITE_REGISTER: self._write_register,
        }

    def answer(self, request: bytes) -> bytes:
        """The reply to one request, both without unit and frame."""
        try:
            if request[0] not in self._answers:
                raise Refused(ILLEGAL_FUNCTION)
            if len(request) != 5:
                raise Refused(ILLEGAL_VALUE)
            return request[:1] + self._answers[request[0]](*struct.unpack(">HH", request[1:]))
        except Refused as refused:
            return bytes((request[0] | 0x80, refused.code))

    @property
    def image(self) -> bytes:
        """All its registers as they are in this step of the world."""
        world = self._stage.world
        if self._imaged[0] is not world or self._imaged[1] != self._status:
            self._image = bytes(self._worked_out())
            self._imaged = (world, dict(self._status))
        return self._image

    def _worked_out(self) -> bytearray:
        registers = bytearray(2 * self._span)
        for sensor, cells in self._cells:
            shown = self._stage.shown(sensor.row)
            code = self._status.get(sensor.point.id, shown.status)
            sensor.sees(Shown(shown.value, code), self._stage.world.now)
            for cell in cells:
                _lay(registers, cell.address, RAW[cell.encoding](cell.tells(sensor) / cell.scale))
        return registers

    def _holding(self, address: int, count: int) -> bytes:
        if not 1 <= count <= 125:
            raise Refused(ILLEGAL_VALUE)
        if address + count > self._span:
            raise Refused(ILLEGAL_ADDRESS)
        return bytes((2 * count,)) + self.image[2 * address : 2 * (address + count)]

    def _coils(self, address: int, count: int) -> bytes:
        if not 1 <= count <= 2000:
            raise Refused(ILLEGAL_VALUE)
        coils = range(address, address + count)
        if any(c not in self._horns for c in coils):
            raise Refused(ILLEGAL_ADDRESS)
        bits = sum(self._stage.horn_sounds(self._horns[c]) << i for i, c in enumerate(coils))
        size = (count + 7) // 8
        return bytes((size,)) + bits.to_bytes(size, "little")

    def _write_coil(self, address: int, value: int) -> bytes:
        if value not in (0x0000, 0xFF00):
            raise Refused(ILLEGAL_VALUE)
        if address not in self._horns:
            raise Refused(ILLEGAL_ADDRESS)
        self._stage.sound_horn(self._horns[address], value == 0xFF00)
        return struct.pack(">HH", address, value)

    def _write_register(self, address: int, value: int) -> bytes:
        """The one register that can be written resets a head's latched alarms."""
        if address not in self._resets:
            raise Refused(ILLEGAL_ADDRESS)
        if value != 1:
            raise Refused(ILLEGAL_VALUE)
        self._resets[address].latched.clear()
        self._imaged = (None, {})
        return struct.pack(">HH", address, value)

    def _reset_of(self) -> dict[int, Sensor]:
        wired: Iterable[Sensor] = (s for s in self._sensors if s.point.address is not None)
        return {(s.point.address or 0) + RESET: s for s in wired}


def _last(cell: Cell) -> int:
    """The highest register a cell uses."""
    return cell.address + (cell.encoding == "float32")


def _lay(registers: bytearray, address: int, words: bytes) -> None:
    """Into their place; sensors that share a word of bits each add their own."""
    for i, byte in enumerate(words, 2 * address):
        registers[i] |= byte
