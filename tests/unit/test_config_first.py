"""The first mine is what its page says: twenty points, six readers, fifteen people, two exits."""

import json
import re
import shutil
from collections import Counter
from dataclasses import fields, replace
from datetime import datetime
from itertools import pairwise
from math import dist
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from first_mine import FIRST

from minesafe import config
from minesafe.model.mine import (
    Broadcaster,
    Duty,
    KjHost,
    Mine,
    Name,
    NodeKind,
    Paging,
    Point,
    Role,
    Telephone,
    Terminal,
    TerminalKind,
    ZoneKind,
)
from minesafe.model.time import MINUTE, SECOND, Micros

NOW = 1_764_000_000 * SECOND
DAY = 24 * 60 * MINUTE
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="module")
def mine() -> Mine:
    return config.load(FIRST, now=NOW)


def at(words: str) -> Micros:
    return int(datetime.fromisoformat(words).replace(tzinfo=SHANGHAI).timestamp()) * SECOND


def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIRST, tmp_path / "mine"))


def change(home: Path, file: str, old: str, new: str) -> Path:
    text = (home / file).read_text("utf-8")
    assert old in text
    (home / file).write_text(text.replace(old, new, 1), "utf-8")
    return home


# --- what is in it -------------------------------------------------------------------------


def test_it_has_the_size_it_is_said_to_have(mine: Mine) -> None:
    assert len(mine.levels) == 1
    assert len(mine.roadways) == 12
    assert len(mine.points) == 20
    assert len(mine.readers) == 6
    assert len(mine.tag_row) == 15
    assert sum(n.kind is NodeKind.PORTAL for n in mine.nodes) == 2
    assert {z.kind for z in mine.zones} == set(ZoneKind)


def test_it_says_that_it_is_simulated(mine: Mine) -> None:
    assert "模拟" in mine.name.zh
    assert "simulated" in mine.name.en
    for file in FIRST.iterdir():
        assert "simulated" in file.read_text("utf-8") or file.name == "policy.toml", file.name


def test_only_clauses_nobody_verified_are_warned_of(mine: Mine) -> None:
    assert mine.warnings
    others = [w for w in mine.warnings if "nobody has verified" not in w]
    assert [w for w in others if "fails at once" not in w] == [
        "rules/coal-cn.toml:1590: rule 'AIR-STARTED' watches no point: the mine has no 'compressor'"
    ]


def test_methane_takes_the_statutory_limits_of_its_place(mine: Mine) -> None:
    limits = {p.id: p.limits for p in mine.points if p.kind == "methane"}
    assert (limits["CH4-T1"].alarm_high, limits["CH4-T1"].cut_high) == (1.0, 1.5)
    assert (limits["CH4-T2"].alarm_high, limits["CH4-T2"].cut_high) == (1.0, 1.0)
    assert (limits["CH4-MR"].alarm_high, limits["CH4-MR"].cut_high) == (0.75, None)
    assert all(mine.rule[p.rule or ""].statutory for p in mine.points if p.kind == "methane")


def test_a_point_keeps_the_mines_own_limits_where_the_rule_has_none(mine: Mine) -> None:
    fan = mine.points[mine.point_row["NP-01"]]
    assert (fan.limits.alarm_low, fan.limits.alarm_high, fan.rule) == (1400, 2200, "NEG-PRESSURE")


def test_a_log_in_of_every_role_is_there_and_acts_as_who_is_on_duty(mine: Mine) -> None:
    assert {role for user in mine.users for role in user.roles} == set(Role)
    shift = mine.shift_at(NOW)
    assert shift
    person = {u.name: u.person for u in mine.users}
    assert shift.holders(Duty.LEADER) == (person["leader"],)
    assert shift.holders(Duty.DISPATCHER) == (person["dispatcher"],)


# --- the lie of the land -------------------------------------------------------------------


def test_roadways_end_at_their_nodes_and_chainage_is_their_length(mine: Mine) -> None:
    for road in mine.roadways:
        for node, end in ((road.start, road.path[0]), (road.end, road.path[-1])):
            place = mine.node[node]
            assert dist(end, (place.x, place.y, place.z)) < 0.01
        legs = sum(dist(a, b) for a, b in pairwise(road.path))
        assert road.length_m == pytest.approx(legs, abs=0.01)


