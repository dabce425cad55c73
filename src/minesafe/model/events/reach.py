"""The nightly proof that whoever may be asked can be reached."""

from minesafe.model.events.body import Body, Origin
from minesafe.model.time import Micros


class ReachAsked(Body, frozen=True, kw_only=True, tag="reach_asked"):
    """A test message goes to everybody who may be asked tomorrow. It says that it is a test."""

    proof: str
    people: tuple[tuple[str, str], ...]
    """(person id, telephone number as it is configured)."""
    channels: tuple[str, ...]
    answer_by: Micros


class ReachAnswered(Body, frozen=True, kw_only=True, tag="reach_answered"):
    """Somebody has answered the test."""

    proof: str
    person: str
    phone: str
    """The number he answered from, which proves it; empty where he answered by anything else."""
    origin: Origin


class TestSent(Body, frozen=True, kw_only=True, tag="test_sent"):
    """Somebody sends one person a test by one channel, to see whether it comes."""

    test: str
    """`test-<n>`; the order of its command and receipts."""
    person: str
    phone: str
    """The number as it is configured."""
    channel: str
    by: str
    origin: Origin
