"""Records are searched by the words of the pages: the server's tables are theirs."""

import re
from pathlib import Path
from typing import get_args

import pytest
from first_mine import first_mine

import minesafe
from minesafe.cli.life import failed
from minesafe.model.errors import Refused
from minesafe.model.events import AnyBody, FindingKind, LoggedIn, ReachAnswered
from minesafe.wording import Sayer, grams
from minesafe.wording.codes import CODES
from minesafe.wording.refused import REFUSED

PAGES = Path(minesafe.__file__).parent / "web/ui/src/lib/i18n"
FAMILIES = {
    "severity": "severity",
    "alarmState": "state",
    "orderKind": "order_kind",
    "decision": "decision",
    "whereaboutsOf": "whereabouts",
    "toldOf": "told",
    "post": "duty",
    "origin": "origin",
    "system": "system",
    "condition": "condition",
    "finding": "finding",
    "channel": "channel",
    "receipt": "status",
}


def words_of(lang: str, family: str) -> dict[str, str]:
    files = (f"codes.{lang}.ts", f"later-codes.{lang}.ts")
    text = "\n".join((PAGES / name).read_text("utf-8") for name in files)
    block = re.search(rf"^  {family}: \{{(.*?)\}}", text, re.M | re.S)
    assert block, family
    return dict(re.findall(r'(\w+): "([^"]*)"', block[1]))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_code_is_searched_by_what_the_pages_call_it(family: str) -> None:
    ours = CODES[FAMILIES[family]]
    for lang in ("zh", "en"):
        pages = words_of(lang, family)
        differ = {
            code: (getattr(name, lang), pages[code])
            for code, name in ours.items()
            if code in pages and getattr(name, lang) != pages[code]
        }
        assert not differ, "as minesafe/wording/codes.py has it, and as the pages do"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_refusal_is_the_same_words_at_a_terminal_and_on_a_page(lang: str) -> None:
    text = (PAGES / f"refusals.{lang}.ts").read_text("utf-8")
    pages = dict(re.findall(r'^  (\w+):\s*"([^"]*)"', text, re.M))
    assert {code: getattr(name, lang) for code, name in REFUSED.items()} == pages


def test_a_command_that_is_refused_says_why_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert failed(Refused("order_open")).exit_code == 1
    told = capsys.readouterr().err
    assert told == "有命令未解除，不能试呼 · an order is open: no test call now (order_open)\n"


def test_a_finding_is_in_the_record_by_its_name() -> None:
    assert {kind.value for kind in FindingKind} <= set(CODES["finding"])


def test_words_of_kinds_are_of_kinds_there_are_and_nearly_all_have_one() -> None:
    """One that has none yet is searched by its code."""
    kinds = {kind.__struct_config__.tag for kind in get_args(AnyBody)}
    assert set(CODES["kind"]) <= kinds
    assert len(kinds - set(CODES["kind"])) < 5


def test_no_telephone_number_is_searched_by() -> None:
    body = ReachAnswered(proof="n", person="P01", phone="13900000001", origin="sms")  # type: ignore[arg-type]  # its word
    said = Sayer(first_mine()).said(body)
    assert "13900000001" not in said.text
    assert "P01" in said.about
    assert (said.actor, said.severity) == ("P01", "")


def test_what_a_revision_no_longer_knows_keeps_its_id() -> None:
    said = Sayer(first_mine()).said(LoggedIn(user="Ñandú-7", address="10.0.0.9"))
    assert said.about == ("Ñandú-7",)
    assert {"登录", "log", "in", "ñand", "7"} & set(grams(said.text)) >= {"登录", "log", "7"}