def test_air_goes_from_the_intake_portal_over_the_face_to_the_return_portal(mine: Mine) -> None:
    down_wind = {r.start if r.air > 0 else r.end: [] for r in mine.roadways if r.air}
    for road in (r for r in mine.roadways if r.air):
        source, sink = (road.start, road.end) if road.air > 0 else (road.end, road.start)
        down_wind[source].append(sink)
    face = next(r for r in mine.roadways if r.kind == "face")
    assert face.start in reach(down_wind, "P1")
    assert "P2" in reach(down_wind, face.end)
    assert "P1" not in reach(down_wind, face.end)


def reach(edges: dict[str, list[str]], start: str) -> set[str]:
    seen, todo = {start}, [start]
    while todo:
        todo += (new := [n for n in edges.get(todo.pop(), []) if n not in seen])
        seen.update(new)
    return seen


def test_no_drift_is_too_steep_to_walk(mine: Mine) -> None:
    for road in mine.roadways:
        for a, b in pairwise(road.path):
            assert abs(a[2] - b[2]) <= 0.53 * dist(a[:2], b[:2]), road.id


def test_every_roadway_but_the_cross_cut_is_placed_by_a_reader(mine: Mine) -> None:
    """Round a corner where one roadway goes on, a reader's range runs on unambiguously."""
    ends = Counter(n for r in mine.roadways for n in (r.start, r.end))
    placed: set[str] = set()
    for reader in mine.readers:
        placed |= chain(mine, ends, reader.roadway)
    assert {r.id for r in mine.roadways} - placed == {"C01"}


def chain(mine: Mine, ends: Counter[str], roadway: str) -> set[str]:
    found = {roadway}
    while True:
        corners = {
            n for r in mine.roadways if r.id in found for n in (r.start, r.end) if ends[n] == 2
        }
        more = {r.id for r in mine.roadways if {r.start, r.end} & corners}
        if more <= found:
            return found
        found |= more


# --- the roster ----------------------------------------------------------------------------


def test_somebody_is_on_duty_at_every_minute_of_two_months_either_way(mine: Mine) -> None:
    edges = [
        NOW - 60 * DAY,
        *(NOW + d * DAY + h * 3600 * SECOND for d in range(60) for h in (0, 9)),
    ]
    assert all(mine.shift_at(moment) for moment in edges)
    assert all(a.end == b.start for a, b in pairwise(mine.shifts))


def test_shifts_change_by_the_mines_own_clock(mine: Mine) -> None:
    before, after = mine.shift_at(at("2025-11-25 07:59")), mine.shift_at(at("2025-11-25 08:00"))
    assert (before and before.name, after and after.name) == ("夜班", "早班")


def test_a_line_that_stands_once_replaces_the_repeated_shift(tmp_path: Path) -> None:
    home = copy(tmp_path)
    once = '\n[[shift]]\nname = "替班"\ndate = 2025-11-25\nstart = 08:00:00\nhours = 8\n'
    posts = (
        'leader = "P02"\ndeputy = "P16"\nmine_head = "P19"\ndispatcher = "P20"\nengineer = "P21"\n'
    )
    with (home / "roster.toml").open("a", encoding="utf-8") as roster:
        roster.write(once + posts)
    shift = config.load(home, now=NOW).shift_at(at("2025-11-25 10:00"))
    assert shift
    assert shift.name == "替班"
    assert shift.holders(Duty.LEADER) == ("P02",)


def test_a_change_of_summer_time_leaves_no_gap(tmp_path: Path) -> None:
    home = change(copy(tmp_path), "server.toml", "Asia/Shanghai", "Europe/Berlin")
    shifts = config.load(home, now=NOW).shifts
    assert len({s.end - s.start for s in shifts}) == 3  # 7, 8 and 9 hours
    assert all(a.end == b.start for a, b in pairwise(shifts))


def test_a_server_that_restarts_after_the_rosters_end_starts_and_says_so(tmp_path: Path) -> None:
    home = copy(tmp_path)
    text = (home / "roster.toml").read_text("utf-8")
    (home / "roster.toml").write_text(text.replace('repeat = "daily"\n', ""), "utf-8")
    checked = config.check(home, now=NOW)
    assert checked.mine
    assert checked.mine.shift_at(NOW) is None
    assert any(w.what == "nobody is on duty now" for w in checked.warnings)


