"""The phone page's routes: a signed link, no log-in. Opening it never consumes it."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from minesafe.model.errors import Refused, StoreUnavailable
from minesafe.model.events import Origin
from minesafe.model.order import Order
from minesafe.model.signing import link_token, same_token
from minesafe.web.context import Context, Here
from minesafe.web.phone_page import Sight, lost_page, order_page
from minesafe.web.phone_words import Lang
from minesafe.web.refusals import CONFLICT, NOT_FOUND, UNAVAILABLE

SEE_OTHER = 303

router = APIRouter(include_in_schema=False)

In = Annotated[Lang, Query()]


@router.api_route("/a/{token}", methods=["GET", "HEAD"])
async def phone_page(here: Here, token: str, lang: In = "zh") -> Response:
    """Look, as often as one likes, until the order has been over for an hour."""
    found = _found(here, token)
    if found is None:
        return HTMLResponse(lost_page(_sight(here, lang)), NOT_FOUND)
    return HTMLResponse(order_page(_sight(here, lang), found[0]))


@router.post("/a/{token}")
async def phone_acknowledges(here: Here, token: str, lang: In = "zh") -> Response:
    """The one big button. Only the first acknowledgement of an order counts.

    The token in the address is the proof and no cookie is read, so there is nothing that another
    site's form could borrow.
    """
    found = _found(here, token)
    if found is None:
        return HTMLResponse(lost_page(_sight(here, lang)), NOT_FOUND)
    order, person = found
    try:
        await here.desk.acknowledge_order(order.order, person, Origin.LINK)
    except Refused:
        return _again(here, token, lang, CONFLICT, "already")
    except StoreUnavailable:
        return _again(here, token, lang, UNAVAILABLE, "not_recorded")
    return RedirectResponse(f"/a/{token}?lang={lang}", SEE_OTHER)


def _again(here: Context, token: str, lang: Lang, status: int, notice: str) -> Response:
    """The page as the order is now, with what came of pressing."""
    found = _found(here, token)
    sight = _sight(here, lang)
    return HTMLResponse(order_page(sight, found[0], notice) if found else lost_page(sight), status)


def _sight(here: Context, lang: Lang) -> Sight:
    desk = here.desk
    return Sight(desk.mine, desk.picture(), desk.now(), lang, desk.on_duty())


def _found(here: Context, token: str) -> tuple[Order, str] | None:
    """The order and the person a link stands for: all pairs are compared, in the same time."""
    pairs = [(order, person) for order in here.desk.orders() for person in order.asked]
    same = [same_token(token, link_token(here.secret, o.order, p)) for o, p in pairs]
    return next((pair for pair, hit in zip(pairs, same, strict=True) if hit), None)
