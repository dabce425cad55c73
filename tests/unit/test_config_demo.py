"""The shipped demo mine loads, says that it is simulated, and somebody may act in every role."""

from collections import Counter

import pytest

from minesafe import config
from minesafe.model.mine import Duty, Form, Mine, NodeKind, Role, System, ZoneKind
from minesafe.model.time import SECOND
from minesafe.upkeep.calendar import Calendar

NOW = 1_764_000_000 * SECOND
HOME = config.shipped("demo")


@pytest.fixture(scope="module")
def mine() -> Mine:
    return config.load(HOME, now=NOW)


def test_it_says_that_it_is_simulated(mine: Mine) -> None:
    assert "模拟" in mine.name.zh
    assert "simulated" in mine.name.en
    for file in HOME.iterdir():
        assert "simulated" in file.read_text("utf-8") or file.name == "policy.toml", file.name


def test_its_devices_speak_more_than_eight_dialects_at_once(mine: Mine) -> None:
    """Each has its face on the wire in `device_sims`; all of them run together in `demo`."""
    serial = {"modbus serial" if s.serial else f"modbus {s.framing}" for s in mine.substations}
    gateways = {f"gateway {g.dialect.value}" for g in mine.gateways}
    stations = {f"station {s.dialect}" for s in mine.stations}
    spoken = serial | gateways | stations | ({"upload files"} if mine.kj_hosts else set())
    assert spoken >= {
        *("modbus tcp", "modbus serial", "gateway minesafe", "gateway json", "gateway sparkplug"),
        *(f"station {dialect}" for dialect in ("ranges", "kj", "nooploop", "pozyx", "omlox")),
        "upload files",
    }
    assert all(mine.points_of_device.get(d.id) for d in (*mine.substations, *mine.gateways))


def test_only_clauses_nobody_verified_are_warned_of(mine: Mine) -> None:
    assert mine.warnings
    assert all("nobody has verified" in w for w in mine.warnings)


def test_it_is_a_whole_mine(mine: Mine) -> None:
    assert (len(mine.levels), len(mine.readers)) == (3, 48)
    assert len(mine.roadways) >= 120
    assert len(mine.points) >= 180
    assert {mine.kind[p.kind].system for p in mine.points} == set(System)
    assert {z.kind for z in mine.zones} == set(ZoneKind)
    assert sum(n.kind is NodeKind.PORTAL for n in mine.nodes) == 3
    crews = Counter(p.shift for p in mine.people if p.tag and p.shift)
    assert sum(crews.values()) == 640
    assert 300 <= crews["早班"] <= 330
    assert all(p.certificates for p in mine.people if p.tag)


def test_leaders_take_turns_for_four_weeks(mine: Mine) -> None:
    month = mine.shifts[: 4 * 7 * 3]
    assert len({s.holders(Duty.LEADER) for s in month}) == 8
    again = mine.shifts[4 * 7 * 3 : 2 * 4 * 7 * 3]
    assert [s.posts for s in month] == [s.posts for s in again]


def test_a_log_in_of_every_role_is_there_and_acts_as_who_is_on_duty(mine: Mine) -> None:
    assert {role for user in mine.users for role in user.roles} == set(Role)
    person = {u.name: u.person for u in mine.users}
    for shift in mine.shifts:
        assert person["leader"] in shift.holders(Duty.LEADER)
        assert person["dispatcher"] in shift.holders(Duty.DISPATCHER)
        assert person["engineer"] in shift.holders(Duty.ENGINEER)


def test_every_device_has_its_simulated_papers_and_nothing_is_due_when_it_is_started(
    mine: Mine,
) -> None:
    devices = (*mine.substations, *mine.gateways, *mine.stations, *mine.readers, *mine.outputs)
    voices = (*mine.terminals, *mine.broadcasters, *mine.telephones)
    every = {d.id for d in (*devices, *voices)} | {p.id for p in mine.points if p.device}
    assert every == {papers.id for papers in mine.papers}
    assert all("simulated" in p.maker and p.certificate.startswith("SIM-") for p in mine.papers)
    assert not any(Calendar(mine).wanted(NOW).values())
    sensors = [p for p in mine.papers if p.model == "SIM-METHANE"]
    assert {p.calibration_days for p in sensors} == {15}


def test_all_four_forms_of_points_are_in_it(mine: Mine) -> None:
    kinds = {mine.kind[p.kind].id for p in mine.points}
    assert {mine.kind[k].form for k in kinds} == set(Form)
    assert {"air_volume", "gas_emission", "endurance", "power_cut", "air_door", "ups"} <= kinds
    rules = {rule.id.partition(".")[0] for rule in mine.logic}
    assert {"FAN-NO-WIND", "CUT-FEED", "DOORS-OPEN"} <= rules, "pairs that contradict each other"
