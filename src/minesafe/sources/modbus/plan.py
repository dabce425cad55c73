"""Which blocks to read: the fewest requests that cover a substation's points."""

from collections.abc import Iterable
from dataclasses import dataclass

from minesafe.links.modbus.pdu import OF_BITS
from minesafe.model.mine import Island, Point, Substation
from minesafe.sources.modbus.numbers import ENCODINGS

BITS_OF_A_REGISTER = 16
MOST_BITS = 2000
"""Coils or contacts in one request, by the protocol."""


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """Consecutive registers, coils or contacts, asked for in one request."""

    function: int
    address: int
    count: int

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.address + self.count


@dataclass(frozen=True, slots=True)
class Ways:
    """What a device puts up with."""

    longest: int = 120
    """Registers in one request; of bits it is sixteen times as many."""
    gap: int = 16
    """Addresses nobody needs that it is cheaper to read along than to ask a second time for."""
    islands: tuple[Island, ...] = ()
    """A block lies within one of them; empty: anywhere."""

    @classmethod
    def of(cls, substation: Substation) -> "Ways":
        """Those the configuration gives it."""
        return cls(substation.longest, substation.gap, substation.islands)

    def allows(self, block: Block) -> bool:
        """Whether it may be asked for in one request."""
        longest = self.longest
        if block.function in OF_BITS:
            longest = min(longest * BITS_OF_A_REGISTER, MOST_BITS)
        return block.count <= longest and (not self.islands or self._on_one(block))

    def _on_one(self, block: Block) -> bool:
        return any(
            i.function == block.function and i.first <= block.address and block.end <= i.last + 1
            for i in self.islands
        )


def spans(points: Iterable[Point]) -> list[Block]:
    """What each value and each status word needs, none of which may be torn apart."""
    wanted = []
    for point in points:
        if point.address is not None:
            count = 1 if point.function in OF_BITS else ENCODINGS[point.encoding].registers
            wanted.append(Block(point.function, point.address, count))
        if point.status_address is not None:
            wanted.append(Block(point.status_function, point.status_address, 1))
    return wanted


def plan(wanted: Iterable[Block], ways: Ways = Ways()) -> tuple[Block, ...]:
    """Cover every wanted span with as few blocks as the device allows.

    Taking spans by address and stretching the last block as far as it goes is optimal: a block
    that ends earlier can only leave more for the next.

    >>> plan([Block(3, 0, 2), Block(3, 2, 2), Block(3, 10, 1), Block(3, 200, 2), Block(1, 4, 1)])
    (Block(function=1, address=4, count=1), Block(function=3, address=0, count=11), \
Block(function=3, address=200, count=2))
    """
    blocks: list[Block] = []
    for span in sorted(wanted):
        joined = _joined(blocks[-1], span, ways) if blocks else None
        if joined is None:
            blocks.append(span)
        else:
            blocks[-1] = joined
    return tuple(blocks)


def _joined(block: Block, span: Block, ways: Ways) -> Block | None:
    """The block stretched over the span, where it may be."""
    if block.function != span.function or span.address - block.end > ways.gap:
        return None
    end = max(block.end, span.end)
    stretched = Block(block.function, block.address, end - block.address)
    return stretched if ways.allows(stretched) else None
