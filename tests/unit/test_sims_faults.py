"""What devices make of the mine while a fault acts: no socket, no clock, only the world."""

import math
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sim_mine import MINE, START, kind, point, sim_mine

from device_sims.clock import SECOND
from device_sims.errors import ScenarioUnknown
from device_sims.faults.spoilt import Spoilt
from device_sims.faults.values import Shown
from device_sims.faults.words import WORDS, FaultSource, placed
from device_sims.mine import Mine
from device_sims.world.emissions import Emission
from device_sims.world.ranging import sights
from device_sims.world.site import Site
from device_sims.world.world import Signals, World, beginning, reading, step

GAS = Emission("ch4", "FACE", 0.0, 1.0, ((0, 0.6), (3600, 0.6)))
POWER = kind("station_power", "", 0, 1, [[0, "电池", "battery"], [1, "交流", "mains"]])


def fault(kind_: str, on: str | tuple[str, ...] = "", *times: float, **more: Any) -> FaultSource:
    from_s, until_s = times or (10.0, 60.0)
    return FaultSource(kind_, on, from_s, until_s, **more)


class Watched:
    """A mine with gas at its face, and what its devices would tell each half second."""

    def __init__(self, *faults: FaultSource, mine: Mine | None = None, seed: int = 3) -> None:
        self.mine = mine or sim_mine()
        self.site = Site.of(self.mine, [GAS])
        self.spoilt = Spoilt(self.site, placed(faults, self.mine))
        self.seed = seed

    def worlds(self, seconds: float) -> Iterable[World]:
        world = beginning(self.site, START, self.seed)
        for _ in range(round(2 * seconds)):
            yield world
            world = step(self.site, world, 0.5, Signals())

    def row(self, name: str) -> int:
        return next(i for i, p in enumerate(self.mine.points) if p.id == name)

    def tells(self, name: str, seconds: float = 80) -> list[Shown]:
        return [self.spoilt.reading(world, self.row(name)) for world in self.worlds(seconds)]

    def truth(self, name: str, seconds: float = 80) -> list[float]:
        return [reading(self.site, world, self.row(name)) for world in self.worlds(seconds)]


def during(course: Sequence[Any]) -> Sequence[Any]:
    """While a fault from second 10 to 60 acts."""
    return course[20:120]


def outside(course: Sequence[Any]) -> Sequence[Any]:
    return [*course[:20], *course[120:]]


@pytest.mark.parametrize(
    "word", ["stuck", "drifting", "scaled", "spiking", "calibrating", "balloon"]
)
def test_before_and_after_its_time_a_fault_leaves_the_truth_alone(word: str) -> None:
    mine = Watched(fault(word, "CH4-T1"))
    told, true = mine.tells("CH4-T1"), mine.truth("CH4-T1")
    assert outside(told) == [Shown(v) for v in outside(true)]
    assert during(told) != [Shown(v) for v in during(true)]
    assert mine.tells("CH4-T2") == [Shown(v) for v in mine.truth("CH4-T2")], "and its neighbours"


def test_a_stuck_sensor_swears_by_the_number_it_had() -> None:
    mine = Watched(fault("stuck", "CH4-T1"))
    told, true = mine.tells("CH4-T1"), mine.truth("CH4-T1")
    assert set(during(told)) == {Shown(true[20])}


def test_a_drifting_sensor_is_off_by_more_with_every_hour() -> None:
    mine = Watched(fault("drifting", "CH4-T1", amount=0.5))
    off = [a.value - b for a, b in zip(mine.tells("CH4-T1"), mine.truth("CH4-T1"), strict=True)]
    assert off[20] == 0.0
    assert off[119] == pytest.approx(0.5 * 4 * 49.5 / 3600), "half its range of 4 % an hour"
    assert all(later > sooner for sooner, later in pairwise(during(off)))


def test_a_sensor_scaled_wrongly_may_leave_its_range() -> None:
    mine = Watched(fault("scaled", "CH4-T1", amount=100.0))
    told, true = mine.tells("CH4-T1"), mine.truth("CH4-T1")
    assert [t.value for t in during(told)] == [100.0 * v for v in during(true)]
    assert max(t.value for t in during(told)) > 4.0


