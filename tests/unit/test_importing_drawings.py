"""The surveyor's drawing becomes roadways and zones, and what was there stays what it is."""

import json
import math
import random
import shutil
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from drawn_mine import blank, course, drawn, half_way, plan, saved, word
from ezdxf.document import Drawing
from first_mine import FIRST, first_mine
from hypothesis import given, settings
from hypothesis import strategies as st

from minesafe import config
from minesafe.importing.bring import Brought, Parcel, bring
from minesafe.importing.drawing import Item, Place
from minesafe.importing.weaving import nearest_shares, weave
from minesafe.model.mine import Mine, Point, Reader, Roadway

DEMO = config.shipped("demo")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIRST, tmp_path / "mine"))


def brought(home: Path, drawing: Path, *, add: bool = False, zones: bool = False) -> Brought:
    what = {"zones": drawing} if zones else {"roadways": drawing}
    return bring(home, Parcel(**what, plan=drawing.parent / "plan.toml", add=add))


def mine_of(told: Brought) -> Mine:
    assert told.mine is not None, told.faults
    return told.mine


def road(mine: Mine, ident: str) -> Roadway:
    return next(roadway for roadway in mine.roadways if roadway.id == ident)


def spot(mine: Mine, device: Point | Reader) -> Place:
    """Where a point or a reader hangs."""
    path, left = road(mine, device.roadway).path, device.chainage_m
    for a, b in pairwise(path):
        leg = math.dist(a, b)
        if left <= leg + 0.05:
            return _at(a, b, left / leg)
        left -= leg
    raise AssertionError(device)


# --- roadways ------------------------------------------------------------------------------


@pytest.mark.parametrize("mine", [FIRST, DEMO, config.shipped("metal")], ids=lambda p: p.name)
def test_the_drawing_of_the_mine_as_it_is_changes_nothing(mine: Path, tmp_path: Path) -> None:
    plan(tmp_path)
    told = brought(mine, saved(drawn(config.load(mine), turn=True), tmp_path))
    assert not told.faults
    assert not told.changes


def test_a_survey_anew_moves_roadways_by_a_hand_and_loses_none(home: Path) -> None:
    """Half a metre is what two surveys of one roadway differ by; ids, air and names stay."""
    hand = random.Random(7)
    document = blank()
    moved = {
        node.id: tuple(round(v + hand.uniform(-0.3, 0.3), 2) for v in (node.x, node.y, node.z))
        for node in first_mine().nodes
    }
    for roadway in first_mine().roadways:
        course(document, (moved[roadway.start], *roadway.path[1:-1], moved[roadway.end]))
    plan(home.parent)
    told = brought(home, saved(document, home.parent))
    assert {c.sign for c in told.changes} == {"~"}
    assert {c.table for c in told.changes} <= {"nodes", "roadways", "zones"}
    assert {r.id: (r.name, r.air, r.start) for r in mine_of(told).roadways} == {
        r.id: (r.name, r.air, r.start) for r in first_mine().roadways
    }


def test_a_new_cross_cut_parts_the_roadway_it_leaves_and_zones_go_on_covering_it(
    home: Path,
) -> None:
    mine = first_mine()
    main, face_road = road(mine, "A03"), road(mine, "G01")
    document = blank()
    start, end = half_way(main), face_road.path[1]
    course(document, (start, end))
    word(document, "1 号联络巷", (start[0] + end[0]) / 2 + 2, (start[1] + end[1]) / 2)
    plan(home.parent)
    told = brought(home, saved(document, home.parent), add=True)
    after = mine_of(told)
    new = road(after, "R1")
    assert new.name.zh == "1 号联络巷"
    assert (new.kind, new.section_m2, new.air) == ("drift", 12.0, 0)
    first, second = road(after, "A03"), road(after, "A03-2")
    assert (first.start, second.end) == (main.start, main.end)
    assert first.end == second.start == new.start
    assert first.length_m + second.length_m == pytest.approx(main.length_m, abs=0.05)
    assert second.name.zh == f"{main.name.zh} 2 段"
    district = next(zone for zone in after.zones if zone.id == "D12")
    assert {"G01", "G01-2"} <= {span.roadway for span in district.intervals}
    for before, now in zip(mine.points, after.points, strict=True):
        assert math.dist(spot(mine, before), spot(after, now)) < 0.1
    for was, reader in zip(mine.readers, after.readers, strict=True):
        assert math.dist(spot(mine, was), spot(after, reader)) < 0.1
    assert {p.roadway for p in after.points} & {"A03-2", "G01-2"}
    assert any("no English name" in str(w) and "巷道-大巷#" in w.cell for w in told.warnings)
    assert {c.row for c in told.changes if c.table == "roadways"} == {
        *("A03", "A03-2", "G01", "G01-2", "R1")
    }


