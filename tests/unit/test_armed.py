"""What an order to evacuate demands: compressed air within ten minutes."""

from dataclasses import replace

import pytest
from small_mine import point
from story import Story, story_mine

from minesafe import config
from minesafe.config.armed import read_armed
from minesafe.config.row import Findings, Named
from minesafe.config.text import read_toml
from minesafe.model.events import FindingBegan, FindingEnded, FindingKind, OrderKind, Origin
from minesafe.model.mine import Armed, Form, Limits, Mine, Name, System
from minesafe.model.quality import Quality

STARTED = Armed("AIR-STARTED", Name("压风", "air"), "compressor", 1, 600.0, "AQ 2034", "4.3")


def mine(rule: Armed = STARTED) -> Mine:
    base = story_mine()
    states = ((0, Name("停", "stopped")), (1, Name("开", "running")))
    kind = replace(
        base.kinds[0], id="compressor", system=System.AIR, form=Form.SWITCH, states=states
    )
    two = tuple(point(ident, "compressor", Limits()) for ident in ("COMP-1", "COMP-2"))
    return replace(base, kinds=(*base.kinds, kind), points=(*base.points, *two), armed=(rule,))


def said(story: Story) -> list[str]:
    """Whether it was told that nothing runs, and that something does."""
    moves = (b for b, _, _ in story.journal if isinstance(b, FindingBegan | FindingEnded))
    own = (b for b in moves if b.finding is FindingKind.NOT_STARTED)
    return [f"{type(body).__name__} {body.subject}" for body in own]


@pytest.fixture
def story() -> Story:
    """Both compressors stand, and people were ordered out nine minutes ago."""
    story = Story(mine())
    story.reads("COMP-1", 0.0)
    story.reads("COMP-2", 0.0)
    story.passes(3)
    order(story)
    story.passes(590, step=5.0)
    assert said(story) == []
    return story


def order(story: Story) -> None:
    watch = story.watch
    bodies = watch.evacuation.order_by_hand(
        OrderKind.EVACUATE, ["FACE"], "gas", "DESK", Origin.CONSOLE, watch.picture(), story.now
    )
    story.does(*bodies)


def test_ten_minutes_after_an_order_one_must_run(story: Story) -> None:
    story.passes(15)
    assert said(story) == ["FindingBegan COMP-1"]
    alarms = {a.subject: a.severity for a in story.watch.book.alarms()}
    assert alarms["COMP-1"] == "II"
    story.reads("COMP-2", 1.0)
    story.passes(2)
    assert said(story) == ["FindingBegan COMP-1", "FindingEnded COMP-1"]


def test_one_that_runs_in_time_is_enough(story: Story) -> None:
    story.reads("COMP-2", 1.0)
    story.passes(60)
    assert said(story) == []


def test_one_that_is_not_believed_proves_nothing(story: Story) -> None:
    story.reads("COMP-2", 1.0, Quality.FAULT)
    story.passes(15)
    assert said(story) == ["FindingBegan COMP-1"]


def test_nothing_is_demanded_without_an_order() -> None:
    story = Story(mine())
    story.reads("COMP-1", 0.0)
    story.passes(700, step=10.0)
    assert said(story) == []


# --- the rows ------------------------------------------------------------------------------------

ROW = """
[[armed]]
id = "A"
zh = "压风"
en = "air"
kind = "compressor"
state = 1
within_s = 600
source = "s"
clause = "c"
edition = "e"
verified = true
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"compressor"', '"comp"', "names kind 'comp', which is nowhere"),
        ("state = 1", "state = 7", "0 stopped, 1 running"),
        ("within_s", "within", "did you mean 'within_s'"),
    ],
)
def test_a_row_that_is_wrong_is_refused_with_its_line(old: str, new: str, told: str) -> None:
    findings, known = Findings(), mine()
    file = read_toml(findings, "pack.toml", ROW.replace(old, new))
    kinds = Named({kind.id: kind for kind in known.kinds})
    read_armed(file.take_parts("armed"), kinds, Named({p.id: p for p in known.points}))
    faults = "\n".join(map(str, findings.faults))
    assert told in faults
    assert "pack.toml:" in faults


def test_both_packs_demand_compressed_air() -> None:
    for name in ("demo", "metal"):
        shipped = config.load(config.shipped(name))
        assert [(r.kind, r.within_s) for r in shipped.armed] == [("compressor", 600.0)]
