"""The metal mine shares nothing with the demo mine, and is evacuated all the same: no methane."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from small_mine import REVISION
from story import START, Story

from minesafe import config
from minesafe.evacuation import acts
from minesafe.model.commands import CallOut, SendText, ShowDesk
from minesafe.model.errors import Refused
from minesafe.model.events import Decision, OrderKind, Origin, Whereabouts
from minesafe.model.mine import Duty, Limits, Mine, NodeKind, Role, Severity, System, ZoneKind

HOME = config.shipped("metal")


@pytest.fixture(scope="module")
def mine() -> Mine:
    return config.load(HOME, now=START)


@pytest.fixture(scope="module")
def demo() -> Mine:
    return config.load(config.shipped("demo"), now=START)


# --- what is in it -------------------------------------------------------------------------


def test_it_loads_clean_but_for_clauses_nobody_verified_and_missing_channels(mine: Mine) -> None:
    told = [w for w in mine.warnings if "nobody has verified" not in w]
    *named, carrier = told
    assert carrier == "server.toml:1: no [carrier] and no [modem]: orders reach nobody by SMS"
    assert [w.partition("'")[2].partition("'")[0] for w in named] == ["broadcast", "call"]
    assert all("it fails at once" in w for w in named)


def test_no_methane_is_anywhere_in_it() -> None:
    files = [*HOME.iterdir(), config.shipped("rules/metal-cn.toml")]
    for file in files:
        lines = file.read_text("utf-8").splitlines()
        said = " ".join(line for line in lines if not line.startswith("#"))
        assert not re.search(r"甲烷|瓦斯|CH4|coal|煤", said), file.name


def test_it_has_no_id_port_or_word_of_the_demo_mine(mine: Mine, demo: Mine) -> None:
    assert not ids(mine) & ids(demo)
    assert not ports(mine) & ports(demo)
    assert mine.server.timezone != demo.server.timezone
    assert {p.trade for p in mine.people} & {p.trade for p in demo.people} == set()
    assert mine.carrier is None


def ids(mine: Mine) -> set[str]:
    things = (
        *mine.levels, *mine.nodes, *mine.roadways, *mine.zones, *mine.rules, *mine.points,
        *mine.substations, *mine.gateways, *mine.stations, *mine.readers, *mine.outputs,
        *mine.people,
    )  # fmt: skip  # all of them
    cards = {p.tag for p in mine.people if p.tag}
    return (
        {t.id for t in things} - {r.id for r in mine.rules} | cards | {u.name for u in mine.users}
    )


def ports(mine: Mine) -> set[int]:
    own = {mine.server.port, mine.server.stations_port, mine.broker.port}
    return (
        own | {s.port for s in mine.substations} | ({mine.carrier.port} if mine.carrier else set())
    )


def test_it_has_two_levels_all_six_systems_and_a_refuge_on_each_level(mine: Mine) -> None:
    assert len(mine.levels) == 2
    systems = {mine.kind[p.kind].system for p in mine.points}
    assert systems | {System.POSITIONING} == set(System)
    refuges = {n.level for n in mine.nodes if n.kind is NodeKind.REFUGE}
    assert refuges == {level.id for level in mine.levels}
    assert {z.kind for z in mine.zones} == set(ZoneKind) - {ZoneKind.KEY}


def test_every_rule_names_source_clause_and_edition_and_has_a_kind(mine: Mine) -> None:
    assert {"co", "no2", "o2", "wind", "temperature", "air_pressure"} <= {
        r.kind for r in mine.rules
    }
    assert all(r.source and r.clause and r.edition for r in mine.rules)
    assert all(p.rule for p in mine.points)
    assert mine.rule["RADON"].limits == Limits(), "no source for a limit: the mine's own"


# --- fumes in a stope ----------------------------------------------------------------------

QUIET = {
    "water_total": 1000.0, "ups": 1.0, "stored_air": 15.0, "air_volume": 300.0, "endurance": 500.0,
    "co": 2.0, "no2": 0.1, "o2": 20.8, "co2": 0.05, "wind": 0.4, "temperature": 19.0,
    "fan_main": 1.0, "fan_local": 1.0, "pressure_difference": 200.0, "compressor": 1.0,
    "air_pressure": 0.6, "water_level": 3.0, "water_pressure": 0.5, "telephone": 1.0,
}  # fmt: skip  # a quiet shift
CREW = {
    "M-001": ("DRIVE-430-1", 60.0),
    "M-002": ("STOPE-431", 120.0),
    "M-003": ("DRIVE-380-2", 60.0),
    "M-005": ("STOPE-381", 150.0),
    "M-006": ("STOPE-381", 165.0),
    "M-007": ("DEV-380", 150.0),
    "M-009": ("RAMP", 200.0),
}


@pytest.fixture
def story(mine: Mine) -> Story:
    told = Story(replace(mine, revision=REVISION))
    for person, place in CREW.items():
        told.at(person, *place)
    for point in mine.points:
        told.reads(point.id, QUIET[point.kind])
    told.passes(20)
    return told


def test_a_quiet_shift_alarms_nobody(story: Story) -> None:
    story.passes(120)
    assert story.orders == []
    assert [a.subject for a in story.watch.book.alarms() if a.active] == []


def test_a_little_carbon_monoxide_stops_work_in_the_stope(story: Story) -> None:
    story.reads("S381.CO", 30.0)
    story.passes(3)
    order = story.order
    assert (order.order_kind, order.severity) == (OrderKind.STOP_WORK, Severity.II)
    assert (order.subject, order.value, order.limit) == ("S381.CO", 30.0, 24.0)
    assert "ST-381" in order.zones


def test_carbon_monoxide_empties_the_stope_and_what_lies_down_wind(story: Story) -> None:
    """Fumes of a blast: the stope and its return leave; heading and level 430 have other air."""
    story.reads("S381.CO", 140.0)
    story.passes(3)
    order = story.order
    assert (order.order_kind, order.severity) == (OrderKind.EVACUATE, Severity.I)
    assert order.muster.keys() == {"M-003", "M-005", "M-006"}  # M-003 is in its return
    assert order.leader == "M-001"


def test_people_are_told_by_siren_and_broadcast_and_the_leader_without_sms(story: Story) -> None:
    story.reads("S381.CO", 140.0)
    story.passes(3)
    assert ("SIREN-380", True) in story.horns()
    assert not [c for c in story.told if isinstance(c, SendText)]
    shown = {c.recipient for c in story.told if isinstance(c, ShowDesk)}
    called = {c.recipient for c in story.told if isinstance(c, CallOut) and c.channel == "call"}
    assert {"M-001", "M-103"} <= shown
    assert {"M-001", "M-103"} <= called
    story.passes(45)
    called = {c.recipient for c in story.told if isinstance(c, CallOut) and c.channel == "call"}
    assert {"M-101", "M-102"} <= called


def test_the_order_lives_until_everybody_is_accounted_for_and_two_have_signed(story: Story) -> None:
    story.reads("S381.CO", 140.0)
    story.passes(3)
    story.acknowledges("M-001")
    story.at("M-005", "RFG-380", 40)
    story.at("M-006", "RFG-380", 40)
    story.passes(30)
    for person in ("M-005", "M-006"):
        assert story.muster(person).whereabouts is Whereabouts.AT_REFUGE
    story.at("M-003", "VENT-SHAFT", 110)
    story.passes(5)
    story.vanishes("M-003")
    story.passes(130)
    assert story.muster("M-003").whereabouts is Whereabouts.OUT
    assert story.order.unaccounted == ()
    with pytest.raises(Refused, match="override_needed"):
        story.signs("M-001", Role.LEADER)
    story.reads("S381.CO", 3.0)
    story.passes(920, step=5)
    story.signs("M-001", Role.LEADER)
    assert story.order.is_open
    story.signs("M-104", Role.ENGINEER)
    assert not story.order.is_open


def test_thin_air_evacuates_and_a_stopped_fan_stops_work_for_everybody(story: Story) -> None:
    story.reads("H380.O2", 17.5)
    story.passes(3)
    assert story.order.order_kind is OrderKind.EVACUATE
    assert "M-007" in story.order.muster
    story.reads("H380.O2", 20.8)
    story.reads("FAN.MAIN", 0.0)
    story.passes(3)
    fan = next(o for o in story.orders if "low:FAN.MAIN#1" in o.causes)
    assert set(CREW) <= set(fan.muster)


def test_nitrogen_dioxide_may_be_a_false_alarm_with_a_reason(story: Story) -> None:
    story.reads("S431.NO2", 3.0)
    story.passes(3)
    assert story.order.order_kind is OrderKind.STOP_WORK
    by, why = "M-103", "calibration gas"
    story.does(*acts.decide(story.order, Decision.FALSE_ALARM, by, why, Origin.CONSOLE))
    story.passes(300)
    assert story.order.order_kind is OrderKind.STOP_WORK  # and never grew


def test_whoever_is_on_duty_is_so_at_every_hour_of_the_week(mine: Mine) -> None:
    hours = [START + h * 3_600_000_000 for h in range(7 * 24)]
    assert all(s and s.holders(Duty.LEADER) for s in map(mine.shift_at, hours))


def test_simulators_can_be_told_of_it(mine: Mine, tmp_path: Path) -> None:
    paper = config.emit(mine)
    assert paper["carrier"] is None
    assert paper["mine"] == "metal"