# --- the revision --------------------------------------------------------------------------


def test_a_changed_byte_makes_another_revision(tmp_path: Path, mine: Mine) -> None:
    home = copy(tmp_path)
    assert config.load(home, now=NOW).revision == mine.revision
    change(home, "zones.toml", "limit = 80", "limit = 79")
    changed = config.load(home, now=NOW)
    assert changed.revision != mine.revision
    assert re.fullmatch(r"[0-9a-f]{16}", changed.revision)


def test_the_record_of_an_approval_names_every_file_and_the_pack(tmp_path: Path) -> None:
    files = dict(config.digests(config.files_of(FIRST)))
    assert {"points.csv", "kinds.toml", "rules/coal-cn.toml"} <= set(files)
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in files.values())
    other = config.files_of(change(copy(tmp_path), "points.csv", "1201", "1203"))
    changed = dict(config.digests(other))
    assert {name for name in files if files[name] != changed[name]} == {"points.csv"}


def test_a_mines_own_rule_pack_stands_before_the_shipped_one(tmp_path: Path) -> None:
    home = copy(tmp_path)
    shutil.copytree(config.shipped("rules"), home / "rules")
    change(home, "rules/coal-cn.toml", "alarm_high = 1.0", "alarm_high = 0.8\n# stricter here")
    change(home, "rules/coal-cn.toml", "restore_high = 1.0", "restore_high = 0.8")
    corner = config.load(home, now=NOW).points[0]
    assert (corner.id, corner.limits.alarm_high) == ("CH4-T0", 0.8)


# --- points lists as instrument engineers keep them ----------------------------------------


def only_point(tmp_path: Path, heading: str, row: str) -> Point:
    home = copy(tmp_path)
    (home / "points.csv").write_text(f"{heading}\n{row}\n", "utf-8-sig")
    return config.load(home, now=NOW).points[0]


def test_a_points_list_may_have_chinese_headings_and_names(tmp_path: Path) -> None:
    cells = {
        "测点号": "A1", "名称": "工作面", "英文名称": "Face", "类型": "甲烷", "单位": "%CH4",
        "量程下限": "0", "量程上限": "100", "报警": "0.8", "断电": "1.2", "复电": "0.8",
        "安装位置": "T1", "水平": "L-200", "X": "527", "Y": "473", "Z": "-200.1",
        "协议": "modbus", "地址": "FZ01", "寄存器": "0", "数据类型": "float32", "字序": "high",
        "比例": "1", "延时s": "0",
    }  # fmt: skip  # a points list reads in rows
    heading, row = ",".join(cells), ",".join(cells.values())
    point = only_point(tmp_path, heading, row)
    assert (point.kind, point.roadway, point.limits.alarm_high) == ("methane", "W01", 0.8)
    assert point.chainage_m == pytest.approx(60, abs=1)


def test_a_surveyed_place_far_from_every_roadway_is_refused(tmp_path: Path) -> None:
    heading = "id,zh,en,kind,place,x,y,z,device,address"
    home = copy(tmp_path)
    (home / "points.csv").write_text(f"{heading}\nA1,a,a,methane,T1,527,573,-200,FZ01,0\n", "utf-8")
    faults = config.check(home, now=NOW).faults
    assert [f"{f.file}:{f.line}" for f in faults] == ["points.csv:2"]
    assert "m from roadway 'W01'" in faults[0].what


def test_a_point_may_be_stricter_than_the_law(tmp_path: Path) -> None:
    heading = "id,zh,en,kind,place,roadway,chainage_m,device,address,alarm_high,restore_high"
    point = only_point(tmp_path, heading, "A1,a,a,methane,T1,W01,5,FZ01,0,0.7,0.6")
    assert (point.limits.alarm_high, point.limits.cut_high) == (0.7, 1.5)


# --- what simulators are told --------------------------------------------------------------


def documented() -> dict[str, set[str]]:
    """Keys of each list of docs/wire.md's mine.json."""
    page = Path(__file__).parents[2] / "docs" / "wire.md"
    text = page.read_text("utf-8").split("## mine.json")[1]
    lists = re.findall(r'^ "(\w+)":\[\{(.*)\}\],?$', text, re.M)
    assert lists
    return {name: set(re.findall(r'"(\w+)"(?=[,:}]|$)', strip(body))) for name, body in lists}


