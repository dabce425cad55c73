"""The first mine, small enough to know by heart: twenty points, six readers, fifteen people.

Most stories stand on its ids, so it stays as it is while the shipped demo mine grows. Kinds and
rule pack are the shipped ones.
"""

import json
from functools import cache
from pathlib import Path

from device_sims.mine import Mine as SimulatedMine
from device_sims.mine import decode
from minesafe.config import emit, load
from minesafe.model.mine import Mine

FIRST = Path(__file__).parent / "mines" / "first"
"""Its directory: copied where a test changes it."""


@cache
def first_mine() -> Mine:
    """As the server reads it."""
    return load(FIRST)


@cache
def first_simulated() -> SimulatedMine:
    """As the simulators read it."""
    return decode(json.dumps(emit(first_mine())).encode())
