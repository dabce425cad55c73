"""Mines made by the surveyor, as the server and as the simulators read them."""

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sim_mine import START

from device_sims.mine import Mine as SimulatedMine
from device_sims.mine import decode
from device_sims.survey.pages import write
from device_sims.survey.survey import Size, survey
from minesafe import config
from minesafe.model.mine import Mine


@cache
def surveyed(seed: int, size: Size) -> Mine:
    """Written, and read by the server's own check."""
    with TemporaryDirectory() as folder:
        write(survey(seed, size), Path(folder))
        return config.load(Path(folder), now=START)


@cache
def simulated(seed: int, size: Size) -> SimulatedMine:
    """The same, as mine.json tells it."""
    return decode(json.dumps(config.emit(surveyed(seed, size))).encode())
