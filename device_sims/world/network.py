"""Air flow in a network of roadways: Kirchhoff's laws with Atkinson's square law of friction.

Every branch loses `r · Q · |Q|` pascals and may gain some (a fan, the weight of cool air). What
enters a node leaves it; round every loop losses and gains cancel. Newton's method on the flows
round the loops finds the one solution: the problem is convex, so there is no other.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, repeat

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

PERIMETER = 4.16
"""Perimeter of an arched roadway over the root of its section."""
SLACK_PA = 1e-9
"""Loops whose pressures cancel to this, times the largest pressure, are solved."""
LEAST_SLOPE = 1e-7
"""Pa·s/m³; keeps Newton's matrix regular where no air moves. It does not shift the solution."""
ROUNDS = 60
HALVINGS = 30


@dataclass(frozen=True, slots=True)
class Branch:
    """A roadway, shaft, door or duct between two nodes."""

    start: int
    end: int
    resistance: float
    """N·s²/m⁸; a door is a high one."""
    fixed: bool = False
    """Its flow is given from outside, such as by a local fan through a duct."""


def friction(alpha: float, length_m: float, section_m2: float) -> float:
    """Resistance of a roadway, N·s²/m⁸, by Atkinson: α · length · perimeter / section³.

    Args:
        alpha: friction factor, N·s²/m⁴.
        length_m: along the roadway.
        section_m2: its cross-section.
    """
    perimeter = PERIMETER * math.sqrt(section_m2)
    return alpha * length_m * perimeter / section_m2**3


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A network prepared for solving. B branches, L loops whose flow is free, F fixed branches."""

    branches: tuple[Branch, ...]
    resistance: Floats
    """(B,)"""
    loops: Floats
    """(L, B) +1 where a loop follows a branch, -1 where it runs against it."""
    fixed_loops: Floats
    """(F, B) the loops that the fixed branches close, in the order of those branches."""

    @classmethod
    def of(cls, branches: Sequence[Branch]) -> "Network":
        """Choose a spanning forest; each branch outside it closes one loop."""
        loops = _loops(branches)
        fixed = np.array([b.fixed for b in branches], dtype=bool)
        closing = np.array(sorted(loops), dtype=np.int64)
        table = np.array([loops[b] for b in closing]).reshape(len(closing), len(branches))
        resistance = np.array([b.resistance for b in branches], dtype=np.float64)
        is_fixed = fixed[closing] if len(closing) else np.zeros(0, dtype=bool)
        return cls(tuple(branches), resistance, table[~is_fixed], table[is_fixed])


def solve(
    network: Network, gain: Floats, fixed: npt.ArrayLike = (), start: Floats | None = None
) -> Floats:
    """The flow of every branch, m³/s; positive from its start to its end.

    Args:
        network: what is connected to what.
        gain: (B,) Pa that a branch adds in its own direction.
        fixed: m³/s of the fixed branches, in their order.
        start: flows to begin from, such as those of a moment ago.

    Raises:
        ArithmeticError: no solution was found, which a finite input does not cause.
    """
    given = np.asarray(fixed, dtype=np.float64) @ network.fixed_loops
    round_loops = _beginning(network, gain, given, start)
    enough = SLACK_PA * max(1.0, float(np.abs(gain).max(initial=0.0)))
    for _ in range(ROUNDS):
        flow = given + round_loops @ network.loops
        excess = network.loops @ (network.resistance * flow * np.abs(flow) - gain)
        if float(np.abs(excess).max(initial=0.0)) <= enough:
            return flow
        slope = 2 * network.resistance * np.abs(flow) + LEAST_SLOPE
        matrix = (network.loops * slope) @ network.loops.T
        change = np.asarray(np.linalg.solve(matrix, excess), dtype=np.float64)
        round_loops = _nearer(network, gain, given, round_loops, change)
    raise ArithmeticError(f"air flow not found in {ROUNDS} rounds, {excess} Pa left")


def unbalanced(network: Network, flow: Floats) -> float:
    """The most air that is lost or made at a node, m³/s; a solution has none."""
    nodes = 1 + max(max(b.start, b.end) for b in network.branches)
    into = np.zeros(nodes)
    np.add.at(into, [b.end for b in network.branches], flow)
    np.subtract.at(into, [b.start for b in network.branches], flow)
    return float(np.abs(into).max())


def _beginning(network: Network, gain: Floats, given: Floats, start: Floats | None) -> Floats:
    """Loop flows to start from: those of `start`, else one that its own loop's gain would drive."""
    if start is not None:
        closing = [int(np.flatnonzero(own)[0]) for own in _own(network.loops)]
        return (start - given)[closing]
    drive = network.loops @ gain
    against = np.abs(network.loops) @ network.resistance
    flow: Floats = np.sign(drive) * np.sqrt(np.abs(drive) / np.maximum(against, LEAST_SLOPE))
    return flow


