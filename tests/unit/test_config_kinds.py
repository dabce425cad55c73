"""kinds.toml: which form speaks how, and pairs of switches that cannot both be true."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from first_mine import FIRST
from story import Story

from minesafe import config
from minesafe.config.files import shipped
from minesafe.config.kinds import read_kinds
from minesafe.config.pack_logic import Ground, read_pack_logic
from minesafe.config.row import Findings, Named
from minesafe.config.text import read_toml
from minesafe.model.errors import BadConfig
from minesafe.model.events import AlarmMove, AlarmMoved
from minesafe.model.mine import Form, Kind, Mine, Point, Severity

METER = """
[[kind]]
id = "meter"
zh = "水表"
en = "Meter"
system = "water"
unit = "m³"
low = 0
high = 1e6
decimals = 1
period_s = 10
stale_s = 60
guidance_zh = "核对水表"
guidance_en = "Look at it"
"""


def read(text: str) -> tuple[list[Kind], str]:
    findings = Findings()
    kinds = read_kinds(read_toml(findings, "kinds.toml", text)).values
    return list(kinds), "\n".join(str(fault) for fault in findings.faults)


def test_a_counter_says_how_fast_it_counts_and_where_it_begins_anew() -> None:
    (meter,), faults = read(METER + 'form = "cumulative"\nmost_per_h = 500\nwrap = 100000\n')
    assert not faults
    assert (meter.form, meter.most_per_h, meter.wrap) == (Form.CUMULATIVE, 500, 100_000)
    assert "most_per_h' is missing" in read(METER + 'form = "cumulative"\n')[1]


@pytest.mark.parametrize(
    ("added", "told"),
    [
        ('form = "cumulatve"', "did you mean 'cumulative'"),
        ('form = "switch"', "the values of a switch have words"),
        ("debounce_s = 3", "'debounce_s' is said of a switch point; this is analogue"),
        ("heartbeat = true", "'heartbeat' is said of a switch point"),
        ("wrap = 100", "'wrap' is said of a cumulative point"),
        ('icon = "fann"', "did you mean 'fan'"),
        ("stuck = 1", "unknown key 'stuck'"),
    ],
)
def test_what_one_form_does_not_know_is_refused_with_its_line(added: str, told: str) -> None:
    faults = read(METER + added + "\n")[1]
    assert told in faults
    assert "kinds.toml:15" in faults


def test_a_switch_that_chatters_counts_once_it_stands_still(tmp_path: Path) -> None:
    """消抖: the kind's, unless the rule gives a delay of its own."""
    mine = tmp_path / "mine"
    shutil.copytree(FIRST, mine)
    rules = {rule.kind: rule.limits for rule in config.load(mine).rules}
    assert (rules["ups"].on_delay_s, rules["ups"].off_delay_s) == (3.0, 3.0)
    assert rules["duct"].on_delay_s == 10.0
    assert rules["fan_local"].on_delay_s == 0.0


# --- pairs --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def coal() -> Mine:
    """The demo mine, whose cross-cut has two doors; one more in another, a breaker."""
    mine = config.load(shipped("demo"))
    like = mine.points[mine.point_row["FEED-1201"]]
    door = _door(like, "DOOR-C", "Y02", 5)
    cut = replace(like, id="CUT-1201", kind="power_cut", rule=None)
    points = (*mine.points, door, cut)
    findings = Findings()
    pack = read_toml(findings, "coal-cn.toml", shipped("rules/coal-cn.toml").read_text("utf-8"))
    kinds = Named({k.id: k for k in mine.kinds})
    rules = read_pack_logic(pack.take_parts("logic"), kinds, Ground(points, mine.zones, Named()))
    pairs = [r for r in rules if r.id.startswith(("DOORS-OPEN", "CUT-FEED"))]
    return replace(mine, points=points, logic=tuple(pairs), windows=())


def fired(story: Story) -> list[tuple[str | None, Severity]]:
    """Rules about several points that rose, in order."""
    moves = [b for b in story.bodies(AlarmMoved) if isinstance(b, AlarmMoved)]
    rose = (b for b in moves if b.condition == "logic" and b.move is AlarmMove.RAISE)
    return [(b.rule, b.severity) for b in rose]


def _door(like: Point, ident: str, roadway: str, at: float) -> Point:
    return replace(like, id=ident, kind="air_door", roadway=roadway, chainage_m=at, rule=None)


def test_two_doors_of_one_roadway_may_not_both_be_open(coal: Mine) -> None:
    story = Story(coal)
    for door in ("DOOR-1-200", "DOOR-2-200", "DOOR-C"):
        story.reads(door, 0.0)
    story.reads("DOOR-1-200", 1.0)
    story.reads("DOOR-C", 1.0)
    story.passes(15)
    assert fired(story) == [], "one of each pair is shut"
    story.reads("DOOR-2-200", 1.0)
    story.passes(15)
    assert fired(story) == [("DOORS-OPEN.DOOR-1-200", Severity.III)]


def test_power_that_is_there_after_a_cut_is_the_worst_alarm(coal: Mine) -> None:
    story = Story(coal)
    story.reads("FEED-1201", 1.0)
    story.reads("CUT-1201", 1.0)
    story.passes(15)
    assert fired(story) == [("CUT-FEED.FEED-1201", Severity.I)]


# --- what is stored ----------------------------------------------------------------------------


def test_a_kind_is_thinned_with_a_heartbeat_or_not_at_all() -> None:
    (thinned,), said = read(METER + "store_band = 0.5\nstore_every_s = 60\n")
    assert (thinned.store_band, thinned.store_every_s, said) == (0.5, 60.0, "")
    assert "store_every_s" in read(METER + "store_band = 0.5\n")[1]
    assert "leave it out" in read(METER + "store_every_s = 60\n")[1]
    assert "outside 20 …" in read(METER + "store_band = 0.5\nstore_every_s = 10\n")[1]


def test_what_the_law_asks_to_keep_is_not_thinned(tmp_path: Path) -> None:
    shutil.copytree(FIRST, tmp_path / "mine")
    kinds = shipped("kinds.toml").read_text("utf-8")
    mended = kinds.replace(
        'id = "methane"', 'id = "methane"\nstore_band = 0.02\nstore_every_s = 60'
    )
    (tmp_path / "mine" / "kinds.toml").write_text(mended, "utf-8")
    with pytest.raises(BadConfig, match="is statutory"):
        config.load(tmp_path / "mine")
