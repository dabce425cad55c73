"""Logging in, asking who I am, logging out."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from minesafe.model.errors import Refused
from minesafe.model.events import LoggedIn, LoggedOut, LoginRefused, PasswordSet
from minesafe.web.context import Context, Here
from minesafe.web.guard import (
    Caller,
    address_of,
    caller_of_session,
    check_origin,
    cookie_name,
    csrf_of,
    known,
    of_himself,
)
from minesafe.web.models import LogIn, NewPasswordIn, SessionOut
from minesafe.web.refusals import NOT_LOGGED_IN, TOO_MANY, Denied

router = APIRouter(prefix="/api/v1/session", tags=["session"])


@router.post("", dependencies=[Depends(check_origin)])
async def log_in(here: Here, request: Request, response: Response, tried: LogIn) -> SessionOut:
    """Open a session and end the one before. Scripts cannot read its cookie."""
    address = address_of(request)
    if wait := here.logins.wait_s(address):
        raise Denied(TOO_MANY, "too_many_tries", wait_s=round(wait))
    session = await _open(here, tried, address)
    if old := request.cookies.get(cookie_name(here.https)):
        await _end(here, old)
    await here.desk.note(LoggedIn(user=tried.user, address=address))
    response.set_cookie(
        cookie_name(here.https),
        session,
        httponly=True,
        samesite="strict",
        secure=here.https,
        path="/",
    )
    caller = await caller_of_session(here, session)
    if caller is None:
        raise Denied(NOT_LOGGED_IN, "not_logged_in")
    return session_out(here, caller)


async def _open(here: Context, tried: LogIn, address: str) -> str:
    try:
        await asyncio.to_thread(here.accounts.verify, tried.user, tried.password, address)
    except Refused as refused:
        await here.desk.note(LoginRefused(user=tried.user, address=address, reason=refused.code))
        raise
    return await asyncio.to_thread(here.accounts.open_session, tried.user, address)


async def _end(here: Context, session: str) -> None:
    await asyncio.to_thread(here.accounts.end_session, session)
    here.hub.end_session(session)


@router.get("")
async def who_am_i(here: Here, caller: Annotated[Caller, Depends(known)]) -> SessionOut:
    """Who is logged in, and the CSRF token for acts."""
    return session_out(here, caller)


@router.delete("", status_code=204)
async def log_out(
    here: Here, response: Response, caller: Annotated[Caller, Depends(of_himself)]
) -> None:
    """End the session everywhere, its open pages on the live wire included."""
    await _end(here, caller.session)
    await here.desk.note(LoggedOut(user=caller.user, reason="asked"))
    response.delete_cookie(
        cookie_name(here.https), path="/", secure=here.https, httponly=True, samesite="strict"
    )


@router.post("/password", status_code=204)
async def change_password(
    here: Here,
    request: Request,
    asked: NewPasswordIn,
    caller: Annotated[Caller, Depends(of_himself)],
) -> None:
    """Choose a password; every session of one's own ends, this one too."""
    change = here.accounts.change_password
    await asyncio.to_thread(change, caller.user, asked.password, asked.new, address_of(request))
    here.hub.end_session(caller.session)
    await here.desk.note(PasswordSet(user=caller.user, by=caller.user, once=False))


def session_out(here: Context, caller: Caller) -> SessionOut:
    """The caller, and the token that belongs to the session."""
    return SessionOut(
        user=caller.user,
        person=caller.person,
        roles=list(caller.roles),
        must_change=caller.must_change,
        csrf=csrf_of(here.secret, caller.session),
    )
