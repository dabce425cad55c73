"""JSON as field devices write it: strict where it matters, patient with NaN."""

import json
from typing import Annotated, Any

import msgspec

LONGEST = 256 << 10
"""Bytes in one MQTT message; a full gateway's is a tenth of it."""

Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
"""A counter; 2**53 is as far as JSON numbers are exact."""

Millis = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
"""Milliseconds since the epoch; as microseconds it still fits 64 bits."""


LONGEST_NAME = 64


class Unreadable(ValueError):
    """A device's bytes are not what its dialect allows; never leaves this room."""


def document(data: bytes) -> Any:
    """The document in `data`.

    Many devices print NaN and Infinity, which JSON does not have. One such value must not cost
    the others of its message, so Python's own, more patient parser has the second try.

    Raises:
        Unreadable: it is no JSON, too long, or nested too deep.

    >>> document(b'{"v": NaN}')
    {'v': nan}
    """
    if len(data) > LONGEST:
        raise Unreadable(f"{len(data)} bytes is too long")
    try:
        return msgspec.json.decode(data)
    except (ValueError, RecursionError):
        return _patient(data)


def _patient(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"no JSON: {str(error)[:80]}") from error


def plain(name: str) -> str:
    r"""A device's word, fit to be stored and shown: short, and without control characters.

    >>> plain("CH4\x00-01" + "!" * 100)[:10]
    'CH4?-01!!!'
    """
    return "".join(c if c.isprintable() else "?" for c in name[:LONGEST_NAME])
