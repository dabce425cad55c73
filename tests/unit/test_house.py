"""House rules that no linter holds: what is switched off says why, and a file stays one room."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HERE = ["src", "device_sims", "tests", ".ci"]
WRITTEN = {".py", ".ts", ".svelte"}
LONGEST = 400
"""Lines of a source file; past it there are two ideas in it."""

SWITCHED_OFF = re.compile(
    r"(?:#|//|<!--) *(?:noqa|type: ignore|pragma|svelte-ignore|eslint-disable|ts-ignore)"
    r"(?:-[a-z-]+)?(?:: *[A-Z]+\d+(?:, *[A-Z]+\d+)*|\[[a-z, -]+\])?(?P<why>.*)"
)
"""What makes a check look away, and what is said behind it."""


def written_here() -> Iterator[Path]:
    yield from ROOT.glob("*.py")
    for top in HERE:
        for folder, below, names in os.walk(ROOT / top):
            below[:] = [name for name in below if name != "node_modules"]
            yield from (Path(folder) / n for n in names if Path(n).suffix in WRITTEN)


def unexplained(text: str) -> Iterator[str]:
    for line in text.splitlines():
        off = SWITCHED_OFF.search(line)
        if off and not re.search(r"\w{2}", off["why"]):
            yield line.strip()


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("x = f()  # noqa: S608", 1),
        ("x = f()  # noqa: S603, S607", 1),
        ("x = f()  # type: ignore[arg-type]", 1),
        ("x = f()  # type: ignore[method-assign, assignment]", 1),
        ("x = f()  # noqa", 1),
        ("x = f()  # noqa: S608  names of ours", 0),
        ("x = f()  # type: ignore[arg-type]  # by name", 0),
        ("// eslint-disable-next-line", 1),
    ],
)
def test_a_bare_switch_is_told_from_one_with_its_reason(line: str, found: int) -> None:
    assert len(list(unexplained(line))) == found


def test_what_makes_a_check_look_away_says_why() -> None:
    bare = {
        f"{path.relative_to(ROOT)}: {line}"
        for path in written_here()
        if path.name != Path(__file__).name
        for line in unexplained(path.read_text())
    }
    assert not bare


def test_a_source_file_is_one_room() -> None:
    ours = (p for p in written_here() if "tests" not in p.parts and p.suffixes[:1] != [".d"])
    long = {p.name: n for p in ours if (n := len(p.read_text().splitlines())) > LONGEST}
    assert not long
