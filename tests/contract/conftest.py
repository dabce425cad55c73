"""The real parts the contract suites run on."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from small_mine import small_mine
from system.parts import new_database
from timescale_server import TimescaleServer, timescale_server

from minesafe.store.history import PostgresHistory
from minesafe.store.journal import SqliteJournal

OpenJournal = Callable[[], SqliteJournal]


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
async def history(request: pytest.FixtureRequest) -> AsyncIterator[PostgresHistory]:
    """The history of the small mine in a new database, on either shelf."""
    if request.param == "plain":
        dsn = new_database()
    else:
        server: TimescaleServer = request.getfixturevalue("timescale")
        await server.reset()
        dsn = server.dsn
    opened = PostgresHistory(dsn, small_mine(), spool="a", journal="a")
    yield opened
    await opened.close()
