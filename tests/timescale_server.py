"""The real TimescaleDB for tests: as WebAssembly behind a socket, emptied between two of them."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from build_pages import npm_and_environment

HOME = Path(__file__).parent / "timescale"

_RESET = """
DO $$
DECLARE name text;
BEGIN
  FOR name IN SELECT view_name FROM timescaledb_information.continuous_aggregates
              WHERE view_schema = 'public' ORDER BY length(view_name) DESC, view_name DESC
  LOOP EXECUTE format('DROP MATERIALIZED VIEW IF EXISTS public.%I CASCADE', name); END LOOP;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
  LOOP EXECUTE format('DROP TABLE IF EXISTS public.%I CASCADE', name); END LOOP;
  DROP FUNCTION IF EXISTS now_us();
END $$
"""


class TimescaleServer:
    """One PostgreSQL with one database, for one test after the other."""

    def __init__(self, port: int) -> None:
        self.dsn = f"postgresql://postgres@127.0.0.1:{port}/postgres?sslmode=disable"

    async def reset(self) -> None:
        """Leave nothing of the test before."""
        connection = await asyncpg.connect(self.dsn, timeout=10, command_timeout=60)
        try:
            await connection.execute(_RESET)
        finally:
            await connection.close()


@contextmanager
def timescale_server() -> Iterator[TimescaleServer]:
    """Install what package-lock.json names, the first time, and serve until left."""
    npm, environment = npm_and_environment()
    if not (HOME / "node_modules").is_dir():
        subprocess.run(
            [*npm, "ci", "--no-audit", "--no-fund"], cwd=HOME, env=environment, check=True
        )
    node = npm[0] if len(npm) > 1 else "node"
    command = [node, "server.mjs"]
    with subprocess.Popen(
        command, cwd=HOME, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            yield TimescaleServer(int(process.stdout.readline()))
        finally:
            process.stdin.close()
            process.wait(10)