def test_an_air_bridge_is_no_junction(tmp_path: Path) -> None:
    low = Item("", "", ((0.0, 0.0, 0.0), (100.0, 0.0, 0.0)))
    high = Item("", "", ((50.0, -50.0, 6.0), (50.0, 50.0, 6.0)))
    assert len(weave([low, high], 0.5).edges) == 2
    level = Item("", "", ((50.0, -50.0, 0.2), (50.0, 50.0, 0.2)))
    crossing = weave([low, level], 0.5)
    assert (len(crossing.edges), len(crossing.nodes)) == (4, 5)


def test_a_flat_drawing_in_millimetres_with_north_first_lies_where_the_mine_does(
    home: Path,
) -> None:
    """As a plan of a Chinese survey: X north, Y east, in the state's grid, without heights."""
    grid = (4_026_000_000.0, 512_000_000.0)
    document = blank()
    mine = first_mine()
    for roadway in mine.roadways:
        if roadway.id in ("A01", "B02"):  # the ways up are drawn with their heights
            places: Sequence[Place] = [
                (y * 1000 + grid[0], x * 1000 + grid[1], z * 1000) for x, y, z in roadway.path
            ]
        else:
            places = [(y * 1000 + grid[0], x * 1000 + grid[1], 0.0) for x, y, _ in roadway.path]
        course(document, places)
    text = (
        "[drawing]\nmetres = 0.001\nnorth_first = true\nmatch_m = 6\njoin_m = 4.5\n"
        f"origin = [{grid[0]}, {grid[1]}, 0]\n"
        '[[roadway]]\nlayer = "巷道-*"\nkind = "drift"\nsection_m2 = 12\nlevel = "L-200"\n'
    )
    plan(home.parent, text)
    after = mine_of(brought(home, saved(document, home.parent)))
    assert {r.id for r in after.roadways} == {r.id for r in mine.roadways}
    assert road(after, "G01").path[-1] == pytest.approx((468.0, 462.0, -200.0))


def test_a_roadway_that_begins_elsewhere_is_told_for_its_chainages_move(home: Path) -> None:
    document = blank()
    for roadway in first_mine().roadways:
        longer = (825.0, 250.2, -195.8)
        path = roadway.path if roadway.id != "H01" else (longer, *roadway.path[1:])
        course(document, path)
    plan(home.parent)
    told = brought(home, saved(document, home.parent))
    assert any("H01 begins" in w.what and "readers" in w.hint for w in told.warnings)


def test_what_is_wrong_is_told_at_the_entity(home: Path) -> None:
    document = blank()
    course(document, ((3000.0, 0.0, -200.0), (3100.0, 0.0, -200.0)))
    flat = course(document, ((400.0, 300.0, 0.0), (420.0, 330.0, 0.0)))
    plan(home.parent)
    told = brought(home, saved(document, home.parent), add=True)
    assert told.mine is None
    assert any(f.cell == f"巷道-大巷#{flat}" and "no height" in f.what for f in told.faults)
    assert all(f.file == "plan.dxf" for f in told.faults)


def test_a_line_drawn_twice_is_one_roadway(home: Path) -> None:
    document = drawn(first_mine())
    course(document, road(first_mine(), "G01").path)
    plan(home.parent)
    told = brought(home, saved(document, home.parent))
    assert not told.changes
    assert any("drawn twice" in w.what for w in told.warnings)


def test_a_layer_the_plan_does_not_know_is_named_with_those_there_are(home: Path) -> None:
    document = blank()
    course(document, ((0.0, 0.0, 0.0), (9.0, 0.0, 0.0)), "图框")
    plan(home.parent)
    [fault] = brought(home, saved(document, home.parent)).faults
    assert "no line on a roadway's layer" in fault.what
    assert "图框" in fault.hint


@pytest.mark.parametrize("raw", [b"", b"no drawing", b"  0\nSECTION\n 2\nENTITIES\n", bytes(99)])
def test_what_is_no_drawing_is_one_clear_fault(home: Path, raw: bytes) -> None:
    plan(home.parent)
    (home.parent / "plan.dxf").write_bytes(raw)
    told = brought(home, home.parent / "plan.dxf")
    assert told.mine is None
    assert all(f.file == "plan.dxf" and f.hint for f in told.faults)


def test_an_unknown_word_of_the_plan_is_refused_with_its_line(home: Path) -> None:
    plan(home.parent, '[drawing]\nmeters = 1\n\n[[roadway]]\nlayer = "x"\nkind = "drfit"\n')
    told = brought(home, saved(drawn(first_mine()), home.parent))
    faults = [str(f) for f in told.faults]
    assert "plan.toml:2: unknown key 'meters' (did you mean 'metres'?)" in faults
    assert any(f.startswith("plan.toml:6") and "did you mean 'drift'" in f for f in faults)
    assert any("'section_m2' is missing" in f for f in faults)


