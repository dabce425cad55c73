"""Events, commands and frames for the stores' tests: the smallest that mean something."""

import math
import random

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


OLD = "aaaaaaaaaaaaaaaa"
"""A revision no history was ever told of."""


def a_shift_of_trouble(seed: int, first: int = 1) -> list[Frame]:
    """Sweeps, two revisions, samples hours late and hours ahead, spoilt values, empty readers."""
    hand = random.Random(seed)
    bits = np.array([0x7FF8_0000_DEAD_BEEF], np.uint64).view(np.float64)[0]
    late = [0] * 12 + [4 * SECOND, 100 * SECOND, 7200 * SECOND, -3700 * SECOND, START]
    every, now = [], START
    for seq in range(first, first + 200):
        now += hand.choice([0, 1, 3, 9]) * SECOND
        told = [
            (
                *(hand.randrange(4), hand.choice([0.52, hand.random(), math.nan, bits, -0.0])),
                *(hand.randrange(10), now - hand.choice(late), now),
            )
            for _ in range(hand.choice([0, 0, 3, 5]))
        ]
        seen = [
            (
                *(hand.randrange(-1, 4), hand.randrange(3), hand.randrange(2), hand.random(), 0),
                *(0.1, -2.0, hand.random(), 2.5, hand.randrange(8), 0),
                *(now - hand.choice(late), now),
            )
            for _ in range(hand.choice([0, 2]))
        ]
        revision = OLD if seq - first < 70 else REVISION
        every.append(Frame(seq, now, revision, Readings.of(told), Sightings.of(seen)))
    return every
