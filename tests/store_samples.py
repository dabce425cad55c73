"""Events, commands and frames for the stores' tests: the smallest that mean something."""

import numpy as np
from small_mine import REVISION

from minesafe.model.commands import SetOutput, key_of
from minesafe.model.events import FindingBegan, FindingKind, Noted, ReceiptStatus
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.time import SECOND, Micros

START: Micros = 1_764_000_000 * SECOND


def finding(number: int) -> FindingBegan:
    return FindingBegan(
        finding=FindingKind.LINK_DOWN, subject=f"S{number}", detail="no answer 无应答"
    )


def horn_on(step: int = 0, output: str = "horn-1") -> SetOutput:
    return SetOutput(
        key=key_of("o1", step, output, "horn"),
        channel="horn",
        order="o1",
        step=step,
        recipient=output,
        on=True,
        issued=START,
    )


def noted(
    status: ReceiptStatus, *, carrier_id: str = "", final: bool = False, step: int = 0
) -> Noted:
    return Noted(
        key=key_of("o1", step, "horn-1", "horn"),
        status=status,
        channel="horn",
        order="o1",
        step=step,
        recipient="horn-1",
        carrier_id=carrier_id,
        final=final,
    )


def frame(seq: int, *, points: int = 4, revision: str = REVISION) -> Frame:
    """One reading of every point, and the first person seen walking along A."""
    at = START + seq * SECOND
    readings = Readings.of([(p, seq + p / 10, 0, at, at + 5) for p in range(points)])
    sightings = Sightings.of(
        [(0, 1, 0, float(seq % 100), 0, float(seq % 100), 0.0, 0.0, 2.0, 0, 0, at, at + 5)]
    )
    return Frame(seq, at, revision, readings, sightings)


def frames(first: int, last: int) -> list[Frame]:
    return [frame(seq) for seq in range(first, last + 1)]


def large_frame(seq: int, rows: int) -> Frame:
    """So many readings that it fills a page or more."""
    column = np.arange(rows)
    readings = Readings(column % 4, column * 0.5, column * 0, column, column)
    return Frame(seq, START + seq, REVISION, readings, Sightings.none())
