"""Columns of one point and one minute, made small: exactly, in microseconds, with what Python has.

Neighbours are alike, so each value is stored as its difference from the one before: integers by
subtraction, floats that are decimals (a sensor's two places) as those integers, other floats by
exclusive or of their bits. Differences are small, so their high bytes are equal; all first bytes
stand together, then all second ones, and zlib at its fastest level does the rest.
"""

import struct
import zlib
from collections.abc import Sequence

import numpy as np

from minesafe.model.errors import StoreUnavailable
from minesafe.model.frame import Column

VERSION = 1
_HEAD = struct.Struct("<BH")
"""Version, rows."""

MOST_ROWS = 65_535

PLACES = 4
"""Decimals that are looked for: finer ones are noise of arithmetic, not of a sensor."""

BITS = 0
"""Mode of a float column that is no decimal."""

_FLOATS = {"f8": "u8", "f4": "u4"}


def squeeze(columns: Sequence[Column]) -> bytes:
    """The bytes of equally long columns of integers and floats.

    >>> expand(squeeze([np.array([0.52, 0.53])]), ["<f8"])[0].tolist()
    [0.52, 0.53]
    """
    rows = len(columns[0])
    assert rows <= MOST_ROWS, rows
    parts = [part for column in columns for part in _packed(column)]
    return _HEAD.pack(VERSION, rows) + zlib.compress(b"".join(parts), 1)


def expand(data: bytes, types: Sequence[str]) -> list[Column]:
    """The columns again, bit for bit.

    Args:
        data: what `squeeze` made.
        types: of each column, as NumPy writes them.

    Raises:
        StoreUnavailable: the bytes are not those of such columns.
    """
    return [column[0] for column in expand_alike([data], types)]


def expand_alike(data: Sequence[bytes], types: Sequence[str]) -> list[Column]:
    """As `expand`, of many that hold equally many rows: shape (chunks, rows) each.

    A chunk has some sixty rows, so one at a time NumPy would be asked more than it works.
    """
    try:
        version, rows = _HEAD.unpack_from(data[0])
        if version != VERSION:
            raise StoreUnavailable(f"a chunk of version {version} is of a newer program")
        if any(body[: _HEAD.size] != data[0][: _HEAD.size] for body in data):
            raise StoreUnavailable("a chunk holds other rows than are written beside it")
        raw = b"".join(zlib.decompress(memoryview(body)[_HEAD.size :]) for body in data)
        rest = np.frombuffer(raw, np.uint8).reshape(len(data), -1)
        columns = []
        for kind in types:
            column, rest = _unpacked(rest, np.dtype(kind), rows)
            columns.append(column)
    except (struct.error, zlib.error, ValueError, IndexError) as error:
        raise StoreUnavailable(f"a chunk cannot be read: {error}") from error
    if rest.shape[1]:
        raise StoreUnavailable(f"a chunk has {rest.shape[1]} bytes too many")
    return columns


def _packed(column: Column) -> list[bytes]:
    if column.dtype.kind != "f":
        return [_planes(_differences(column.astype(np.int64)))]
    for places in range(PLACES + 1) if column.dtype.itemsize == 8 else ():
        whole = _decimals(column, 10.0**places)
        if whole is not None:
            return [bytes([1 + places]), _planes(_differences(whole))]
    bits = column.view(_FLOATS[column.dtype.str[1:]])
    return [bytes([BITS]), _planes(np.concatenate([bits[:1], bits[1:] ^ bits[:-1]]))]


NOTHING = np.iinfo(np.int64).min
"""Stands for NaN among decimals."""

_NAN = np.float64(np.nan).view(np.int64)


def _decimals(column: Column, scale: float) -> Column | None:
    """Whole numbers that divided by `scale` are exactly the column; None where there are none."""
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = np.rint(column * scale)
    known = np.isfinite(scaled) & (np.abs(scaled) < 2**53)
    whole = np.where(known, scaled, 0.0).astype(np.int64)
    whole[~known] = NOTHING
    back = _from_decimals(whole, scale)
    return whole if np.array_equal(back.view(np.int64), column.view(np.int64)) else None


def _from_decimals(whole: Column, scale: float) -> Column:
    column = whole / scale
    column[whole == NOTHING] = np.nan
    return column


def _differences(column: Column) -> Column:
    """The first, and what each is more than the one before; small ones of either sign are small."""
    steps = column.copy()
    steps[1:] -= column[:-1]
    return (steps << 1) ^ (steps >> 63)


def _planes(column: Column) -> bytes:
    """All lowest bytes, then all next ones: those at the top are mostly equal."""
    return column.view(np.uint8).reshape(len(column), column.itemsize).T.tobytes()


def _unpacked(data: Column, kind: "np.dtype[np.generic]", rows: int) -> tuple[Column, Column]:
    if kind.kind != "f":
        packed, rest = _from_planes(data, 8, rows)
        return _sums(packed).astype(kind), rest
    modes, data = data[:, 0], data[:, 1:]
    packed, rest = _from_planes(data, kind.itemsize, rows)
    column = np.empty((len(data), rows), kind)
    for mode in np.unique(modes).tolist():
        those = modes == mode
        if mode == BITS:
            bits = packed[those].astype(f"<u{kind.itemsize}")
            column[those] = np.bitwise_xor.accumulate(bits, axis=1).view(kind)
        elif kind.itemsize == 8:
            column[those] = _from_decimals(_sums(packed[those]), 10.0 ** (mode - 1))
        else:
            raise ValueError(f"mode {mode}")
    return column, rest


def _from_planes(data: Column, width: int, rows: int) -> tuple[Column, Column]:
    """Only planes that hold anything are looked at: of most columns that is one or two."""
    size = width * rows
    if data.shape[1] < size:
        raise ValueError("it ends too early")
    planes = data[:, :size].reshape(len(data), width, rows)
    whole = planes[:, 0].astype(np.uint64)
    for byte in range(1, width):
        plane = planes[:, byte]
        if plane[:, 1:].any():
            whole |= plane.astype(np.uint64) << np.uint64(8 * byte)
        else:
            whole[:, 0] |= plane[:, 0].astype(np.uint64) << np.uint64(8 * byte)
    return whole, data[:, size:]


def _sums(zigzag: Column) -> Column:
    steps = (zigzag >> np.uint64(1)).view(np.int64) ^ -(zigzag & np.uint64(1)).view(np.int64)
    return np.cumsum(steps, axis=1, dtype=np.int64)
