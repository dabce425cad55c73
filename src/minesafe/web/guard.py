"""The guard at each route: whose session, from which page, and may they."""

import asyncio
import hashlib
import hmac
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.requests import HTTPConnection

from minesafe.model.errors import Refused, StoreUnavailable
from minesafe.model.events import LoginRefused
from minesafe.model.mine import Role
from minesafe.web.context import Context, Here
from minesafe.web.refusals import FORBIDDEN, NOT_LOGGED_IN, Denied
from minesafe.web.rights import Act, may

COOKIE = "minesafe_session"
CSRF_HEADER = "x-csrf-token"
LOOKUP_S = 0.5
"""How long an emergency order waits to learn whose session it is."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody logged in."""

    session: str
    user: str
    person: str
    roles: tuple[Role, ...]
    must_change: bool = False
    """May do nothing but choose an own password."""


def cookie_name(https: bool) -> str:
    """The session cookie's name; browsers bind the prefix to TLS, this host and the root path."""
    return f"__Host-{COOKIE}" if https else COOKIE


def csrf_of(secret: bytes, session: str) -> str:
    """The token a page must send with each act: proof that it may read our answers."""
    return hmac.digest(secret, f"csrf\0{session}".encode(), hashlib.sha256).hex()[:32]


def address_of(connection: HTTPConnection) -> str:
    """Where the caller sits."""
    return connection.client.host if connection.client else ""


async def caller_of(here: Context, connection: HTTPConnection) -> Caller | None:
    """Whose session the cookie is, or None.

    Raises:
        StoreUnavailable: the users' book does not answer.
    """
    session = connection.cookies.get(cookie_name(here.https), "")
    return await caller_of_session(here, session) if session else None


async def caller_of_session(here: Context, session: str) -> Caller | None:
    """Whose session it is now."""
    account = await asyncio.to_thread(here.accounts.lookup, session)
    if account is None:
        return None
    roles = tuple(account.roles)
    return Caller(session, account.user, account.person, roles, account.must_change)


def from_our_page(connection: HTTPConnection, public_url: str) -> bool:
    """Whether the Origin header, which every browser sends with an act, names this server.

    A caller without one is no browser and carries nobody's cookie by mistake. Names other than
    ours are refused even when the Host header agrees: a foreign name may be made to resolve here.
    """
    origin = connection.headers.get("origin")
    if origin is None or origin == public_url:
        return True
    parts = urlsplit(origin)
    ours = parts.netloc == connection.headers.get("host")
    return ours and _our_host(parts.hostname or "", public_url)


def _our_host(host: str, public_url: str) -> bool:
    if host in {"localhost", socket.gethostname(), urlsplit(public_url).hostname}:
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def check_origin(here: Here, connection: HTTPConnection) -> None:
    """Refuse an act that another site's page sends."""
    if not from_our_page(connection, here.desk.mine.server.public_url):
        raise Denied(FORBIDDEN, "foreign_origin")


def csrf_holds(here: Context, connection: HTTPConnection, caller: Caller) -> bool:
    """Whether the act's header carries the session's token."""
    given = connection.headers.get(CSRF_HEADER, "")
    return hmac.compare_digest(given.encode(), csrf_of(here.secret, caller.session).encode())


async def known(here: Here, connection: HTTPConnection) -> Caller:
    """Let in whoever is logged in, if only to choose a password or to leave."""
    caller = await caller_of(here, connection)
    if caller is None:
        raise Denied(NOT_LOGGED_IN, "not_logged_in")
    return caller


async def reads(caller: Annotated[Caller, Depends(known)]) -> Caller:
    """Let in whoever is logged in by a password of his own."""
    if caller.must_change:
        raise Denied(FORBIDDEN, "password_must_change")
    if not may(caller.roles, Act.READ):
        raise Denied(FORBIDDEN, "role_not_allowed", act=Act.READ)
    return caller


def takes(act: Act) -> Callable[..., Awaitable[Caller]]:
    """Let in who may have what changes nothing, and is not for everybody who reads."""

    async def guard(caller: Annotated[Caller, Depends(reads)]) -> Caller:
        if not may(caller.roles, act):
            raise Denied(FORBIDDEN, "role_not_allowed", act=act)
        return caller

    return guard


def acts(act: Act | None) -> Callable[..., Awaitable[Caller]]:
    """Let in who may do `act`, from our own page, with the session's CSRF token.

    None asks for no right beyond being logged in.
    """

    async def guard(
        here: Here,
        connection: HTTPConnection,
        caller: Annotated[Caller, Depends(reads)],
        _: Annotated[None, Depends(check_origin)],
    ) -> Caller:
        _check_csrf(here, connection, caller)
        if act is not None and not may(caller.roles, act):
            raise Denied(FORBIDDEN, "role_not_allowed", act=act)
        return caller

    return guard


async def of_himself(
    here: Here,
    connection: HTTPConnection,
    caller: Annotated[Caller, Depends(known)],
    _: Annotated[None, Depends(check_origin)],
) -> Caller:
    """Let in whoever acts on his own session or password, from our own page."""
    _check_csrf(here, connection, caller)
    return caller


def _check_csrf(here: Context, connection: HTTPConnection, caller: Caller) -> None:
    if not csrf_holds(here, connection, caller):
        raise Denied(FORBIDDEN, "csrf")


async def anyone(
    here: Here, connection: HTTPConnection, _: Annotated[None, Depends(check_origin)]
) -> Caller | None:
    """The caller where that can be told quickly and surely, else None: breaking glass never waits.

    IEC 62443-3-3 SR 1.1: an emergency act must not be hindered by authentication.
    """
    try:
        async with asyncio.timeout(LOOKUP_S):
            caller = await caller_of(here, connection)
    except (StoreUnavailable, TimeoutError):
        return None
    return caller if caller and csrf_holds(here, connection, caller) else None


async def proves_himself(
    here: Context, connection: HTTPConnection, who: Caller, password: str
) -> None:
    """The password again, before an act that ends or changes something; a wrong one is recorded.

    Raises:
        Refused: as `Accounts.verify`.
    """
    address = address_of(connection)
    try:
        await asyncio.to_thread(here.accounts.verify, who.user, password, address)
    except Refused as no:
        await here.desk.note(LoginRefused(user=who.user, address=address, reason=no.code))
        raise


Reader = Annotated[Caller, Depends(reads)]
