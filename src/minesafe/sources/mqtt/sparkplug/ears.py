"""Hears one Sparkplug B edge node: its metrics are points, its death is the loss of all of them."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from minesafe.links.stream.packets import Publish
from minesafe.model.events import FindingKind
from minesafe.model.mine import Gateway, Mine
from minesafe.model.quality import Quality
from minesafe.model.time import MINUTE, SECOND, Micros
from minesafe.ports import Findings
from minesafe.sources.mqtt.points import PointTable, Spot
from minesafe.sources.mqtt.rows import Rows
from minesafe.sources.mqtt.sparkplug.node import BDSEQ, NODE, Node
from minesafe.sources.mqtt.sparkplug.payload import Metric, Payload, decode, rebirth
from minesafe.sources.mqtt.told import Teller, Told
from minesafe.sources.wire import Unreadable

SPACE = "spBv1.0"

ASK_AGAIN: Micros = 5 * SECOND
"""A node that was asked for its births is not asked again so soon."""

RECENT: Micros = MINUTE
"""What was kept no longer than that is judged as it was sampled."""

_LATEST_MS = 2**53 // 1000

QUALITIES: Mapping[int, Quality] = {192: Quality.GOOD, 500: Quality.COMMS_LOST}
"""Sparkplug's words; any other (0: bad) is a fault."""

CONTROL = ("Node Control/", "Device Control/", "Node Info/", "Device Info/", "Properties/")
"""Metrics about the node, which are no points of anybody."""

Say = Sequence[tuple[str, bytes]]