def _own(loops: Floats) -> list[npt.NDArray[np.bool_]]:
    """For each loop the branches that no other loop runs through; its closing one is among them."""
    shared = np.abs(loops).sum(axis=0)
    return [(row > 0) & (shared == 1) for row in loops]


def _energy(network: Network, gain: Floats, flow: Floats) -> float:
    """What the solution makes least: dissipation by friction less the work of the gains."""
    return float(np.sum(network.resistance * np.abs(flow) ** 3 / 3 - gain * flow))


def _nearer(
    network: Network, gain: Floats, given: Floats, round_loops: Floats, change: Floats
) -> Floats:
    """A step along Newton's direction, halved until the energy does not grow."""
    before = _energy(network, gain, given + round_loops @ network.loops)
    room = 1e-12 * (1 + abs(before))
    for share in accumulate(repeat(0.5, HALVINGS), lambda s, half: s * half, initial=1.0):
        there: Floats = round_loops - share * change
        if _energy(network, gain, given + there @ network.loops) <= before + room:
            return there
    return round_loops


def _loops(branches: Sequence[Branch]) -> dict[int, Floats]:
    """By the branch that closes it: the signs with which a loop runs through the branches."""
    path: dict[int, Floats] = {}
    free = [i for i, b in enumerate(branches) if not b.fixed]
    tree: set[int] = set()
    for root in sorted({n for b in branches for n in (b.start, b.end)}):
        if root not in path:
            path[root] = np.zeros(len(branches))
            tree |= _grown(branches, free, path)
    apart = [i for i, b in enumerate(branches) if b.fixed and _apart(branches, tree, b)]
    if apart:
        raise ValueError(f"fixed flows {apart} join parts that nothing else joins")
    closing = (i for i in range(len(branches)) if i not in tree)
    return {i: _closed(branches[i], i, path) for i in closing}


def _closed(branch: Branch, number: int, path: dict[int, Floats]) -> Floats:
    """Along the branch, and back through the tree."""
    loop = path[branch.start] - path[branch.end]
    loop[number] += 1
    return loop


def _grown(branches: Sequence[Branch], free: Sequence[int], path: dict[int, Floats]) -> set[int]:
    """Let the forest grow from the nodes it has; `path` leads to each node from its root."""
    tree: set[int] = set()
    grew = True
    while grew:
        grew = False
        for i in free:
            b = branches[i]
            if (b.start in path) != (b.end in path):
                new, old, sign = (b.end, b.start, 1) if b.start in path else (b.start, b.end, -1)
                path[new] = path[old].copy()
                path[new][i] += sign
                tree.add(i)
                grew = True
    return tree


def _apart(branches: Sequence[Branch], tree: set[int], joined: Branch) -> bool:
    """Whether the tree does not connect the ends of a branch."""
    reached, grew = {joined.start}, True
    while grew:
        near = {n for i in tree for n in _ends(branches[i]) if reached & set(_ends(branches[i]))}
        grew = not near <= reached
        reached |= near
    return joined.end not in reached


def _ends(branch: Branch) -> tuple[int, int]:
    return branch.start, branch.end