def test_a_map_of_another_program_comes_in_as_geojson(home: Path) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"CLASS": "巷道-大巷", "id": r.id, "名称": "x"},
            "geometry": {"type": "LineString", "coordinates": [list(p) for p in r.path]},
        }
        for r in first_mine().roadways
    ]
    path = home.parent / "gis.geojson"
    text = json.dumps({"type": "FeatureCollection", "features": features}, indent=1)
    path.write_text(text, "utf-8")
    plan(
        home.parent,
        '[drawing]\nlayer_property = "CLASS"\n'
        '[[roadway]]\nlayer = "巷道-*"\nkind = "drift"\nsection_m2 = 9\n',
    )
    told = brought(home, path)
    assert not told.changes, told.faults


def test_a_file_that_speaks_as_ours_needs_no_plan(home: Path) -> None:
    other = home.parent / "new.geojson"
    text = (home / "roadways.geojson").read_text("utf-8")
    other.write_text(text.replace('"section_m2": 12', '"section_m2": 13'), "utf-8")
    told = bring(home, Parcel(roadways=other))
    assert {c.table for c in told.changes} == {"roadways"}
    other.write_text(text.replace('"kind": "face"', '"kind": "faec"', 1), "utf-8")
    [fault] = bring(home, Parcel(roadways=other)).faults
    assert (fault.file, fault.hint) == ("new.geojson", "did you mean 'face'?")
    assert "faec" in other.read_text("utf-8").splitlines()[fault.line - 1]


# --- zones ---------------------------------------------------------------------------------

RING = ((440.0, 250.0), (560.0, 250.0), (560.0, 320.0), (440.0, 320.0))


def ringed(*corners: tuple[float, float], name: str = "透水危险区") -> Drawing:
    document = blank()
    document.modelspace().add_lwpolyline(corners, close=True, dxfattribs={"layer": "限制区"})
    word(document, name, 460.0, 300.0)
    return document


def test_a_ring_on_a_zones_layer_becomes_an_area_and_the_file_keeps_its_comments(
    home: Path,
) -> None:
    plan(home.parent)
    told = brought(home, saved(ringed(*RING), home.parent), zones=True)
    after = mine_of(told)
    zone = next(z for z in after.zones if z.name.zh == "透水危险区")
    assert (zone.id, str(zone.kind), zone.level) == ("Z1", "restricted", "L-200")
    assert [(x / 1000, y / 1000) for x, y in zone.polygon] == list(RING)
    assert {span.roadway for span in zone.intervals} == {"G01"}
    text = told.files["zones.toml"].decode()
    assert text.startswith((home / "zones.toml").read_text("utf-8").rstrip())


def test_a_ring_named_as_a_zone_moves_that_zone(home: Path) -> None:
    plan(home.parent)
    first = brought(home, saved(ringed(*RING), home.parent), zones=True)
    (home / "zones.toml").write_bytes(first.files["zones.toml"])
    wider = [(x, y + 20 if y > 300 else y) for x, y in RING]
    told = brought(home, saved(ringed(*wider), home.parent), zones=True)
    [change] = told.changes
    assert (change.sign, change.row) == ("~", "Z1")


def test_a_ring_that_crosses_itself_is_told_where_it_is_drawn(home: Path) -> None:
    plan(home.parent)
    crossed = (RING[0], RING[2], RING[1], RING[3])
    told = brought(home, saved(ringed(*crossed), home.parent), zones=True)
    [fault] = told.faults
    assert fault.file == "plan.dxf"
    assert fault.cell.startswith("限制区#")
    assert "cross" in fault.what


# --- the weave, against plain arithmetic -----------------------------------------------------

coordinate = st.integers(-60, 60).map(float)
place = st.tuples(coordinate, coordinate, coordinate)


@given(place, place, place, place)
def test_the_nearest_places_of_two_legs_are_as_near_as_a_fine_search_finds(
    a: Place, b: Place, c: Place, d: Place
) -> None:
    s, t = nearest_shares(a, b, c, d)
    found = math.dist(_at(a, b, s), _at(c, d, t))
    shares = [i / 25 for i in range(26)]
    searched = min(math.dist(_at(a, b, p), _at(c, d, q)) for p in shares for q in shares)
    assert found <= searched + 1e-6


def _at(a: Place, b: Place, share: float) -> Place:
    x, y, z = (s + share * (e - s) for s, e in zip(a, b, strict=True))
    return (x, y, z)


@settings(max_examples=60)
@given(st.lists(st.lists(place, min_size=2, max_size=4, unique=True), min_size=1, max_size=6))
def test_no_metre_of_a_drawing_is_lost_or_doubled(courses: list[list[Place]]) -> None:
    lines = [Item("", str(at), tuple(path)) for at, path in enumerate(courses)]
    network = weave(lines, 0.25)
    drawn_m = sum(math.dist(a, b) for line in lines for a, b in pairwise(line.places))
    kept_m = sum(math.dist(a, b) for edge in network.edges for a, b in pairwise(edge.path))
    slack = 2.0 * (len(network.edges) + len(lines)) + drawn_m * 0.02
    if not network.doubled:
        assert abs(kept_m - drawn_m) <= slack
    for edge in network.edges:
        assert edge.path[0] == network.nodes[edge.start]
        assert edge.path[-1] == network.nodes[edge.end]
