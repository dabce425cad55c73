"""Who has heard: what a channel's receipt means for the people it was meant for."""

from collections.abc import Iterator

from minesafe.evacuation.orders import GROWS
from minesafe.evacuation.telling import ENDS, REACHED_BY
from minesafe.model.events import Noted, ReceiptStatus, Told
from minesafe.model.mine import Mine
from minesafe.model.order import Order, ReceiptRow
from minesafe.model.picture import Picture

_REACHED = (ReceiptStatus.ACCEPTED, ReceiptStatus.DELIVERED, ReceiptStatus.READ)


def told_by(mine: Mine, order: Order, noted: Noted, picture: Picture) -> Iterator[tuple[str, Told]]:
    """People in the muster for whom the receipt changes how far they were told.

    A message to one person speaks for that person; a horn or a broadcast speaks for everyone in
    the zones it is heard in.
    """
    if noted.recipient in order.muster:
        yield from _of_person(mine, order, noted, picture)
    elif noted.channel in mine.policy.scope_channels:
        for person, told, _ in told_in_zones(mine, order, picture):
            yield person, told


def _of_person(
    mine: Mine, order: Order, noted: Noted, picture: Picture
) -> Iterator[tuple[str, Told]]:
    """A page by name that fails is the end for whom no zone speaks; a message that fails is not."""
    person, by_page = noted.recipient, noted.channel in mine.policy.scope_channels
    now, told = order.muster[person].told, _MEANS[noted.status]
    if told is Told.FAILED and (not by_page or _spoken_for(mine, order, person, picture)):
        return
    if told is not None and GROWS.index(told) > GROWS.index(now):
        yield person, told


_MEANS: dict[ReceiptStatus, Told | None] = {
    ReceiptStatus.SENDING: None,
    ReceiptStatus.FAILED: Told.FAILED,
    ReceiptStatus.ACCEPTED: Told.NOTIFIED,
    ReceiptStatus.DELIVERED: Told.DELIVERED,
    ReceiptStatus.READ: Told.ACKNOWLEDGED,
}
"""What a receipt says of the one person its message was for."""


def told_in_zones(mine: Mine, order: Order, picture: Picture) -> Iterator[tuple[str, Told, str]]:
    """People whom the receipts of the zones they are in tell more of, and by which channel."""
    receipts, everywhere = _by_zone(mine, order), _everywhere(mine, order)
    for person, row in order.muster.items():
        if row.told not in (Told.NOT_YET, Told.FAILED):
            continue
        if row.known_by:
            if everywhere:
                yield person, Told.NOTIFIED, everywhere
            continue
        heard = [r for zone in _zones_of(mine, person, picture) for r in receipts.get(zone, ())]
        reached = [r.channel for r in heard if r.status in _REACHED]
        if reached:
            yield person, Told.NOTIFIED, reached[0]
        elif row.told is Told.NOT_YET and heard and _all_in(mine, order):
            yield person, Told.FAILED, heard[-1].channel


def _everywhere(mine: Mine, order: Order) -> str:
    """A channel of which every device in the order's zones has taken it; else empty.

    Of somebody whom no tag shows, only this says that he must have heard it.
    """
    if not any(row.known_by for row in order.muster.values()):
        return ""
    for channel in (c for c in ENDS if c in mine.policy.scope_channels):
        receipts = (r for r in order.receipts.values() if r.channel == channel)
        took = {r.recipient for r in receipts if r.status in _REACHED}
        devices = REACHED_BY[channel](mine, order.zones)
        if devices and took.issuperset(devices):
            return channel
    return ""


def _zones_of(mine: Mine, person: str, picture: Picture) -> list[str]:
    row = mine.person_row.get(person)
    inside = () if row is None else picture.inside[row].nonzero()[0]
    return [mine.zones[zone].id for zone in inside]


def _spoken_for(mine: Mine, order: Order, person: str, picture: Picture) -> bool:
    """Whether the person is in a zone that the order tells."""
    return not set(order.zones).isdisjoint(_zones_of(mine, person, picture))


def _by_zone(mine: Mine, order: Order) -> dict[str, list[ReceiptRow]]:
    """Receipts of the scope's channels by the zone they speak for.

    A telephone speaks for nobody but whoever picked it up, and nobody knows who that was.
    """
    outputs = {o.id: o.zones for o in mine.outputs} | {b.id: b.zones for b in mine.broadcasters}
    receipts: dict[str, list[ReceiptRow]] = {}
    for receipt in order.receipts.values():
        if receipt.channel in mine.policy.scope_channels:
            for zone in outputs.get(receipt.recipient, (receipt.recipient,)):
                receipts.setdefault(zone, []).append(receipt)
    return receipts


def _all_in(mine: Mine, order: Order) -> bool:
    """Every channel of the scope has said what came of it."""
    heard_of = {r.channel for r in order.receipts.values()}
    return set(mine.policy.scope_channels) <= heard_of
