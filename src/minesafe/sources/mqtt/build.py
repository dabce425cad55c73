"""Everything of a mine that is heard through its broker, on one link."""

from collections.abc import Callable, Mapping
from functools import partial

from minesafe.links.messages import Handler
from minesafe.links.stream.known import Known, Quick
from minesafe.links.stream.stream import MqttStream, Talk
from minesafe.model.events import BROKER
from minesafe.model.mine import Broker, Dialect, Gateway, Mine
from minesafe.ports import Clock, Findings, Intake, Passages, Source
from minesafe.sources.mqtt.gateway import GatewayEars
from minesafe.sources.mqtt.lane import Ears, PointLane
from minesafe.sources.mqtt.shaped import PresenceEars, ShapedEars
from minesafe.sources.mqtt.sparkplug.ears import EdgeEars
from minesafe.sources.mqtt.sparkplug.host import Host
from minesafe.sources.mqtt.terminal import TerminalEars

QUIET_PERIODS = 4
"""A broker connection on which nothing came for so many periods is built anew."""

LEAST_QUIET_S = 15.0


class _Hearing:
    """Who hears what, while it is put together."""

    def __init__(
        self, mine: Mine, intake: Intake, clock: Clock, findings: Findings, known: Known
    ) -> None:
        self._known = known
        self._mine, self._intake, self._clock, self._findings = mine, intake, clock, findings
        self.routes: dict[str, Handler] = {}
        self.ears: dict[str, Ears] = {}
        self.host: Host | None = None
        """Where edge nodes look for one."""

    def add(self, gateway: Gateway) -> None:
        """One gateway, by its dialect."""
        dialects: Mapping[Dialect, Callable[[Gateway], None]] = {
            Dialect.MINESAFE: self._own,
            Dialect.JSON: self._shaped,
            Dialect.SPARKPLUG: self._edge,
        }
        dialects[gateway.dialect](gateway)

    def _own(self, gateway: Gateway) -> None:
        ears = GatewayEars(self._mine, gateway, self._intake, self._clock, self._findings)
        self.routes |= ears.routes

    def _shaped(self, gateway: Gateway) -> None:
        ears = ShapedEars(self._mine, gateway, self._findings, self._known)
        self.ears[ears.filter] = ears
        if gateway.presence is not None:
            there = PresenceEars(self._mine, ears, gateway.presence, self._intake, self._clock)
            self.routes |= there.routes

    def _edge(self, gateway: Gateway) -> None:
        ears = EdgeEars(self._mine, gateway, self._findings)
        self.ears |= dict.fromkeys(ears.filters, ears)
        self.host = self.host or Host(self._mine.id, self._clock)


def mqtt_sources(
    mine: Mine,
    broker: Broker,
    stations: Mapping[str, Handler],
    intake: Intake,
    clock: Clock,
    findings: Findings,
    passages: Passages,
    quick: Quick | None = None,
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
        quick: the compiled loops of the stream, as soon as there are some.
    """
    known = Known(quick)
    hearing = _Hearing(mine, intake, clock, findings, known)
    for gateway in mine.gateways:
        hearing.add(gateway)
    routes = {**hearing.routes, **stations}
    for terminal in mine.terminals:
        routes |= TerminalEars(mine, terminal, passages, clock, findings).routes
    if hearing.host is not None:
        routes |= hearing.host.routes
    if not routes and not hearing.ears:
        return []
    lane = PointLane(mine, hearing.ears, intake, clock)
    lanes = dict.fromkeys(hearing.ears, lane.hear)
    talk = Talk(f"minesafe-{mine.id}", hearing.host.state if hearing.host else None)
    quiet_s = _quiet_s(mine)
    link = MqttStream(BROKER, broker, talk, routes, lanes, findings, known=known, quiet_s=quiet_s)
    lane.say = partial(link.publish, qos=0)
    lane.repeated = findings.repeated
    if hearing.host is not None:
        hearing.host.say = partial(link.publish, qos=1, retain=True)
    return [link]


def _quiet_s(mine: Mine) -> float:
    """From the slowest device on the broker, so that no healthy one is taken for deaf."""
    gateways = {g.id for g in mine.gateways}
    stations = {s.id for s in mine.stations if s.transport == "mqtt"}
    periods = [mine.kind[p.kind].period_s for p in mine.points if p.device in gateways]
    periods += [r.period_s for r in mine.readers if r.station in stations]
    return max([LEAST_QUIET_S, *(QUIET_PERIODS * p for p in periods)])
