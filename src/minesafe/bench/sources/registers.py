"""Forty points of one substation, as its registers carry them."""

import json
import struct
from dataclasses import replace

import numpy as np

from minesafe.bench.sources.spoken import Spoken
from minesafe.config import load, shipped
from minesafe.links.modbus.pdu import HOLDING, told
from minesafe.model.frame import Batch
from minesafe.model.mine import Mine
from minesafe.model.time import SECOND
from minesafe.sources.modbus.rounds import Rounds

POINTS = 40
"""Of one register each: the most points a given number of registers can hold."""

SCALE = 0.01
NOW = 1_764_000_000 * SECOND


def polled_mine(slaves: int, port: int) -> Mine:
    """So many substations of forty points of temperature, all behind one port of this machine."""
    mine = load(shipped("demo"))
    like = next(p for p in mine.points if p.kind == "temperature")
    unit = replace(mine.substations[0], host="127.0.0.1", port=port, unit=1, period_s=1.0)
    unit = replace(unit, timeout_s=0.5, retries=1, framing="tcp", map="plain")
    point = replace(like, encoding="uint16", scale=SCALE, status_address=None)
    return replace(
        mine,
        substations=tuple(replace(unit, id=f"S{n}") for n in range(slaves)),
        outputs=(),
        points=tuple(
            replace(point, id=f"S{n}-{address}", device=f"S{n}", address=address)
            for n in range(slaves)
            for address in range(POINTS)
        ),
    )


def answer(seed: int) -> list[int]:
    """What the forty registers say: 15 to 30 ℃."""
    words = np.random.default_rng(seed).integers(1500, 3000, POINTS)
    return [int(word) for word in words]


def spoken(seed: int) -> Spoken:
    """One poll's answer, from its bytes to a batch."""
    mine, words = polled_mine(1, 1), answer(seed)
    pdu = struct.pack(f">BB{POINTS}H", HOLDING, 2 * POINTS, *words)
    [polled] = Rounds(mine, mine.substations[0]).regular

    def decoded() -> Batch:
        return Batch.of_readings(polled.decoder.readings([told(pdu)], NOW))

    as_json = [
        {"p": p.id, "v": w * SCALE, "t": NOW} for p, w in zip(mine.points, words, strict=True)
    ]
    return Spoken(decoded, POINTS, json.dumps(as_json).encode())
