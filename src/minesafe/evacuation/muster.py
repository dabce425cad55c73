"""The muster (清点): whereabouts of everyone in scope, from the tags alone, tick by tick.

Where a person is going is told by the metres left to safety: fewer means moving to safety, more
means the wrong way, the same for a while means standing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from minesafe.evacuation.routes import Ways
from minesafe.evacuation.scope import place_of
from minesafe.model.errors import BrokenFrame
from minesafe.model.events import (
    AnyBody,
    OrderClosed,
    OrderIssued,
    OrderWidened,
    PersonMoved,
    Place,
    Whereabouts,
)
from minesafe.model.mine import Mine, ZoneKind
from minesafe.model.order import MusterRow, Order
from minesafe.model.picture import Picture
from minesafe.model.time import SECOND, Micros

NEARER_M = 5.0
"""So much closer to safety since the last anchor: moving."""
FARTHER_M = 10.0
"""So much farther: the wrong way. More than NEARER_M, for a tag's place jitters."""


@dataclass(frozen=True, slots=True)
class _Anchor:
    """Metres to safety, and since when."""

    metres: float
    at: Micros


class Muster:
    """Remembers each person's last anchor; everything else is in the journal."""

    def __init__(self, mine: Mine) -> None:
        self.take_over(mine)
        self._anchors: dict[tuple[str, str], _Anchor] = {}
        self._since: dict[tuple[str, str], Micros] = {}

    def take_over(self, mine: Mine) -> None:
        """Go on under another revision; anchors are of people by id."""
        self._mine = mine
        self._refuges = [i for i, z in enumerate(mine.zones) if z.kind is ZoneKind.REFUGE]

    def apply(self, body: AnyBody, now: Micros) -> None:
        """Since when a person belongs to an order, and that an order has ended."""
        if isinstance(body, OrderIssued | OrderWidened):
            self._since |= {(body.order, p.person): now for p in body.people}
        elif isinstance(body, OrderClosed):
            self._anchors = {k: v for k, v in self._anchors.items() if k[0] != body.order}
            self._since = {k: v for k, v in self._since.items() if k[0] != body.order}

    def snapshot(self) -> bytes:
        """Every anchor, to go to disk with the engine's state."""
        return msgspec.msgpack.encode([(*k, a.metres, a.at) for k, a in self._anchors.items()])

    def restore(self, data: bytes) -> None:
        """Read what `snapshot` wrote.

        Raises:
            BrokenFrame: it is not what was written.
        """
        try:
            rows = msgspec.msgpack.decode(data, type=list[tuple[str, str, float, Micros]])
        except msgspec.DecodeError as error:
            raise BrokenFrame(str(error)) from error
        self._anchors = {(order, who): _Anchor(metres, at) for order, who, metres, at in rows}

    def look(
        self, order: Order, picture: Picture, ways: Ways, now: Micros
    ) -> Iterator[PersonMoved]:
        """Whose whereabouts changed. A person ticked by hand stays as ticked.

        So does one this revision does not know: nobody will ever see that tag.
        """
        for row in order.muster.values():
            known = row.person in self._mine.person_row
            if row.ticked_by is not None or not known or now < self._joined(order, row):
                continue
            place = place_of(self._mine, self._mine.person_row[row.person], picture)
            found = self._whereabouts(order, row, picture, place, ways, now)
            if found is not row.whereabouts:
                yield PersonMoved(
                    order=order.order, person=row.person, whereabouts=found, place=place
                )

    def _joined(self, order: Order, row: MusterRow) -> Micros:
        return self._since.get((order.order, row.person), 0)

    def _whereabouts(
        self,
        order: Order,
        row: MusterRow,
        picture: Picture,
        place: Place | None,
        ways: Ways,
        now: Micros,
    ) -> Whereabouts:
        person = self._mine.person_row[row.person]
        if place is None:
            return Whereabouts.UNKNOWN
        if picture.out[person]:
            return Whereabouts.OUT
        if picture.inside[person, self._refuges].any():
            return Whereabouts.AT_REFUGE
        if picture.lost[person]:
            return Whereabouts.UNKNOWN
        return self._motion((order.order, row.person), row, place, ways, now)

    def _motion(
        self, key: tuple[str, str], row: MusterRow, place: Place, ways: Ways, now: Micros
    ) -> Whereabouts:
        metres = ways.out_of(place.roadway, place.chainage_m).distance_m
        if metres is None:
            return Whereabouts.STANDING
        anchor = self._anchors.get(key)
        if anchor is None:
            self._anchors[key] = _Anchor(metres, now)
            return row.whereabouts if row.whereabouts in _IN_MOTION else Whereabouts.STANDING
        if metres <= anchor.metres - NEARER_M:
            self._anchors[key] = _Anchor(metres, now)
            return Whereabouts.MOVING
        if metres >= anchor.metres + FARTHER_M:
            self._anchors[key] = _Anchor(metres, now)
            return Whereabouts.WRONG_WAY
        if now - anchor.at >= int(self._mine.policy.standing_s * SECOND):
            return Whereabouts.STANDING
        return row.whereabouts if row.whereabouts in _IN_MOTION else Whereabouts.STANDING


_IN_MOTION = (Whereabouts.MOVING, Whereabouts.WRONG_WAY)
