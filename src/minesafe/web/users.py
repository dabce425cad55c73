"""Who may log in: seen by admins and inspectors, given passwords by admins."""

import asyncio
from typing import Annotated, Literal, cast

from fastapi import APIRouter, Depends, Request

from minesafe.model.events import Origin, PasswordSet, SessionsEnded, UserBarred, UserLetIn
from minesafe.web.context import Context, Here
from minesafe.web.guard import Caller, acts, caller_of_session, proves_himself, takes
from minesafe.web.models import BarIn, ConfirmationIn, GivenPasswordOut, UserOut
from minesafe.web.rights import Act

router = APIRouter(prefix="/api/v1/users", tags=["users"])


@router.get("", dependencies=[Depends(takes(Act.SEE_USERS))])
async def users(here: Here) -> list[UserOut]:
    """Everybody of the revision in force who may log in."""
    standings = {s.user: s for s in await asyncio.to_thread(here.accounts.standings)}
    return [
        UserOut(
            user=user.name,
            person=user.person,
            roles=list(user.roles),
            password=cast("Literal['own', 'once', 'none', 'barred']", standing.password),
            sessions=standing.sessions,
            used=standing.used,
        )
        for user in here.desk.mine.users
        if (standing := standings.get(user.name))
    ]


@router.post("/{user}/password")
async def give_password(
    here: Here,
    request: Request,
    user: str,
    again: ConfirmationIn,
    caller: Annotated[Caller, Depends(acts(Act.LET_IN))],
) -> GivenPasswordOut:
    """Give somebody a password for one log-in; his sessions end. One's own is asked for again."""
    accounts = here.accounts
    await proves_himself(here, request, caller, again.password)
    once = await asyncio.to_thread(accounts.give_password, user)
    await here.desk.note(PasswordSet(user=user, by=caller.user, once=True))
    return GivenPasswordOut(user=user, once=once)


async def _close_pages(here: Context) -> None:
    """Of sessions that have ended; the others find out for themselves that they go on."""
    for session in here.hub.sessions:
        if await caller_of_session(here, session) is None:
            here.hub.end_session(session)


Admin = Annotated[Caller, Depends(acts(Act.LET_IN))]


@router.post("/{user}/bar", status_code=204)
async def bar_user(here: Here, request: Request, user: str, why: BarIn, caller: Admin) -> None:
    """Bar a log-in at once, whatever the files say; his sessions end. The last admin stays."""
    await proves_himself(here, request, caller, why.password)
    await asyncio.to_thread(here.accounts.bar, user)
    await _close_pages(here)
    reason, origin = why.reason.strip(), Origin.CONSOLE
    await here.desk.note(UserBarred(user=user, by=caller.user, reason=reason, origin=origin))


@router.post("/{user}/let-in", status_code=204)
async def let_user_in(
    here: Here, request: Request, user: str, again: ConfirmationIn, caller: Admin
) -> None:
    """A barred log-in may log in again."""
    await proves_himself(here, request, caller, again.password)
    await asyncio.to_thread(here.accounts.let_in, user)
    await here.desk.note(UserLetIn(user=user, by=caller.user, origin=Origin.CONSOLE))


@router.post("/{user}/end-sessions", status_code=204)
async def end_user_sessions(
    here: Here, request: Request, user: str, again: ConfirmationIn, caller: Admin
) -> None:
    """End every session of a user, his open pages with them."""
    await proves_himself(here, request, caller, again.password)
    ended = await asyncio.to_thread(here.accounts.end_sessions, user)
    await _close_pages(here)
    by, origin = caller.user, Origin.CONSOLE
    await here.desk.note(SessionsEnded(user=user, sessions=ended, by=by, origin=origin))
