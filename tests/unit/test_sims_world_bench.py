"""The measure of how fast a mine runs without wires."""

import json
import subprocess
import sys
from pathlib import Path

from first_mine import first_mine

from minesafe.bench.world import without_wires
from minesafe.config import emit

ROOT = Path(__file__).parents[2]


def test_the_bench_prints_one_object_and_the_server_passes_it_on(tmp_path: Path) -> None:
    paper = tmp_path / "mine.json"
    paper.write_text(json.dumps(emit(first_mine())), "utf-8")
    command = (sys.executable, "-m", "device_sims", "bench", str(paper), "--seed", "2")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    told, passed_on = json.loads(done.stdout), without_wires(2)
    assert set(told) == set(passed_on)
    assert (told["tags"], passed_on["tags"], passed_on["seed"]) == (15, 320, 2)
    assert passed_on["roadways"] >= 120
    assert passed_on["virtual_per_real_s_no_wires"] > 20
