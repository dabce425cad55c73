"""The database's shape, and its troubles: every one ends, and is told as ours."""

import asyncio
import gc
import inspect
from collections.abc import Callable
from dataclasses import replace

import asyncpg
import pytest
from small_mine import small_mine

from minesafe.model.errors import StoreUnavailable
from minesafe.store import database
from minesafe.store.database import FOREIGN, Database
from minesafe.store.history import PostgresHistory
from minesafe.store.migrations import Migration, migrate, shipped

OpenHistory = Callable[..., PostgresHistory]

# --- the shape ------------------------------------------------------------------------------


async def test_a_migration_runs_once_and_must_not_change_afterwards(dsn: str) -> None:
    connection = await asyncpg.connect(dsn, timeout=5, command_timeout=30)
    await migrate(connection, shipped("plain"))
    await migrate(connection, shipped("plain"))
    assert await connection.fetchval("SELECT count(*) FROM migrations") == len(shipped("plain"))
    changed = [replace(shipped("plain")[0], sql="SELECT 1"), *shipped("plain")[1:]]
    with pytest.raises(StoreUnavailable, match=r"001_samples\.sql was changed"):
        await migrate(connection, changed)
    with pytest.raises(StoreUnavailable, match="newer program"):
        await migrate(connection, shipped("plain")[:1])
    await connection.close()


async def test_a_migration_that_fails_leaves_nothing_behind(dsn: str) -> None:
    connection = await asyncpg.connect(dsn, timeout=5, command_timeout=30)
    bad = Migration(103, "103_bad.sql", "CREATE TABLE half (a int); SELECT nonsense;")
    with pytest.raises(asyncpg.UndefinedColumnError):
        await migrate(connection, [*shipped("plain"), bad])
    assert await connection.fetchval("SELECT to_regclass('readings')") is None
    await connection.close()


async def test_servers_that_start_together_make_one_shape(open_history: OpenHistory) -> None:
    starts = [open_history() for _ in range(4)]
    assert await asyncio.gather(*(h.stored_through() for h in starts)) == [0, 0, 0, 0]


# --- trouble --------------------------------------------------------------------------------


def test_every_error_of_asyncpg_is_known_at_the_rim() -> None:
    errors = [
        kind
        for module in (asyncpg, asyncpg.exceptions)
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Exception) and not issubclass(kind, Warning)
    ]
    assert len(errors) > 250
    assert [kind for kind in errors if not issubclass(kind, FOREIGN)] == []


@pytest.mark.parametrize("error", [asyncpg.TooManyConnectionsError("x"), OSError(), EOFError()])
async def test_an_error_of_the_database_is_told_as_ours(dsn: str, error: Exception) -> None:
    database = Database(dsn)

    async def fail(connection: object) -> None:
        raise error

    with pytest.raises(StoreUnavailable, match=type(error).__name__):
        await database.run(fail, 5)
    await database.close()


async def test_nobody_there_is_told_at_once() -> None:
    history = PostgresHistory(
        "postgresql:///t?host=/nowhere&user=minesafe", small_mine(), spool="a", journal="a"
    )
    with pytest.raises(StoreUnavailable):
        await history.stored_through()
    await history.close()


async def test_work_that_is_late_is_left_and_the_next_goes_on(dsn: str) -> None:
    database = Database(dsn, connections=1)
    with pytest.raises(StoreUnavailable, match="did not answer"):
        await database.run(lambda c: c.execute("SELECT pg_sleep(60)"), 0.3)
    assert await database.run(lambda c: c.fetchval("SELECT 7"), 5) == 7
    await database.close()


async def test_a_caller_that_is_cancelled_leaves_no_connection_busy(dsn: str) -> None:
    database = Database(dsn, connections=1)
    task = asyncio.create_task(database.run(lambda c: c.execute("SELECT pg_sleep(60)"), 30))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await database.run(lambda c: c.fetchval("SELECT 8"), 5) == 8
    await database.close()


async def test_a_connection_that_is_late_while_it_is_made_is_torn_down_too(
    dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is nobody's yet: not of the work, which has not begun, and not of those that are kept."""
    monkeypatch.setattr(database, "_NOTICE", "SELECT pg_sleep(5)")
    late = Database(dsn)
    with pytest.raises(StoreUnavailable, match="did not answer"):
        await late.run(lambda connection: connection.fetchval("SELECT 1"), 0.5)
    await late.close()
    gc.collect()  # one that is still open says so now, which is an error here
