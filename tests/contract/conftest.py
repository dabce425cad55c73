"""The real parts the contract suites run on."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from small_mine import small_mine
from system.parts import new_database
from timescale_server import TimescaleServer, timescale_server

from minesafe.model.mine import Mine
from minesafe.store.history import PostgresHistory
from minesafe.store.journal import SqliteJournal

OpenJournal = Callable[[], SqliteJournal]
OpenHistory = Callable[..., PostgresHistory]


@pytest.fixture
def open_journal(tmp_path: Path) -> Iterator[OpenJournal]:
    """Opens the journal of one data directory; each call is a start of the server."""
    opened: list[SqliteJournal] = []

    def open_it() -> SqliteJournal:
        opened.append(SqliteJournal(tmp_path / "journal.db", ballast_mb=1))
        return opened[-1]

    yield open_it
    for journal in opened:
        journal.close()


@pytest.fixture
def journal(open_journal: OpenJournal) -> SqliteJournal:
    """A new journal."""
    return open_journal()


@pytest.fixture
def dsn() -> str:
    """A new, empty database on a real PostgreSQL."""
    return new_database()


@pytest.fixture(scope="session")
def timescale() -> Iterator[TimescaleServer]:
    """A real TimescaleDB, for one test after the other."""
    with timescale_server() as server:
        yield server


@pytest.fixture(params=["plain", "timescale"])
async def either_dsn(request: pytest.FixtureRequest) -> str:
    """A new, empty database: as minesafe brings it, and with the real TimescaleDB."""
    if request.param == "plain":
        return new_database()
    server: TimescaleServer = request.getfixturevalue("timescale")
    await server.reset()
    return server.dsn


@pytest.fixture
async def open_history(dsn: str) -> AsyncIterator[OpenHistory]:
    """Opens the history of one database; each call is a start of the server."""
    opened: list[PostgresHistory] = []

    def open_it(mine: Mine | None = None, spool: str = "a") -> PostgresHistory:
        opened.append(PostgresHistory(dsn, mine or small_mine(), spool=spool, journal=spool))
        return opened[-1]

    yield open_it
    for history in opened:
        await history.close()


@pytest.fixture
async def history(either_dsn: str) -> AsyncIterator[PostgresHistory]:
    """The history of the small mine in a new database, on either shelf."""
    opened = PostgresHistory(either_dsn, small_mine(), spool="a", journal="a")
    yield opened
    await opened.close()
