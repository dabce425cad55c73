"""How the field is heard, and what it costs: a module a part, each with its figures by name."""

from collections.abc import Callable, Mapping
from typing import Any

from minesafe.bench.sources import decode, modbus, mqtt, tags

PARTS: tuple[Callable[[int], Mapping[str, Any]], ...] = (
    modbus.run,
    mqtt.run,
    tags.run,
    decode.run,
)
"""One row a part; each compares within its own run, so none depends on another's."""


def run(seed: int) -> dict[str, Any]:
    """All parts, one after the other."""
    return {name: value for part in PARTS for name, value in part(seed).items()}
