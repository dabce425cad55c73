"""Suppression by design: which alarms another alarm explains, by the mine's own files."""

from dataclasses import dataclass

DEVICE_LOST = "device_lost"


@dataclass(frozen=True, slots=True)
class Suppression:
    """One `[[suppress]]` row of logic.toml, its points written out."""

    id: str
    families: tuple[str, ...]
    """Families of alarms about a point (`alarms.conditions`): health, high, low, …"""
    points: tuple[str, ...]
    while_: str
    """device_lost: while the point's own substation or gateway is not heard; else a rule's id in
    `logic.toml`: while that alarm holds."""
