"""Every source a mine has, ready to be supervised."""

from collections.abc import Mapping

from minesafe.links.messages import Handler
from minesafe.links.modbus import ModbusDevice
from minesafe.model.mine import Broker, Mine
from minesafe.ports import Clock, Findings, Intake, Passages, Source
from minesafe.sources.modbus import SubstationPoller
from minesafe.sources.mqtt.build import mqtt_sources
from minesafe.sources.positioning.listener import StationServer
from minesafe.sources.positioning.ranges import Roadways
from minesafe.sources.positioning.stations import StationEars


def every_source(
    mine: Mine,
    broker: Broker,
    devices: Mapping[str, ModbusDevice],
    intake: Intake,
    clock: Clock,
    findings: Findings,
    passages: Passages,
) -> list[Source]:
    """One poller a substation, one link to the broker, one listener for base stations.

    Args:
        mine: the revision in force.
        broker: where the broker really is (the embedded one's address is not in the file).
        devices: the client of each substation by id; outputs share them.
        intake: where everything heard goes.
        clock: the mine's clock.
        findings: where sources report their own troubles.
        passages: where cards read at doors go.
    """
    roadways = Roadways(mine)
    ears = [StationEars(mine, roadways, s, intake, clock, findings) for s in mine.stations]
    tcp = [e for e in ears if e.station.transport == "tcp"]
    through: dict[str, Handler] = {}
    for station in ears:
        if station.station.transport == "mqtt":
            through |= station.routes

    sources: list[Source] = [
        SubstationPoller(
            mine, s, devices[s.id], intake, clock, findings, phase=row / len(mine.substations)
        )
        for row, s in enumerate(mine.substations)
    ]
    sources += mqtt_sources(mine, broker, through, intake, clock, findings, passages)
    if tcp:
        host, port = mine.server.stations_host, mine.server.stations_port
        sources.append(StationServer(host, port, tcp, clock, findings))
    return sources
