"""A reporter of the tests: one that writes, and is refused as told."""

from collections.abc import AsyncIterator

from minesafe.model.errors import Refused
from minesafe.model.filing import Filed, Series
from minesafe.model.filing_acts import Drawn

ENDED = 1_764_000_000_000_000
"""Of the day a statutory report is of, `Micros`."""


class PlainReporter:
    """`ports.Reporter` that says what it was asked for; `refuses` is the code it says no with."""

    def __init__(self) -> None:
        self.refuses = ""
        self.digest = "d" * 64
        """Of what a statutory report comes to."""

    async def incident(self, order: str, language: str, form: str) -> AsyncIterator[bytes]:
        if self.refuses:
            raise Refused(self.refuses)
        return self._parts(order, language, form)

    async def draw(self, series: Series, day: str, named: frozenset[str]) -> Drawn:
        if self.refuses:
            raise Refused(self.refuses)
        return Drawn(self.digest, 7, "h" * 64, ENDED)

    async def copy(self, filed: Filed, language: str, form: str) -> AsyncIterator[bytes]:
        if self.refuses:
            raise Refused(self.refuses)
        return self._parts(filed.report, language, form)

    async def _parts(self, *said: str) -> AsyncIterator[bytes]:
        for part in said:
            yield f"{part} ".encode()
