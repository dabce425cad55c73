"""Every code the server can say has words on the pages, in both languages."""

import re
from pathlib import Path

import pytest

from minesafe.model.events import FindingKind, ReceiptStatus
from minesafe.model.quality import Quality
from minesafe.model.system import TROUBLES
from minesafe.model.verdict import Condition

SRC = Path(__file__).parents[2] / "src/minesafe"
WORDS = SRC / "web/ui/src/lib/i18n"
DICTIONARIES = [WORDS / f"codes.{lang}.ts" for lang in ("zh", "en")]
SENTENCES = [WORDS / f"refusals.{lang}.ts" for lang in ("zh", "en")]

REFUSED = re.compile(r"""(?:Refused|Denied)\(\s*(?:[A-Z_]+,\s*)?"([a-z_]+)\"""")
ANSWERED = re.compile(r"""answer\([A-Za-z_.]+, "([a-z_]+)"|"code":"([a-z_]+)\"""")


def refusals() -> set[str]:
    """Codes written in the source wherever something is refused."""
    text = "\n".join(f.read_text("utf-8") for f in SRC.rglob("*.py") if "ui" not in f.parts)
    answered = {one or other for one, other in ANSWERED.findall(text)}
    return set(REFUSED.findall(text)) | answered


def family(dictionary: Path, name: str) -> set[str]:
    """The keys of one family of words."""
    block = re.search(rf"^  {name}: \{{(.*?)\}}", dictionary.read_text("utf-8"), re.M | re.S)
    assert block, name
    return set(re.findall(r"(\w+): \"", block.group(1)))


FAMILIES = {
    "condition": {c.name.lower() for c in Condition},
    "finding": {k.value for k in FindingKind},
    "qualityOf": {q.name.lower() for q in Quality} | {"silent"},
    "trouble": set(TROUBLES),
    "receipt": {s.value for s in ReceiptStatus},
}


@pytest.mark.parametrize("dictionary", DICTIONARIES, ids=lambda d: d.stem)
@pytest.mark.parametrize("name", FAMILIES)
def test_every_code_has_a_word(dictionary: Path, name: str) -> None:
    assert FAMILIES[name] <= family(dictionary, name)


@pytest.mark.parametrize("dictionary", SENTENCES, ids=lambda d: d.stem)
def test_every_refusal_has_a_sentence(dictionary: Path) -> None:
    told = set(re.findall(r"^  (\w+):", dictionary.read_text("utf-8"), re.M))
    assert refusals() <= told
