"""Sound tests: whether each screen of the control room is heard."""

from pydantic import Field

from minesafe.web.models.wire import Wire


class SoundTestIn(Wire):
    """What came of making this screen sound."""

    screen: str = Field(min_length=1, max_length=40)
    """What it calls itself."""
    heard: bool


class SoundTestOut(Wire):
    """The last test of one screen."""

    screen: str
    at: int
    by: str
    heard: bool


class SoundTestsOut(Wire):
    """Of every screen, and since when one counts."""

    since: int
    """The beginning of the shift, of the day in a gap: a screen not tested since is untested."""
    tests: list[SoundTestOut]
