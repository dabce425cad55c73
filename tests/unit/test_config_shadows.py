"""`shadow.toml`: other limits beside those in force, in the same words and under the same law."""

import shutil
from pathlib import Path

from first_mine import FIRST

from minesafe.config import check, load

SOONER = """
[[shadow]]
id = "sooner"
zh = "提前"
en = "sooner"
[[shadow.point]]
id = "CH4-T1"
alarm_high = 0.8
restore_high = 0.8
"""


def mine_with(folder: Path, text: str) -> Path:
    shutil.copytree(FIRST, folder / "mine")
    (folder / "mine" / "shadow.toml").write_text(text, encoding="utf-8")
    return folder / "mine"


def test_a_shadow_is_of_the_revision_and_changes_nothing_that_is_in_force(tmp_path: Path) -> None:
    mine, plain = load(mine_with(tmp_path, SOONER)), load(FIRST)
    assert mine.revision != plain.revision
    assert mine.points == plain.points
    (shadow,) = mine.shadows
    assert [(p.id, p.limits.alarm_high) for p in shadow.points] == [("CH4-T1", 0.8)]
    other = mine.cast(shadow)
    assert [p.id for p in other.points] == [p.id for p in mine.points]
    assert other.points[mine.point_row["CH4-T1"]].limits.alarm_high == 0.8


def test_what_no_shadow_may_say_is_refused_with_its_line(tmp_path: Path) -> None:
    faults = check(mine_with(tmp_path, SOONER.replace("alarm_high", "alarm_hihg"))).faults
    told = next(f for f in faults if "alarm_hihg" in f.what)
    assert (told.file, told.line, told.hint) == ("shadow.toml", 8, "did you mean 'alarm_high'?")


def test_a_shadow_looser_than_the_law_is_refused(tmp_path: Path) -> None:
    faults = check(
        mine_with(tmp_path, SOONER.replace("alarm_high = 0.8", "alarm_high = 1.4"))
    ).faults
    assert ("shadow.toml", 8) in {(f.file, f.line) for f in faults}
    assert any("looser than rule 'CH4-T1' allows" in f.what for f in faults)
