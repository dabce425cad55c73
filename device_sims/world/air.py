"""What the air carries: gas, smoke and warmth go down-wind, mix at junctions and leave the mine.

Roadways are cut into cells of about ten metres; each step moves volumes of air from a cell to the
next one down-wind (first-order upwind, finite volumes), so that what is given off is either still
in the mine or has left it. Where the air turns round, what it carries turns with it.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array

from device_sims.mine import Mine
from device_sims.world.network import Floats, Ints
from device_sims.world.roadways import Spot
from device_sims.world.ventilation import Ventilation

CELL_M = 10.0
DUCT_M2 = 0.8
"""Section of a duct of one metre's width."""
EDDIES_M2_S = 0.3
"""How strongly air mixes along a roadway by itself: so gas spreads in a heading without air."""
STILL = 1e-9
"""m³/s below which nothing is carried."""


@dataclass(frozen=True, slots=True, eq=False)
class AirNet:
    """The cells of the mine's air. N cells; a roadway's follow each other by chainage."""

    first: Mapping[str, int]
    """The cell at chainage 0 of each roadway."""
    count: Mapping[str, int]
    volume: Floats
    """(N,) m³; after the roadways' cells comes one for each duct."""
    spans: tuple[tuple[int, int], ...]
    """(first, last) cell of each branch of the network."""
    nodes: tuple[tuple[int, int], ...]
    """(start, end) node of each branch; 0 is the surface."""
    inner: Ints
    """(3, I) (cell, next cell, branch) inside the branches."""
    swaps: Floats
    """(I,) m³/s which those cells exchange whether or not air flows."""

    @classmethod
    def of(cls, mine: Mine, ventilation: Ventilation) -> "AirNet":
        """Cut the mine into cells."""
        first: dict[str, int] = {}
        count: dict[str, int] = {}
        volume: list[float] = []
        spans: list[tuple[int, int]] = []
        for r in mine.roadways:
            n = max(1, round(r.length_m / CELL_M))
            first[r.id], count[r.id] = len(volume), n
            spans.append((len(volume), len(volume) + n - 1))
            volume += [max(r.length_m, 1.0) * r.section_m2 / n] * n
        for duct in ventilation.ducts:
            spans.append((len(volume), len(volume)))
            volume.append(max(duct.length_m, 1.0) * DUCT_M2)
        inner = [(a, b, i) for i, (f, z) in enumerate(spans) for a, b in pairwise(range(f, z + 1))]
        table = np.array(inner, dtype=np.int64).reshape(-1, 3).T
        section = np.array([r.section_m2 for r in mine.roadways])[table[2]]
        swaps = EDDIES_M2_S * section**2 / np.array(volume)[table[0]]
        return cls(first, count, np.array(volume), tuple(spans), ventilation.ends, table, swaps)

    def cell(self, spot: Spot, length_m: float) -> int:
        """The cell a spot lies in."""
        count = self.count[spot.roadway]
        inside = int(spot.chainage_m / length_m * count) if length_m else 0
        return self.first[spot.roadway] + min(max(inside, 0), count - 1)

    def cells(self, roadway: str) -> slice:
        """All cells of a roadway."""
        return slice(self.first[roadway], self.first[roadway] + self.count[roadway])


@dataclass(frozen=True, slots=True, eq=False)
class Streams:
    """Which cell gives how much air to which, m³/s, at one state of the ventilation."""

    change: csr_array
    """(N, N) m³/s from the column's cell to the row's; on the diagonal, less all that leaves."""
    to_surface: Floats
    """(N,) what of it leaves the mine."""
    volume: Floats
    """(N,) m³"""
    hurry: float
    """How often a second the air of the quickest cell is renewed."""

    @classmethod
    def of(cls, net: AirNet, flow: Floats) -> "Streams":
        """Lead each branch's flow through its cells and mix where branches meet."""
        a, b, branch = net.inner
        along = flow[branch]
        onward = np.array([a, b, np.maximum(along, 0.0) + net.swaps])
        back = np.array([b, a, np.maximum(-along, 0.0) + net.swaps])
        joints = np.array(list(_joints(net, flow))).reshape(-1, 3).T
        source, sink, quantity = np.concatenate([onward, back, joints], axis=1)
        moves = quantity > STILL
        source, sink = source[moves].astype(np.int64), sink[moves].astype(np.int64)
        to_surface = np.zeros(len(net.volume))
        for cell, gone in _gone(net, flow):
            to_surface[cell] += gone
        out = np.bincount(source, quantity[moves], len(net.volume)) + to_surface
        hurry = float((out / net.volume).max(initial=0.0))
        here = np.arange(len(out))
        rows, columns = np.concatenate([sink, here]), np.concatenate([source, here])
        values = np.concatenate([quantity[moves], -out])
        change = csr_array((values, (rows, columns)), shape=(len(out), len(out)))
        return cls(change, to_surface, net.volume, hurry)


def carried(
    streams: Streams, load: Floats, given_off: Floats, dt_s: float
) -> tuple[Floats, Floats]:
    """What the air holds `dt_s` later, and how much of it has left the mine meanwhile.

    Args:
        streams: the air that moves.
        load: (S, N) concentration of each substance in each cell.
        given_off: (S, N) concentration · m³/s that enters each cell.
        dt_s: how long; cut so that nothing is carried past a cell at once.

    Returns:
        (S, N) concentrations, and (S,) concentration · m³ that went out with the return air.
    """
    pieces = max(1, math.ceil(streams.hurry * dt_s))
    portion = dt_s / pieces
    left = np.zeros(len(load))
    for _ in range(pieces):
        left += portion * (load @ streams.to_surface)
        change = (streams.change @ load.T).T + given_off
        load = load + portion / streams.volume * change
    return load, left


def _ends(net: AirNet, flow: Floats) -> Iterable[tuple[int, int, int, int, float]]:
    """(node it comes from, first cell, last cell, node it goes to, m³/s) of all that flows."""
    for (first, last), (start, end), q in zip(net.spans, net.nodes, flow.tolist(), strict=True):
        if q > STILL:
            yield start, first, last, end, q
        elif q < -STILL:
            yield end, last, first, start, -q


def _joints(net: AirNet, flow: Floats) -> Iterable[tuple[float, float, float]]:
    """(cell, next cell, m³/s) across junctions, where all that comes mixes. Outside air is pure."""
    comes: dict[int, list[tuple[int, float]]] = {}
    for _, _, last, to, q in _ends(net, flow):
        comes.setdefault(to, []).append((last, q))
    whole = {node: sum(q for _, q in cells) for node, cells in comes.items()}
    for at, first, _, _, q in _ends(net, flow):
        if at:
            yield from ((cell, first, q * part / whole[at]) for cell, part in comes.get(at, ()))


def _gone(net: AirNet, flow: Floats) -> Iterable[tuple[int, float]]:
    """(cell, m³/s) that reaches the surface."""
    return ((last, q) for _, _, last, to, q in _ends(net, flow) if not to)
