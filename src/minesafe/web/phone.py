"""The phone page's routes: a signed link, no log-in. Opening it never consumes it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from minesafe.model.errors import Refused, StoreUnavailable
from minesafe.model.events import Origin
from minesafe.model.order import Order
from minesafe.model.signing import link_token, proof_link, same_token
from minesafe.web.context import Context, Here
from minesafe.web.phone_page import Sight, lost_page, order_page, proof_page
from minesafe.web.phone_words import Lang
from minesafe.web.refusals import CONFLICT, NOT_FOUND, UNAVAILABLE

SEE_OTHER = 303

BY_NUMBER = ("sms", "modem")
LINKED = (*BY_NUMBER, "mail")
"""Channels whose nightly test carries a link; what came to a number proves the number."""

router = APIRouter(include_in_schema=False)

In = Annotated[Lang, Query()]


@router.api_route("/a/{token}", methods=["GET", "HEAD"])
async def phone_page(here: Here, token: str, lang: In = "zh") -> Response:
    """Look, as often as one likes, until the order has been over for an hour."""
    found, asked = found_order(here, token), _asked(here, token)
    if found is not None:
        return HTMLResponse(order_page(sight_of(here, lang, token), *found))
    if asked is not None:
        return HTMLResponse(proof_page(sight_of(here, lang), answered=asked.answered))
    return HTMLResponse(lost_page(sight_of(here, lang)), NOT_FOUND)


@router.post("/a/{token}")
async def phone_acknowledges(here: Here, token: str, lang: In = "zh") -> Response:
    """The one big button. Only the first acknowledgement of an order counts.

    The token in the address is the proof and no cookie is read, so there is nothing that another
    site's form could borrow.
    """
    found, asked = found_order(here, token), _asked(here, token)
    if found is None and asked is None:
        return HTMLResponse(lost_page(sight_of(here, lang)), NOT_FOUND)
    try:
        if found is not None:
            await here.desk.acknowledge_order(found[0].order, found[1], Origin.LINK)
        elif asked is not None and not asked.answered:
            by_number = asked.channel in BY_NUMBER
            await here.desk.answer_proof(asked.person, Origin.LINK, by_number=by_number)
    except Refused:
        notice = "already" if found is not None else "not_recorded"
        return _again(here, token, lang, CONFLICT, notice)
    except StoreUnavailable:
        return _again(here, token, lang, UNAVAILABLE, "not_recorded")
    return RedirectResponse(f"/a/{token}?lang={lang}", SEE_OTHER)


def _again(here: Context, token: str, lang: Lang, status: int, notice: str) -> Response:
    """The page as things are now, with what came of pressing."""
    found, asked = found_order(here, token), _asked(here, token)
    sight = sight_of(here, lang, token)
    if found is not None:
        return HTMLResponse(order_page(sight, *found, notice), status)
    if asked is not None:
        return HTMLResponse(proof_page(sight, answered=asked.answered, notice=notice), status)
    return HTMLResponse(lost_page(sight), status)


def sight_of(here: Context, lang: Lang, token: str = "") -> Sight:
    """What a phone page is made from, now."""
    desk = here.desk
    return Sight(desk.mine, desk.picture(), desk.now(), lang, desk.on_duty(), token)


def found_order(here: Context, token: str) -> tuple[Order, str] | None:
    """The order and the person a link stands for: all pairs are compared, in the same time."""
    pairs = [(order, person) for order in here.desk.orders() for person in _written(order)]
    same = [same_token(token, link_token(here.secret, o.order, p)) for o, p in pairs]
    return next((pair for pair, hit in zip(pairs, same, strict=True) if hit), None)


def _written(order: Order) -> list[str]:
    """Whom the ladder asked, and who was only told that he must leave: whom no tag shows."""
    told = (row.recipient for row in order.receipts.values() if row.channel in LINKED)
    return list(dict.fromkeys((*order.asked, *told)))


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was asked by the nightly test, and by which channel this link came."""

    person: str
    channel: str
    answered: bool


def _asked(here: Context, token: str) -> Asked | None:
    """The person and channel a nightly test's link stands for; compared as `found_order` does."""
    proof = here.desk.nightly()
    tests = [t for t in here.desk.tests() if t.channel in LINKED]
    for test in tests:
        link = proof_link(test.test, test.channel)
        if same_token(token, link_token(here.secret, link, test.person)):
            return Asked(test.person, test.channel, test.answered is not None)
    if proof is None:
        return None
    sent = [(row, channel) for row in proof.rows.values() for channel in LINKED]
    same = [
        same_token(token, link_token(here.secret, proof_link(proof.proof, channel), row.person))
        for row, channel in sent
    ]
    found = (pair for pair, hit in zip(sent, same, strict=True) if hit)
    return next((Asked(r.person, c, r.answered is not None) for r, c in found), None)
