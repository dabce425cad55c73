"""Who may log in: seen by admins and inspectors, given passwords by admins."""

import asyncio
from typing import Annotated, Literal, cast

from fastapi import APIRouter, Depends, Request

from minesafe.model.events import PasswordSet
from minesafe.web.context import Here
from minesafe.web.guard import Caller, acts, address_of, takes
from minesafe.web.models import ConfirmationIn, GivenPasswordOut, UserOut
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
            password=cast("Literal['own', 'once', 'none']", standing.password),
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
    await asyncio.to_thread(accounts.verify, caller.user, again.password, address_of(request))
    once = await asyncio.to_thread(accounts.give_password, user)
    await here.desk.note(PasswordSet(user=user, by=caller.user, once=True))
    return GivenPasswordOut(user=user, once=once)
