"""The live wire's door: WS /api/v1/live, for pages with a session."""

import asyncio

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from minesafe.model.errors import StoreUnavailable
from minesafe.web.client import POLICY, TRY_LATER, Client, Stuck, close_in_time
from minesafe.web.context import Context, context_of
from minesafe.web.guard import caller_of, caller_of_session, from_our_page

router = APIRouter()


@router.websocket("/api/v1/live")
async def live(socket: WebSocket) -> None:
    """Snapshot first, then what changes, until either side ends it.

    `since` in the address is welcome and not needed: whoever connects is given everything.
    """
    here = context_of(socket)
    session = await _session(here, socket)
    if session is None:
        await socket.close(POLICY)
        return
    await socket.accept()
    client = here.hub.join(session)
    if client is None:
        await close_in_time(socket, TRY_LATER)
        return
    try:
        await _serve(here, socket, client)
    finally:
        here.hub.leave(client)


async def _session(here: Context, socket: WebSocket) -> str | None:
    """The session of a page of ours, or None."""
    if not from_our_page(socket, here.desk.mine.server.public_url):
        return None
    try:
        caller = await caller_of(here, socket)
    except StoreUnavailable:
        return None
    return caller.session if caller and not caller.must_change else None


async def _serve(here: Context, socket: WebSocket, client: Client) -> None:
    """Send, watch the session and notice the end, whichever comes first."""
    sending = asyncio.ensure_future(client.run(socket))
    others = {
        asyncio.ensure_future(_until_gone(socket)),
        asyncio.ensure_future(_until_session_ends(here, client)),
    }
    try:
        await asyncio.wait({sending, *others}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (sending, *others):
            task.cancel()
    _reckon(here, sending)
    await close_in_time(socket, client.code or POLICY)


def _reckon(here: Context, sending: asyncio.Future[None]) -> None:
    """Count a page that stopped reading; an error nobody expects goes on to the server's log."""
    error = sending.exception() if sending.done() else None
    if isinstance(error, Stuck):
        here.hub.evicted += 1
    elif error is not None and not isinstance(error, WebSocketDisconnect):
        raise error


async def _until_gone(socket: WebSocket) -> None:
    """Return when the page closes, or speaks: nothing is expected from it."""
    await socket.receive()


async def _until_session_ends(here: Context, client: Client) -> None:
    """Ask again every so often whether the session still holds, role changes included."""
    while True:
        await asyncio.sleep(here.recheck_s)
        if not await _still(here, client.session):
            return


async def _still(here: Context, session: str) -> bool:
    """Whether the session holds; while the users' book does not answer it does."""
    try:
        return await caller_of_session(here, session) is not None
    except StoreUnavailable:
        return True
