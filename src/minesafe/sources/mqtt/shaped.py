"""Hears a gateway of any JSON (`shape`), and whether it is there."""

import math
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from minesafe.config.topics import filter_of
from minesafe.links.messages import Handler, Message
from minesafe.links.stream.known import Known
from minesafe.links.stream.packets import Publish
from minesafe.model.mine import Gateway, Mine, Presence
from minesafe.model.quality import Quality
from minesafe.model.time import Micros
from minesafe.ports import Clock, Findings, Intake
from minesafe.sources.mqtt.paths import MISSING, getter
from minesafe.sources.mqtt.points import PointTable
from minesafe.sources.mqtt.rows import Ranges, Rows
from minesafe.sources.mqtt.shape import ShapeReader, word_of
from minesafe.sources.mqtt.told import Teller, Told
from minesafe.sources.patience import hear_at_last
from minesafe.sources.wire import LONGEST_NAME, Unreadable, document


class ShapedEars:
    """Hears one gateway of dialect json.

    Args:
        mine: the revision in force.
        gateway: whom to hear.
        findings: GARBAGE, UNKNOWN_POINT, CLOCK_OFF, and LINK_DOWN of the gateway.
        known: the topics of the link, and the loops for them; none: all is read plainly.
    """

    def __init__(
        self, mine: Mine, gateway: Gateway, findings: Findings, known: Known | None = None
    ) -> None:
        assert gateway.shape is not None
        self.gateway = gateway
        self.table = PointTable.of(mine, gateway)
        zone = ZoneInfo(mine.server.timezone)
        known = Known() if known is None else known
        self._reader = ShapeReader(gateway.shape, gateway.topic, self.table, zone, known)
        self._ids = {spot.row: spot.ident for spot in self.table.spots.values()}
        self.teller = Teller(gateway.id, findings)

    @property
    def filter(self) -> str:
        """What to subscribe to."""
        return filter_of(self.gateway.topic)

    def take(
        self, messages: Sequence[Publish], now: Micros, rows: Rows
    ) -> Sequence[tuple[str, bytes]]:
        """As `lane.Ears`; such a gateway is told nothing."""
        told, since = Told(), rows.mark()
        self._reader.read_all(messages, now, rows, told)
        sampled = rows.sampled(since)
        points = rows.points(since) if self.teller.troubled else ()
        heard = {self._ids[row] for row in points}
        if sampled:
            heard.add(self.gateway.id)
        self.teller.tell(told, heard, sampled, now)
        return ()


class PresenceEars:
    """Hears a gateway's own word, or its last will, that it is gone: all its points, at once."""

    def __init__(
        self,
        mine: Mine,
        ears: ShapedEars,
        presence: Presence,
        intake: Intake,
        clock: Clock,
    ) -> None:
        self._ears, self._presence = ears, presence
        self._path = getter(presence.path)
        self._ranges = Ranges.of(mine)
        self._intake, self._clock = intake, clock

    @property
    def routes(self) -> dict[str, Handler]:
        """What to subscribe to."""
        return {self._presence.topic: self.hear}

    async def hear(self, message: Message) -> None:
        """It is there, or it is gone."""
        if self._word(message.payload) not in self._presence.offline:
            self._ears.teller.here()
            return
        self._ears.teller.gone("the gateway is offline")
        await lose(self._ears.table, self._ranges, self._intake, self._clock.now())

    def _word(self, payload: bytes) -> str:
        """The word in the document; the payload itself where it is no JSON."""
        try:
            found = self._path(document(payload))
        except Unreadable:
            found = payload[:LONGEST_NAME].decode("utf-8", "replace").strip()
        return "" if found is MISSING else word_of(found)


async def lose(table: PointTable, ranges: Ranges, intake: Intake, now: Micros) -> None:
    """All its points have no value from now on."""
    rows = Rows()
    for spot in table.spots.values():
        rows.add((spot.row, math.nan, Quality.COMMS_LOST, now, now))
    if len(rows):
        await hear_at_last(intake, rows.batch(ranges))
