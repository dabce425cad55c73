"""What is around: the database, the broker and the carrier, asked for nothing but an answer."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from ipaddress import ip_address

from minesafe.doctor.finding import Found, bad, look, well
from minesafe.model.errors import StoreUnavailable
from minesafe.model.mine import Mine
from minesafe.store.database import Database
from minesafe.store.migrations import pending
from minesafe.store.shelves import shelf_there
from minesafe.watchdog import words as watchdog

PATIENCE_S = 3.0

WORDS = {
    **watchdog.WORDS["en"],
    "starting": "nothing was judged since the start",
    "deaf": "nothing of the monitoring system is heard",
    "nobody": "nobody can be told: no screen is open, and no channel works",
}
"""Of the codes of `readiness`, in which the watchdog's are."""


async def around(mine: Mine) -> AsyncIterator[Found]:
    """What the mine names outside this machine's own parts; ours run with the server."""
    yield await _database(mine)
    yield await _peer("broker", mine.broker.host, mine.broker.port)
    if mine.carrier is not None:
        yield await _peer("sms", mine.carrier.host, mine.carrier.port)
    else:
        yield look("sms", "no carrier is named", "a leader away from the pages is told by nothing")


async def able(mine: Mine) -> Found:
    """What the server itself says to the question that counts: can it raise an alarm now?"""
    url = f"http://{_here(mine.server.host)}:{mine.server.port}/readyz"
    try:
        said = json.loads(await asyncio.to_thread(_get, url))
    except (OSError, ValueError) as error:
        return bad("alarm", f"{url}: {error}", "it runs and does not answer: restart, keep its log")
    if said["ok"]:
        return well("alarm", "the server can raise one now")
    why = "; ".join(WORDS.get(code, code) for code in said["why"])
    return bad("alarm", f"the server cannot raise one now: {why}", "see the page System")


def _here(host: str) -> str:
    """Where a server that listens everywhere is found from its own machine."""
    try:
        return "127.0.0.1" if ip_address(host).is_unspecified else host
    except ValueError:
        return host or "127.0.0.1"


def _get(url: str) -> bytes:
    """What it answers, also with 503. No proxy: it is this machine."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=PATIENCE_S) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.read()


async def _database(mine: Mine) -> Found:
    if not mine.database.dsn:
        return well("database", "our own, it runs with the server")
    database = Database(mine.database.dsn)
    try:
        shelf = await database.run(shelf_there, PATIENCE_S)
        behind = await database.run(lambda c: pending(c, shelf), PATIENCE_S)
    except StoreUnavailable as error:
        return bad("database", str(error), "start it, or mend `dsn` in server.toml")
    finally:
        await database.close()
    return well("database", f"{shelf}, {behind or 'no'} changes of its shape to come")


async def _peer(what: str, host: str, port: int) -> Found:
    if not host:
        return well(what, "our own, it runs with the server")
    try:
        async with asyncio.timeout(PATIENCE_S):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError) as error:
        why = str(error) or f"no answer in {PATIENCE_S:g} s"
        return bad(what, f"{host}:{port}: {why}", "is it there, and does the network let us?")
    writer.close()
    return well(what, f"{host}:{port} takes connections")
