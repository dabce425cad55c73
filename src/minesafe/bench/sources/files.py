"""Forty points of one upload file, as an installed system writes them."""

import json
from dataclasses import replace

import numpy as np

from minesafe.bench.sources.spoken import Spoken
from minesafe.config import load, shipped
from minesafe.model.frame import Batch, Readings
from minesafe.model.mine import KjHost
from minesafe.model.time import SECOND
from minesafe.sources.files.decode import HostMap
from minesafe.sources.positioning.ranges import Roadways

POINTS = 40
NOW = 1_764_000_000 * SECOND
WHEN = "2025-11-25 00:00:00"
"""The same moment on the clock of the shipped mine."""


def spoken(seed: int) -> Spoken:
    """One file of real-time values, from its bytes to a batch."""
    mine = load(shipped("demo"))
    host = KjHost("KJ", mine.name, "", "51", 30.0)
    like = next(p for p in mine.points if p.kind == "temperature")
    points = tuple(replace(like, id=f"T{n}", device="KJ") for n in range(POINTS))
    mine = replace(mine, points=points, kj_hosts=(host,))
    at, values = HostMap(mine, Roadways(mine), host), _values(seed)
    lines = [f"T{n};{value};0~\r\n" for n, value in enumerate(values)]
    data = f"{WHEN};{POINTS}~\r\n{''.join(lines)}||\r\n".encode()
    told = [{"p": f"T{n}", "v": value, "t": NOW} for n, value in enumerate(values)]
    return Spoken(
        lambda: Batch.of_readings(Readings.of(at.decode("SSSJ", data, NOW).readings)),
        POINTS,
        json.dumps(told).encode(),
    )


def _values(seed: int) -> list[float]:
    """15 to 30 ℃."""
    return [float(v) for v in np.random.default_rng(seed).uniform(15, 30, POINTS).round(2)]
