"""Formulas of derived points as columns: their trees, and what each is made of."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from minesafe.engine.logic_table import LogicTable
from minesafe.model.frame import Column
from minesafe.model.logic import OF_ZONES, operands
from minesafe.model.mine import Mine
from minesafe.model.time import SECOND


@dataclass(frozen=True, slots=True, eq=False)
class FormulaTable:
    """D derived points."""

    point: Column
    """(D,): its row."""
    program: LogicTable
    """Its `when` are the formulas' roots."""
    inputs: Column
    """(D, M): rows of the points each is made of; P, one past the last, where there are fewer."""
    period: Column
    """(D,): µs from one value to the next at the least."""

    @classmethod
    def of(cls, mine: Mine) -> Self:
        """The derived points of a mine."""
        derived = [(i, p.formula) for i, p in enumerate(mine.points) if p.formula is not None]
        asked = [
            sorted({mine.point_row[n.point] for n in operands(node) if n.op not in OF_ZONES})
            for _, node in derived
        ]
        most, none = max(map(len, asked), default=0), len(mine.points)
        inputs = [[*rows, *[none] * (most - len(rows))] for rows in asked]
        periods = [mine.kind[mine.points[i].kind].period_s for i, _ in derived]
        return cls(
            point=np.array([i for i, _ in derived], np.intp),
            program=LogicTable.of_trees(mine, [(node, None, 0.0) for _, node in derived]),
            inputs=np.array(inputs, np.intp).reshape(len(derived), most),
            period=np.array([round(s * SECOND) for s in periods], np.int64),
        )
