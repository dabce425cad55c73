"""docs/add-a-device.md: every driver has a whole card, and what it says of tests is so."""

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/add-a-device.md").read_text("utf-8")
ROWS = ("files", "configured by", "told", "bounds", "tests", "simulated by", "exempt")
OTHERWISE = {"told": "when it fails", "bounds": "budget"}
"""What stands in another word where a driver has it so."""

CARDS = {
    title: body
    for title, _, body in (part.partition("\n") for part in PAGE.split("### ")[1:])
    if "| files |" in body
}


def rows(card: str) -> dict[str, str]:
    found = re.findall(r"^\| ([^|]+?) \| (.+) \|$", card, re.MULTILINE)
    return {name: said for name, said in found if name not in ("", "---")}


def spread(path: str) -> Iterator[str]:
    """`a/{b,c}.py` as `a/b.py` and `a/c.py`."""
    parts = [p.split(",") for p in re.split(r"[{}]", path)]
    yield from ("".join(words) for words in product(*parts))


def test_there_is_a_card_for_every_driver() -> None:
    assert len(CARDS) == 9


@pytest.mark.parametrize("title", CARDS)
def test_a_card_says_what_is_handled_and_what_is_exempt(title: str) -> None:
    said = rows(CARDS[title])
    for row in ROWS:
        assert said.keys() & {row, OTHERWISE.get(row, row)}, f"{row} of {title}"
    assert "not yet" not in said


@pytest.mark.parametrize("title", CARDS)
def test_every_file_a_card_names_is_there(title: str) -> None:
    said = rows(CARDS[title])
    for base, row in (("src/minesafe", "files"), ("", "tests"), ("", "simulated by")):
        for named in re.findall(r"`([\w/.{},*]+\.py)`", said.get(row, "")):
            for path in spread(named):
                below = ROOT / base / path
                again = ROOT / "tests/unit" / path, ROOT / "device_sims/devices" / path
                assert any(list(p.parent.glob(p.name)) for p in (below, *again)), path


def test_every_test_of_bad_input_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
    assert len(named) >= 18
    for file, name in named:
        assert re.search(rf"^(async )?def {name}\(", (ROOT / file).read_text(), re.MULTILINE), name
