"""What the status words of each register map mean (docs/wire.md), a row a map."""

from collections.abc import Mapping
from dataclasses import dataclass

from minesafe.model.quality import Quality
from minesafe.sources.sample import STATUS


@dataclass(frozen=True, slots=True)
class Coding:
    """How one map tells quality: by whole codes, or by a type in the high byte and by bits."""

    codes: Mapping[int, Quality] | None = None
    """Whole words; one that is not among them is a fault."""
    types: frozenset[int] | None = None
    """What the high byte may be: a sensor's type. 0: there is no sensor; any other, a fault."""
    bits: tuple[tuple[int, Quality], ...] = ()
    """(bit, what it says when set), worst first: the first that is set is believed."""

    def quality(self, word: int) -> Quality:
        """The quality a status word tells.

        >>> MAPS["pemtech"].quality(0x0290).name, MAPS["pemtech"].quality(0x0040).name
        ('FAULT', 'COMMS_LOST')
        """
        if self.codes is not None:
            return self.codes.get(word, Quality.FAULT)
        kind = word >> 8
        if self.types is not None and kind not in self.types:
            return Quality.FAULT if kind else Quality.COMMS_LOST
        return next((quality for bit, quality in self.bits if word >> bit & 1), Quality.GOOD)


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
