"""Every edge of the program: of the machine, of people, of offices and of screens.

`edges`, `people`, `offices`, `shown`. Rooms are handed these by `app`; none imports another's.

What a port may raise is in its docstring; foreign errors never pass a port.
"""

from minesafe.ports.edges import (
    Channel,
    Clock,
    Disk,
    Findings,
    History,
    Intake,
    Journal,
    Note,
    Notebook,
    Outbox,
    Outputs,
    Passages,
    Reply,
    Snapshots,
    Source,
    Spool,
)
from minesafe.ports.offices import Office
from minesafe.ports.people import Desk, Memory, Reporter, Scenarios
from minesafe.ports.shown import Recorded, Replays, Shown, Tape

__all__ = [
    "Channel",
    "Clock",
    "Desk",
    "Disk",
    "Findings",
    "History",
    "Intake",
    "Journal",
    "Memory",
    "Note",
    "Notebook",
    "Office",
    "Outbox",
    "Outputs",
    "Passages",
    "Recorded",
    "Replays",
    "Reply",
    "Reporter",
    "Scenarios",
    "Shown",
    "Snapshots",
    "Source",
    "Spool",
    "Tape",
]
