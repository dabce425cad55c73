"""devices.toml: 分站, gateways, 定位基站, 读卡器, outputs; what is about people is in `reach`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from minesafe.config.gateways import read_gateway
from minesafe.config.hosts import check_folders, read_host
from minesafe.config.outputs import check_outputs, read_output
from minesafe.config.place import Ground
from minesafe.config.reach import Reach, read_reach
from minesafe.config.row import Named, Row, gather
from minesafe.config.secrets import Secrets
from minesafe.config.stations import check_codes, read_reader, read_station
from minesafe.config.substations import check_units, read_coding, read_substation
from minesafe.config.topics import own_part
from minesafe.config.wiring import (
    Sender,
    check_logins,
    check_topics,
)
from minesafe.config.words import nearest
from minesafe.model.mine import (
    BaseStation,
    Feeder,
    Gateway,
    Kind,
    KjHost,
    Output,
    Point,
    Reader,
    Substation,
    Zone,
)


@dataclass(frozen=True, slots=True)
class Devices:
    """Everything that reports or can be switched."""

    substations: Named[Substation]
    gateways: Named[Gateway]
    kj_hosts: Named[KjHost]
    stations: Named[BaseStation]
    readers: Named[Reader]
    outputs: Named[Output]
    feeders: Named[Feeder]
    reach: Reach

    @property
    def reporting(self) -> Mapping[str, object]:
        """Devices that points can be on."""
        return {**self.substations.items, **self.gateways.items, **self.kj_hosts.items}


def read_devices(file: Row, ground: Ground, zones: Named[Zone], secrets: Secrets) -> Devices:
    """All of devices.toml; ids are unique across its tables."""
    tables = gather(file.take_parts("status"), read_coding)
    substations = gather(file.take_parts("substation"), lambda r, i: read_substation(r, i, tables))
    gateways = gather(file.take_parts("gateway"), lambda r, i: read_gateway(r, i, secrets))
    stations = gather(
        file.take_parts("station"), lambda r, i: read_station(r, i, ground.levels, secrets)
    )
    hosts = gather(file.take_parts("kj_host"), lambda r, i: read_host(r, i, secrets.demo))
    hearing = {**stations.items, **hosts.items}
    readers = gather(file.take_parts("reader"), lambda r, i: read_reader(r, i, hearing, ground))
    feeders = gather(file.take_parts("feeder"), lambda r, i: _feeder(r, i, zones))
    outputs = gather(
        file.take_parts("output"), lambda r, i: read_output(r, i, substations, zones, feeders)
    )
    reach = read_reach(file, ground, zones, secrets)
    file.done()
    devices = Devices(substations, gateways, hosts, stations, readers, outputs, feeders, reach)
    _check_ids(devices)
    check_units(substations)
    check_outputs(outputs, substations)
    check_topics(_senders(devices))
    check_logins(_senders(devices))
    check_codes(readers)
    check_folders(hosts)
    _check_readers(devices)
    return devices


def _feeder(row: Row, ident: str, zones: Named[Zone]) -> Feeder:
    name, fed = row.name(), row.words("zones", zones.items, what="zone")
    return Feeder(ident, name, fed, row.texts("shows", required=False))


def check_feeders(feeders: Named[Feeder], points: Named[Point], kinds: Named[Kind]) -> None:
    """What shows whether a feeder has power is a point of a kind that tells of power."""
    tell = [p.id for p in points.values if p.kind in kinds.items and kinds[p.kind].power]
    for feeder, row in feeders.pairs():
        for point in feeder.shows:
            if point not in tell:
                what = f"{point!r} is no point that tells whether there is power"
                row.fault("shows", what, nearest(point, tell))


def _check_ids(devices: Devices) -> None:
    """A finding names its device by id alone, so no two devices share one."""
    seen: dict[str, str] = {}
    tables = {
        "substation": devices.substations.rows,
        "gateway": devices.gateways.rows,
        "kj_host": devices.kj_hosts.rows,
        "station": devices.stations.rows,
        "reader": devices.readers.rows,
        "output": devices.outputs.rows,
        "feeder": devices.feeders.rows,
        "terminal": devices.reach.terminals.rows,
        "broadcaster": devices.reach.broadcasters.rows,
        "telephone": devices.reach.telephones.rows,
    }
    for table, rows in tables.items():
        for ident, row in rows.items():
            if seen.setdefault(ident, table) != table:
                row.fault("id", f"id {ident!r} is also that of a {seen[ident]}")


def _senders(devices: Devices) -> Iterator[Sender]:
    """Everything that speaks to the broker."""
    reach = devices.reach
    called = (reach.broadcasters, reach.telephones)
    for gateway, row in devices.gateways.pairs():
        yield Sender(gateway.id, own_part(gateway), gateway.user, row)
        if gateway.presence is not None and not _below(gateway.presence.topic, own_part(gateway)):
            yield Sender(gateway.id, gateway.presence.topic, gateway.user, row)
    for named in (devices.stations, reach.terminals, *called):
        for device, row in named.pairs():
            if device.topic:
                yield Sender(device.id, device.topic, device.user, row)
    if reach.paging and reach.paging_row:
        yield Sender("paging", reach.paging.topic, reach.paging.user, reach.paging_row)


def _below(topic: str, own: str) -> bool:
    return f"{topic}/".startswith(f"{own}/")


def _check_readers(devices: Devices) -> None:
    served = {r.station for r in devices.readers.values}
    for station, row in devices.stations.pairs():
        if station.id not in served:
            row.warn("", f"station {station.id!r} has no reader")
