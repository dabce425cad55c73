"""What evacuates by several points at once, in the mines that are shipped: once, and only then."""

import re
from pathlib import Path

import pytest
from story import Story

import minesafe.engine
from minesafe import config
from minesafe.config import shipped
from minesafe.model.events import AlarmMove, AlarmMoved, OrderIssued, OrderKind, OrderRaised
from minesafe.model.frame import TagFlag
from minesafe.model.mine import Mine

WELL = {
    "fan_main": 1.0, "fan_local": 1.0, "feed": 1.0, "o2": 20.8, "smoke": 0.0, "wind": 1.0,
    "methane": 0.0, "co": 0.0, "no2": 0.0, "temperature": 22.0,
}  # fmt: skip
"""What points of these kinds show while all is well."""


@pytest.fixture(scope="module")
def coal() -> Mine:
    return config.load(shipped("demo"))


@pytest.fixture(scope="module")
def metal() -> Mine:
    return config.load(shipped("metal"))


def quiet(mine: Mine) -> Story:
    """A mine all of whose points say that all is well."""
    story = Story(mine)
    for point in mine.points:
        if point.kind in WELL:
            story.reads(point.id, WELL[point.kind])
    story.passes(3)
    assert fired(story) == []
    return story


def fired(story: Story) -> list[str]:
    """Rules about several points that rose, in order."""
    moves = [b for b in story.bodies(AlarmMoved) if isinstance(b, AlarmMoved)]
    return [f"{b.rule}" for b in moves if b.condition == "logic" and b.move is AlarmMove.RAISE]


def evacuated(story: Story) -> bool:
    issued = [b for b in story.bodies(OrderIssued) if isinstance(b, OrderIssued)]
    return bool(story.bodies(OrderRaised)) or any(
        b.order_kind is OrderKind.EVACUATE for b in issued
    )  # fmt: skip


def test_co_is_a_fire_where_there_is_smoke_or_heat(coal: Mine) -> None:
    story = quiet(coal)
    story.reads("CO-01", 30.0)
    story.reads("SMOKE-D-200", 1.0)
    story.passes(3)
    assert fired(story) == [], "the smoke is in another district"
    story.reads("SMOKE-01", 1.0)
    story.passes(5)
    assert fired(story) == ["FIRE.CO-01"]
    assert evacuated(story)
    story.reads("TEMP-01", 40.0)
    story.passes(5)
    assert fired(story) == ["FIRE.CO-01"], "told once, however much more speaks for it"


def test_a_local_fan_may_stop_and_gas_may_rise_but_not_both(coal: Mine) -> None:
    story = quiet(coal)
    story.reads("FAN-LOCAL-2101", 0.0)
    story.reads("CH4-T3", 0.6)
    story.passes(5)
    assert fired(story) == []
    assert not evacuated(story)
    story.reads("CH4-H1-2101", 1.2)
    story.passes(5)
    assert fired(story) == ["FAN-OFF-GAS.FAN-LOCAL-2101"]
    assert evacuated(story)


def test_gas_that_rises_towards_the_cut_off_is_enough_with_the_fan_off(coal: Mine) -> None:
    story = quiet(coal)
    story.reads("FAN-LOCAL-2101", 0.0)
    for step in range(160):
        story.reads("CH4-H1-2101", 0.2 + 0.004 * step)
        story.passes(1)
    assert story.values["CH4-H1-2101"][0] < 1.0, "below every limit"
    assert fired(story) == ["FAN-OFF-GAS.FAN-LOCAL-2101"]


def test_power_that_stays_on_after_a_cut_is_told_after_ten_seconds(coal: Mine) -> None:
    story = quiet(coal)
    story.reads("CH4-H2", 1.1)
    story.passes(5)
    story.reads("FEED-1202", 0.0)
    story.passes(20)
    assert fired(story) == [], "the substation cut in time"
    story.reads("FEED-1202", 1.0)
    story.passes(9)
    assert fired(story) == []
    story.passes(5)
    assert fired(story) == ["FEED-AFTER-CUT.FEED-1202"]


