"""What a report says otherwise than the number before it: row by row, cell by cell."""

from collections.abc import Iterator

from minesafe.reports.statutory.facts import At, Cell, Coded, Facts, Part, Row, Said, several

MOST = 200
"""Differences that are listed; the rest are counted."""

_COLUMNS = ("part", "which", "column", "was", "is")


def changes(before: Facts, now: Facts) -> Part:
    """A table of what differs; without rows where they say the same."""
    rows = list(_whole(before, now))
    rows += [row for code in _codes(before, now) for row in _of_part(code, before, now)]
    more = (Coded("more_changes", (("n", len(rows) - MOST),)),) if len(rows) > MOST else ()
    return Part("changes", _COLUMNS, tuple(rows[:MOST]), keys=3, notes=more)


def _whole(before: Facts, now: Facts) -> Iterator[Row]:
    """The files it was made by, and how far it tells: these are in no table."""
    both: tuple[tuple[str, Cell, Cell], ...] = (
        ("made_by_revision", Said(before.revision), Said(now.revision)),
        ("told_until", At(before.until), At(now.until)),
    )
    for code, was, is_ in both:
        if was != is_:
            yield Coded(code), None, None, was, is_


def _codes(before: Facts, now: Facts) -> list[str]:
    return list(dict.fromkeys(part.code for part in (*now.parts, *before.parts)))


def _of_part(code: str, before: Facts, now: Facts) -> Iterator[Row]:
    was, is_ = (_rows(facts, code) for facts in (before, now))
    columns = next(p.columns for p in (*now.parts, *before.parts) if p.code == code)
    for key in dict.fromkeys((*is_, *was)):
        which = several(key[0])
        if key not in was:
            yield Coded(code), which, None, None, Coded("row_added")
        elif key not in is_:
            yield Coded(code), which, None, Coded("row_gone"), None
        else:
            yield from _of_row(code, which, columns, was[key], is_[key])


def _of_row(code: str, which: Cell, columns: tuple[str, ...], was: Row, is_: Row) -> Iterator[Row]:
    for column, old, new in zip(columns, was, is_, strict=True):
        if old != new:
            yield Coded(code), which, Coded(column), old, new


def _rows(facts: Facts, code: str) -> dict[tuple[Row, int], Row]:
    """By their key; of several with the same key the first, and so on."""
    found: dict[tuple[Row, int], Row] = {}
    for part in facts.parts:
        for row in part.rows if part.code == code else ():
            nth = 0
            while (row[: part.keys], nth) in found:
                nth += 1
            found[row[: part.keys], nth] = row
    return found
