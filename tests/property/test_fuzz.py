"""Any bytes at all at each decoder, guided by what its code does.

A short run here, a long one in `make soak`; which decoders there are is a table of fuzz/targets.py.
"""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from fuzz.targets import GROUPS, TARGETS, seeds

from minesafe.links.modbus.frames import Framing, RtuFrames, TcpFrames

ROOT = Path(__file__).parents[2]
SHORT, LONG = 4_000, 100_000
SECONDS_EACH = 5
"""One input that takes longer hangs the decoder; the machine may be busy."""


def fuzzed(names: Sequence[str], runs: int, folder: Path) -> subprocess.CompletedProcess[str]:
    corpus = folder / "seeds"
    corpus.mkdir()
    for i, said in enumerate(seeds(names)):
        (corpus / str(i)).write_bytes(said)
    words = [f"-runs={runs}", "-seed=1", "-max_len=2000", f"-timeout={SECONDS_EACH}"]
    words += ["-rss_limit_mb=1024", f"-artifact_prefix={folder}/", str(corpus)]
    run = [sys.executable, str(ROOT / "tests/fuzz/run.py"), ",".join(names), *words]
    return subprocess.run(run, capture_output=True, text=True, check=False)


LOTS = [
    *(pytest.param(tuple(group), SHORT, id=name) for name, group in GROUPS.items()),
    *(pytest.param((name,), LONG, id=name, marks=pytest.mark.soak) for name in TARGETS),
]


@pytest.mark.parametrize(("names", "runs"), LOTS)
def test_no_bytes_at_all_raise_anything_but_the_decoders_own_error(
    names: Sequence[str], runs: int, tmp_path: Path
) -> None:
    ended = fuzzed(names, runs, tmp_path)
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert f"Done {runs}" in ended.stderr


@pytest.mark.parametrize("make", [TcpFrames, RtuFrames], ids=["tcp", "serial"])
def test_a_flood_of_frames_costs_as_many_times_more_as_it_is_longer(
    make: "type[TcpFrames] | type[RtuFrames]",
) -> None:
    """Ten times the bytes in one piece: about ten times the work, never a hundred."""

    def seconds(frames: int) -> float:
        framing: Framing = make()
        data = framing.framed(1, 7, bytes.fromhex("03020145")) * frames
        began = time.process_time()
        for _ in framing.feed(data):
            pass
        return time.process_time() - began

    few = min(seconds(2_000) for _ in range(3))
    many = min(seconds(20_000) for _ in range(3))
    assert many < 40 * max(few, 1e-4)
