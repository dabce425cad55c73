"""The whole of mine.json, and how it is read."""

from functools import cached_property
from pathlib import Path

import msgspec

from device_sims.clock import Micros
from device_sims.errors import MineUnreadable
from device_sims.mine.devices import (
    Broadcaster,
    Gateway,
    KjHost,
    Output,
    Paging,
    Reader,
    Station,
    Substation,
    Telephone,
    Terminal,
)
from device_sims.mine.ground import Node, Roadway, Zone
from device_sims.mine.host import Address, Carrier, Modem, Policy, Server
from device_sims.mine.part import Part
from device_sims.mine.people import Person, Shift, User
from device_sims.mine.points import Kind, Point


class Mine(Part, frozen=True):
    """Everything the simulators know."""

    mine: str
    revision: str
    server: Server
    broker: Address
    nodes: tuple[Node, ...]
    roadways: tuple[Roadway, ...]
    zones: tuple[Zone, ...]
    kinds: tuple[Kind, ...]
    points: tuple[Point, ...]
    substations: tuple[Substation, ...] = ()
    gateways: tuple[Gateway, ...] = ()
    kj_hosts: tuple[KjHost, ...] = ()
    stations: tuple[Station, ...] = ()
    readers: tuple[Reader, ...] = ()
    outputs: tuple[Output, ...] = ()
    terminals: tuple[Terminal, ...] = ()
    broadcasters: tuple[Broadcaster, ...] = ()
    telephones: tuple[Telephone, ...] = ()
    paging: Paging | None = None
    people: tuple[Person, ...] = ()
    shifts: tuple[Shift, ...] = ()
    users: tuple[User, ...] = ()
    carrier: Carrier | None = None
    modem: Modem | None = None
    policy: Policy = Policy()
    timezone: str = "UTC"

    @cached_property
    def kind(self) -> dict[str, Kind]:
        """Kind by id; likewise below."""
        return {k.id: k for k in self.kinds}

    @cached_property
    def roadway(self) -> dict[str, Roadway]:
        """Roadway by id."""
        return {r.id: r for r in self.roadways}

    @cached_property
    def zone(self) -> dict[str, Zone]:
        """Zone by id."""
        return {z.id: z for z in self.zones}

    @cached_property
    def person(self) -> dict[str, Person]:
        """Person by id."""
        return {p.id: p for p in self.people}

    def code_of(self, reader: str) -> str:
        """What its station calls a reader."""
        return next((r.code or r.id for r in self.readers if r.id == reader), reader)

    def points_of(self, device: str) -> tuple[Point, ...]:
        """The points a substation or gateway reports."""
        return tuple(p for p in self.points if p.device == device)

    def readers_of(self, station: str) -> tuple[Reader, ...]:
        """The readers of a base station."""
        return tuple(r for r in self.readers if r.station == station)

    def holders(self, duty: str, now: Micros) -> tuple[Person, ...]:
        """Who holds a post of the roster now."""
        posts = (s.posts for s in self.shifts if s.start <= now < s.end)
        return tuple(self.person[p] for line in posts for post, p in line if post == duty)


def decode(text: bytes) -> Mine:
    """Read mine.json.

    Raises:
        MineUnreadable: not JSON, or something needed is missing or of another type.
    """
    try:
        return msgspec.json.decode(text, type=Mine)
    except msgspec.DecodeError as error:
        raise MineUnreadable(f"mine.json cannot be used: {error}") from error


def load(path: Path) -> Mine:
    """Read mine.json from disk.

    Raises:
        MineUnreadable: not there, or see `decode`.
    """
    try:
        return decode(path.read_bytes())
    except OSError as error:
        raise MineUnreadable(f"{path} cannot be read: {error.strerror}") from error
