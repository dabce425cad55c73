"""A Modbus unit: it answers requests, whatever frames carried them.

Its registers are worked out once for each step of the world, however often they are asked for.
"""

import struct
from collections.abc import Callable, Iterable
from functools import partial

from device_sims.devices.maps import MAPS
from device_sims.devices.maps.pemtech import RESET
from device_sims.devices.maps.sensor import REGISTERS, Cell, Sensor
from device_sims.faults.values import Shown
from device_sims.mine import Substation
from device_sims.stage import Stage
from device_sims.world.world import World

COILS, CONTACTS, HOLDING, INPUT = 1, 2, 3, 4
WRITE_COIL, WRITE_REGISTER, WRITE_COILS, WRITE_REGISTERS = 5, 6, 15, 16
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
        self._images = dict.fromkeys((COILS, CONTACTS, HOLDING, INPUT), b"")
        self._imaged: tuple[World | None, dict[str, int]] = (None, {})
        own = [o for o in mine.outputs if o.device == substation.id]
        self._coils = {o.coil: o for o in own if o.function in (WRITE_COIL, WRITE_COILS)}
        self._registers = {o.coil: o for o in own if o.function not in (WRITE_COIL, WRITE_COILS)}
        self._written: dict[int, int] = {}
        """What the registers of outputs hold."""
        self._resets = self._reset_of() if substation.map == "pemtech" else {}
        self._answers: dict[int, Callable[[bytes], bytes]] = {
            COILS: partial(self._bits, COILS),
            CONTACTS: partial(self._bits, CONTACTS),
            HOLDING: partial(self._words, HOLDING),
            INPUT: partial(self._words, INPUT),
            WRITE_COIL: self._write_coil,
            WRITE_REGISTER: self._write_register,
            WRITE_COILS: self._write_one_of_many,
            WRITE_REGISTERS: self._write_one_of_many,
        }

    def answer(self, request: bytes) -> bytes:
        """The reply to one request, both without unit and frame."""
        try:
            if request[0] not in self._answers:
                raise Refused(ILLEGAL_FUNCTION)
            if len(request) < 5:
                raise Refused(ILLEGAL_VALUE)
            return request[:1] + self._answers[request[0]](request[1:])
        except Refused as refused:
            return bytes((request[0] | 0x80, refused.code))

    # --- what it holds ----------------------------------------------------------------------

    def _image(self, function: int) -> bytes:
        """Registers, or a byte a bit, as they are in this step of the world."""
        world = self._stage.world
        if self._imaged[0] is not world or self._imaged[1] != self._status:
            self._images = self._worked_out()
            self._imaged = (world, dict(self._status))
        return self._images[function]

    def _worked_out(self) -> dict[int, bytes]:
        ends = dict.fromkeys(self._images, 0)
        for _, cells in self._cells:
            for cell in cells:
                ends[cell.function] = max(ends[cell.function], cell.last + 1)
        for address in self._registers:
            ends[HOLDING] = max(ends[HOLDING], address + 1)
        images = {f: bytearray(end * (2 if f in REGISTERS else 1)) for f, end in ends.items()}
        for sensor, cells in self._cells:
            shown = self._stage.shown(sensor.row)
            code = self._status.get(sensor.point.id, shown.status)
            sensor.sees(Shown(shown.value, code), self._stage.world.now)
            for cell in cells:
                _lay(images[cell.function], cell, sensor)
        for address, value in self._written.items():
            images[HOLDING][2 * address : 2 * address + 2] = value.to_bytes(2, "big")
        return {function: bytes(image) for function, image in images.items()}

    def _words(self, function: int, request: bytes) -> bytes:
        address, count = _two(request)
        if not 1 <= count <= 125:
            raise Refused(ILLEGAL_VALUE)
        image = self._image(function)
        if 2 * (address + count) > len(image):
            raise Refused(ILLEGAL_ADDRESS)
        return bytes((2 * count,)) + image[2 * address : 2 * (address + count)]

    def _bits(self, function: int, request: bytes) -> bytes:
        address, count = _two(request)
        if not 1 <= count <= 2000:
            raise Refused(ILLEGAL_VALUE)
        image, bits = self._image(function), 0
        for i, at in enumerate(range(address, address + count)):
            if function == COILS and at in self._coils:
                bits |= self._stage.is_on(self._coils[at].id) << i
            elif at < len(image):
                bits |= image[at] << i
            else:
                raise Refused(ILLEGAL_ADDRESS)
        size = (count + 7) // 8
        return bytes((size,)) + bits.to_bytes(size, "little")

    # --- what may be written ----------------------------------------------------------------

    def _write_coil(self, request: bytes) -> bytes:
        address, value = _two(request)
        if value not in (0x0000, 0xFF00):
            raise Refused(ILLEGAL_VALUE)
        self._switch_coil(address, value == 0xFF00)
        return struct.pack(">HH", address, value)

    def _switch_coil(self, address: int, on: bool) -> None:
        if address not in self._coils:
            raise Refused(ILLEGAL_ADDRESS)
        self._stage.switch(self._coils[address].id, on)

    def _write_register(self, request: bytes) -> bytes:
        """An output; or the one register that resets a head's latched alarms."""
        address, value = _two(request)
        if address in self._registers:
            self._switch_register(address, value)
        elif address not in self._resets:
            raise Refused(ILLEGAL_ADDRESS)
        elif value != 1:
            raise Refused(ILLEGAL_VALUE)
        else:
            self._resets[address].latched.clear()
        self._imaged = (None, {})
        return struct.pack(">HH", address, value)

    def _switch_register(self, address: int, value: int) -> None:
        if address not in self._registers:
            raise Refused(ILLEGAL_ADDRESS)
        self._written[address] = value
        output = self._registers[address]
        self._stage.switch(output.id, value == output.on)

    def _write_one_of_many(self, request: bytes) -> bytes:
        """Functions 15 and 16 with one coil or register; nobody here asks for more."""
        address, count = _two(request)
        size = request[4] if len(request) > 4 else 0
        if count != 1 or len(request) != 5 + size or size not in (1, 2):
            raise Refused(ILLEGAL_VALUE)
        if size == 1:
            self._switch_coil(address, bool(request[5] & 1))
        else:
            self._switch_register(address, int.from_bytes(request[5:7], "big"))
        self._imaged = (None, {})
        return struct.pack(">HH", address, count)

    def _reset_of(self) -> dict[int, Sensor]:
        wired: Iterable[Sensor] = (s for s in self._sensors if s.point.address is not None)
        return {(s.point.address or 0) + RESET: s for s in wired}


def _two(request: bytes) -> tuple[int, int]:
    """The two words every request begins with."""
    first, second = struct.unpack_from(">HH", request)
    return first, second


def _lay(image: bytearray, cell: Cell, sensor: Sensor) -> None:
    """Into its place; sensors that share a word of bits each add their own."""
    if cell.function not in REGISTERS:
        image[cell.address] |= cell.raw(sensor) != 0
        return
    for i, byte in enumerate(cell.words(sensor), 2 * cell.address):
        image[i] |= byte
