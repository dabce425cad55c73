"""Everything of a mine that is heard through its broker, on one link."""

from collections.abc import Mapping

from minesafe.links.messages import Handler
from minesafe.links.stream.stream import MqttStream, Talk
from minesafe.model.mine import Broker, Mine
from minesafe.ports import Clock, Findings, Intake, Passages, Source
from minesafe.sources.mqtt.gateway import GatewayEars
from minesafe.sources.mqtt.terminal import TerminalEars

QUIET_PERIODS = 4
"""A broker connection on which nothing came for so many periods is built anew."""

LEAST_QUIET_S = 15.0


def mqtt_sources(
    mine: Mine,
    broker: Broker,
    stations: Mapping[str, Handler],
    intake: Intake,
    clock: Clock,
    findings: Findings,
    passages: Passages,
) -> list[Source]:
    """The link to the broker; none where nothing of the mine speaks through one.

    Args:
        mine: the revision in force.
        broker: where the broker really is.
        stations: what base stations on mqtt are heard by, by topic.
        intake: where readings go.
        clock: the mine's clock.
        findings: where the link and the ears report their own troubles.
        passages: where cards read at doors go.
    """
    routes = dict(stations)
    for gateway in mine.gateways:
        routes |= GatewayEars(mine, gateway, intake, clock, findings).routes
    for terminal in mine.terminals:
        routes |= TerminalEars(mine, terminal, passages, clock, findings).routes
    if not routes:
        return []
    talk, quiet = Talk(f"minesafe-{mine.id}"), _quiet_s(mine)
    return [MqttStream("broker", broker, talk, routes, {}, findings, quiet_s=quiet)]


def _quiet_s(mine: Mine) -> float:
    """From the slowest device on the broker, so that no healthy one is taken for deaf."""
    gateways = {g.id for g in mine.gateways}
    stations = {s.id for s in mine.stations if s.transport == "mqtt"}
    periods = [mine.kind[p.kind].period_s for p in mine.points if p.device in gateways]
    periods += [r.period_s for r in mine.readers if r.station in stations]
    return max([LEAST_QUIET_S, *(QUIET_PERIODS * p for p in periods)])
