"""Units a device does not name: found out from what is plausible, then held, and said.

Makers' papers and makers' firmware disagree: seconds here, milliseconds in the next version, a
counter of ticks in the one before. What a number can be decides: moments of this century lie
three powers of ten apart, and a place in this mine is one in metres or in millimetres, hardly in
both. Once decided it stays: a device that changes its mind is telling something else.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from types import MappingProxyType

from minesafe.model.time import Micros

VOTES = 20
"""So many samples that agree decide."""

AGREED = 0.9
"""Share of the samples that must."""

MOMENTS: Mapping[str, float] = MappingProxyType({"s": 1e6, "ms": 1e3, "us": 1.0})
"""Microseconds in each unit a moment is told in. What is none of them is a device's ticks."""

EARLIEST, LATEST = 1.26e15, 4.1e15
"""2009 … 2099 as microseconds: moments devices can tell."""

LAST = 8e18
"""Microseconds that still fit 64 bits less any time of receipt."""

METRES: Mapping[str, float] = MappingProxyType({"m": 1.0, "mm": 0.001})


AUTO = "auto"


class Held:
    """One unit of one device: told by the configuration, or found out and then held.

    Args:
        told: what the configuration says; `auto`: find out.
        likely: what the maker's papers say, until it is found out.
    """

    def __init__(self, told: str, likely: str) -> None:
        self._asked = told == AUTO
        self.word = likely if self._asked else told
        self.decided = not self._asked
        self._votes: Counter[str] = Counter()

    @property
    def found(self) -> str:
        """The unit where it was found out, else empty."""
        return self.word if self.decided and self._asked else ""

    def vote(self, word: str) -> None:
        """A sample that can only be meant so."""
        if self.decided:
            return
        self._votes[word] += 1
        most, count = self._votes.most_common(1)[0]
        if count >= VOTES and count >= AGREED * self._votes.total():
            self.word, self.decided = most, True


def unit_of(number: float) -> str:
    """Which unit a moment of this century is told in.

    >>> unit_of(1731034496), unit_of(1744625585087), unit_of(575889100)
    ('s', 'ms', 'ticks')
    """
    for word, micros in MOMENTS.items():
        if EARLIEST <= number * micros <= LATEST:
            return word
    return "ticks"


class Moments:
    """What one device's times mean.

    Args:
        told: the unit of its numbers by the configuration; `auto`: find out.
        likely: the unit of its maker's papers.
        zone: of times that are written without one.
    """

    def __init__(self, told: str, likely: str, zone: tzinfo) -> None:
        self.held = Held(told, likely)
        self._zone = zone
        self._last: tuple[str, Micros] = ("", 0)

    def at(self, raw: object, received: Micros) -> tuple[Micros, str]:
        """The moment of a sample, and what is wrong with how it was told ("" if nothing).

        A device that counts ticks, and a moment that cannot be read, count as of the receipt.
        """
        if raw is None:
            return received, ""
        if isinstance(raw, str):
            return self._written(raw, received)
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            return received, f"a time that is {type(raw).__name__}"
        return self._number(raw, received)

    def _number(self, number: float, received: Micros) -> tuple[Micros, str]:
        unit = unit_of(number)
        self.held.vote(unit)
        word = self.held.word if self.held.decided else unit
        if word == "ticks":
            return received, ""
        if unit not in ("ticks", word):
            return received, f"a time in {unit} from a device that tells {word}"
        at = (
            number * MOMENTS[word]
        )  # of another century: a clock that is off, as the time rule has it
        return (round(at), "") if 0 <= at <= LAST else (received, "a time of no century")

    def _written(self, text: str, received: Micros) -> tuple[Micros, str]:
        if text == self._last[0]:
            return self._last[1], ""
        moment = _iso(text, self._zone)
        if moment is None:
            number = _number(text)
            return self._number(number, received) if number else (received, "an unreadable time")
        self._last = (text, moment)
        return moment, ""


LONGEST_TIME = 40
"""Characters of a written time."""


def _iso(text: str, zone: tzinfo) -> Micros | None:
    """ISO 8601, also with a blank between day and time, and without a zone.

    >>> _iso("2026-03-01 08:00:00.250", UTC), _iso("2026-03-01T08:00:00Z", UTC)
    (1772352000250000, 1772352000000000)
    """
    if not 10 < len(text) <= LONGEST_TIME:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
        gone = aware - _EPOCH
    except (ValueError, OverflowError):
        return None
    return (gone.days * 86_400 + gone.seconds) * 1_000_000 + gone.microseconds


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _number(text: str) -> float | None:
    """A number as text, as some devices write all of theirs."""
    if len(text) > LONGEST_TIME:
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < 1e18 else None


class Units:
    """Both units of one station.

    Args:
        length: by the configuration; `auto`: find out.
        time: likewise.
        metres: the unit of lengths by its maker's papers.
        clock: of its times.
        zone: of times that are written without one.
    """

    def __init__(self, length: str, time: str, metres: str, clock: str, zone: tzinfo) -> None:
        self.metres = Held(length, metres)
        self.moments = Moments(time, clock, zone)

    @property
    def assumed(self) -> str:
        """What was found out, in words; empty while nothing was.

        >>> Units("m", "ms", "m", "ms", UTC).assumed
        ''
        """
        found = {"lengths": self.metres.found, "times": self.moments.held.found}
        told = [f"{what} in {unit}" for what, unit in found.items() if unit]
        return f"found out: {', '.join(told)}" if told else ""
