"""The words of the mine: what the configuration says, frozen.

Lengths are metres, coordinates local metres (x east, y north, z up), periods seconds.
Everything has an `id` (what files and the wire use) and a row number: its place in the tuple
that holds it. Frames and verdicts use row numbers; events and pages use ids.
"""

from minesafe.model.mine.armed import Armed
from minesafe.model.mine.devices import (
    BaseStation,
    Broadcaster,
    Coding,
    Feeder,
    Island,
    KjHost,
    Output,
    Paging,
    Reader,
    Serial,
    Substation,
    Telephone,
    Terminal,
    TerminalKind,
)
from minesafe.model.mine.gateways import (
    Dialect,
    EdgeNode,
    Gateway,
    Presence,
    Shape,
    TimeUnit,
)
from minesafe.model.mine.names import Name, Severity, System
from minesafe.model.mine.papers import Papers
from minesafe.model.mine.people import Duty, Person, Role, Shift, User
from minesafe.model.mine.places import (
    LEAST_RUN_M,
    STEEPEST,
    Guard,
    Interval,
    Level,
    Node,
    NodeKind,
    Roadway,
    Zone,
    ZoneKind,
    along,
)
from minesafe.model.mine.points import Danger, Form, Icon, Kind, Limits, Point, Rule
from minesafe.model.mine.policy import CallPolicy, LadderStep, MorningPolicy, Policy, ReachPolicy
from minesafe.model.mine.server import (
    Broker,
    Carrier,
    Chat,
    Database,
    Mail,
    Modem,
    Server,
    Tls,
    Witness,
)
from minesafe.model.mine.shadows import Shadow
from minesafe.model.mine.whole import Mine

__all__ = [
    "LEAST_RUN_M",
    "STEEPEST",
    "Armed",
    "BaseStation",
    "Broadcaster",
    "Broker",
    "CallPolicy",
    "Carrier",
    "Chat",
    "Coding",
    "Danger",
    "Database",
    "Dialect",
    "Duty",
    "EdgeNode",
    "Feeder",
    "Form",
    "Gateway",
    "Guard",
    "Icon",
    "Interval",
    "Island",
    "Kind",
    "KjHost",
    "LadderStep",
    "Level",
    "Limits",
    "Mail",
    "Mine",
    "Modem",
    "MorningPolicy",
    "Name",
    "Node",
    "NodeKind",
    "Output",
    "Paging",
    "Papers",
    "Person",
    "Point",
    "Policy",
    "Presence",
    "ReachPolicy",
    "Reader",
    "Roadway",
    "Role",
    "Rule",
    "Serial",
    "Server",
    "Severity",
    "Shadow",
    "Shape",
    "Shift",
    "Substation",
    "System",
    "Telephone",
    "Terminal",
    "TerminalKind",
    "TimeUnit",
    "Tls",
    "User",
    "Witness",
    "Zone",
    "ZoneKind",
    "along",
]
