"""Which links a scenario spoils, and where each end of them is found then."""

import dataclasses
from collections.abc import Iterable
from functools import partial

from msgspec.structs import replace

from device_sims.devices.device import Device, Port
from device_sims.devices.substation import SubstationDevice, lines_of
from device_sims.faults.frames import FRAMINGS
from device_sims.faults.manners import WIRE_FAULTS, passed
from device_sims.faults.proxy import Link, Proxy
from device_sims.faults.words import Fault
from device_sims.mine import Address, Mine, Station, Substation
from device_sims.stage import Stage

ANYWHERE = Address("127.0.0.1", 0)


class Wires:
    """The proxies of a scenario. Without faults of wires there are none, and nothing changes.

    A substation's proxy listens where mine.json says, and the device behind it anywhere. A gateway
    or base station connects to its proxy instead of broker or host, and those before broker and
    host are for the devices alone: the server keeps its own ways (docs/decisions/0039). Nothing
    stands in a serial line; there a unit can only be silent.
    """

    def __init__(self, stage: Stage) -> None:
        self._mine = stage.site.mine
        self._behind: dict[str, Port] = {}
        self._line = {s.id: line for line in lines_of(self._mine.substations) for s in line}
        faults = [f for f in stage.spoilt.faults if f.kind in WIRE_FAULTS]
        serial = {s.id for s in self._mine.substations if s.serial is not None}
        on = (name for f in faults for name in f.on if name not in serial)
        names = dict.fromkeys(self._link_of(name) for name in on)
        self.proxies = [Proxy(self._link(n), self._of(n, faults), stage) for n in names]
        self._proxy = {proxy.name: proxy for proxy in self.proxies}

    def inside(self) -> Mine:
        """The mine as devices should read it once the proxies listen."""
        mine = self._mine
        server = replace(mine.server, stations=self._way("host", mine.server.stations))
        return replace(mine, server=server, broker=self._way("broker", mine.broker))

    def port_of(self, line: Iterable[Substation]) -> int | None:
        """Where the units of one port listen instead: anywhere, when a proxy has their place."""
        return 0 if any(s.id in self._proxy for s in line) else None

    def way_of(self, device: str) -> Address | None:
        """What a gateway or base station connects to instead of broker or host."""
        return self._proxy[device].address if device in self._proxy else None

    def found(self, devices: Iterable[Device]) -> None:
        """Where the devices behind proxies listen is known once they do."""
        units = (d for d in devices if isinstance(d, SubstationDevice))
        self._behind = {name: device for device in units for name in device.serves}

    def _link_of(self, name: str) -> str:
        """Substations behind one port are one link, called as the first of them."""
        return self._line[name][0].id if name in self._line else name

    def _of(self, link: str, faults: Iterable[Fault]) -> list[Fault]:
        """The faults of a link. What would close a port that others share silences one unit."""
        units = {s.id for s in self._line.get(link, ())}
        found = []
        for fault in faults:
            on = tuple(name for name in fault.on if self._link_of(name) == link)
            shared = WIRE_FAULTS[fault.kind].manner is passed and not units <= set(on)
            if on and shared:
                found.append(dataclasses.replace(fault, kind="drop", on=on, amount=1.0))
            elif on:
                found.append(dataclasses.replace(fault, on=on))
        return found

    def _way(self, name: str, straight: Address) -> Address:
        return self._proxy[name].address if name in self._proxy else straight

    def _link(self, name: str) -> Link:
        mine = self._mine
        for substation in mine.substations:
            if substation.id == name:
                return self._to_substation(substation)
        for station in mine.stations:
            if station.id == name:
                return Link(name, ANYWHERE, partial(self._host_of, station), far_speaks=False)
        shared = {
            "broker": lambda: mine.broker,
            "host": lambda: mine.server.stations,
        }
        if name in shared:
            return Link(name, ANYWHERE, shared[name])
        return Link(name, ANYWHERE, lambda: self._way("broker", mine.broker), far_speaks=False)

    def _to_substation(self, substation: Substation) -> Link:
        near = Address(substation.host, substation.port)
        far = partial(self._listening, substation.id)
        line = self._line[substation.id]
        units = {s.id: s.unit for s in line} if len(line) > 1 else {}
        return Link(substation.id, near, far, framing=FRAMINGS[substation.framing], units=units)

    def _host_of(self, station: Station) -> Address:
        if station.transport == "mqtt":
            return self._way("broker", self._mine.broker)
        return self._way("host", self._mine.server.stations)

    def _listening(self, device: str) -> Address:
        if device not in self._behind:
            raise ConnectionRefusedError(f"{device} does not listen yet")
        return Address(self._behind[device].host, self._behind[device].port)
