"""mine.json as the simulators read it; docs/wire.md names its fields, the rest is passed over."""

from device_sims.mine.devices import (
    Broadcaster,
    Gateway,
    KjHost,
    Output,
    Paging,
    Reader,
    Serial,
    Shape,
    Station,
    Substation,
    Telephone,
    Terminal,
)
from device_sims.mine.ground import Interval, Node, Roadway, Zone
from device_sims.mine.host import Address, Carrier, Modem, Policy, Server
from device_sims.mine.people import Person, Shift, User
from device_sims.mine.points import Kind, Limits, Point
from device_sims.mine.whole import Mine, decode, load

__all__ = [
    "Address",
    "Broadcaster",
    "Carrier",
    "Gateway",
    "Interval",
    "Kind",
    "KjHost",
    "Limits",
    "Mine",
    "Modem",
    "Node",
    "Output",
    "Paging",
    "Person",
    "Point",
    "Policy",
    "Reader",
    "Roadway",
    "Serial",
    "Server",
    "Shape",
    "Shift",
    "Station",
    "Substation",
    "Telephone",
    "Terminal",
    "User",
    "Zone",
    "decode",
    "load",
]
