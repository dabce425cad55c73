"""People who live in the simulated mine: shifts, cages, orders, and what is odd about some."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise

import pytest
from msgspec.structs import replace as changed
from sim_mine import START, roadway, sim_mine, zone

from device_sims.clock import SECOND
from device_sims.errors import ScenarioUnknown
from device_sims.mine import Mine, Node, Person, Shift
from device_sims.world.course import (
    Absence,
    Course,
    Crowd,
    ShiftChange,
    Sos,
    Swing,
    Visit,
)
from device_sims.world.hoists import Banksman, Hoist
from device_sims.world.miners import CARD_LEFT, DEAF, STILL
from device_sims.world.ranging import sights
from device_sims.world.roadways import Spot
from device_sims.world.shifts import FOREVER
from device_sims.world.site import Site
from device_sims.world.walkers import Doing, Walker
from device_sims.world.world import Signals, World, beginning, step

QUIET = Signals()
HORN = Signals(horn_zones=frozenset({"Z-FACE"}))
HOUR = 3600 * SECOND


def played(
    site: Site, seconds: float, signals: Signals | Callable[[World], Signals] = QUIET
) -> list[World]:
    worlds = [beginning(site, START, 1)]
    for _ in range(round(seconds / 0.5)):
        heard = signals(worlds[-1]) if callable(signals) else signals
        worlds.append(step(site, worlds[-1], 0.5, heard))
    return worlds


def of(world: World, person: str) -> Walker:
    return next(w for w in world.walkers if w.person == person)


def doings(worlds: Iterable[World], person: str) -> list[Doing]:
    return list(dict.fromkeys(of(w, person).doing for w in worlds))


def with_trait(world: World, person: str, trait: str) -> World:
    walkers = tuple(
        replace(w, miner=replace(w.miner, trait=trait)) if w.person == person else w
        for w in world.walkers
    )
    return replace(world, crowd=replace(world.crowd, walkers=walkers))


def after(site: Site, world: World, seconds: float, signals: Signals) -> World:
    for _ in range(round(seconds / 0.5)):
        world = step(site, world, 0.5, signals)
    return world


# --- what is odd about some ------------------------------------------------------------------


def test_who_was_told_leaves_and_who_is_deaf_works_on() -> None:
    site = Site.of(sim_mine())
    world = with_trait(beginning(site, START, 1), "P02", DEAF)
    last = after(site, world, 400, HORN)
    assert of(last, "P02").doing is Doing.WORKING
    assert of(last, "P03").doing in (Doing.AT_REFUGE, Doing.OUT)


def test_who_stands_still_stands_still_whatever_is_said() -> None:
    site = Site.of(sim_mine())
    world = with_trait(beginning(site, START, 1), "P02", STILL)
    world = replace(world, crowd=replace(world.crowd, walkers=tuple(
        replace(w, until=FOREVER) if w.person == "P02" else w for w in world.walkers
    )))  # fmt: skip
    last = after(site, world, 400, HORN)
    assert of(last, "P02").spot_at(last.now) == of(world, "P02").miner.post


def test_a_card_left_at_the_post_stays_there_while_the_man_walks_out() -> None:
    site = Site.of(sim_mine())
    world = with_trait(beginning(site, START, 1), "P02", CARD_LEFT)
    last = after(site, world, 600, HORN)
    man = of(last, "P02")
    assert man.doing in (Doing.AT_REFUGE, Doing.OUT)
    assert man.pressed_at is None, "the button is on the card"
    seen = sights([r.id for r in site.mine.readers], last, last.began)
    (sight,) = [s for s in seen if s.tag == "102"]
    reader = next(r for r in site.mine.readers if r.id == sight.reader)
    at = reader.chainage_m + sight.side * sight.distance_m
    assert at == pytest.approx(man.miner.post.chainage_m, abs=1.5)


def test_a_page_on_a_card_left_behind_tells_nobody() -> None:
    site = Site.of(sim_mine())
    world = with_trait(beginning(site, START, 1), "P04", CARD_LEFT)
    last = after(site, world, 60, Signals(paged=frozenset({"104"})))
    assert of(last, "P04").doing is Doing.WORKING


def test_whoever_is_shown_a_way_takes_it_and_turns_when_it_is_another() -> None:
    """Not the nearest safe place, but the one his tag points to; whoever reads none goes there."""
    site = Site.of(sim_mine())
    world = beginning(site, START, 1)
    havens = sorted(site.graph.havens)
    nearest = {w.person: after(site, world, 1_500, HORN) for w in world.walkers[:1]}
    person, tag = world.walkers[0].person, world.walkers[0].tag
    ended = site.graph.node_at(of(nearest[person], person).spot)
    other = next(node for node in havens if node != ended)
    paged = Signals(paged=frozenset({tag}), ways={tag: other})
    led = after(site, world, 1_500, paged)
    assert site.graph.node_at(of(led, person).spot) == other
    turned = after(site, after(site, world, 30, paged), 1_500, replace(paged, ways={tag: ended}))
    assert site.graph.node_at(of(turned, person).spot) == ended


def test_a_scenario_draws_so_many_of_each_from_the_seed() -> None:
    site = Site.of(sim_mine(), course=Course(deaf=1, still=1, cards_left=1))
    traits = [w.miner.trait for w in beginning(site, START, 3).walkers]
    assert sorted(t for t in traits if t) == [CARD_LEFT, DEAF, STILL]
    assert traits == [w.miner.trait for w in beginning(site, START, 3).walkers]
    assert not of(beginning(site, START, 3), "P01").miner.trait, "not the leader"


# --- where a scenario sends them -------------------------------------------------------------


def test_a_crowd_gathers_and_goes_back_to_work() -> None:
    site = Site.of(sim_mine(), course=Course(crowds=(Crowd("face", 3, 30, 300),)))
    worlds = played(site, 500)

    def inside(world: World) -> int:
        return sum("Z-FACE" in site.zones.at(w.spot_at(world.now)) for w in world.walkers[1:])

    assert all(inside(w) == 3 for w in worlds if 250 < w.elapsed_s < 300)
    assert inside(worlds[-1]) == 2, "those who belong there"


def test_a_visitor_goes_where_he_is_sent_and_leaves_again() -> None:
    site = Site.of(sim_mine(), course=Course(visits=(Visit("掘进工", "refuge", 20, 200),)))
    worlds = played(site, 400)
    assert any("Z-REFUGE" in site.zones.at(of(w, "P04").spot_at(w.now)) for w in worlds)
    assert of(worlds[-1], "P04").spot_at(worlds[-1].now).roadway == "HEAD"


def test_somebody_swings_over_a_border_as_often_as_asked() -> None:
    site = Site.of(sim_mine(), course=Course(swings=(Swing("P02", "portal", 0, 900, 40),)))
    worlds = [w for w in played(site, 900) if w.elapsed_s > 500]
    inside = ["Z-PORTAL" in site.zones.at(of(w, "P02").spot_at(w.now)) for w in worlds]
    changes = sum(a != b for a, b in pairwise(inside))
    assert 18 <= changes <= 21, "400 s of 40 s there and back"


def test_an_sos_is_on_the_wire_from_when_it_is_pressed_until_it_is_taken_back() -> None:
    site = Site.of(sim_mine(), course=Course(sos=(Sos("掘进工", 10, 20),)))
    looking = [r.id for r in site.mine.readers]
    calls = {w.elapsed_s for w in played(site, 30) for s in sights(looking, w, w.began) if s.sos}
    assert (min(calls), max(calls)) == (10.0, 19.5)


def test_the_leader_who_never_went_down_is_not_seen_and_one_who_leaves_goes_by_the_portal() -> None:
    never = Site.of(sim_mine(), course=Course(absences=(Absence("leader", 0),)))
    assert {of(w, "P01").doing for w in played(never, 60)} == {Doing.OUT}
    for_a_while = Site.of(sim_mine(), course=Course(absences=(Absence("leader", 60, 900),)))
    worlds = played(for_a_while, 1400)
    assert doings(worlds, "P01") == [
        Doing.WORKING, Doing.GOING_UP, Doing.AT_PORTAL, Doing.OUT, Doing.COMING_DOWN,
    ]  # fmt: skip
    assert of(worlds[-1], "P01").doing is Doing.WORKING, "he came back"


@pytest.mark.parametrize(
    ("course", "said"),
    [
        (Course(visits=(Visit("pilot", "face", 0, 1),)), "nobody underground is pilot"),
        (Course(crowds=(Crowd("stope", 3, 0, 1),)), "no zone stope"),
    ],
)
def test_whom_or_what_the_mine_does_not_have_is_named(course: Course, said: str) -> None:
    with pytest.raises(ScenarioUnknown, match=said):
        beginning(Site.of(sim_mine(), course=course), START, 1)


# --- shafts and shifts -----------------------------------------------------------------------

DEPTH = 400.0


def deep_mine(people: int) -> Mine:
    """A pit bottom 400 m down and a roadway from it; half of the people on each of two shifts."""
    shallow = sim_mine(
        nodes=[
            {"id": "TOP", "kind": "portal", "z": DEPTH},
            {"id": "BANK", "kind": "junction"},
            {"id": "FAR", "kind": "junction"},
            {"id": "UP", "kind": "portal", "z": DEPTH},
        ],
        roadways=[
            roadway("SHAFT", "TOP", "BANK", DEPTH, "shaft", 1),
            roadway("MAIN", "BANK", "FAR", 600, "intake", 1),
            roadway("UPCAST", "FAR", "UP", DEPTH, "shaft", 1, walkable=False),
        ],
        zones=[zone("Z-MINE", "mine", ("MAIN", 0, 600))],
        points=[], readers=[], outputs=[], users=[],
    )  # fmt: skip
    crew = tuple(
        Person(f"P{i}", f"P{i}", f"{i}", "运输工", shift="早班" if i % 2 else "中班")
        for i in range(people)
    )
    shifts = (
        Shift(START - 4 * HOUR, START + 4 * HOUR, (), "早班"),
        Shift(START + 4 * HOUR, START + 12 * HOUR, (), "中班"),
    )
    assert isinstance(shallow.nodes[0], Node)
    return changed(shallow, people=crew, shifts=shifts)


def test_only_the_shift_in_force_is_underground() -> None:
    walkers = beginning(Site.of(deep_mine(40)), START, 1).walkers
    assert sum(w.seen for w in walkers) == 20
    assert all((w.doing is Doing.WORKING) == (w.miner.stints[0][0] <= START) for w in walkers)


def test_six_hundred_tags_pass_the_portal_in_twenty_minutes() -> None:
    site = Site.of(deep_mine(600), course=Course(shift_change=ShiftChange(900, 20)))
    worlds = played(site, 900 + 20 * 60 + 120)
    assert sum(w.doing is Doing.WORKING for w in worlds[0].walkers) == 300
    at_portal = {
        w.person: world.elapsed_s
        for world in worlds
        for w in world.walkers
        if w.doing in (Doing.AT_PORTAL, Doing.COMING_DOWN) and w.spot.chainage_m == 0.0
    }
    assert len(at_portal) == 600
    assert 20 * 60 * 0.8 < max(at_portal.values()) - min(at_portal.values()) < 20 * 60 + 30
    assert sum(w.seen for w in worlds[-1].walkers) == 300, "one shift is down, the other up"


def test_nobody_is_quicker_than_the_cage_and_the_cage_holds_what_it_holds() -> None:
    site = Site.of(deep_mine(200), course=Course(shift_change=ShiftChange(600, 20)))
    worlds = played(site, 1500)
    for before, now in pairwise(worlds):
        riding = 0
        for a, b in zip(before.walkers, now.walkers, strict=True):
            was, there = a.spot_at(before.now), b.spot_at(now.now)
            if was.roadway == there.roadway == "SHAFT" and a.seen and b.seen:
                moved = abs(there.chainage_m - was.chainage_m)
                assert moved <= 8.0 * 0.5 + 1e-6
                riding += moved > 0
        assert riding <= 2 * 30, "two cages, thirty each"


def test_at_the_bank_who_comes_first_rides_first() -> None:
    """A wind takes 400 m / 8 m/s + 10 s, and 30 s pass while people get in and out."""
    cage = Hoist("C", 8.0, 90.0, 2, 10.0)
    banksman = Banksman()
    leaves = [banksman.board(cage, down=True, at=s * SECOND) / SECOND for s in (1, 2, 3, 95, 200)]
    assert leaves == [100.0, 100.0, 190.0, 190.0, 280.0]
    assert banksman.board(cage, down=False, at=1 * SECOND) / SECOND == 100.0, "the other cage"


def test_a_shift_goes_up_by_the_roster_too_and_the_next_one_comes_down() -> None:
    mine = deep_mine(20)
    early = changed(
        mine,
        shifts=(
            Shift(START - HOUR, START + HOUR // 2, (), "早班"),
            Shift(START + HOUR // 2, START + 8 * HOUR, (), "中班"),
        ),
    )
    last = played(Site.of(early), 3600)[-1]
    assert {w.person for w in last.walkers if w.seen} == {f"P{i}" for i in range(0, 20, 2)}
    assert all(w.doing is Doing.WORKING for w in last.walkers if w.seen)


def test_nobody_goes_down_while_people_are_told_to_leave() -> None:
    site = Site.of(deep_mine(20), course=Course(shift_change=ShiftChange(60, 5)))
    everybody = Signals(horn_zones=frozenset({"Z-MINE"}))
    last = played(site, 900, everybody)[-1]
    assert not any(w.seen for w in last.walkers)


def test_who_is_on_the_way_down_turns_back_at_the_horn_but_not_in_the_cage() -> None:
    site = Site.of(deep_mine(20), course=Course(shift_change=ShiftChange(60, 5)))

    def once_somebody_walks(world: World) -> Signals:
        walks = any(
            w.doing is Doing.COMING_DOWN and w.spot_at(world.now).roadway == "MAIN"
            for w in world.walkers
        )
        told = walks or any(w.told_at for w in world.walkers)
        return Signals(horn_zones=frozenset({"Z-MINE"})) if told else Signals()

    worlds = played(site, 1500, once_somebody_walks)
    told_at = next(w.now for w in worlds if any(p.told_at for p in w.walkers))
    assert not any(w.seen for w in worlds[-1].walkers)
    assert told_at < worlds[-1].now


def test_a_spot_is_where_the_speed_says() -> None:
    site = Site.of(sim_mine())
    worlds = played(site, 120)
    for world in worlds:
        for w in world.walkers:
            spot = w.spot_at(world.now)
            assert 0 <= spot.chainage_m <= site.mine.roadway[spot.roadway].length_m
            assert isinstance(spot, Spot)
