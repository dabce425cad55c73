"""Many messages of one point each, read as one document: the hot stream's own way through.

Whatever is not as plain as can be sends the whole part of the micro-batch the other way, message
by message (`shape.ShapeReader.read`), which says what is wrong with which. Both give the same rows.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from minesafe.links.stream.packets import RETAINED, Publish
from minesafe.model.mine import Shape, TimeUnit
from minesafe.model.time import Micros
from minesafe.model.units import SAME
from minesafe.sources.mqtt.points import Spot
from minesafe.sources.mqtt.rows import Row, Rows

LEAST = 4
"""Messages from which it is worth it."""

LONGEST = 1024
"""Bytes of a message that is as plain as can be."""

_SCALE = {TimeUnit.MS: 1_000, TimeUnit.US: 1}


class Bulk:
    """Reads messages whose shape is one flat object with a number, a quality and a whole time.

    Args:
        shape: the mapping.
        said: our quality by the gateway's word or number.
        latest: of its times, the last that is one.
    """

    def __init__(self, shape: Shape, said: Mapping[str | int, int], latest: int) -> None:
        self._said, self._latest = said, latest
        self._scale = _SCALE[shape.time_unit]
        parts = [
            ("value", float, msgspec.field(name=shape.value)),
            ("quality", int, msgspec.field(name=shape.quality)),
            ("time", int, msgspec.field(name=shape.time)),
        ]
        self._part = msgspec.defstruct("Part", parts, gc=False)
        self._decode = msgspec.json.Decoder(self._part).decode_lines

    @classmethod
    def fits(cls, shape: Shape) -> bool:
        """Whether a shape is so plain."""
        paths = (shape.value, shape.quality, shape.time)
        return (
            shape.points is None
            and not shape.unit
            and shape.time_unit in _SCALE
            and all(path and "." not in path for path in paths)
            and len(set(paths)) == len(paths)
        )

    def read(
        self,
        messages: Sequence[Publish],
        spots: Mapping[bytes, Spot | None],
        received: Micros,
        rows: Rows,
    ) -> bool:
        """Add all of them to `rows`; False, and none, where one of them is not so plain."""
        payloads = [m.payload for m in messages]
        flags = 0
        for m in messages:
            flags |= m.flags
        lines = b"\n".join(payloads)
        crowded = lines.count(b"\n") != len(payloads) - 1 or max(map(len, payloads)) > LONGEST
        if crowded or flags & RETAINED:
            return False
        try:
            read = self._rows(self._decode(lines), messages, spots, received)
        except (msgspec.DecodeError, UnicodeDecodeError, KeyError, AttributeError, RecursionError):
            return False
        if read is None:
            return False
        rows.rows += read
        return True

    def _rows(
        self,
        parts: Sequence[Any],
        messages: Sequence[Publish],
        spots: Mapping[bytes, Spot | None],
        received: Micros,
    ) -> list[Row] | None:
        """None where something has to be looked at by itself.

        Raises:
            KeyError: a topic not yet known, or a quality in no list.
            AttributeError: a topic of no point.
        """
        found = [spots[m.topic] for m in messages]
        times = [part.time for part in parts]
        if len(parts) != len(messages) or min(times) < 0 or max(times) > self._latest:
            return None
        if any(spot is None or spot.line is not SAME for spot in found):
            return None
        said, scale = self._said, self._scale
        return [
            (spot.row, part.value, said[part.quality], part.time * scale, received)  # type: ignore[union-attr]  # none is None
            for spot, part in zip(found, parts, strict=True)
        ]
