"""Whatever somebody does to the files: they load, or every fault is told. Nothing else escapes."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from first_mine import FIRST
from hypothesis import given, settings
from hypothesis import strategies as st

from minesafe import config
from minesafe.model.time import SECOND

NOW = 1_764_000_000 * SECOND
FILES = [*config.files_of(FIRST)]
SHARED = ("kinds.toml", "logic.toml", "rules/coal-cn.toml")

SCRAPS = [
    '"',
    "[",
    "]",
    "{",
    "}",
    "[[zone]]",
    "=",
    ",",
    "\n",
    "#",
    "null",
    "-1",
    "1e999",
    "\x00",
    "\ufeff",
]
SCRAPS += ["true", "'", "é", "[[", "nan", '"features": [', "id = 1", "\u2028", "\t", "1970-01-01"]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(FILES), st.floats(0, 1), st.integers(0, 80), st.sampled_from(SCRAPS))
def test_a_damaged_file_is_refused_with_its_name(
    file: str, where: float, cut: int, scrap: str
) -> None:
    with TemporaryDirectory() as folder:
        home = Path(shutil.copytree(FIRST, Path(folder) / "mine"))
        (home / "rules").mkdir()
        for shared in SHARED:
            shutil.copy(config.shipped(shared), home / shared)
        raw = (home / file).read_bytes()
        at = int(where * len(raw))
        (home / file).write_bytes(raw[:at] + scrap.encode() + raw[at + cut :])
        checked = config.check(home, now=NOW, environ={})
    assert (checked.mine is None) == bool(checked.faults)
    assert all(f.file and f.line >= 0 and f.what for f in checked.faults)
