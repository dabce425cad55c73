"""What carries people: the cage of a shaft, and the chairs of an incline."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from device_sims.clock import SECOND, Micros
from device_sims.mine import Roadway

STEEP = 0.8
"""Rise over length from which a shaft is one in which a cage hangs."""
INCLINED, LONG_RISE_M = 0.1, 40.0
"""Rise over length, and metres of rise, from which an incline (副斜井) has chairs to ride on."""
CAGE_M_S, CAGE_GAINS_M_S2 = 8.0, 0.8
"""Speed of a cage with people in it, and how quickly it gains and loses it; the law allows
12 m/s and 0.75 m/s² of the usual order (煤矿安全规程, not read in the text)."""
CAGE_HOLDS = 30
DECKING_S = 30.0
"""How long it takes to let one load of people out and the next one in."""
CHAIR_M_S = 1.2
"""Speed of a chair lift's rope (架空乘人装置)."""
CHAIR_EVERY_S = 6.0


@dataclass(frozen=True, slots=True)
class Hoist:
    """Carries so many people, either way, each time it leaves."""

    name: str
    speed_m_s: float
    every_s: float
    """Two cages hang on one rope: whenever one goes down, the other comes up."""
    holds: int
    starts_s: float
    """What gaining and losing speed costs, compared with full speed all the way."""


def hoists(roadways: Iterable[Roadway], slope: Mapping[str, float]) -> dict[str, Hoist]:
    """What carries people along each roadway that is too steep or too far to climb."""
    listed = list(roadways)
    carried = {r.id: _chairs(r) for r in listed if _has_chairs(r, slope[r.id])}
    for shaft in _shafts([r for r in listed if _is_shaft(r, slope[r.id])]):
        cage = _cage(shaft)
        carried |= {r.id: cage for r in shaft}
    return carried


def _is_shaft(r: Roadway, slope: float) -> bool:
    return r.kind == "shaft" and abs(slope) >= STEEP


def _has_chairs(r: Roadway, slope: float) -> bool:
    rises = abs(slope) * r.length_m >= LONG_RISE_M
    return r.kind == "drift" and INCLINED <= abs(slope) < STEEP and rises


def _shafts(pieces: Iterable[Roadway]) -> Iterable[list[Roadway]]:
    """Pieces that hang together are one shaft, with a station at each level."""
    waiting = list(pieces)
    while waiting:
        shaft = [waiting.pop(0)]
        while joined := [r for r in waiting if _touches(r, shaft)]:
            shaft += joined
            waiting = [r for r in waiting if r not in joined]
        yield shaft


def _touches(piece: Roadway, shaft: Iterable[Roadway]) -> bool:
    return any({piece.start, piece.end} & {r.start, r.end} for r in shaft)


def _cage(shaft: Iterable[Roadway]) -> Hoist:
    pieces = list(shaft)
    starts_s = CAGE_M_S / CAGE_GAINS_M_S2
    winds_s = sum(r.length_m for r in pieces) / CAGE_M_S + starts_s
    return Hoist(pieces[0].id, CAGE_M_S, winds_s + DECKING_S, CAGE_HOLDS, starts_s)


def _chairs(r: Roadway) -> Hoist:
    return Hoist(r.id, CHAIR_M_S, CHAIR_EVERY_S, 1, 0.0)


Booked = Mapping[tuple[str, bool], tuple[int, int]]
"""By hoist and direction (down: True): the run that is being filled, and how many it has."""


@dataclass(slots=True)
class Banksman:
    """Lets people board in the order they come, for the length of one step of the world."""

    booked: dict[tuple[str, bool], tuple[int, int]] = field(default_factory=dict)

    def board(self, hoist: Hoist, *, down: bool, at: Micros) -> Micros:
        """When somebody who comes to the bank at `at` is at full speed."""
        every = round(hoist.every_s * SECOND)
        run, aboard = self.booked.get((hoist.name, down), (0, 0))
        next_run = math.ceil(at / every)
        if next_run > run:
            run, aboard = next_run, 0
        elif aboard >= hoist.holds:
            run, aboard = run + 1, 0
        self.booked[hoist.name, down] = run, aboard + 1
        return run * every + round(hoist.starts_s * SECOND)
