"""The bench of the history, small: every key is there, and what is promised of size holds."""

from pathlib import Path

import pytest
from system.parts import new_database

from minesafe.bench.store import asking, backtesting, copying, keeping, seeking

BYTES = 12.0
"""A sample on a plain PostgreSQL, with everything that is stored of it."""


async def test_the_history_is_measured_beside_its_peers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part, name, value in (
        (copying, "ROWS", 20_000),
        (copying, "FEWER", 500),
        (copying, "REPEATS", 1),
        (keeping, "POINTS", 300),
        (keeping, "MINUTES", 10),
        (asking, "LADDER", (3, 6)),
        (asking, "YEAR_OF_FIVE_MINUTES", 1),
        (asking, "REPEATS", 2),
        (seeking, "POINTS", 6),
        (seeking, "PEOPLE", 4),
        (seeking, "DAYS", 1),
        (seeking, "MOMENTS", 2),
        (seeking, "RAW_S", 80),
        (seeking, "SEEKS", 2),
        (backtesting, "LADDER", (2, 4)),
        (backtesting, "SECONDS", 150),
        (backtesting, "LOOPS", False),
    ):
        monkeypatch.setattr(part, name, value)
    monkeypatch.setattr(copying, "FILE_PEER", False)  # the tests' database may not read our files
    dsn = new_database()
    figures = await copying.run(dsn, tmp_path, 1)
    figures |= await keeping.run(dsn, tmp_path, 1)
    figures |= await asking.run(dsn, tmp_path, 1)
    figures |= await seeking.run(dsn, tmp_path, 1)
    figures |= await backtesting.run(dsn, tmp_path, 1)
    assert figures["bytes_per_row"] <= BYTES
    assert figures["copy_rows_per_s"] > 0
    assert figures["copy_vs_executemany"] > 1
    assert {"copy_vs_records", "copy_vs_psycopg", "copy_vs_psycopg_executemany"} <= set(figures)
    assert set(figures["trend_1y_ms"]) == set(figures["trend_24h_ms"]) == {"3", "6"}
    assert 0 < figures["seek_ms"]["p50"] <= figures["seek_ms"]["worst"]
    assert set(figures["backtest_day_s"]) == {"2", "4"}
