"""Serial frames (Modbus RTU): unit, function, data, and a CRC that says whether to believe them."""

from collections.abc import Iterator

REQUEST = 8
"""Bytes of every request that says all in two words, CRC included."""

MANY = (15, 16)
"""Functions whose request says how many bytes follow, in its seventh."""


LONGEST = 256
"""Bytes of a frame."""


def _table() -> tuple[int, ...]:
    def entry(byte: int) -> int:
        for _ in range(8):
            byte = byte >> 1 ^ (0xA001 if byte & 1 else 0)
        return byte

    return tuple(entry(byte) for byte in range(256))


_TABLE = _table()


def crc(data: bytes) -> bytes:
    """CRC-16 as Modbus has it, low byte first.

    >>> crc(bytes.fromhex("020300000001")).hex(), crc(bytes.fromhex("0203020145")).hex()
    ('8439', '3c27')
    """
    register = 0xFFFF
    for byte in data:
        register = register >> 8 ^ _TABLE[(register ^ byte) & 0xFF]
    return register.to_bytes(2, "little")


def sealed(body: bytes) -> bytes:
    """A frame."""
    return body + crc(body)


def requests(kept: bytearray) -> Iterator[bytes]:
    """Take the frames whose CRC is right, without it; noise before one is passed over."""
    while len(kept) >= REQUEST:
        size = REQUEST + 1 + kept[6] if kept[1] in MANY else REQUEST
        if len(kept) < size and size <= LONGEST:
            return
        frame = bytes(kept[:size])
        whole = len(frame) == size and crc(frame[:-2]) == frame[-2:]
        del kept[: size if whole else 1]
        if whole:
            yield frame[:-2]