@pytest.mark.parametrize(
    ("point", "value", "rule"), [("CH4-T1", 1.1, "SOS-GAS.CH4-T1"), ("O2-01", 19.5, "SOS-O2.O2-01")]
)
def test_a_call_for_help_where_the_air_is_bad_evacuates(
    coal: Mine, point: str, value: float, rule: str
) -> None:
    story = quiet(coal)
    far, near = (next(r for r in coal.readers if r.roadway == way) for way in ("A01", "W01"))
    caller = coal.people[40].id
    story.flags[caller] = TagFlag.SOS
    story.at(caller, far.roadway, far.chainage_m)
    story.reads(point, value)
    story.passes(3)
    assert fired(story) == [], "he calls from elsewhere"
    story.at(caller, near.roadway, near.chainage_m)
    story.passes(8)  # so far, so fast: believed once three sightings agree
    assert fired(story) == [rule]
    assert evacuated(story)


def test_two_points_of_a_face_are_no_false_alarm(coal: Mine) -> None:
    story = quiet(coal)
    story.reads("CH4-T0", 1.1)
    story.reads("CH4-H1", 1.1)
    story.passes(3)
    assert fired(story) == [], "one at the face and one at the heading"
    story.reads("CH4-T1", 1.1)
    story.passes(3)
    assert fired(story) == ["TWO-POINTS.CH4-T0"]
    assert evacuated(story)


def test_a_main_fan_that_does_not_come_back_empties_the_mine(coal: Mine) -> None:
    story = Story(coal)
    story.reads("FAN-MAIN", 0.0)
    story.passes(598, step=2)
    assert fired(story) == []
    story.passes(8)
    assert fired(story) == ["MAIN-FAN.FAN-MAIN"]
    assert evacuated(story)


def test_a_main_fan_that_stops_in_gas_is_given_no_ten_minutes(coal: Mine) -> None:
    story = quiet(coal)
    story.reads("FAN-MAIN", 0.0)
    story.reads("CH4-T2", 0.9)
    story.passes(5)
    assert fired(story) == []
    story.reads("CH4-T2", 1.0)
    story.passes(3)
    assert fired(story) == ["MAIN-FAN-GAS.FAN-MAIN"]
    assert evacuated(story)
    assert "MINE" in story.order.zones


def test_a_heading_nobody_hears_of_stops_after_ten_minutes(coal: Mine) -> None:
    story = quiet(coal)
    del story.values["CH4-H1-2101"]
    story.passes(700, step=5)
    assert fired(story) == [], "the fan is known to run"
    del story.values["FAN-LOCAL-2101"]
    story.passes(600, step=5)
    assert fired(story) == []
    story.passes(40, step=5)
    assert fired(story) == ["BLIND-FAN.FAN-LOCAL-2101"]
    assert story.order.order_kind is OrderKind.STOP_WORK


def test_the_metal_mine_has_its_own_and_no_methane(metal: Mine) -> None:
    story = quiet(metal)
    story.reads("S431.CO", 30.0)
    story.reads("S381.NO2", 3.0)
    story.passes(5)
    assert fired(story) == []
    story.reads("S431.NO2", 3.0)
    story.passes(5)
    assert fired(story) == ["TWO-POINTS.S431.CO"]
    story.reads("H380.FAN", 0.0)
    story.reads("H380.CO", 30.0)
    story.passes(5)
    assert "FAN-OFF-GAS.H380.FAN" in fired(story)
    assert "FIRE.H380.CO" not in fired(story)
    story.reads("H380.TEMP", 35.0)
    story.passes(5)
    assert "FIRE.H380.CO" in fired(story)
    assert "methane" not in {k for point in metal.points for k in (point.kind,)}


def test_the_engine_knows_no_gas_by_its_name() -> None:
    """What a value means is the pack's to say: a metal mine runs on the same arrays."""
    rooms = Path(minesafe.engine.__file__).parent.rglob("*.py")
    named = re.compile(r"""["'](methane|ch4|co|co2|o2|no2|h2s|so2|fan_\w+|smoke)["']""", re.I)
    assert [str(room) for room in rooms if named.search(room.read_text("utf-8"))] == []


@pytest.mark.parametrize("name", ["demo", "metal"])
def test_every_trigger_says_where_it_stands_and_what_to_do(name: str) -> None:
    mine = config.load(shipped(name))
    for rule in mine.logic:
        assert rule.source
        assert rule.clause
        assert rule.zh
        assert rule.en
        assert rule.guidance is not None
        assert rule.guidance.zh
        assert rule.guidance.en
