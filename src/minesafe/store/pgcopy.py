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
    layout = [("fields", ">i2")]
    for name, kind in kinds.items():
        layout += [(f"size of {name}", ">i4"), (name, kind)]
    rows = np.frombuffer(data[len(_HEAD) : -len(_TAIL)], np.dtype(layout))
    sizes = {f"size of {name}": np.dtype(kind).itemsize for name, kind in kinds.items()}
    if (rows["fields"] != len(kinds)).any() or any((rows[n] != s).any() for n, s in sizes.items()):
        raise ValueError("a row has a NULL or other fields")
    return {name: rows[name].astype(kind.replace(">", "<")) for name, kind in kinds.items()}
