"""A mine made from a seed: the check accepts it, its air is lawful, nobody is out of hearing."""

import math
from pathlib import Path

import pytest
from sim_mine import START
from surveyed import simulated, surveyed

from device_sims.__main__ import main
from device_sims.mine import Mine as SimulatedMine
from device_sims.survey.pages import DirectoryTaken, pages, write
from device_sims.survey.survey import Size, survey
from device_sims.survey.wiring import TooManySlaves
from device_sims.world.roadways import Graph, Spot, ways_from
from device_sims.world.site import Site
from device_sims.world.world import Signals, beginning, reading, step
from minesafe import config
from minesafe.model.mine import Duty, Mine, NodeKind

DEMO = Size()
SIZES = [
    (1, DEMO),
    (2, Size(levels=1, districts=1, people=40)),
    (3, Size(levels=1, districts=3, people=150)),
    (4, Size(levels=4, districts=3, people=900, slaves=60)),
]


@pytest.fixture(params=SIZES, ids=lambda s: f"seed {s[0]}")
def mine(request: pytest.FixtureRequest) -> Mine:
    return surveyed(*request.param)


@pytest.fixture(params=SIZES, ids=lambda s: f"seed {s[0]}")
def played(request: pytest.FixtureRequest) -> SimulatedMine:
    return simulated(*request.param)


# --- what the check says ---------------------------------------------------------------------


def test_the_check_accepts_it_and_warns_of_the_rule_pack_alone(mine: Mine) -> None:
    assert [w for w in mine.warnings if "rules/" not in w and "rule pack" not in w] == []


def test_somebody_leads_and_somebody_dispatches_at_any_hour(mine: Mine) -> None:
    person = {u.name: u.person for u in mine.users}
    leaders = {s.holders(Duty.LEADER) for s in mine.shifts}
    assert all(person["leader"] in holders for holders in leaders)
    assert len(leaders) > 2, "they take turns"
    assert all(person["dispatcher"] in s.holders(Duty.DISPATCHER) for s in mine.shifts)


def test_it_is_as_large_as_it_was_asked_to_be() -> None:
    mine = surveyed(4, SIZES[3][1])
    assert len(mine.levels) == 4
    assert len(mine.substations) == 60
    assert all(mine.points_of_device[s.id] for s in mine.substations)
    assert sum(bool(p.tag and p.shift) for p in mine.people) == 900


def test_the_demos_size_is_that_of_a_whole_mine() -> None:
    mine = surveyed(1, DEMO)
    assert len(mine.roadways) >= 120
    assert len(mine.readers) == 48
    assert 240 <= len(mine.points) <= 260
    assert (len(mine.broadcasters), len(mine.telephones)) == (20, 12)
    assert sum(n.kind is NodeKind.REFUGE for n in mine.nodes) == 3
    assert sum(r.kind == "heading" for r in mine.roadways) == 3
    outside = {n.id for n in mine.nodes if n.kind is NodeKind.PORTAL}
    ways_out = [r.kind for r in mine.roadways if outside & {r.start, r.end}]
    assert sorted(ways_out) == ["drift", "shaft", "shaft"]
    bends = [r for r in mine.roadways if len(r.path) > 2]
    assert len(bends) > 60
    crooked = max(r.length_m / math.dist(r.path[0], r.path[-1]) for r in bends)
    assert 1.0001 < crooked < 1.1


# --- seeds -----------------------------------------------------------------------------------


def test_a_seed_gives_the_same_files_and_another_gives_others() -> None:
    one, again, other = (pages(survey(seed, DEMO)) for seed in (7, 7, 8))
    assert one == again
    assert one["roadways.geojson"] != other["roadways.geojson"]
    assert one["people.csv"] != other["people.csv"]


# --- its air and its people ------------------------------------------------------------------


def test_the_air_goes_as_surveyed_and_is_enough_where_people_work(played: SimulatedMine) -> None:
    site = Site.of(played)
    for r, q in zip(played.roadways, site.usual.flow, strict=False):
        speed = abs(float(q)) / r.section_m2
        assert not r.air or q * r.air > 0, f"{r.id} is blown backwards"
        assert speed <= (15 if r.kind == "shaft" else 8), r.id
        if r.kind in ("face", "heading"):
            assert 0.25 <= speed <= 4, r.id


def test_a_quiet_shift_is_inside_every_limit(played: SimulatedMine) -> None:
    site = Site.of(played)
    world = beginning(site, START, 1)
    for _ in range(20):
        world = step(site, world, 1.0, Signals())
        for row, point in enumerate(played.points):
            if point.kind == "self_test":
                continue  # rises by itself, to prove the line
            value, limits = reading(site, world, row), point.limits
            share = 0.8 if point.kind == "methane" else 1.0
            assert limits.alarm_high is None or value < share * limits.alarm_high, point.id
            assert limits.alarm_low is None or value > limits.alarm_low, point.id


def test_nobody_is_ever_out_of_hearing(played: SimulatedMine) -> None:
    graph = Graph.of(played)
    heard = {
        node
        for reader in played.readers
        for metres, node, _ in ways_from(graph, Spot(reader.roadway, reader.chainage_m), {})
        if metres <= reader.range_m
    }
    assert {n for r in played.roadways for n in (r.start, r.end)} <= heard


# --- at a terminal ---------------------------------------------------------------------------


def test_it_is_written_by_a_command_and_never_over_another_mine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [
        "generate",
        str(tmp_path / "mine"),
        "--seed",
        "5",
        "--districts",
        "1",
        "--people",
        "90",
    ]
    assert main(words) == 0
    assert config.load(tmp_path / "mine", now=START).people
    before = (tmp_path / "mine" / "people.csv").read_bytes()
    assert main([*words, "--one-shift"]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert (tmp_path / "mine" / "people.csv").read_bytes() == before
    with pytest.raises(DirectoryTaken):
        write(survey(5, DEMO), tmp_path / "mine")


def test_whoever_works_on_no_shift_may_be_underground_at_any_hour() -> None:
    everybody = survey(6, Size(people=80, shifts=False)).people
    assert {p.shift for p in everybody} == {""}


def test_more_slaves_than_points_are_refused_with_what_to_do() -> None:
    with pytest.raises(TooManySlaves, match="more districts"):
        survey(1, Size(levels=1, districts=1, slaves=500))


@pytest.mark.parametrize("words", [["--levels", "0"], ["--people", "few"], ["--slaves", "-1"]])
def test_a_size_that_is_none_is_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(["generate", "nowhere", *words])
