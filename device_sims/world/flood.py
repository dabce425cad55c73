"""Water that breaks in: it runs to the lowest place it can reach and fills the mine from there.

Roadways are cut into their cells of air, and each cell into slices from floor to roof. The order in
which water takes the slices follows from their heights alone: always the lowest one it has come
to; over a rise it runs down the other side first. So no water is lost, and none stands above what
it could still run to. How long it runs is passed over: it is quick beside the filling.
"""

import heapq
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from device_sims.mine import Mine
from device_sims.world.air import AirNet
from device_sims.world.network import Floats, Ints

SLICE_M = 0.5
WADE_M = 0.8
"""Deeper water is no way to walk …"""
WET_M = 0.2
"""… and this deep, people know that it comes."""
STREAM_M = 0.3
"""How deep it runs where it breaks in, as long as it does."""
SEEN_M = 0.1
"""What an electrode at the floor (突水监测) answers to."""


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Where the water of one inrush goes, slice by slice."""

    cells: Ints
    """(S,) the cell of each slice, in the order they are filled."""
    rise_m: Floats
    """(S,) how much deeper each makes the water in its cell."""
    filled_m3: Floats
    """(S,) water that has come in when it is full."""
    inlet: int
    """The cell where it breaks in."""

    @classmethod
    def of(cls, mine: Mine, net: AirNet, inlet: int) -> "Pool":
        """Follow the water from the cell where it comes in."""
        slices = _Slices.of(mine, net)
        order = list(_order(slices, inlet))
        cells = np.array(order, dtype=np.int64)
        return cls(cells, slices.rise_m[cells], np.cumsum(slices.volume_m3[cells]), inlet)

    def depth(self, volume_m3: float, cells: int) -> Floats:
        """(cells,) m of water in each cell of the mine once so much has come in."""
        before = np.concatenate([[0.0], self.filled_m3[:-1]])
        full = np.clip((volume_m3 - before) / (self.filled_m3 - before), 0.0, 1.0)
        deep: Floats = np.bincount(self.cells, full * self.rise_m, cells).astype(np.float64)
        return deep


def poured(profile: Sequence[tuple[float, float]], elapsed_s: float) -> float:
    """m³ that have come in since the beginning.

    >>> poured([(0, 0.0), (10, 2.0), (20, 2.0)], 15.0)
    20.0
    """
    total = 0.0
    for (t0, q0), (t1, q1) in pairwise(profile):
        if elapsed_s > t0:
            until = min(elapsed_s, t1)
            now = q0 + (q1 - q0) * (until - t0) / (t1 - t0) if t1 > t0 else q0
            total += (q0 + now) / 2 * (until - t0)
    return total


def pouring(profile: Sequence[tuple[float, float]], elapsed_s: float) -> bool:
    """Whether water comes in now."""
    times, flows = zip(*profile, strict=True)
    return float(np.interp(elapsed_s, times, flows, left=0.0, right=0.0)) > 0.0


def under_water(
    net: AirNet, mine: Mine, depth: Floats, least_m: float
) -> Iterable[tuple[str, float, float]]:
    """(roadway, from, to) of every roadway in which water stands so deep."""
    for r in mine.roadways:
        wet = np.flatnonzero(depth[net.cells(r.id)] >= least_m)
        if len(wet):
            cell_m = r.length_m / net.count[r.id]
            yield r.id, float(wet[0] * cell_m), float((wet[-1] + 1) * cell_m)


@dataclass(frozen=True, slots=True, eq=False)
class _Slices:
    """Every cell's floor, and its slices: as many as its roof is high."""

    floor_m: Sequence[float]
    count: Sequence[int]
    rise_m: Floats
    volume_m3: Floats
    beside: Sequence[Sequence[int]]
    """Cells that touch each cell."""

    @classmethod
    def of(cls, mine: Mine, net: AirNet) -> "_Slices":
        height = {n.id: n.z for n in mine.nodes}
        floor, roof = [0.0] * len(net.volume), [SLICE_M] * len(net.volume)
        beside: list[list[int]] = [[] for _ in net.volume]
        at_node: dict[str, list[int]] = {}
        for r in mine.roadways:
            cells = range(net.first[r.id], net.first[r.id] + net.count[r.id])
            low, high = height.get(r.start, 0.0), height.get(r.end, 0.0)
            for n, cell in enumerate(cells):
                floor[cell] = low + (high - low) * (n + 0.5) / len(cells)
                roof[cell] = math.sqrt(r.section_m2)
            for a, b in pairwise(cells):
                beside[a].append(b)
                beside[b].append(a)
            at_node.setdefault(r.start, []).append(cells[0])
            at_node.setdefault(r.end, []).append(cells[-1])
        for meeting in at_node.values():
            for cell in meeting:
                beside[cell] += [other for other in meeting if other != cell]
        count = [max(1, round(h / SLICE_M)) for h in roof]
        return cls(
            floor, count, np.array(roof) / np.array(count), net.volume / np.array(count), beside
        )


def _order(slices: _Slices, inlet: int) -> Iterable[int]:
    """Cells, each as often as it has slices, in the order in which they fill.

    The heap holds what water has come to and not yet filled. A slice that is its lowest is left
    waiting while it first shows a way over ground no higher, which may lead down.
    """
    heap, come_to = [(slices.floor_m[inlet], inlet, 0)], {inlet}
    while heap:
        height, cell, n = heapq.heappop(heap)
        top = height + float(slices.rise_m[cell])
        last = n + 1 == slices.count[cell]
        found = [
            c for c in slices.beside[cell]
            if c not in come_to and (last or slices.floor_m[c] < top)
        ]  # fmt: skip
        for c in found:
            come_to.add(c)
            heapq.heappush(heap, (slices.floor_m[c], c, 0))
        if any(slices.floor_m[c] <= height for c in found):
            heapq.heappush(heap, (height, cell, n))
            continue
        yield cell
        if not last:
            heapq.heappush(heap, (top, cell, n + 1))
