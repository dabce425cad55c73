"""Columns of points.csv that say how a point lies in its substation's registers."""

import re
from dataclasses import dataclass
from itertools import product

from minesafe.config.row import Named, Row
from minesafe.config.substations import MAPS
from minesafe.model.mine import Kind, Point, Substation

WORDS = {
    "float32": 2,
    "int32": 2,
    "uint32": 2,
    "bcd32": 2,
    "int16": 1,
    "uint16": 1,
    "bcd": 1,
}
"""Registers each encoding takes."""

ORDERS = {
    "ABCD": "ABCD",
    "CDAB": "CDAB",
    "BADC": "BADC",
    "DCBA": "DCBA",
    "high": "ABCD",
    "low": "CDAB",
}
"""Byte orders, A the highest byte; and which word comes first."""

PROTOCOLS = ("modbus", "mqtt", "files")

BITS = (1, 2)
"""Functions that read coils and contacts."""

COLUMNS = (
    "address",
    "encoding",
    "word_order",
    "function",
    "bit",
    "decimals",
    "status_address",
    "status_function",
    "period_s",
)
"""What only a point of a substation has."""

_FIELD = re.compile(r"(\d{1,2})(?:-(\d{1,2}))?")


@dataclass(frozen=True, slots=True)
class Wiring:
    """As the fields of `Point` of the same names."""

    address: int | None = None
    encoding: str = "float32"
    scale: float = 1.0
    status_address: int | None = None
    function: int = 3
    order: str = "ABCD"
    decimals: int = 0
    offset: float = 0.0
    bits: tuple[int, int] | None = None
    status_function: int = 3
    period_s: float | None = None


def read_wiring(row: Row, device: str, substation: Substation | None) -> Wiring:
    """Where the value and its status word are, and how a number is made of them."""
    _check_protocol(row, device, substation)
    scale = row.number("scale", 1.0)
    if scale == 0:
        row.fault("scale", "a scale of 0 makes every value 0")
    offset = row.number("offset", 0.0)
    if substation is None:
        _refuse_registers(row, device)
        return Wiring(scale=scale, offset=offset)
    function = row.whole("function", 3, low=1, high=4)
    encoding = row.word("encoding", WORDS, "uint16" if function in BITS else "float32")
    if row.whole_or_none("address", low=0, high=65_535) is None:
        row.fault("address", "a point of a substation needs its register", "give address")
    wiring = Wiring(
        row.whole_or_none("address", low=0, high=65_535),
        encoding,
        scale,
        _status(row, substation),
        function,
        ORDERS[row.word("word_order", ORDERS, "ABCD")],
        row.whole("decimals", 0, low=0, high=6),
        offset,
        _bits(row, encoding),
        row.whole("status_function", 3, low=3, high=4),
        row.number_or_none("period_s", low=0.1, high=3600),
    )
    _check_bits(row, wiring)
    _check_islands(row, wiring, substation)
    return wiring


def _check_protocol(row: Row, device: str, substation: Substation | None) -> None:
    protocol = row.word("protocol", PROTOCOLS, "") if row.has("protocol") else ""
    if protocol and device and (protocol == "modbus") != (substation is not None):
        row.fault("protocol", f"device {device!r} does not speak {protocol}")


def _refuse_registers(row: Row, device: str) -> None:
    for key in COLUMNS:
        if row.has(key) and device:
            row.fault(key, "a point of a gateway has no register", "leave the cell empty")


def _status(row: Row, substation: Substation) -> int | None:
    status = row.whole_or_none("status_address", low=0, high=65_535)
    if status is not None and substation.coding is None and not MAPS[substation.map]:
        what = f"map {substation.map!r} of device {substation.id!r} has no status word"
        row.fault("status_address", what, "leave the cell empty")
    return status


def _bits(row: Row, encoding: str) -> tuple[int, int] | None:
    """`3` is one bit, `4-6` the three of them, 0 the lowest."""
    if not row.has("bit"):
        return None
    field = _FIELD.fullmatch(row.text("bit"))
    low, high = (int(field[1]), int(field[2] or field[1])) if field else (16, 0)
    if not low <= high <= 15:
        row.fault(
            "bit", f"{row.text('bit')!r} is no bit field", "write 3, or 4-6; 15 is the highest"
        )
        return None
    if encoding != "uint16":
        row.fault("bit", f"a bit field lies in a uint16, not in {encoding}")
    return low, high - low + 1


def _check_bits(row: Row, wiring: Wiring) -> None:
    if wiring.function in BITS and (wiring.encoding != "uint16" or wiring.bits):
        key = "bit" if wiring.bits else "encoding"
        row.fault(key, "a coil or contact is one bit already", "leave the cell empty")


def _check_islands(row: Row, wiring: Wiring, substation: Substation) -> None:
    """Nobody answers for a register that lies on none of the device's islands."""
    spans = [("address", wiring.function, wiring.address, _count(wiring))]
    spans.append(("status_address", wiring.status_function, wiring.status_address, 1))
    for key, function, first, count in spans:
        if first is None or not substation.islands:
            continue
        if not any(
            i.function == function and i.first <= first and first + count - 1 <= i.last
            for i in substation.islands
        ):
            what = f"{substation.id!r} has no island that holds function {function} at {first}"
            row.fault(key, what)


def _count(wiring: Wiring) -> int:
    return 1 if wiring.function in BITS else WORDS[wiring.encoding]


def check_switch(row: Row, kind: Kind, wiring: Wiring) -> None:
    """A state has a whole number."""
    if wiring.address is not None and kind.states and wiring.encoding != "uint16":
        row.fault("encoding", f"a switch point is uint16, not {wiring.encoding}")


def check_period(row: Row, kind: Kind, wiring: Wiring) -> None:
    """A point that is asked seldom must not be silent between two polls."""
    if wiring.period_s is not None and kind.stale_s < 2 * wiring.period_s:
        what = f"asked every {wiring.period_s:g} s, {kind.id!r} is silent after {kind.stale_s:g} s"
        row.fault("period_s", what, f"at most {kind.stale_s / 2:g}")


def check_registers(points: Named[Point], substations: Named[Substation]) -> None:
    """No register is two things, but bits of one; and heads whose gases share a status word."""
    used: dict[tuple[str, int, int, int], str] = {}
    for point, row in points.pairs():
        device = substations.items.get(point.device)
        shared = device is not None and (device.map == "msa" or device.coding is not None)
        word = f"{point.device} status" if shared else f"{point.id} status_address"
        for key, holder, cell in _cells(point, word):
            other = used.setdefault((point.device, *cell), holder)
            if other != holder:
                row.fault(key, f"register {cell[1]} is taken by {other.split()[0]!r}")
                break


def _cells(point: Point, word: str) -> list[tuple[str, str, tuple[int, int, int]]]:
    """(column, who holds it, function and address and bit) of everything a point needs."""
    cells = []
    low, count = point.bits or (0, 16)
    if point.address is not None:
        registers = 1 if point.function in BITS else WORDS[point.encoding]
        own = range(point.address, point.address + registers)
        held = product((point.function,), own, range(low, low + count))
        cells += [("address", f"{point.id} address", cell) for cell in held]
    if point.status_address is not None:
        at = (point.status_function, point.status_address)
        cells += [("status_address", word, (*at, bit)) for bit in range(16)]
    return cells
