"""The lie of the land is checked before anybody walks it: ways out, loose ends, deaf places."""

import json
import shutil
from pathlib import Path

import pytest
from first_mine import FIRST

from minesafe import config
from minesafe.config.load import Checked
from minesafe.model.time import SECOND

NOW = 1_764_000_000 * SECOND


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIRST, tmp_path / "mine"))


def check(home: Path) -> Checked:
    return config.check(home, now=NOW, environ={})


def add_roadway(home: Path, ident: str, ends: list[str], **more: object) -> None:
    """A roadway from a node to another; a node that is not there yet is made beside the first."""
    path = home / "roadways.geojson"
    page = json.loads(path.read_text("utf-8"))
    places = {f["properties"]["id"]: f["geometry"]["coordinates"] for f in page["features"]}
    for node in [n for n in ends if n not in places]:
        level, place = more.get("level", "L-200"), [900 + 50 * len(places), 900, -200]
        about = {"id": node, "kind": "junction", "level": level}
        page["features"].append(feature("Point", place, about))
        places[node] = place
    about = {"id": ident, "zh": ident, "en": ident, "start": ends[0], "end": ends[1], "air": 0}
    about |= {"level": "L-200", "kind": "drift", "section_m2": 9.0, **more}
    page["features"].append(feature("LineString", [places[n] for n in ends], about))
    path.write_text(json.dumps(page, ensure_ascii=False, indent=1), "utf-8")


def feature(kind: str, coordinates: object, about: dict[str, object]) -> dict[str, object]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": about, "geometry": geometry}


def add(home: Path, file: str, text: str) -> None:
    with (home / file).open("a", encoding="utf-8") as out:
        out.write(text)


def line_with(home: Path, file: str, marker: str) -> int:
    lines = (home / file).read_text("utf-8").splitlines()
    return next(n for n, line in enumerate(lines, 1) if marker in line)


LOWER = '\n[[level]]\nid = "L-300"\nzh = "-300 水平"\nen = "-300 m level"\nelevation_m = -300.0\n'


def test_a_level_with_one_exit_is_refused(mine: Path) -> None:
    add(mine, "zones.toml", LOWER)
    add_roadway(mine, "RAMP", ["J2", "N1"], level="L-300")
    [fault] = check(mine).faults
    assert fault.what == "the only way out of level 'L-300' leads through 'RAMP'"
    assert fault.hint == "a level needs two exits"
    assert (fault.file, fault.line) == ("zones.toml", line_with(mine, "zones.toml", '"L-300"') - 1)


def test_a_level_with_two_exits_is_well(mine: Path) -> None:
    add(mine, "zones.toml", LOWER)
    add_roadway(mine, "RAMP", ["J2", "N1"], level="L-300")
    add_roadway(mine, "RAISE", ["N1", "J4"], level="L-300")
    assert check(mine).mine


def test_a_district_with_one_way_out_is_refused_with_that_way(mine: Path) -> None:
    add_roadway(mine, "X01", ["J2", "N1"])
    add_roadway(mine, "X02", ["N1", "N2"])
    district = '\n[[zone]]\nid = "D13"\nzh = "13 采区"\nen = "District 13"\nkind = "district"\n'
    add(mine, "zones.toml", district + 'roadways = ["X02"]\n')
    [fault] = check(mine).faults
    assert fault.what == "the only way out of zone 'D13' leads through 'X01'"
    assert (fault.file, fault.line) == ("zones.toml", line_with(mine, "zones.toml", '"D13"') - 1)


def test_a_roadway_no_walk_leads_out_of_is_refused(mine: Path) -> None:
    add_roadway(mine, "X01", ["N1", "N2"])
    told = [f.what for f in check(mine).faults]
    assert "no walkable way leads out from 'X01'" in told


def test_a_roadway_joined_to_nothing_is_refused_even_where_nobody_walks(mine: Path) -> None:
    add_roadway(mine, "X01", ["N1", "N2"], walkable=False)
    [*faults] = check(mine).faults
    assert "roadway 'X01' is joined to no other" in [f.what for f in faults]


def test_a_node_without_a_roadway_is_told(mine: Path) -> None:
    page = json.loads((mine / "roadways.geojson").read_text("utf-8"))
    about = {"id": "LOST", "kind": "junction", "level": "L-200"}
    page["features"].append(feature("Point", [0, 0, -200], about))
    (mine / "roadways.geojson").write_text(json.dumps(page), "utf-8")
    assert "no roadway begins or ends at node 'LOST'" in [w.what for w in check(mine).warnings]


def test_a_zone_no_reader_hears_is_told(mine: Path) -> None:
    add_roadway(mine, "X01", ["J3", "N1"])
    add_roadway(mine, "X02", ["N1", "R1"])
    zone = '\n[[zone]]\nid = "Z9"\nzh = "九"\nen = "nine"\nkind = "key"\n'
    add(mine, "zones.toml", zone + '[[zone.interval]]\nroadway = "X01"\nfrom_m = 50.0\n')
    checked = check(mine)
    assert checked.mine
    [told] = [w for w in checked.warnings if "no reader" in w.what]
    assert (told.file, told.line) == ("zones.toml", line_with(mine, "zones.toml", '"Z9"') - 1)
    assert "[[reader]]" in told.hint


def test_a_reader_is_heard_round_a_corner_but_not_beyond_a_fork(mine: Path) -> None:
    """R1 on A01 reaches 400 m; face 1201 lies beyond forks, its own reader R3 is on W01."""
    text = (mine / "devices.toml").read_text("utf-8")
    (mine / "devices.toml").write_text(text.replace('roadway = "W01"', 'roadway = "G01"'), "utf-8")
    assert not [w for w in check(mine).warnings if "no reader" in w.what]
    text = (mine / "devices.toml").read_text("utf-8")
    (mine / "devices.toml").write_text(
        text.replace('roadway = "G01"', 'roadway = "C01"', 1).replace(
            "chainage_m = 110.0", "chainage_m = 10.0"
        ),
        "utf-8",
    )
    told = {w.what for w in check(mine).warnings if "no reader" in w.what}
    assert told == {
        "no reader hears anybody in zone 'FACE-1201'",
        "no reader hears anybody in zone 'CORNER'",
    }


def test_a_working_zone_without_a_limit_is_told(mine: Path) -> None:
    text = (mine / "zones.toml").read_text("utf-8")
    (mine / "zones.toml").write_text(text.replace("limit = 16\n", "", 1), "utf-8")
    [told] = [w for w in check(mine).warnings if "limit" in w.what]
    assert told.what == "zone 'HEAD-1202' has no head-count limit (限员)"
    assert told.line == line_with(mine, "zones.toml", 'kind = "heading"')


def test_air_through_a_door_that_is_kept_shut_is_told(mine: Path) -> None:
    path = mine / "roadways.geojson"
    text = path.read_text("utf-8")
    path.write_text(text.replace('"id": "C01",', '"id": "C01", "door": "closed",', 1), "utf-8")
    [told] = [w for w in check(mine).warnings if "door" in w.what]
    assert told.what == "air flows through 'C01', whose door is kept closed"
    assert told.line == line_with(mine, "roadways.geojson", '"id": "C01"')
    assert "regulator" in told.hint
