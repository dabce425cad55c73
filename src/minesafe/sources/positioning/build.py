"""Everything that hears where people are: topics for the broker's link, and doors of our own."""

from collections.abc import Callable, Mapping

from minesafe.links.messages import Handler
from minesafe.model.mine import Mine
from minesafe.ports import Clock, Findings, Intake, Notebook, Source
from minesafe.sources.positioning.common import Common
from minesafe.sources.positioning.doors import DatagramDoor, LineDoor
from minesafe.sources.positioning.listener import StationServer
from minesafe.sources.positioning.stations import OURS, StationEars
from minesafe.sources.positioning.webhook import PostDoor

Opened = Callable[[str, StationEars, Clock, Findings], Source]

DOORS: Mapping[str, Opened] = {"tcp": LineDoor, "udp": DatagramDoor, "http": PostDoor}
"""Of dialects without a hello, by transport."""


def station_sources(
    mine: Mine, intake: Intake, clock: Clock, findings: Findings, notebook: Notebook
) -> tuple[dict[str, Handler], list[Source]]:
    """Handlers by topic, and what listens itself.

    Args:
        mine: the revision in force.
        intake: where sightings go.
        clock: the mine's clock.
        findings: where stations' troubles are told.
        notebook: keeps who calls for help.
    """
    common = Common.of(mine, intake, notebook)
    ears = [StationEars(mine, common, s, clock, findings) for s in mine.stations]
    through: dict[str, Handler] = {}
    sources: list[Source] = []
    host, callers = mine.server.stations_host, []
    for station in ears:
        transport = station.station.transport
        if transport == "mqtt":
            through |= station.routes
        elif station.station.dialect == OURS:
            callers.append(station)
        else:
            sources.append(DOORS[transport](host, station, clock, findings))
    if callers:
        port = mine.server.stations_port
        sources.append(StationServer(host, port, callers, clock, findings))
    return through, sources