def test_spikes_come_now_and_then_and_are_the_same_under_the_same_seed() -> None:
    told = during(Watched(fault("spiking", "CH4-T1")).tells("CH4-T1"))
    spikes = [shown.value == 2.0 for shown in told]
    assert 0.05 < sum(spikes) / len(spikes) < 0.25
    assert all(shown.status == 0 for shown in told), "nothing tells of it"
    assert told == during(Watched(fault("spiking", "CH4-T1")).tells("CH4-T1"))
    assert told != during(Watched(fault("spiking", "CH4-T1"), seed=4).tells("CH4-T1"))


def test_in_calibration_zero_gas_comes_before_test_gas_and_the_status_word_says_so() -> None:
    told = during(Watched(fault("calibrating", "CH4-T1", 10.0, 130.0)).tells("CH4-T1", 130))
    assert {shown.status for shown in told} == {3}
    assert told[10].value == 0.0
    told = Watched(fault("calibrating", "CH4-T1", 10.0, 130.0)).tells("CH4-T1", 130)
    assert told[-1].value == pytest.approx(2.0, abs=0.02)


def test_under_a_balloon_a_group_reads_calm_fresh_air_without_noise() -> None:
    mine = Watched(fault("balloon", "face", 10.0, 300.0))
    for name in ("CH4-T1", "CH4-T2", "CO"):
        told, true = mine.tells(name, 300), mine.truth(name, 300)
        assert told[-1].value == pytest.approx(0.0, abs=1e-3), name
        assert noise(told[-60:]) < 1e-3 * noise([Shown(v) for v in true[-60:]])
        assert {shown.status for shown in told} == {0}
    assert mine.tells("TEMP", 60) == [Shown(v) for v in mine.truth("TEMP", 60)], "no gas head"


def noise(told: Sequence[Shown]) -> float:
    return sum(abs(b.value - a.value) for a, b in pairwise(told))


def test_faults_of_one_point_add_up_in_the_order_of_the_file() -> None:
    mine = Watched(fault("scaled", "CH4-T1", amount=2.0), fault("stuck", "CH4-T1", 20.0, 60.0))
    told, true = mine.tells("CH4-T1"), mine.truth("CH4-T1")
    assert told[100].value == 2.0 * true[40]


def test_a_devices_clock_may_be_an_hour_off() -> None:
    mine = Watched(fault("clock_off", ("G1", "BS1")), fault("clock_off", "BS2", amount=-90.0))
    worlds = list(mine.worlds(70))
    shown = {d: [mine.spoilt.clock(w, d, w.now) - w.now for w in worlds] for d in ("G1", "BS2")}
    assert set(during(shown["G1"])) == {3600 * SECOND}
    assert set(during(shown["BS2"])) == {-90 * SECOND}
    assert set(outside(shown["G1"])) == {0}


def test_a_dead_reader_ranges_nobody_and_is_not_among_the_living() -> None:
    mine = Watched(fault("reader_dead", "R-FACE"))
    watching = [r.id for r in mine.mine.readers]
    names = [r.id for r in mine.mine.readers]
    for second, world in enumerate(mine.worlds(12)):
        seen = mine.spoilt.sights(world, sights(watching, world, 0))
        dead = second >= 20
        assert ("R-FACE" in mine.spoilt.alive(world, names)) is not dead
        assert any(s.reader == "R-FACE" for s in seen) is not dead


def test_a_noisy_reader_throws_a_tag_to_and_fro_over_a_border() -> None:
    mine = Watched(fault("reader_noisy", "R-FACE", amount=30.0))
    watching = ["R-FACE"]
    sides = []
    for world in mine.worlds(40):
        seen = mine.spoilt.sights(world, sights(watching, world, 0))
        sides.append(next(s.side * s.distance_m for s in seen if s.tag == "102"))
    spread = [max(part) - min(part) for part in (sides[:20], sides[20:])]
    assert spread[0] < 15 < 60 < spread[1]


