"""The ladder: who is asked next, and when. Deadlines are times in the order, so they are durable.

It decides who else is asked, never whether people are told: people in scope were told at the
issue.
"""

from collections.abc import Iterator

from minesafe.duty import Roster
from minesafe.evacuation.telling import ROUND
from minesafe.model.commands import key_of
from minesafe.model.events import LadderStepped, Peril, PowerShown, ReceiptStatus
from minesafe.model.mine import Danger, Duty, Mine
from minesafe.model.order import Order, Step
from minesafe.model.time import SECOND, Micros


def steps_due(mine: Mine, roster: Roster, order: Order, now: Micros) -> Iterator[LadderStepped]:
    """Rungs to be climbed now.

    Those at 0 s are always climbed. Later ones are climbed at their time while nobody has
    acknowledged, and the next one at once when the last could not be reached by any channel.
    """
    early = not_reached(mine, order)
    for step in _this_round(order):
        if step.taken is not None:
            continue
        at_once = step.due <= order_round_began(order)
        if not at_once and order.acknowledged_by is not None:
            return
        if step.due > now and not early:
            return
        yield _climb(mine, roster, order, step, now, early=early and step.due > now)
        if early and not at_once:
            return


def comers(mine: Mine, roster: Roster, order: Order, now: Micros) -> Iterator[LadderStepped]:
    """Whoever has come on duty since a rung was climbed is asked too, by that rung.

    A shift that ends does not take its order home, and who stands in for a leader that cannot
    answer must hear of what is under way. Acknowledged or not: he is in charge of it now.
    """
    shift = roster.at(now + 1)
    asked = set(order.asked)
    for step in _this_round(order):
        if shift is None or step.taken is None:
            continue
        rung = mine.policy.ladder[step.step % ROUND]
        posts = ((duty, person) for duty in rung.duties for person in shift.holders(duty))
        new = tuple(post for post in posts if post[1] not in asked)
        asked.update(person for _, person in new)
        if new:
            both = (*step.asked, *new)
            yield LadderStepped(order=order.order, step=step.step, asked=both, reason="on_duty")


def power_due(mine: Mine, order: Order, now: Micros) -> Iterator[PowerShown]:
    """Once in each climb the dispatcher is shown his own power to order.

    When nobody has acknowledged for as long as the policy says, or a mine head was asked sooner
    because no leader could be reached. In these cases a dispatcher orders without asking a leader
    (山东省非煤矿山调度员十项应急处置权, after 国发〔2010〕23号; not read in its own text, so
    unverified): gas over its limit at a face, fire, inrush, a failed ventilation; and an alarm the
    cause of which nobody knows is a ground in itself.
    """
    if order.acknowledged_by is not None or order.power_round == order.round:
        return
    after = int(mine.policy.dispatcher_power_s * SECOND)
    climbed = (mine.policy.ladder[s.step % ROUND] for s in _this_round(order) if s.taken)
    if now >= order_round_began(order) + after or any(Duty.MINE_HEAD in r.duties for r in climbed):
        yield PowerShown(order=order.order, ground=ground_of(mine, order))


UNKNOWN = "unknown"


_SAME_GROUND: dict[Peril | None, str] = {
    Peril.GAS: str(Danger.GAS),
    Peril.FIRE: str(Danger.FIRE),
    Peril.INRUSH: str(Danger.WATER),
}


def ground_of(mine: Mine, order: Order) -> str:
    """What the cause of an order is, in the words of `model.mine.Danger`."""
    if order.peril in _SAME_GROUND:
        return _SAME_GROUND[order.peril]
    row = mine.point_row.get(order.subject)
    danger = None if row is None else mine.kind[mine.points[row].kind].danger
    return UNKNOWN if danger is None else str(danger)


def order_round_began(order: Order) -> Micros:
    """When this climb began: the due time of its first rung; of an order without any, its issue."""
    return min((s.due for s in _this_round(order)), default=order.issued)


def _this_round(order: Order) -> list[Step]:
    return [s for s in order.steps if s.step // ROUND == order.round]


def _climb(
    mine: Mine, roster: Roster, order: Order, step: Step, now: Micros, *, early: bool
) -> LadderStepped:
    rung = mine.policy.ladder[step.step % ROUND]
    shift = roster.nearest(now)
    asked = tuple(
        (duty, person) for duty in rung.duties for person in (shift.holders(duty) if shift else ())
    )
    first = step.due <= order_round_began(order)
    reason = "issued" if first else "unreachable" if early else "unacknowledged"
    return LadderStepped(order=order.order, step=step.step, asked=asked, reason=reason)


def not_reached(mine: Mine, order: Order) -> bool:
    """Whether the last rung that asks leaders reached none of them by any channel.

    A post that nobody holds was not reached either. The desk does not count: a message shown to
    a dispatcher has not reached a leader.
    """
    if order.acknowledged_by is not None:
        return False
    climbed = [s for s in _this_round(order) if s.taken is not None and _asks_leaders(mine, s)]
    return bool(climbed) and all(
        _failed(order, climbed[-1], person, channel)
        for duty, person in climbed[-1].asked
        if duty is not Duty.DISPATCHER
        for channel in mine.policy.ladder[climbed[-1].step % ROUND].channels
        if channel != DESK
    )


DESK = "console"


def _asks_leaders(mine: Mine, step: Step) -> bool:
    return any(duty is not Duty.DISPATCHER for duty in mine.policy.ladder[step.step % ROUND].duties)


def _failed(order: Order, step: Step, person: str, channel: str) -> bool:
    receipt = order.receipts.get(key_of(order.order, step.step, person, channel))
    return receipt is not None and receipt.status is ReceiptStatus.FAILED


def may_acknowledge(order: Order, person: str) -> bool:
    """Whether this person was asked, or is the leader the order is addressed to.

    A dispatcher sees the order on the desk from the first second; his having it does not stop
    the ladder, for it is the leader's to answer.
    """
    asked = {p for s in order.steps for duty, p in s.asked if duty is not Duty.DISPATCHER}
    return person in asked or person == order.leader
