"""Sound tests: once a shift somebody at each screen makes it sound, and says whether he heard it.

A loudspeaker that is switched off is found out by no machine: only by whoever stands before it.
A fold over the journal.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from minesafe.model.errors import Refused
from minesafe.model.events import Origin, SoundTested
from minesafe.model.fold import Fold
from minesafe.model.sound import SoundTest
from minesafe.model.time import SECOND, Micros

MOST_SCREENS = 200
"""Screens that are remembered; past it the one that was tested longest ago is forgotten."""

SAID_FOR: Micros = 24 * 3600 * SECOND
"""So long a screen that was not heard is a finding: a day later it is untested like any other."""


class Sounds(Fold):
    """The last test of each screen."""

    HOLDS: ClassVar[Mapping[str, Any]] = {"tests": dict[str, SoundTest]}

    def __init__(self) -> None:
        self.tests: dict[str, SoundTest] = {}
        """By screen, the newest last."""

    def apply(self, body: SoundTested, at: Micros) -> None:
        """Take one journalled body."""
        self.tests.pop(body.screen, None)
        self.tests[body.screen] = SoundTest(body.screen, at, body.by, body.heard)
        while len(self.tests) > MOST_SCREENS:
            del self.tests[next(iter(self.tests))]

    @staticmethod
    def decide(screen: str, heard: bool, by: str) -> SoundTested:
        """Somebody tried it.

        Raises:
            Refused: name_needed.
        """
        if not screen.strip():
            raise Refused("name_needed")
        return SoundTested(screen=screen.strip(), heard=heard, by=by, origin=Origin.CONSOLE)

    def unheard(self, now: Micros) -> dict[str, str]:
        """Screens that were not heard when they were tried last → who said so."""
        return {
            test.screen: test.by
            for test in self.tests.values()
            if not test.heard and now - test.at < SAID_FOR
        }
