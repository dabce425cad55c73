"""Which blocks of registers to read: the fewest requests that cover a substation's points."""

from collections.abc import Iterable
from dataclasses import dataclass

from minesafe.model.mine import Point
from minesafe.sources.modbus.registers import ENCODINGS

GAP = 16
"""Unused registers it is cheaper to read along than to ask a second time for."""

LONGEST = 120
"""Registers in one request; the protocol allows 125, some field devices a few less."""


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """Consecutive holding registers."""

    address: int
    count: int

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.address + self.count


def spans(points: Iterable[Point]) -> list[Block]:
    """The registers each value and each status word needs, none of which may be torn apart."""
    wanted = []
    for point in points:
        if point.address is not None:
            wanted.append(Block(point.address, ENCODINGS[point.encoding].registers))
        if point.status_address is not None:
            wanted.append(Block(point.status_address, 1))
    return wanted


def plan(wanted: Iterable[Block], *, gap: int = GAP, longest: int = LONGEST) -> tuple[Block, ...]:
    """Cover every wanted span with as few blocks as `gap` and `longest` allow.

    Taking spans by address and stretching the last block as far as it goes is optimal: a block
    that ends earlier can only leave more for the next.

    >>> plan([Block(0, 2), Block(2, 2), Block(10, 1), Block(200, 2)])
    (Block(address=0, count=11), Block(address=200, count=2))
    """
    blocks: list[Block] = []
    for span in sorted(wanted):
        last = blocks[-1] if blocks else None
        if last and span.address - last.end <= gap and span.end - last.address <= longest:
            end = max(last.end, span.end)
            blocks[-1] = Block(last.address, end - last.address)
        else:
            blocks.append(span)
    return tuple(blocks)
