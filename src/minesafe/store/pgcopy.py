"""PostgreSQL's binary COPY straight from NumPy columns: no Python object per value.

The format (PostgreSQL documentation, COPY, "Binary Format"): a signature, then per row a 16-bit
count of fields and per field a 32-bit length and big-endian data, then -1. Rows without NULLs
are all of one length, so a whole batch is one structured array.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from minesafe.model.frame import Column

_HEAD = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_TAIL = b"\xff\xff"

ROWS = 4096
"""Of a piece: some 300 kB. The server works on one while we write the next."""


def pgcopy(columns: Mapping[str, tuple[str, Column]]) -> bytes:
    """The bytes of a COPY.

    Args:
        columns: by name: the type to send (big-endian, as ">i8") and equally long values.

    >>> pgcopy({"a": (">i2", np.array([7]))})[19:].hex(" ")
    '00 01 00 00 00 02 00 07 ff ff'
    """
    return b"".join(pieces(columns))


def pieces(columns: Mapping[str, tuple[str, Column]]) -> Iterator[bytes]:
    """The same bit by bit, `ROWS` at a time."""
    length = len(next(iter(columns.values()))[1])
    rows = _empty({name: kind for name, (kind, _) in columns.items()}, min(length, ROWS))
    yield _HEAD
    for begin in range(0, length, ROWS):
        part = rows[: min(ROWS, length - begin)]
        for name, (_, values) in columns.items():
            part[name] = values[begin : begin + ROWS]
        yield part.tobytes()
    yield _TAIL


def _empty(kinds: Mapping[str, str], length: int) -> Column:
    """Rows whose counts and lengths are there, and whose values are not."""
    rows = np.empty(length, _layout(kinds))
    rows["fields"] = len(kinds)
    for name, kind in kinds.items():
        rows[f"size of {name}"] = np.dtype(kind).itemsize
    return rows


def _layout(kinds: Mapping[str, str]) -> "np.dtype[np.void]":
    layout = [("fields", ">i2")]
    for name, kind in kinds.items():
        layout += [(f"size of {name}", ">i4"), (name, kind)]
    return np.dtype(layout)


def from_pgcopy(data: bytes, kinds: Mapping[str, str]) -> dict[str, Column]:
    """The columns of a COPY of rows without NULLs.

    Args:
        data: what the server sent.
        kinds: type of each column in order, as ">i8".

    Raises:
        ValueError: a row has other fields, or a NULL.

    >>> from_pgcopy(pgcopy({"a": (">i2", np.array([7, 8]))}), {"a": ">i2"})["a"].tolist()
    [7, 8]
    """
    rows = np.frombuffer(data[len(_HEAD) : -len(_TAIL)], _layout(kinds))
    sizes = {f"size of {name}": np.dtype(kind).itemsize for name, kind in kinds.items()}
    if (rows["fields"] != len(kinds)).any() or any((rows[n] != s).any() for n, s in sizes.items()):
        raise ValueError("a row has a NULL or other fields")
    return {name: rows[name].astype(kind.replace(">", "<")) for name, kind in kinds.items()}
