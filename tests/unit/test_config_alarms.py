"""What a mine says of its alarms: latching, guidance, re-alarm, suppression by design."""

import shutil
from pathlib import Path

import pytest
from first_mine import FIRST

from minesafe import config
from minesafe.model.errors import BadConfig
from minesafe.model.mine import Mine, Name
from minesafe.model.suppression import DEVICE_LOST

SUPPRESS = """
[[suppress]]
id = "lost"
families = ["health"]
while = "device_lost"
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """The first mine's directory, to be changed."""
    there = tmp_path / "mine"
    shutil.copytree(FIRST, there)
    for name in ("kinds.toml", "logic.toml"):
        shutil.copy(config.shipped(name), there / name)
    return there


def changed(mine: Path, file: str, old: str, new: str) -> Path:
    text = (mine / file).read_text("utf-8")
    assert old in text
    (mine / file).write_text(text.replace(old, new, 1), "utf-8")
    return mine


def added(mine: Path, file: str, text: str) -> Path:
    with (mine / file).open("a", encoding="utf-8") as end:
        end.write(text)
    return mine


def faults(mine: Path) -> str:
    with pytest.raises(BadConfig) as refused:
        config.load(mine)
    return "\n".join(str(fault) for fault in refused.value.faults)


def loaded(mine: Path) -> Mine:
    return config.load(mine)


def test_again_is_never_where_the_policy_does_not_say(mine: Path) -> None:
    assert loaded(mine).policy.again_s == (0.0, 0.0, 0.0, 0.0)
    told = changed(mine, "policy.toml", "[[ladder]]", "[again_s]\nI = 300\nIII = 60\n\n[[ladder]]")
    assert loaded(told).policy.again_s == (300.0, 0.0, 60.0, 0.0)


def test_a_level_that_is_none_is_refused_with_its_line(mine: Path) -> None:
    told = changed(mine, "policy.toml", "[[ladder]]", "[again_s]\nV = 300\n\n[[ladder]]")
    assert "policy.toml" in faults(told)
    assert "unknown key 'V'" in faults(told)


def test_a_kind_may_let_its_alarms_go(mine: Path) -> None:
    told = changed(mine, "kinds.toml", 'id = "humidity"', 'id = "humidity"\nlatch = false')
    latches = {k.id: k.latch for k in loaded(told).kinds}
    assert latches.pop("humidity") is False
    assert all(latches.values())


def test_a_rule_that_withdraws_always_latches(mine: Path) -> None:
    pack = config.shipped("rules/coal-cn.toml").read_text("utf-8")
    (mine / "rules").mkdir()
    (mine / "rules/coal-cn.toml").write_text(
        pack.replace('id = "CH4-T0"', 'id = "CH4-T0"\nlatch = false', 1), "utf-8"
    )
    assert "a rule that withdraws people latches" in faults(mine)


def test_a_zone_says_in_both_languages_what_to_do(mine: Path) -> None:
    said = '[[zone]]\nguidance_zh = "先断电"\nguidance_en = "Cut the power first"'
    told = (mine / "zones.toml").read_text("utf-8").replace("[[zone]]", said, 1)
    (mine / "zones.toml").write_text(told, "utf-8")
    found = [z.guidance for z in loaded(mine).zones]
    assert Name("先断电", "Cut the power first") in found
    (mine / "zones.toml").write_text(told.replace('guidance_en = "Cut the power first"\n', ""))
    assert "guidance in one language alone" in faults(mine)


def test_points_are_suppressed_while_their_substation_is_lost(mine: Path) -> None:
    (row,) = loaded(added(mine, "logic.toml", SUPPRESS)).suppressions
    assert (row.families, row.while_) == (("health",), DEVICE_LOST)
    assert len(row.points) == len(loaded(mine).points)


def test_what_could_hide_an_evacuation_is_refused(mine: Path) -> None:
    told = added(mine, "logic.toml", SUPPRESS.replace('"health"', '"health", "high"'))
    assert "could hide rule" in faults(told)


def test_what_the_policy_evacuates_for_is_not_hidden_either(mine: Path) -> None:
    quiet = next(p.id for p in loaded(mine).points if p.kind == "wind")
    row = SUPPRESS.replace('"health"', '"low"') + f'points = ["{quiet}"]\n'
    told = added(mine, "logic.toml", row)
    assert loaded(told).suppressions[0].points == (quiet,)
    trigger = '\n[[trigger]]\non = "alarm_low"\nkind = "wind"\nlevel = "I"\n'
    assert "which evacuates" in faults(added(told, "policy.toml", trigger))


def test_an_unknown_family_or_cause_is_refused_with_the_nearest(mine: Path) -> None:
    told = added(mine, "logic.toml", SUPPRESS.replace("device_lost", "device_lots"))
    assert "did you mean 'device_lost'?" in faults(told)
    told = changed(mine, "logic.toml", '["health"]', '["helth"]')
    assert "did you mean 'health'?" in faults(told)
