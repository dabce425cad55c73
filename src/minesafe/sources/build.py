"""Every source a mine has, ready to be supervised."""

from collections.abc import Mapping

from minesafe.links.modbus import ModbusDevice
from minesafe.links.stream.known import Quick
from minesafe.model.mine import Broker, Mine
from minesafe.ports import Clock, Findings, Intake, Notebook, Passages, Source
from minesafe.sources.files.host import HostWatch
from minesafe.sources.modbus import Pressing, SubstationPoller, nothing_presses
from minesafe.sources.mqtt.build import mqtt_sources
from minesafe.sources.positioning.build import station_sources
from minesafe.sources.positioning.ranges import Roadways


def every_source(
    mine: Mine,
    broker: Broker,
    devices: Mapping[str, ModbusDevice],
    intake: Intake,
    clock: Clock,
    findings: Findings,
    passages: Passages,
    notebook: Notebook,
    pressing: Pressing = nothing_presses,
    quick: Quick | None = None,
) -> list[Source]:
    """One poller a substation, one link to the broker, one door or more for base stations.

    Args:
        mine: the revision in force.
        broker: where the broker really is (the embedded one's address is not in the file).
        devices: the client of each substation by id; outputs share them.
        intake: where everything heard goes.
        clock: the mine's clock.
        findings: where sources report their own troubles.
        passages: where cards read at doors go.
        notebook: what must not be forgotten over a restart.
        pressing: which points are to be asked for faster, now.
        quick: the compiled loops of the stream, as soon as there are some.
    """
    through, doors = station_sources(mine, intake, clock, findings, notebook)
    sources: list[Source] = [
        SubstationPoller(
            mine,
            s,
            devices[s.id],
            intake,
            clock,
            findings,
            phase=row / len(mine.substations),
            pressing=pressing,
        )
        for row, s in enumerate(mine.substations)
    ]
    sources += mqtt_sources(mine, broker, through, intake, clock, findings, passages, quick)
    roadways = Roadways(mine)
    sources += [
        HostWatch(mine, roadways, host, intake, clock, findings, notebook) for host in mine.kj_hosts
    ]
    return [*sources, *doors]
