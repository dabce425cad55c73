"""Who has heard: what a channel's receipt means for the people it was meant for."""

from collections.abc import Iterator

from minesafe.model.events import Noted, ReceiptStatus, Told
from minesafe.model.mine import Mine
from minesafe.model.order import Order
from minesafe.model.picture import Picture

_REACHED = (ReceiptStatus.ACCEPTED, ReceiptStatus.DELIVERED)


def told_by(mine: Mine, order: Order, noted: Noted, picture: Picture) -> Iterator[tuple[str, Told]]:
    """People in the muster for whom the receipt changes how far they were told.

    A message to one person speaks for that person; a horn or a broadcast speaks for everyone in
    the zones it is heard in.
    """
    if noted.recipient in order.muster:
        yield from _of_person(order, noted)
    elif noted.channel in mine.policy.scope_channels:
        yield from _of_zones(mine, order, picture)


def _of_person(order: Order, noted: Noted) -> Iterator[tuple[str, Told]]:
    told = {ReceiptStatus.ACCEPTED: Told.NOTIFIED, ReceiptStatus.DELIVERED: Told.DELIVERED}
    if noted.status in told and order.muster[noted.recipient].told in (Told.NOT_YET, Told.FAILED):
        yield noted.recipient, told[noted.status]


def _of_zones(mine: Mine, order: Order, picture: Picture) -> Iterator[tuple[str, Told]]:
    statuses = _by_zone(mine, order)
    for person, row in order.muster.items():
        if row.told not in (Told.NOT_YET, Told.FAILED):
            continue
        inside = picture.inside[mine.person_row[person]].nonzero()[0]
        heard = [s for zone in inside for s in statuses.get(mine.zones[zone].id, ())]
        if any(s in _REACHED for s in heard):
            yield person, Told.NOTIFIED
        elif row.told is Told.NOT_YET and heard and _all_in(mine, order):
            yield person, Told.FAILED


def _by_zone(mine: Mine, order: Order) -> dict[str, list[ReceiptStatus]]:
    """Receipts of the scope's channels by the zone they speak for."""
    outputs = {o.id: o.zones for o in mine.outputs}
    statuses: dict[str, list[ReceiptStatus]] = {}
    for receipt in order.receipts.values():
        if receipt.channel in mine.policy.scope_channels:
            for zone in outputs.get(receipt.recipient, (receipt.recipient,)):
                statuses.setdefault(zone, []).append(receipt.status)
    return statuses


def _all_in(mine: Mine, order: Order) -> bool:
    """Every channel of the scope has said what came of it."""
    heard_of = {r.channel for r in order.receipts.values()}
    return set(mine.policy.scope_channels) <= heard_of
