"""Acting: order, decide, account for people, sign the all-clear."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from minesafe.model.events import Origin
from minesafe.model.mine import Policy, Role
from minesafe.model.order import Order
from minesafe.web.context import Context, Here
from minesafe.web.guard import Caller, acts, address_of, anyone, proves_himself
from minesafe.web.models import AllClearIn, DecisionIn, IssuedOut, OrderIn, SignedOut, TickIn
from minesafe.web.refusals import FORBIDDEN, TOO_MANY, Denied
from minesafe.web.rights import Act

router = APIRouter(prefix="/api/v1", tags=["acting"])

UNPROVEN = "console:"
"""Goes before a name that was given at a console without a log-in."""


@router.post("/orders", status_code=201)
async def issue_order(
    here: Here, request: Request, wanted: OrderIn, who: Annotated[Caller | None, Depends(anyone)]
) -> IssuedOut:
    """Order people to stop work or to evacuate: needs no approval, and works without a log-in."""
    if who is None and (wait := here.break_glass.wait_s(address_of(request))):
        raise Denied(TOO_MANY, "too_many_tries", wait_s=round(wait, 1))
    by = who.person if who else UNPROVEN + wanted.by.strip()
    order = await here.desk.issue_order(
        wanted.order_kind, wanted.zones, wanted.ground, by, Origin.CONSOLE, peril=wanted.peril
    )
    return IssuedOut(order=order)


@router.post("/orders/{order}/acknowledge", status_code=204)
async def acknowledge_order(
    here: Here, order: str, who: Annotated[Caller, Depends(acts(Act.ACKNOWLEDGE_ORDER))]
) -> None:
    """Say that I have it: the ladder stops, the order does not."""
    await here.desk.acknowledge_order(order, who.person, Origin.CONSOLE)


@router.post("/orders/{order}/decision", status_code=204)
async def decide_order(
    here: Here,
    order: str,
    chosen: DecisionIn,
    who: Annotated[Caller, Depends(acts(Act.DECIDE))],
) -> None:
    """Decide a stop-work order: it suffices, evacuate, or a false alarm."""
    await here.desk.decide_order(order, chosen.decision, who.person, chosen.reason, Origin.CONSOLE)


@router.post("/orders/{order}/muster/{person}", status_code=204)
async def tick_person(
    here: Here,
    order: str,
    person: str,
    seen: TickIn,
    who: Annotated[Caller, Depends(acts(Act.TICK))],
) -> None:
    """Account for a person by hand, with a reason."""
    await here.desk.tick_person(
        order, person, seen.whereabouts, who.person, seen.reason, seen=seen.seen
    )


@router.post("/orders/{order}/all-clear")
async def sign_all_clear(
    here: Here,
    request: Request,
    order: str,
    signing: AllClearIn,
    who: Annotated[Caller, Depends(acts(Act.ALL_CLEAR))],
) -> SignedOut:
    """Sign the all-clear, with the password again. The second signature closes the order."""
    await proves_himself(here, request, who, signing.password)
    role = _signs_as(here, who, order)
    closed = await here.desk.sign_all_clear(order, who.person, role, signing.override)
    return SignedOut(closed=closed)


def _signs_as(here: Context, who: Caller, order: str) -> Role:
    signed = next((o for o in here.desk.orders() if o.order == order), None)
    role = signing_role(here.desk.mine.policy, who.roles, signed)
    if role is None:
        raise Denied(FORBIDDEN, "role_not_allowed", act=Act.ALL_CLEAR)
    return role


def signing_role(policy: Policy, roles: tuple[Role, ...], order: Order | None) -> Role | None:
    """As what somebody of these roles signs: for the side nobody has signed for yet, if they can.

    Returns:
        None where the policy lets none of the roles sign.
    """
    signed = {s.role for s in order.signatures} if order else set()
    sides = [policy.all_clear_first, policy.all_clear_second]
    sides.sort(key=lambda side: not signed.isdisjoint(side))
    return next((role for side in sides for role in side if role in roles), None)
