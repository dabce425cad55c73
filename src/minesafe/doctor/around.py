"""What is around: the database, the broker and the carrier, asked for nothing but an answer."""

import asyncio
from collections.abc import AsyncIterator

from minesafe.doctor.finding import Found, bad, look, well
from minesafe.model.errors import StoreUnavailable
from minesafe.model.mine import Mine
from minesafe.store.database import Database
from minesafe.store.migrations import pending
from minesafe.store.shelves import shelf_there

PATIENCE_S = 3.0


async def around(mine: Mine) -> AsyncIterator[Found]:
    """What the mine names outside this machine's own parts; ours run with the server."""
    yield await _database(mine)
    yield await _peer("broker", mine.broker.host, mine.broker.port)
    if mine.carrier is not None:
        yield await _peer("sms", mine.carrier.host, mine.carrier.port)
    else:
        yield look("sms", "no carrier is named", "a leader away from the pages is told by nothing")


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
