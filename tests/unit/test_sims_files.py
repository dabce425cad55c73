"""What the simulators read: mine.json and scenarios, with errors a person can act on."""

import json
import time
from pathlib import Path

import pytest
from sim_mine import MINE, sim_mine

from device_sims.clock import SECOND, MineClock
from device_sims.errors import MineUnreadable, ScenarioUnknown
from device_sims.listing import LISTINGS
from device_sims.mine import decode
from device_sims.people.form import acknowledging_form
from device_sims.scenario import find, shipped
from minesafe.config import emit, load
from minesafe.config import shipped as shipped_mine

ROOT = Path(__file__).parents[2]


def test_the_shipped_demo_mine_is_read_whole() -> None:
    mine = decode(json.dumps(emit(load(shipped_mine("demo")))).encode())
    assert mine.mine == "demo"
    assert all(p.kind in mine.kind and p.roadway in mine.roadway for p in mine.points)
    assert mine.holders("leader", mine.shifts[0].start)


def test_every_shipped_scenario_fits_the_demo_mine() -> None:
    mine = decode(json.dumps(emit(load(shipped_mine("demo")))).encode())
    for scenario in shipped().values():
        assert scenario.zh
        assert scenario.en
        scenario.placed(mine)
        scenario.faults_in(mine)


def test_the_page_about_scenarios_is_printed_from_their_files() -> None:
    page = (ROOT / "docs" / "scenarios.md").read_text("utf-8")
    assert f"\n\n{LISTINGS['markdown'](shipped())}\n\n" in page


def test_a_listing_has_a_line_for_each_scenario_whatever_form_it_takes() -> None:
    names = list(shipped())
    assert [line.split()[0] for line in LISTINGS["lines"](shipped()).splitlines()] == names
    assert [told["name"] for told in json.loads(LISTINGS["json"](shipped()))] == names


def test_what_mine_json_lacks_is_named() -> None:
    broken = {k: v for k, v in MINE.items() if k != "roadways"}
    with pytest.raises(MineUnreadable, match="roadways"):
        decode(json.dumps(broken).encode())


def test_a_field_nobody_here_needs_is_passed_over() -> None:
    assert decode(json.dumps(MINE | {"weather": "rain"}).encode()).mine == "sim"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('zh = "甲"\nen = "a"\nspeed = 3\n', "speed"),
        ('zh = "甲"\n', "en"),
        ("zh = \n", "Invalid value"),
    ],
)
def test_a_scenario_with_a_fault_in_it_is_refused_by_name(
    tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "mine-own.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(ScenarioUnknown, match=said):
        find(str(file))


def test_a_scenario_about_a_roadway_the_mine_does_not_have_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "elsewhere.toml"
    file.write_text(
        'zh = "甲"\nen = "a"\n[[emissions]]\ngas = "ch4"\nat = "W99"\nprofile = [[0, 1]]\n', "utf-8"
    )
    with pytest.raises(ScenarioUnknown, match="W99"):
        find(str(file)).placed(sim_mine())


@pytest.mark.parametrize("text", ["soon:1", "1764000000000000:0", "1:2:3:4", "1764000000000000:-1"])
def test_a_clock_that_cannot_run_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"clock was|invalid literal"):
        MineClock.parse(text)


def test_a_clock_handed_over_shows_what_the_other_shows() -> None:
    mine = MineClock.from_now(20)

    other = MineClock.parse(f"{mine.now()}:20:{time.time_ns() // 1000}")
    assert abs(other.now() - mine.now()) < SECOND


def test_a_page_with_several_forms_is_answered_with_the_one_that_acknowledges() -> None:
    page = (
        '<form method="post" action="/help"><button>求助</button></form>'
        '<form method="POST" action="/a/x?lang=zh">'
        '<button type="submit">我已知晓，现场撤人</button></form>'
    )
    form = acknowledging_form(page)
    assert form is not None
    assert (form.action, form.fields) == ("/a/x?lang=zh", {})


def test_a_page_without_a_form_has_nothing_to_acknowledge() -> None:
    assert acknowledging_form("<p>已由王建国确认</p>") is None
    assert acknowledging_form('<form action="/search"><input name="q"></form>') is None


def test_the_example_in_the_docs_is_a_scenario(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text("utf-8")
    file = tmp_path / "example.toml"
    file.write_text(text.split("```toml\n")[1].split("```")[0], "utf-8")
    assert find(str(file)).placed(sim_mine())[0].roadway == "HEAD"


def test_fans_and_fires_of_a_scenario_are_read_and_placed(tmp_path: Path) -> None:
    file = tmp_path / "hot.toml"
    file.write_text(
        'zh = "甲"\nen = "a"\n[[fires]]\nat = "face"\nprofile = [[0, 0.0], [60, 1.0]]\n'
        '[[fans]]\nfan = "main"\nprofile = [[10, 1.0], [20, 0.0]]\n',
        "utf-8",
    )
    scenario = find(str(file))
    burning = scenario.placed(sim_mine())
    assert {e.gas for e in burning} == {"co", "smoke", "heat"}
    assert {e.roadway for e in burning} == {"FACE"}
    assert [c.speed(15) for c in scenario.fan_courses()] == [0.5]


@pytest.mark.parametrize(
    ("fan", "said"),
    [
        ('fan = "spare"\nprofile = [[0, 1.0]]', "must be one of main, local"),
        ('fan = "main"\nprofile = []', "at least one point"),
    ],
)
def test_a_fan_nobody_knows_or_without_a_course_is_refused(
    tmp_path: Path, fan: str, said: str
) -> None:
    file = tmp_path / "fans.toml"
    file.write_text(f'zh = "甲"\nen = "a"\n[[fans]]\n{fan}\n', "utf-8")
    with pytest.raises(ScenarioUnknown, match=said):
        find(str(file)).fan_courses()


def test_water_and_fire_may_be_where_a_point_is(tmp_path: Path) -> None:
    file = tmp_path / "low.toml"
    file.write_text(
        'zh = "甲"\nen = "a"\n[[inrush]]\nat = "feed"\nprofile = [[0, 1.0], [60, 1.0]]\n'
        '[[fires]]\nat = "CH4-T2"\nprofile = [[0, 0.0], [60, 1.0]]\n',
        "utf-8",
    )
    scenario = find(str(file))
    (water,) = scenario.course(sim_mine()).inrush
    assert (water.at, water.share) == ("FACE", 10 / 120)
    assert {(e.roadway, e.from_share) for e in scenario.placed(sim_mine())} == {("TAIL", 140 / 150)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[crowds]]\nzone = "face"\npeople = 9\nfrom_s = 0\nuntil_s = 9', "at most the mine's 4"),
        ("[shift_change]\nfrom_s = 0", "works in shifts"),
    ],
)
def test_a_mine_without_the_people_for_a_scenario_refuses_it(
    tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "many.toml"
    file.write_text(f'zh = "甲"\nen = "a"\n{text}\n', "utf-8")
    with pytest.raises(ScenarioUnknown, match=said):
        find(str(file)).site(sim_mine())
