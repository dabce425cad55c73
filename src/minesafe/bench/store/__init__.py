"""The history: how fast it takes in, how small it keeps, how soon it answers; a module a part."""

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from minesafe.bench.store import asking, backtesting, copying, keeping, seeking
from minesafe.embedded.cluster import Cluster

PARTS = (copying.run, keeping.run, asking.run, seeking.run, backtesting.run)


def run(seed: int) -> Mapping[str, Any]:
    """All parts on one PostgreSQL of its own, one after the other."""
    with tempfile.TemporaryDirectory(prefix="minesafe-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        cluster = Cluster(Path(folder) / "postgres")
        dsn = cluster.start()
        try:
            figures: dict[str, Any] = {}
            for part in PARTS:
                figures |= asyncio.run(part(dsn, Path(folder), seed))
            return figures
        finally:
            cluster.stop()