def strip(body: str) -> str:
    body = re.sub(r":\[\{[^}]*\}\]|:\{[^}]*\}|:\[\[[^\]]*\]\]|:\[\]", "", body)
    return re.sub(r':"[^"]*"', "", body)


def test_mine_json_is_what_the_wire_page_says(mine: Mine) -> None:
    no = Name("", "")
    mine = replace(
        mine,
        terminals=(Terminal("GATE", no, TerminalKind.GATE, "MINE", "t", "u", "p"),),
        broadcasters=(Broadcaster("BC", no, "W01", 1.0, "b", "u", "p", ("MINE",)),),
        telephones=(Telephone("TEL", no, "W01", 1.0, "8001", "tel", "u", "p"),),
        paging=Paging("page", "u", "p"),
        kj_hosts=(KjHost("KJ", no, "/kj", "510123", 30.0),),
    )
    out = json.loads(json.dumps(config.emit(mine)))
    assert out["paging"] == {"topic": "page", "user": "u", "password": "p"}
    for name, keys in documented().items():
        assert set(out[name][0]) == keys, name
    assert out["kinds"][7]["states"] == [[0, "无烟", "clear"], [1, "有烟", "smoke"]]
    assert out["shifts"][0]["posts"][0] == ["leader", "P01"]
    assert out["zones"][0]["intervals"][0].keys() == {"roadway", "from_m", "to_m"}
    assert out["roadways"][0]["path"][0] == [20, 70, 5]
    assert set(out["points"][0]["limits"]) == {f.name for f in fields(mine.points[0].limits)}


def test_only_a_demo_hands_out_log_ins(mine: Mine) -> None:
    users = config.emit(replace(mine, demo=False))["users"]
    assert isinstance(users, list)
    assert not any("password" in u for u in users)


def test_the_demo_may_move_to_free_ports_within_the_same_revision(mine: Mine) -> None:
    moved = config.with_ports(
        mine, web=9600, stations=9602, substations={"FZ01": 9502}, carrier=9775, broker=("h", 1)
    )
    assert (moved.server.public_url, moved.server.port) == ("http://127.0.0.1:9600", 9600)
    assert (moved.substations[0].port, moved.server.stations_port) == (9502, 9602)
    assert moved.carrier
    assert moved.carrier.port == 9775
    assert (moved.broker.host, moved.broker.port) == ("h", 1)
    assert moved.revision == mine.revision
    assert config.with_ports(mine) == mine


# --- doors, grades, certificates -----------------------------------------------------------


def test_a_grade_is_rise_over_run_and_a_shaft_is_as_steep_as_can_be(mine: Mine) -> None:
    drift = mine.roadways[mine.roadway_row["A01"]]
    (x, y, z), (east, north, up) = drift.path[0], drift.path[-1]
    assert drift.grade == pytest.approx((up - z) / dist((x, y), (east, north)))
    assert drift.grade < 0, "it goes down from the portal"
    shaft = replace(drift, path=((0.0, 0.0, 0.0), (0.0, 0.0, -300.0)))
    assert (shaft.grade, replace(shaft, path=shaft.path[::-1]).grade) == (-10.0, 10.0)


def test_a_roadway_without_a_word_about_doors_has_none(tmp_path: Path) -> None:
    home = change(copy(tmp_path), "roadways.geojson", '"air": 0', '"air": 0, "door": "closed"')
    doors = {r.door for r in config.load(home, now=NOW).roadways}
    assert doors == {"none", "closed"}


def test_people_hold_certificates_to_their_last_day(mine: Mine) -> None:
    shotfirer = mine.people[mine.person_row["P13"]]
    assert shotfirer.certificates == (("爆破", "2026-12-31"), ("瓦斯检查", "2027-05-31"))


def test_a_person_may_belong_to_a_shift_of_the_roster(tmp_path: Path) -> None:
    home = change(copy(tmp_path), "people.csv", "电工:2028-03-31,", "电工：2028年3月31日,早班")
    fitter = config.load(home, now=NOW).people[14]
    assert (fitter.shift, fitter.certificates) == ("早班", (("电工", "2028-03-31"),))
