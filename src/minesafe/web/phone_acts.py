"""What a leader does from the phone besides acknowledging: order, decide. It asks for the PIN.

The link proves who was asked and lets him say that he has it. To order or to call it false takes
the password of his log-in too: a lost telephone orders nothing ([0148]). Plain forms, no scripts.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from minesafe.model.errors import Refused, StoreUnavailable
from minesafe.model.events import Decision, OrderKind, Origin, Peril
from minesafe.model.order import Order
from minesafe.web.accounts import Account
from minesafe.web.context import Context, Here
from minesafe.web.guard import address_of
from minesafe.web.phone import SEE_OTHER, found_order, sight_of
from minesafe.web.phone_act_page import act_page
from minesafe.web.phone_page import lost_page
from minesafe.web.phone_words import Lang
from minesafe.web.refusals import CONFLICT, FORBIDDEN, NOT_FOUND, TOO_MANY, UNAVAILABLE
from minesafe.web.rights import Act, may

router = APIRouter(include_in_schema=False)

In = Annotated[Lang, Query()]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form says."""

    what: str
    """evacuate · false_alarm · stop_work_suffices · widen"""
    zone: str
    """Of `widen`: one of the mine's, empty for the whole mine."""
    reason: str
    pin: str


@router.api_route("/a/{token}/act", methods=["GET", "HEAD"])
async def phone_acts(here: Here, token: str, lang: In = "zh") -> Response:
    """The forms; this page does not refresh itself, so nothing typed is lost."""
    found = found_order(here, token)
    if found is None or not found[0].is_open:
        return HTMLResponse(lost_page(sight_of(here, lang)), NOT_FOUND)
    return HTMLResponse(act_page(sight_of(here, lang), found[0], token))


@router.post("/a/{token}/act")
async def phone_does(here: Here, request: Request, token: str, lang: In = "zh") -> Response:
    """Do it, in the name of whose link it is, once the PIN is right."""
    found = found_order(here, token)
    if found is None or not found[0].is_open:
        return HTMLResponse(lost_page(sight_of(here, lang)), NOT_FOUND)
    order, person = found
    wanted = _read(await request.body())
    try:
        await _proven(here, person, wanted, address_of(request))
        await ACTS[wanted.what](here, order, person, wanted)
    except Refused as refused:
        return _again(here, order, token, lang, refused.code)
    except StoreUnavailable:
        return _again(here, order, token, lang, "not_recorded")
    return RedirectResponse(f"/a/{token}?lang={lang}", SEE_OTHER)


def _read(body: bytes) -> Wanted:
    """A form as browsers send it; what is missing is empty."""
    fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=10)
    first = {key: values[0].strip() for key, values in fields.items()}
    what = first.get("what", "")
    pin = fields.get("pin", [""])[0]
    zone, reason = first.get("zone", ""), first.get("reason", "")[:400]
    return Wanted(what if what in ACTS else "nothing", zone, reason, pin)


async def _proven(here: Context, person: str, wanted: Wanted, address: str) -> None:
    """The PIN is that of a log-in of whose link it is, and the log-in may.

    Raises:
        Refused: no_log_in · wrong_password · too_many_tries · role_not_allowed.
        StoreUnavailable: the users' book does not answer.
    """
    users = [user.name for user in here.desk.mine.users if user.person == person]
    if not users:
        raise Refused("no_log_in")
    account = await _verified(here, users, wanted.pin, address)
    act = Act.ISSUE_ORDER if wanted.what == "widen" else Act.DECIDE
    if account.must_change or not may(account.roles, act):
        raise Refused("role_not_allowed", act=act)


async def _verified(here: Context, users: list[str], pin: str, address: str) -> Account:
    for user in users[:-1]:
        try:
            return await asyncio.to_thread(here.accounts.verify, user, pin, address)
        except Refused as refused:
            if refused.code != "wrong_password":
                raise
    return await asyncio.to_thread(here.accounts.verify, users[-1], pin, address)


async def _decide(here: Context, order: Order, person: str, wanted: Wanted) -> None:
    decision = Decision(wanted.what)
    await here.desk.decide_order(order.order, decision, person, wanted.reason, Origin.LINK)


async def _widen(here: Context, order: Order, person: str, wanted: Wanted) -> None:
    """An order of its own, for the same danger, over a further zone or the whole mine."""
    zones, peril = [wanted.zone] if wanted.zone else [], order.peril or Peril.OTHER
    kind = OrderKind.EVACUATE
    await here.desk.issue_order(kind, zones, wanted.reason, person, Origin.LINK, peril=peril)


async def _nothing(here: Context, order: Order, person: str, wanted: Wanted) -> None:
    raise Refused("not_open_to_decision", order=order.order)


ACTS: dict[str, Callable[[Context, Order, str, Wanted], Awaitable[None]]] = {
    "evacuate": _decide,
    "false_alarm": _decide,
    "stop_work_suffices": _decide,
    "widen": _widen,
    "nothing": _nothing,
}

STATUS = {
    "wrong_password": FORBIDDEN,
    "role_not_allowed": FORBIDDEN,
    "no_log_in": FORBIDDEN,
    "too_many_tries": TOO_MANY,
    "not_recorded": UNAVAILABLE,
}


def _again(here: Context, order: Order, token: str, lang: Lang, code: str) -> Response:
    page = act_page(sight_of(here, lang), order, token, code)
    return HTMLResponse(page, STATUS.get(code, CONFLICT))
