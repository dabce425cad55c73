"""The README says the same in both languages: the same links, commands and steps."""

import re
from pathlib import Path

from device_sims.scenario import shipped

ROOT = Path(__file__).parents[2]
ENGLISH, CHINESE = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md"))
LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")
COMMAND = re.compile(r"^(?:\$ [^#\n]+|\| `[^`]+`)", re.MULTILINE)
STEP = re.compile(r"^\d\. ", re.MULTILINE)


def test_each_leads_to_the_other() -> None:
    assert "](README.zh-CN.md)" in ENGLISH
    assert "](README.md)" in CHINESE


def test_both_lead_to_the_same_pages_and_all_of_them_are_there() -> None:
    english, chinese = (set(LINK.findall(text)) for text in (ENGLISH, CHINESE))
    assert english - {"README.zh-CN.md"} == chinese - {"README.md"}
    for page in english | chinese:
        assert page.startswith("https://") or (ROOT / page).exists(), page


def test_both_count_the_scenarios_there_are() -> None:
    count = len(shipped())
    assert f"[{count} scenarios](docs/scenarios.md)" in ENGLISH
    assert f"[{count} 个情景](docs/scenarios.md)" in CHINESE


def test_both_name_the_same_commands_and_steps() -> None:
    for pattern in (COMMAND, STEP):
        english, chinese = (
            [found.strip() for found in pattern.findall(text)] for text in (ENGLISH, CHINESE)
        )
        assert english == chinese
        assert english
    assert ENGLISH.count("\n## ") == CHINESE.count("\n## ")
