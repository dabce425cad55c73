"""A moment of the past, by two times: when it was true, and by when the room knew it.

*What was true at 06:10* is asked with `known` as late as can be: records that were entered
afterwards count. *What the room knew at 06:10* is asked with both times at 06:10.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from minesafe.model.alarm import Alarm, Permit
from minesafe.model.events import FindingBegan, RevisionApproved, RoadwayBlocked
from minesafe.model.mine import Mine, Shift
from minesafe.model.order import Order
from minesafe.model.time import Micros


@dataclass(frozen=True, slots=True)
class Past:
    """What the journal says of a moment."""

    valid: Micros
    """When it was true in the mine."""
    known: Micros
    """By when the journal had taken it."""
    position: int
    """The last record that was known."""
    late: int
    """How many of those that count were entered more than a minute after they were true."""
    approved: RevisionApproved | None
    """The revision in force; None before there was one."""
    since: Micros
    """When it came into force."""
    mine: Mine
    """That revision: its limits, people with their certificates, devices with their papers."""
    lacking: str
    """Why `mine` is not that revision but the nearest there is: a sentence; empty where it is."""
    alarms: Sequence[Alarm]
    """Not normal then, worst and newest first."""
    orders: Sequence[Order]
    """Open then, oldest first."""
    findings: Sequence[tuple[FindingBegan, Micros]]
    """What was wrong, and since when."""
    permits: Sequence[Permit]
    """Asked for or in force."""
    blocked: Sequence[RoadwayBlocked]
    """Roadways nobody got through."""
    shift: Shift | None
    """Who held which post, swaps, substitutes and corrections counted; None in a gap."""


@dataclass(frozen=True, slots=True)
class Walked:
    """The journal's chain, every record held against the one before."""

    records: int
    """So many hold together."""
    head: str
    """Hash of the last of them."""
    fault: str
    """What does not hold, and where; empty: everything does."""
