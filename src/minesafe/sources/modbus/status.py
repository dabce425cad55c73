"""What the status words of each register map mean (docs/wire.md), a row a map.

A mine whose device is none of these writes a table of its own (`[[status]]`, docs/configure.md).
"""

from collections.abc import Mapping

from minesafe.model.mine import Coding, Substation
from minesafe.model.quality import Quality
from minesafe.sources.sample import STATUS

_PEMTECH = Coding(
    types=frozenset(range(1, 7)),
    bits=(
        (7, Quality.FAULT),
        (6, Quality.CALIBRATING),
        (5, Quality.WARMING_UP),
        (4, Quality.UNDER_VOLTAGE),
    ),
)

MAPS: Mapping[str, Coding] = {
    "plain": Coding(codes=STATUS),
    "msa": Coding(
        bits=(
            (0, Quality.FAULT),
            (1, Quality.CALIBRATING),
            (2, Quality.WARMING_UP),
            (3, Quality.UNDER_VOLTAGE),
        )
    ),
    "pemtech": _PEMTECH,
    "pemtech_gateway": _PEMTECH,
    "oldham": Coding(types=frozenset(range(3, 8))),
    "wind": Coding(codes={}),
}
"""Alarm bits say nothing of quality: whether a value is too high is judged here, by the rules."""


def coding_of(substation: Substation) -> Coding:
    """The configuration's word, else its map's."""
    return MAPS[substation.map] if substation.coding is None else substation.coding
