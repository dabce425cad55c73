"""A reporter of the tests: one that writes, and is refused as told."""

from collections.abc import AsyncIterator

from minesafe.model.errors import Refused


class PlainReporter:
    """`ports.Reporter` that says what it was asked for; `refuses` is the code it says no with."""

    def __init__(self) -> None:
        self.refuses = ""

    async def incident(self, order: str, language: str, form: str) -> AsyncIterator[bytes]:
        if self.refuses:
            raise Refused(self.refuses)
        return self._parts(order, language, form)

    async def _parts(self, *said: str) -> AsyncIterator[bytes]:
        for part in said:
            yield f"{part} ".encode()
