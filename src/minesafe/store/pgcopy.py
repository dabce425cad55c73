"""PostgreSQL's binary COPY straight from NumPy columns: no Python object per value.

The format (PostgreSQL documentation, COPY, "Binary Format"): a signature, then per row a 16-bit
count of fields and per field a 32-bit length and big-endian data, then -1. Rows without NULLs
are all of one length, so a whole batch is one structured array.
"""

from collections.abc import Mapping

import numpy as np

from minesafe.model.frame import Column

_HEAD = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_TAIL = b"\xff\xff"


def pgcopy(columns: Mapping[str, tuple[str, Column]]) -> bytes:
    """The bytes of a COPY.

    Args:
        columns: by name: the type to send (big-endian, as ">i8") and equally long values.

    >>> pgcopy({"a": (">i2", np.array([7]))})[19:].hex(" ")
    '00 01 00 00 00 02 00 07 ff ff'
    """
    layout = [("fields", ">i2")]
    for name, (kind, _) in columns.items():
        layout += [(f"size of {name}", ">i4"), (name, kind)]
    length = len(next(iter(columns.values()))[1])
    rows = np.empty(length, np.dtype(layout))
    rows["fields"] = len(columns)
    for name, (kind, values) in columns.items():
        rows[f"size of {name}"] = np.dtype(kind).itemsize
        rows[name] = values
    return _HEAD + rows.tobytes() + _TAIL
