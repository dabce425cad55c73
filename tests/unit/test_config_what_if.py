"""A mine with other limits has the same rows, and is held to the same law."""

from pathlib import Path

import pytest
from first_mine import FIRST

from minesafe.backtest import Asked
from minesafe.config import what_if
from minesafe.model.errors import BadConfig


def tried(folder: Path, text: str) -> Asked:
    changes = folder / "new.toml"
    changes.write_text(text, encoding="utf-8")
    return Asked(*what_if(FIRST, changes))


def test_points_rules_and_windows_are_changed_by_their_ids(tmp_path: Path) -> None:
    asked = tried(
        tmp_path,
        """
        [[point]]
        id = "CH4-T1"
        alarm_high = 0.8
        restore_high = 0.7
        [[window]]
        id = "CO-TWA"
        limit = 14
        """,
    )
    assert asked.old.revision == asked.new.revision
    changed = {asked.new.points[row].id: asked.new.points[row] for row in asked.changed}
    assert changed["CH4-T1"].limits.alarm_high == 0.8
    assert changed["CH4-T1"].limits.cut_high == 1.5
    assert {point.kind for point in changed.values()} == {"methane", "co"}
    twa = next(t for t in asked.tried() if t.condition == "twa")
    assert twa.after == 14


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[[points]]\nid = "CH4-T1"', 1, "unknown key 'points' (did you mean 'point'?)"),
        ('[[point]]\nid = "CH4-T1"', 2, "is given no other limit"),
        ('[[point]]\nid = "CH4-T1"\nalarm_high = 9', 3, "is looser than rule 'CH4-T1' allows"),
        ('[[point]]\nid = "CH4-T1"\nalarm_high = "0,8"', 3, "must be a number"),
        ('[[point]]\nid = "CH4-T1"\ncut_high = 0.5', 3, "must not be inside alarm_high 1"),
        ('[[window]]\nid = "CO-TWA"\nlimit = 9999', 3, "outside the range"),
        ('[[point]]\nid = "CH4-T1"\nalarm_high = 0.8', 1, "restore_high 1 is not inside"),
        ("", 1, "changes nothing"),
        ("[[point]", 1, "TOML"),
    ],
)
def test_what_the_mines_files_would_refuse_is_refused_here(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    with pytest.raises(BadConfig) as refused:
        tried(tmp_path, text)
    told = next(fault for fault in refused.value.faults if words in str(fault))
    assert (told.file, told.line) == ("new.toml", line)
