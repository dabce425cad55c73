"""The database's shape: numbered SQL files, each run once, none changed after it ran."""

import hashlib
from dataclasses import dataclass
from importlib.resources import files

import asyncpg

from minesafe.model.errors import StoreUnavailable

_LOCK = 0x6D696E65  # "mine": one server migrates at a time

_BOOK = """
CREATE TABLE IF NOT EXISTS migrations (
  number integer PRIMARY KEY,
  name text NOT NULL,
  checksum text NOT NULL,
  applied timestamptz NOT NULL DEFAULT clock_timestamp()
)
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of `store/sql`."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def shipped(shelf: str) -> list[Migration]:
    """Every migration of this program for a database with such a shelf, in order.

    Args:
        shelf: a folder of `store/sql`: plain or timescale.
    """
    home = files("minesafe.store") / "sql"
    every = [f for folder in (home, home / shelf) for f in folder.iterdir()]
    found = sorted((f.name, f) for f in every if f.name.endswith(".sql"))
    return [Migration(int(n.split("_")[0]), n, f.read_text("utf-8")) for n, f in found]


async def migrate(
    connection: "asyncpg.Connection[asyncpg.Record]", migrations: list[Migration]
) -> None:
    """Bring the database to the newest shape, all in one transaction.

    Raises:
        StoreUnavailable: a file was changed after it ran, or a newer program has been here.
    """
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        await connection.execute(_BOOK)
        rows = await connection.fetch("SELECT number, checksum FROM migrations")
        applied = {row["number"]: row["checksum"] for row in rows}
        _check(applied, migrations)
        for migration in migrations:
            if migration.number not in applied:
                await connection.execute(migration.sql)
                await connection.execute(
                    "INSERT INTO migrations (number, name, checksum) VALUES ($1, $2, $3)",
                    migration.number,
                    migration.name,
                    migration.checksum,
                )


async def pending(connection: "asyncpg.Connection[asyncpg.Record]", shelf: str) -> int:
    """How many migrations of this program a database has not seen; nothing is changed.

    Raises:
        StoreUnavailable: as `migrate`.
    """
    there = await connection.fetchval("SELECT to_regclass('migrations') IS NOT NULL")
    rows = await connection.fetch("SELECT number, checksum FROM migrations") if there else []
    applied, known = {row["number"]: row["checksum"] for row in rows}, shipped(shelf)
    _check(applied, known)
    return sum(migration.number not in applied for migration in known)


def _check(applied: dict[int, str], migrations: list[Migration]) -> None:
    known = {m.number: m for m in migrations}
    for number, checksum in sorted(applied.items()):
        if number not in known:
            raise StoreUnavailable(f"the database has migration {number} of a newer program")
        if known[number].checksum != checksum:
            raise StoreUnavailable(f"{known[number].name} was changed after it had been applied")
