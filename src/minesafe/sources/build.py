"""Every source a mine has, ready to be supervised."""

from collections.abc import Mapping

from minesafe.links.modbus import ModbusDevice
from minesafe.links.mqtt import Handler, MqttLink
from minesafe.model.mine import Broker, Mine
from minesafe.ports import Clock, Findings, Intake, Passages, Source
from minesafe.sources.gateway import GatewayEars
from minesafe.sources.modbus import SubstationPoller
from minesafe.sources.positioning.listener import StationServer
from minesafe.sources.positioning.ranges import Roadways
from minesafe.sources.positioning.stations import StationEars
from minesafe.sources.terminal import TerminalEars

QUIET_PERIODS = 4
"""A broker connection on which nothing came for so many periods is built anew."""

LEAST_QUIET_S = 15.0


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
    gateways = [GatewayEars(mine, g, intake, clock, findings) for g in mine.gateways]
    tcp = [e for e in ears if e.station.transport == "tcp"]
    routes: dict[str, Handler] = {}
    for gateway in gateways:
        routes |= gateway.routes
    for terminal in mine.terminals:
        routes |= TerminalEars(mine, terminal, passages, clock, findings).routes
    for station in ears:
        if station.station.transport == "mqtt":
            routes |= station.routes

    sources: list[Source] = [
        SubstationPoller(
            mine, s, devices[s.id], intake, clock, findings, phase=row / len(mine.substations)
        )
        for row, s in enumerate(mine.substations)
    ]
    if routes:
        client = f"minesafe-{mine.id}"
        quiet = _quiet_s(mine)
        sources.append(MqttLink("broker", broker, client, routes, findings, quiet_s=quiet))
    if tcp:
        host, port = mine.server.stations_host, mine.server.stations_port
        sources.append(StationServer(host, port, tcp, clock, findings))
    return sources


def _quiet_s(mine: Mine) -> float:
    """From the slowest device on the broker, so that no healthy one is taken for deaf."""
    gateways = {g.id for g in mine.gateways}
    stations = {s.id for s in mine.stations if s.transport == "mqtt"}
    periods = [mine.kind[p.kind].period_s for p in mine.points if p.device in gateways]
    periods += [r.period_s for r in mine.readers if r.station in stations]
    return max([LEAST_QUIET_S, *(QUIET_PERIODS * p for p in periods)])
