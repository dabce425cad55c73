"""Rows into a table of samples: NumPy columns as COPY, beside what one writes first, and the bound.

The bound is the server's own COPY of the same bytes from a file: nothing of ours is in it.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import asyncpg
import numpy as np

from minesafe.store.chunks import READINGS, Table
from minesafe.store.copies import copy_in
from minesafe.store.pgcopy import pgcopy

ROWS = 200_000
FEWER = 20_000
"""Of the slowest peer."""

REPEATS = 5

FILE_PEER = True
"""Whether the server may read a file of ours: it runs on this machine, as another user."""

_TABLE = """
DROP TABLE IF EXISTS copied;
CREATE TABLE copied (sampled bigint NOT NULL, received bigint NOT NULL, value float8 NOT NULL,
  seq bigint NOT NULL, ord integer NOT NULL, point integer NOT NULL, feed smallint NOT NULL,
  quality smallint NOT NULL)
"""

Connection = "asyncpg.Connection[asyncpg.Record]"


async def run(dsn: str, folder: Path, seed: int) -> dict[str, Any]:
    """Rows a second of ours, and how often it goes into those of the others."""
    import psycopg  # of the extra [dev]

    connection = await asyncpg.connect(dsn, timeout=10, command_timeout=120)
    stack = ExitStack()
    try:
        await connection.execute(_TABLE)
        table = _rows(np.random.default_rng(seed))
        file = folder / "rows.pgcopy"
        kinds = {
            name: (kind.replace("<", ">"), table[name]) for name, kind in READINGS.columns.items()
        }
        file.write_bytes(pgcopy(kinds))
        file.chmod(0o644)
        few = {name: column[:FEWER] for name, column in table.items()}
        other = stack.enter_context(closing(psycopg.connect(dsn, autocommit=True)))
        ways: dict[str, tuple[int, Callable[[], Awaitable[object]]]] = {
            "ours": (ROWS, lambda: copy_in(connection, "copied", READINGS.columns, table)),
            "records": (ROWS, lambda: _records(connection, table)),
            "executemany": (FEWER, lambda: _executemany(connection, few)),
            "psycopg": (ROWS, lambda: asyncio.to_thread(_psycopg, other, table)),
            "psycopg_executemany": (
                FEWER,
                lambda: asyncio.to_thread(_psycopg_executemany, other, few),
            ),
            "server_file": (
                ROWS,
                lambda: connection.execute(f"COPY copied FROM '{file}' (FORMAT binary)"),
            ),
        }
        if not FILE_PEER:
            del ways["server_file"]
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(REPEATS):
            for name, (rows, way) in ways.items():
                await connection.execute("TRUNCATE copied")
                begin = time.perf_counter()
                await way()
                seconds[name].append((time.perf_counter() - begin) / rows)
        ours = statistics.median(seconds["ours"])
        ratios = {
            f"copy_vs_{name}": round(
                statistics.median(t / o for t, o in zip(times, seconds["ours"], strict=True)), 2
            )
            for name, times in seconds.items()
            if name != "ours"
        }
        return {"copy_rows_per_s": round(1 / ours), **ratios}
    finally:
        stack.close()
        await connection.close()


def _rows(hand: np.random.Generator) -> Table:
    at = 1_764_000_000_000_000 + np.arange(ROWS) * 100
    return {
        "sampled": at,
        "received": at + 5_000,
        "value": np.round(hand.uniform(0, 1, ROWS), 2),
        "seq": np.arange(ROWS) // 10_000,
        "ord": np.arange(ROWS) % 10_000,
        "point": hand.integers(0, 10_000, ROWS),
        "feed": np.ones(ROWS, np.int16),
        "quality": np.zeros(ROWS, np.uint8),
    }


async def _records(connection: Any, table: Table) -> None:
    columns = [table[name].tolist() for name in READINGS.columns]
    await connection.copy_records_to_table(
        "copied", columns=list(READINGS.columns), records=zip(*columns, strict=True)
    )


async def _executemany(connection: Any, table: Table) -> None:
    columns = [table[name].tolist() for name in READINGS.columns]
    places = ", ".join(f"${n}" for n in range(1, len(columns) + 1))
    names = ", ".join(READINGS.columns)
    await connection.executemany(
        f"INSERT INTO copied ({names}) VALUES ({places})",  # noqa: S608  names of ours
        list(zip(*columns, strict=True)),
    )


def _psycopg(connection: Any, table: Table) -> None:
    """Binary COPY, a row at a time, as its documentation writes it."""
    names, types = ", ".join(READINGS.columns), [_TYPES[t] for t in READINGS.columns.values()]
    columns = [table[name].tolist() for name in READINGS.columns]
    command = f"COPY copied ({names}) FROM STDIN (FORMAT BINARY)"
    with connection.cursor() as cursor, cursor.copy(command) as copy:
        copy.set_types(types)
        for row in zip(*columns, strict=True):
            copy.write_row(row)


def _psycopg_executemany(connection: Any, table: Table) -> None:
    columns = [table[name].tolist() for name in READINGS.columns]
    places = ", ".join(["%s"] * len(columns))
    names = ", ".join(READINGS.columns)
    with connection.cursor() as cursor, connection.transaction():
        cursor.executemany(
            f"INSERT INTO copied ({names}) VALUES ({places})",  # noqa: S608  names of ours
            list(zip(*columns, strict=True)),
        )


_TYPES = {"<i8": "int8", "<f8": "float8", "<i4": "int4", "<i2": "int2"}
