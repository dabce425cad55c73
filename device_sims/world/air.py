"""The mine's air: how much flows where, and how gas is carried down-wind and thinned.

The flow is fixed: fresh air enters at portals that feed air (and at dead ends, by a duct), splits
at each junction by cross-section and mixes where roadways meet. Roadways are cut into cells of
about ten metres; each step moves gas from a cell to the next one down-wind (first-order upwind).
"""

import math
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from device_sims.mine import Mine, Roadway
from device_sims.world.roadways import Spot

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

CELL_M = 10.0
PORTAL_M_S = 2.5
"""Speed at which a portal feeds air."""
DUCT_M3_S = 8.0
"""What a local fan blows through its duct to a dead end."""
SLOWEST_M_S = 0.25
"""The least the law asks of a working place; also keeps thin splits from standing still."""


@dataclass(frozen=True, slots=True, eq=False)
class AirNet:
    """The cells and what flows between them. N cells, E flows."""

    first: Mapping[str, int]
    """The cell at chainage 0 of each roadway; its cells follow by chainage."""
    count: Mapping[str, int]
    wind: Mapping[str, float]
    """Air speed of each roadway, m/s; 0 where none flows."""
    source: Ints
    """(E,) the cell up-wind of each flow."""
    sink: Ints
    """(E,) the cell it enters."""
    share: Floats
    """(E,) its share of all air that enters the sink; less than 1 in sum where fresh air joins."""
    rate: Floats
    """(N,) how often a second the air of a cell is renewed."""

    def cell(self, spot: Spot, length_m: float) -> int:
        """The cell a spot lies in."""
        count = self.count[spot.roadway]
        inside = int(spot.chainage_m / length_m * count) if length_m else 0
        return self.first[spot.roadway] + min(max(inside, 0), count - 1)

    def cells(self, roadway: str) -> slice:
        """All cells of a roadway."""
        return slice(self.first[roadway], self.first[roadway] + self.count[roadway])


def air_net(mine: Mine) -> AirNet:
    """Work out the mine's fixed air flow and its cells."""
    first, count, n = {}, {}, 0
    for r in mine.roadways:
        first[r.id], count[r.id] = n, max(1, round(r.length_m / CELL_M))
        n += count[r.id]
    flow = _flows(mine)
    wind = {r.id: _speed(r, flow[r.id]) for r in mine.roadways}
    joints = list(_joints(mine, first, count, flow))
    rate = np.zeros(n)
    for r in mine.roadways:
        rate[first[r.id] : first[r.id] + count[r.id]] = wind[r.id] * count[r.id] / r.length_m
    return AirNet(
        first,
        count,
        wind,
        np.array([j[0] for j in joints], dtype=np.int64),
        np.array([j[1] for j in joints], dtype=np.int64),
        np.array([j[2] for j in joints], dtype=np.float64),
        rate,
    )


def carried(net: AirNet, gas: Floats, added: Floats, dt_s: float) -> Floats:
    """Gas after `dt_s`: each cell takes what blows in, plus what is given off inside it.

    Args:
        net: the air's cells and flows.
        gas: concentration in each cell.
        added: by how much the air that passes a cell is enriched there.
        dt_s: how long; cut so that nothing is carried past a cell at once.
    """
    pieces = max(1, math.ceil(float(net.rate.max(initial=0.0)) * dt_s))
    for _ in range(pieces):
        inflow = np.bincount(net.sink, net.share * gas[net.source], minlength=len(gas))
        gas = gas + (dt_s / pieces) * net.rate * (inflow + added - gas)
    return gas


def _up_end(r: Roadway) -> str:
    return r.start if r.air > 0 else r.end


def _down_end(r: Roadway) -> str:
    return r.end if r.air > 0 else r.start


def _flows(mine: Mine) -> dict[str, float]:
    """Volume flow of each roadway, m³/s, spread from the sources in the order the air takes."""
    airy = [r for r in mine.roadways if r.air]
    leaving: dict[str, list[Roadway]] = {}
    waiting: dict[str, int] = {}
    for r in airy:
        leaving.setdefault(_up_end(r), []).append(r)
        waiting[_down_end(r)] = waiting.get(_down_end(r), 0) + 1
    portals = {n.id for n in mine.nodes if n.kind == "portal"}
    arrived = {n: _fed(n in portals, rs) for n, rs in leaving.items() if n not in waiting}
    flow = dict.fromkeys((r.id for r in mine.roadways), 0.0)
    ready = deque(arrived)
    while ready:
        node = ready.popleft()
        width = sum(r.section_m2 for r in leaving.get(node, ()))
        for r in leaving.get(node, ()):
            flow[r.id] = arrived[node] * r.section_m2 / width
            far = _down_end(r)
            arrived[far] = arrived.get(far, 0.0) + flow[r.id]
            waiting[far] -= 1
            if not waiting[far]:
                ready.append(far)
    return flow


def _fed(portal: bool, leaving: Iterable[Roadway]) -> float:
    """What enters the mine at a source node, m³/s."""
    return PORTAL_M_S * sum(r.section_m2 for r in leaving) if portal else DUCT_M3_S


def _speed(r: Roadway, flow: float) -> float:
    return max(flow / r.section_m2, SLOWEST_M_S) if r.air else 0.0


def _joints(
    mine: Mine, first: Mapping[str, int], count: Mapping[str, int], flow: Mapping[str, float]
) -> Iterable[tuple[int, int, float]]:
    """(up-wind cell, cell, share) inside each roadway and across each junction."""
    along = {
        r.id: list(range(first[r.id], first[r.id] + count[r.id]))[:: 1 if r.air > 0 else -1]
        for r in mine.roadways
        if r.air
    }
    for cells in along.values():
        yield from ((a, b, 1.0) for a, b in pairwise(cells))
    into: dict[str, list[str]] = {}
    for r in mine.roadways:
        if r.air:
            into.setdefault(_down_end(r), []).append(r.id)
    for r in mine.roadways:
        feeders = into.get(_up_end(r), []) if r.air else []
        total = sum(flow[f] for f in feeders)
        yield from (
            (along[f][-1], along[r.id][0], flow[f] / total if total else 1 / len(feeders))
            for f in feeders
        )