def test_a_district_without_mains_says_so_and_falls_silent_when_its_batteries_are_empty() -> None:
    own = point("POWER", "station_power", ("FACE", 60), "S1", address=30, encoding="uint16")
    mine = sim_mine(kinds=[*MINE["kinds"], POWER], points=[*MINE["points"], own])
    district = Watched(fault("power_cut", "face", 10.0, 60.0, amount=20.0), mine=mine)
    assert {s.value for s in during(district.tells("FEED"))} == {0.0}
    assert {s.value for s in during(district.tells("POWER"))} == {0.0}, "on the battery"
    assert {s.value for s in outside(district.tells("POWER"))} == {1.0}
    assert district.tells("CH4-T1") == [Shown(v) for v in district.truth("CH4-T1")]
    silent = [district.spoilt.silent(w, "S1") for w in district.worlds(80)]
    assert silent == [30.0 <= n / 2 < 60.0 for n in range(160)]
    assert not any(district.spoilt.silent(w, "G1") for w in district.worlds(80)), "hangs elsewhere"


def test_terminals_and_loudspeakers_of_a_district_go_with_its_batteries_and_telephones_stay() -> (
    None
):
    def part(name: str, **more: Any) -> dict[str, Any]:
        return {"id": name, "topic": f"mine/{name}", **more}

    mine = sim_mine(
        terminals=[
            part("LAMPS", kind="lamp_room", zone="Z-FACE"),
            part("GATE", kind="gate", zone="Z-PORTAL"),
        ],
        broadcasters=[
            part("B1", zones=["Z-FACE"]),
            part("B2", zones=["Z-MINE", "Z-PORTAL", "Z-FACE"]),
        ],
        telephones=[part("T1", roadway="FACE", chainage_m=60.0)],
    )
    cut = Watched(fault("power_cut", "face", 10.0, 60.0, amount=20.0), mine=mine)
    names = ("LAMPS", "GATE", "B1", "B2", "T1")
    silent = [[n for n in names if cut.spoilt.silent(w, n)] for w in cut.worlds(80)]
    assert [silent[n] for n in (30, 70, 130)] == [[], ["LAMPS", "B1"], []]


def test_what_is_lost_is_silent_for_as_long() -> None:
    mine = Watched(fault("substation_lost"), fault("station_lost", "BS2", 20.0, math.inf))
    silent = [
        [d for d in ("S1", "G1", "BS1", "BS2") if mine.spoilt.silent(w, d)] for w in mine.worlds(80)
    ]
    assert [silent[n] for n in (0, 30, 60, 130)] == [[], ["S1"], ["S1", "BS2"], ["BS2"]]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (fault("stuk", "CH4-T1"), "no fault is called stuk; the nearest is stuck"),
        (fault("melted", "CH4-T1"), "no fault is called melted"),
        (fault("stuck", "CH4-T9"), "'CH4-T9', must name a point or kind of point"),
        (fault("scaled", "FEED"), "'FEED', must name a point"),
        (fault("balloon", "Z-9"), "must name a zone"),
        (fault("clock_off", "S1"), "must name a gateway or station"),
        (fault("substation_lost", "G1"), "must name a substation"),
        (fault("tid_zero", "G1"), "must name a substation"),
        (fault("freeze", "CH4-T1"), "must name a substation, gateway, station"),
        (fault("stuck", "CH4-T1", 60.0, 10.0), "until_s must come after from_s"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_a_fault_that_cannot_be_is_refused_with_what_can(source: FaultSource, said: str) -> None:
    with pytest.raises(ScenarioUnknown, match=said):
        placed([source], sim_mine())


def test_the_page_of_scenarios_names_every_word_and_no_other() -> None:
    page = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text("utf-8")
    table = page.partition("| `kind` | `on` |")[2].partition("\n\n")[0]
    rows = (line.split("|")[1] for line in table.splitlines()[2:])
    assert [word for cell in rows for word in re.findall(r"`(\w+)`", cell)] == list(WORDS)
