"""All loops are compiled beside the server, once, and taken up between two frames."""

import asyncio
import time
from pathlib import Path

import pytest

from minesafe.embedded import kernels
from minesafe.engine.kernels import ARRAYS
from minesafe.model.errors import StoreUnavailable


@pytest.mark.timeout(300)
def test_a_first_start_compiles_in_a_child_and_the_next_only_loads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernels, "SETTLED_S", 0.0)
    (tmp_path / "of-another-version").mkdir()
    times = []
    for _ in range(2):
        begin = time.monotonic()
        loops = asyncio.run(kernels.ready(tmp_path))
        assert loops.kernels != ARRAYS
        assert loops.quick.cut is not None
        assert loops.quick.scan is not None
        times.append(time.monotonic() - begin)
    assert times[1] < times[0] / 2
    assert len(list(tmp_path.iterdir())) == 1, "what another version left is gone"


def test_where_nothing_can_be_kept_the_supervisor_hears_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernels, "SETTLED_S", 0.0)
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable):
        asyncio.run(kernels.ready(tmp_path / "file"))
