"""The alarms an order answers: whether each is still active, and since when none is."""

from collections.abc import Callable
from dataclasses import replace

from minesafe.model.events import AlarmMoved
from minesafe.model.mine import Severity
from minesafe.model.order import Order
from minesafe.model.time import Micros


def with_cause(body: AlarmMoved, now: Micros) -> Callable[[Order], Order]:
    """What the move of one of its causes makes of an order.

    A note (level IV) is no cause that holds. Of a closed order only the causes are followed:
    whether one is back is asked before anybody goes in again.
    """
    holds = any(level is not Severity.IV for level in body.active.values())

    def changed(order: Order) -> Order:
        causes = dict(order.causes) | {body.episode: holds}
        if not order.is_open:
            return replace(order, causes=causes)
        if holds and not order.causes[body.episode]:
            # It is back: whoever signed, signed that it was gone.
            return replace(order, causes=causes, clear_since=None, signatures=())
        if any(causes.values()):
            return replace(order, causes=causes, clear_since=None)
        return replace(order, causes=causes, clear_since=order.clear_since or now)

    return changed
