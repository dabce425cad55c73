"""What people do to an order, checked against the state of things. Who may, is checked before."""

from minesafe.evacuation.ladder import may_acknowledge
from minesafe.evacuation.policy import STOPS_WORK_ONLY
from minesafe.model.errors import Refused
from minesafe.model.events import (
    AllClearSigned,
    Decision,
    InScope,
    OrderAcknowledged,
    OrderClosed,
    OrderDecided,
    OrderKind,
    OrderRaised,
    OrderWidened,
    Origin,
    PersonMoved,
    PersonTold,
    ReentryPermitted,
    Told,
    Whereabouts,
)
from minesafe.model.mine import Policy, Role
from minesafe.model.order import Order
from minesafe.model.time import SECOND, Micros


def still_open(order: Order | None, asked_for: str) -> Order:
    """The order, if it is there and open.

    Raises:
        Refused: unknown_order · closed.
    """
    if order is None:
        raise Refused("unknown_order", order=asked_for)
    if not order.is_open:
        raise Refused("closed", order=order.order)
    return order


def acknowledge(order: Order, by: str, origin: Origin) -> OrderAcknowledged | PersonTold:
    """Somebody who was asked has it; whoever was only told answers for himself, and stops nothing.

    Raises:
        Refused: already_acknowledged · not_asked.
    """
    if by in order.muster and not may_acknowledge(order, by):
        if order.muster[by].told is Told.ACKNOWLEDGED:
            raise Refused("already_acknowledged", by=by)
        return PersonTold(order=order.order, person=by, told=Told.ACKNOWLEDGED, channel=origin)
    if order.acknowledged_by is not None:
        raise Refused("already_acknowledged", by=order.acknowledged_by)
    if not may_acknowledge(order, by):
        raise Refused("not_asked", by=by)
    return OrderAcknowledged(order=order.order, by=by, origin=origin)


def decide(
    order: Order, decision: Decision, by: str, reason: str, origin: Origin
) -> list[OrderDecided | OrderRaised]:
    """Leader, deputy, mine head or dispatcher chooses for a stop-work order.

    A stop-work order may still become an evacuation after "stop work suffices"; an evacuation
    is ended by the all-clear of two and by nothing else.

    Raises:
        Refused: not_open_to_decision · reason_needed.
    """
    if order.order_kind is not OrderKind.STOP_WORK:
        raise Refused("not_open_to_decision", order=order.order)
    if decision is not Decision.EVACUATE and not reason.strip():
        raise Refused("reason_needed")
    decided = OrderDecided(
        order=order.order, decision=decision, by=by, reason=reason, origin=origin
    )
    if decision is not Decision.EVACUATE:
        return [decided]
    return [decided, OrderRaised(order=order.order, by=by, reason="decided")]


def tick(order: Order, person: str, whereabouts: Whereabouts, by: str, reason: str) -> PersonMoved:
    """Account for a person by hand, by name.

    Raises:
        Refused: not_in_scope · reason_needed.
    """
    if person not in order.muster:
        raise Refused("not_in_scope", person=person)
    if not reason.strip():
        raise Refused("reason_needed")
    return PersonMoved(
        order=order.order,
        person=person,
        whereabouts=whereabouts,
        place=None,
        by=by,
        reason=reason,
    )


def seen_then(order: Order, at: Micros | None, now: Micros) -> None:
    """When somebody was seen lies between the order and now; None is now.

    Raises:
        Refused: not_then.
    """
    if at is not None and not order.issued <= at <= now:
        raise Refused("not_then")


VISITOR = "visitor:"
"""Goes before the name of somebody without a tag, who can only be ticked off by hand."""


def add_visitor(order: Order, name: str, by: str) -> OrderWidened:
    """Somebody is below whom the configuration does not know.

    Raises:
        Refused: name_needed · in_scope_already.
    """
    called = " ".join(name.split())
    if not called:
        raise Refused("name_needed")
    if VISITOR + called in order.muster:
        raise Refused("in_scope_already", person=called)
    person = InScope(VISITOR + called, Whereabouts.UNKNOWN, None, "", None)
    return OrderWidened(order=order.order, zones=(), people=(person,), cause="", by=by)


def sign_all_clear(
    order: Order, policy: Policy, by: str, role: Role, override: str, now: Micros
) -> list[AllClearSigned | OrderClosed]:
    """One of the two signs; with the second the order is closed.

    Raises:
        Refused: role_not_allowed · same_person · already_signed · unaccounted · undecided ·
            override_needed.
    """
    part = _part(policy, role)
    if part is None:
        raise Refused("role_not_allowed", role=role.value)
    for signature in order.signatures:
        if signature.by == by:
            raise Refused("same_person", by=by)
        if _part(policy, signature.role) == part:
            raise Refused("already_signed", by=signature.by)
    _check_done(order)
    _check_clear(order, policy, override, now)
    signed = AllClearSigned(order=order.order, by=by, role=role, override=override)
    if not order.signatures:
        return [signed]
    both = (*(s.by for s in order.signatures), by)
    return [signed, OrderClosed(order=order.order, by=both)]


def _part(policy: Policy, role: Role) -> int | None:
    """Which of the two signatures a role can give."""
    if role in policy.all_clear_first:
        return 1
    return 2 if role in policy.all_clear_second else None


def can_close(order: Order) -> bool:
    """Everyone is accounted for, or work was stopped and that was decided to suffice."""
    if order.order_kind is OrderKind.STOP_WORK:
        return order.decision in STOPS_WORK_ONLY
    return not order.unaccounted


def override_needed(order: Order, policy: Policy, now: Micros) -> bool:
    """Its causes have not been gone for as long as the policy holds; a drill has none."""
    if order.drill:
        return False
    hold = int(policy.all_clear_hold_s * SECOND)
    return order.clear_since is None or now - order.clear_since < hold


def _check_done(order: Order) -> None:
    if can_close(order):
        return
    if order.order_kind is OrderKind.STOP_WORK:
        raise Refused("undecided", order=order.order)
    raise Refused("unaccounted", people=len(order.unaccounted))


def _check_clear(order: Order, policy: Policy, override: str, now: Micros) -> None:
    if not override_needed(order, policy, now) or override.strip():
        return
    since = order.clear_since
    hold = int(policy.all_clear_hold_s)
    wait = hold if since is None else hold - (now - since) // SECOND
    raise Refused("override_needed", wait_s=wait, active=int(since is None))


def permit_reentry(
    order: Order | None, policy: Policy, by: str, role: Role, reason: str, asked_for: str
) -> ReentryPermitted:
    """People may go back to where an order had them leave, after its all-clear.

    Raises:
        Refused: unknown_order · not_closed · already_permitted · role_not_allowed · reason_needed ·
            cause_back: a cause has come back since.
    """
    if order is None:
        raise Refused("unknown_order", order=asked_for)
    if order.is_open:
        raise Refused("not_closed", order=order.order)
    if order.reentry_by is not None:
        raise Refused("already_permitted", by=order.reentry_by)
    if _part(policy, role) is None:
        raise Refused("role_not_allowed", role=role.value)
    if not reason.strip():
        raise Refused("reason_needed")
    if any(order.causes.values()):
        raise Refused("cause_back", alarms=sum(order.causes.values()))
    return ReentryPermitted(order=order.order, by=by, role=role, reason=reason.strip())