class EdgeEars:
    """Hears one edge node and its devices.

    A metric is the point called `device/metric`, one of the node itself `metric`; where there is
    no such name, the one called `metric` alone.

    Args:
        mine: the revision in force.
        gateway: the edge node.
        findings: GARBAGE, UNKNOWN_POINT, GAP, CLOCK_OFF, and LINK_DOWN of the gateway.
    """

    def __init__(self, mine: Mine, gateway: Gateway, findings: Findings) -> None:
        assert gateway.edge is not None
        self._edge = gateway.edge
        self._table = PointTable.of(mine, gateway)
        self._ids = {spot.row: spot.ident for spot in self._table.spots.values()}
        self._findings = findings
        self._teller = Teller(gateway.id, findings)
        self._node = Node()
        self._of_device: dict[str, set[int]] = {}
        """Row numbers of points a device has reported."""
        self._live: dict[int, Micros] = {}
        """Newest sample by row number."""
        self._asked: Micros = -ASK_AGAIN
        self._hears: Mapping[str, Callable[[str, Payload, Micros, Rows, Told], Say]] = {
            "NBIRTH": self._birth,
            "DBIRTH": self._device_birth,
            "NDATA": self._data,
            "DDATA": self._data,
            "NDEATH": self._death,
            "DDEATH": self._device_death,
        }

    @property
    def filters(self) -> tuple[str, str]:
        """What to subscribe to."""
        group, edge = self._edge.group, self._edge.edge
        return f"{SPACE}/{group}/+/{edge}", f"{SPACE}/{group}/+/{edge}/+"

    def take(self, messages: Sequence[Publish], now: Micros, rows: Rows) -> Say:
        """As `lane.Ears`."""
        told, since = Told(), len(rows.rows)
        say: list[tuple[str, bytes]] = []
        for message in messages:
            say += self._message(message, now, rows, told)
        heard = {self._ids[row[0]] for row in rows.rows[since:]} | {self._table.gateway}
        sampled = [row[3] for row in rows.rows[since:] if row[4] == now]
        self._teller.tell(told, heard, sampled, now)
        return say

    def _message(self, message: Publish, now: Micros, rows: Rows, told: Told) -> Say:
        _, _, kind, _, *device = message.topic.decode().split("/")
        hears = self._hears.get(kind)
        if hears is None or message.retained:  # commands; and no message of a node is retained
            return ()
        try:
            payload = _payload(message)
            return hears(device[0] if device else NODE, payload, now, rows, told)
        except Unreadable as error:
            told.garbled[self._table.gateway] = f"{kind}: {error}"
            return ()

    # --- births and deaths ---------------------------------------------------------------------

    def _birth(self, _device: str, payload: Payload, now: Micros, rows: Rows, told: Told) -> Say:
        self._node.birth(payload)
        self._of_device.clear()
        self._teller.here()
        self._findings.ended(FindingKind.GAP, self._table.gateway)
        self._values(NODE, payload, now, rows, told)
        return ()

    def _device_birth(
        self, device: str, payload: Payload, now: Micros, rows: Rows, told: Told
    ) -> Say:
        asked = self._in_step(payload, now)
        self._node.device_birth(device, payload)
        self._values(device, payload, now, rows, told)
        return asked

    def _death(self, _device: str, payload: Payload, now: Micros, rows: Rows, _told: Told) -> Say:
        if self._node.dies(payload):
            self._teller.gone("the edge node is dead")
            self._lose((spot.row for spot in self._table.spots.values()), now, rows)
        return ()

    def _device_death(
        self, device: str, payload: Payload, now: Micros, rows: Rows, _told: Told
    ) -> Say:
        asked = self._in_step(payload, now)
        named = {
            spot.row for name, spot in self._table.spots.items() if name.startswith(f"{device}/")
        }
        self._lose(self._of_device.get(device, set()) | named, now, rows)
        return asked

    def _lose(self, points: Iterable[int], now: Micros, rows: Rows) -> None:
        for row in points:
            self._live[row] = now
            rows.add((row, math.nan, Quality.COMMS_LOST, now, now))

    # --- data ------------------------------------------------------------------------------------

    def _data(self, device: str, payload: Payload, now: Micros, rows: Rows, told: Told) -> Say:
        asked = self._in_step(payload, now) or self._asking(self._node.knows(device, payload), now)
        self._values(device, payload, now, rows, told)
        return asked

    def _in_step(self, payload: Payload, now: Micros) -> Say:
        return self._asking(self._node.follows(payload.seq), now)

    def _asking(self, wrong: str, now: Micros) -> Say:
        """Ask for the births where something is missing."""
        if not wrong:
            return ()
        self._findings.began(FindingKind.GAP, self._table.gateway, wrong)
        if now - self._asked < ASK_AGAIN:
            return ()
        self._asked = now
        topic = f"{SPACE}/{self._edge.group}/NCMD/{self._edge.edge}"
        return [(topic, rebirth(now // 1000))]

    def _values(self, device: str, payload: Payload, now: Micros, rows: Rows, told: Told) -> None:
        for name, datatype, metric in self._node.metrics(device, payload):
            spot = self._spot(device, name)
            if spot is None:
                if name != BDSEQ and not name.startswith(CONTROL):
                    told.stranger(f"{device}/{name}" if device else name)
                continue
            self._of_device.setdefault(device, set()).add(spot.row)
            self._one(spot, datatype, metric, payload, now, rows, told)

    def _spot(self, device: str, name: str) -> Spot | None:
        spots = self._table.spots
        return (spots.get(f"{device}/{name}") if device else None) or spots.get(name)

    def _one(
        self, spot: Spot, datatype: int, metric: Metric, payload: Payload, now: Micros,
        rows: Rows, told: Told,
    ) -> None:  # fmt: skip
        number = None if metric.null else metric.number(datatype)
        if number is None and not metric.null:
            told.garbled[spot.ident] = f"no number: data type {datatype}"
        value = math.nan if number is None else number * spot.line.factor + spot.line.offset
        quality = Quality.GOOD
        if metric.quality is not None:
            quality = QUALITIES.get(metric.quality, Quality.FAULT)
        at = _moment(metric, payload, now)
        newest = self._live.get(spot.row)
        if metric.historical and now - at > RECENT:  # stored at its own time, behind what is known
            if newest is not None and at < newest:
                rows.add((spot.row, value, quality, at, at))
            return
        self._live[spot.row] = at if newest is None else max(at, newest)
        rows.add((spot.row, value, quality, at, now))


def _payload(message: Publish) -> Payload:
    if message.cut:
        raise Unreadable(f"{message.cut} bytes is too long")
    return decode(message.payload)


def _moment(metric: Metric, payload: Payload, now: Micros) -> Micros:
    at = metric.timestamp if metric.timestamp is not None else payload.timestamp
    return now if at is None or at > _LATEST_MS else at * 1000
