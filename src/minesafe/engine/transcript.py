"""The transcript: transitions in the order the judgement finds them."""

import numpy as np
import numpy.typing as npt

from minesafe.model.frame import Column
from minesafe.model.verdict import Condition, Transitions


class Transcript:
    """Written by every step of a judgement, read once at its end."""

    def __init__(self) -> None:
        self._parts: list[tuple[Column, ...]] = []

    def add(
        self,
        condition: Condition | Column,
        subject: Column,
        *,
        on: bool | Column,
        at: int | Column,
        value: float | Column = float("nan"),
        zone: int | Column = -1,
    ) -> None:
        """Write one transition for each subject; single values hold for all of them."""
        if len(subject):
            columns: tuple[npt.ArrayLike, ...] = (condition, subject, zone, on, value, at)
            typed = zip(columns, _DTYPES, strict=True)
            self._parts.append(tuple(_spread(c, len(subject), dtype) for c, dtype in typed))

    def append(self, *columns: Column) -> None:
        """Write columns as they are: all, in the order and of the types of `Transitions`."""
        self._parts.append(columns)

    def change(
        self,
        condition: Condition,
        was: Column,
        now: Column,
        *,
        at: int | Column,
        value: float | Column = float("nan"),
    ) -> None:
        """Write where a truth by row number differs from before, and let it be so from now on."""
        rows = np.flatnonzero(was != now)
        if len(rows):
            at, value = (_spread(c, len(was))[rows] for c in (at, value))
            self.add(condition, rows, on=now[rows], at=at, value=value)
            was[rows] = now[rows]

    def by_subject(self) -> "_BySubject":
        """Bring what one look writes into the order of its subjects, each one's as it happened.

        In which order a look comes to its subjects is its own affair and differs by its form.
        """
        return _BySubject(self)

    def written(self) -> int:
        """How many pieces there are."""
        return len(self._parts)

    def arrange(self, before: int) -> None:
        """Bring the pieces from the one on into the order of their subjects."""
        if len(self._parts) > before:
            told = _joined(self._parts[before:])
            subject = told[_SUBJECT]
            if np.count_nonzero(subject[1:] < subject[:-1]):
                order = np.argsort(subject, kind="stable")
                told = tuple(column[order] for column in told)
            self._parts[before:] = [told]

    def transitions(self) -> Transitions:
        """Everything written so far."""
        return Transitions(*_joined(self._parts)) if self._parts else Transitions.none()


class _BySubject:
    """A context in each look of every frame: written as a class, which costs a third."""

    __slots__ = ("_before", "_transcript")

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript

    def __enter__(self) -> None:
        self._before = self._transcript.written()

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        if failed is None:
            self._transcript.arrange(self._before)


_DTYPES = tuple(np.dtype(dtype) for dtype in Transitions.DTYPES.values())
_SUBJECT = tuple(Transitions.DTYPES).index("subject")


def _joined(parts: list[tuple[Column, ...]]) -> tuple[Column, ...]:
    """The rows of all parts; frozen they are only once, with the whole transcript."""
    if len(parts) == 1:
        return parts[0]
    return tuple(np.concatenate(columns) for columns in zip(*parts, strict=True))


def _spread(column: npt.ArrayLike, n: int, dtype: npt.DTypeLike | None = None) -> Column:
    column = np.asarray(column, dtype)
    return column if column.ndim else np.full(n, column)
