"""Expressions as arrays: every node of every tree a row, and the order to work them out in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from minesafe.model.frame import Column
from minesafe.model.logic import OF_ZONES, OPERANDS, Node
from minesafe.model.mine import Mine
from minesafe.model.time import SECOND

_OPS = (
    *("number", *OPERANDS),
    *("not", "and", "or", "<", "<=", ">", ">=", "=", "!=", "+", "-", "*", "/", "of"),
    *("max", "min"),
)
OP = {op: code for code, op in enumerate(_OPS)}
"""What a node does, as a number."""


class Step(NamedTuple):
    """Nodes of one depth and one operation."""

    op: str
    node: Column
    """(n,): where the results go."""
    args: Column
    """(n, arguments): of which nodes; -1 where a list of `of` is shorter than the longest."""
    number: Column
    """(n,): how many, for `of`."""


@dataclass(frozen=True, slots=True, eq=False)
class LogicTable:
    """G rules, N nodes."""

    when: Column
    until: Column
    """(G,): nodes; -1 where there is no expression for the end."""
    delay: Column
    """(G,): µs."""
    numbers: Column
    """(N,): the constants; of `of`, how many."""
    operands: dict[str, tuple[Column, Column]]
    """By name: nodes, and of which points or zones."""
    steps: tuple[Step, ...]
    """For arrays; the rest, for a loop over nodes, which stand behind their arguments."""
    op: Column
    """(N,): by `OP`."""
    point: Column
    """(N,): of an operand the row of its point, or zone, else -1."""
    first: Column
    """(N + 1,): the arguments of node i are args[first[i]] … args[first[i + 1] - 1]."""
    args: Column

    @classmethod
    def of(cls, mine: Mine) -> Self:
        """The rules of a mine."""
        return cls.of_trees(mine, [(rule.when, rule.until, rule.for_s) for rule in mine.logic])

    @classmethod
    def of_trees(cls, mine: Mine, trees: Sequence[tuple[Node, Node | None, float]]) -> Self:
        """Any trees: what begins, what ends it, and how long it must last first, seconds."""
        nodes: list[tuple[int, Node, tuple[int, ...]]] = []
        when = [_add(nodes, begins) for begins, _, _ in trees]
        until = [-1 if ends is None else _add(nodes, ends) for _, ends, _ in trees]
        points = [_row(mine, n) for _, n, _ in nodes]
        return cls(
            when=np.array(when, np.intp),
            until=np.array(until, np.intp),
            delay=np.array([round(for_s * SECOND) for *_, for_s in trees], np.int64),
            numbers=np.array([n.number for _, n, _ in nodes], np.float64),
            operands=_operands(mine, [n for _, n, _ in nodes]),
            steps=tuple(_steps(nodes)),
            op=np.array([OP[n.op] for _, n, _ in nodes], np.int8),
            point=np.array(points, np.intp),
            first=np.cumsum([0, *(len(args) for *_, args in nodes)]),
            args=np.array([a for *_, args in nodes for a in args], np.intp),
        )


def _add(nodes: list[tuple[int, Node, tuple[int, ...]]], node: Node) -> int:
    """Add a tree, leaves first; returns its root's row. A node knows its height."""
    args = tuple(_add(nodes, arg) for arg in node.args)
    nodes.append((1 + max((nodes[a][0] for a in args), default=-1), node, args))
    return len(nodes) - 1


def _row(mine: Mine, node: Node) -> int:
    """Of the point or zone a node asks about, -1 where it asks about none."""
    if not node.point:
        return -1
    return (mine.zone_row if node.op in OF_ZONES else mine.point_row)[node.point]


def _operands(mine: Mine, nodes: list[Node]) -> dict[str, tuple[Column, Column]]:
    found: dict[str, tuple[Column, Column]] = {}
    for name in OPERANDS:
        rows = [i for i, node in enumerate(nodes) if node.op == name]
        if rows:
            about = [_row(mine, nodes[i]) for i in rows]
            found[name] = (np.array(rows, np.intp), np.array(about, np.intp))
    return found


def _steps(nodes: list[tuple[int, Node, tuple[int, ...]]]) -> list[Step]:
    kinds = sorted({(height, node.op) for height, node, args in nodes if args})
    steps = []
    for kind in kinds:
        rows = [i for i, (height, node, _) in enumerate(nodes) if (height, node.op) == kind]
        longest = max(len(nodes[i][2]) for i in rows)
        args = [[*nodes[i][2], *[-1] * (longest - len(nodes[i][2]))] for i in rows]
        number = np.array([nodes[i][1].number for i in rows], np.float64)
        steps.append(Step(kind[1], np.array(rows, np.intp), np.array(args, np.intp), number))
    return steps
