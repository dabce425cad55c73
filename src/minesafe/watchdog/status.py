"""The server's status row, and what of it is a trouble."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from minesafe.watchdog.settings import Settings

AGES = ("frame", "sample", "message", "proof")

ROW_BYTES = 1024
"""The status row is one block, written in place: a full disk does not stop it."""


@dataclass(frozen=True, slots=True)
class Status:
    """The server's status row. Ages in seconds at `written`, None where it does not say."""

    written: float
    """Seconds of this machine's monotonic clock, which all its processes share."""
    stopped: bool
    """It ended in order."""
    ages: dict[str, float | None]
    """By name: frame, sample, message, proof."""
    spool_fill: float


def read(path: str, boot: str) -> Status | None:
    """The status row, None where there is none that is whole and of this boot."""
    try:
        row = Path(path).read_bytes()[:ROW_BYTES]
        crc, text = row[:8], row[9:].rstrip(b"\0 \n")
        if int(crc, 16) != zlib.crc32(text):
            return None
        said = json.loads(text)
        if said["boot"] != boot:
            return None
        ages = {name: _age(said[f"{name}_age_s"]) for name in AGES}
        fill = float(said["spool_fill"])
        return Status(float(said["written"]), said["stopped"] is True, ages, fill)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _age(said: float | None) -> float | None:
    return None if said is None else float(said)


def troubles(status: Status | None, now: float, since: float, settings: Settings) -> list[str]:
    """What is wrong, worst first; codes of `WORDS`.

    Args:
        status: the row, None where there is none.
        now: monotonic seconds.
        since: when the watchdog began: a server needs time to start too.
        settings: the limits.
    """
    if status is None:
        return ["status"] if now - since > settings.restart_s else []
    old = now - status.written
    if status.stopped:
        return ["status"] if old > settings.restart_s else []
    if old > settings.limit_s:
        return ["status"]
    return late(status.ages, status.spool_fill, settings, old)


def late(
    ages: Mapping[str, float | None], spool_fill: float, settings: Settings, old: float = 0.0
) -> list[str]:
    """Which signs of a row are too old, worst first; the server judges itself by the same.

    Args:
        ages: by name: frame, sample, message, proof.
        spool_fill: share of the spool's cap in use.
        settings: the limits.
        old: seconds since the ages were taken.
    """
    limits = dict.fromkeys(AGES, settings.limit_s)
    limits["proof"] = 2 * settings.proofs_every_s + settings.limit_s
    over = [a for a in AGES if (age := ages[a]) is not None and age + old > limits[a]]
    return over + ["spool"] * (spool_fill > settings.spool_fill)
