"""Every shipped scenario, played in virtual time against its own `[expected]`."""

from functools import cache
from typing import Any

import pytest
from expecting import Came, differences
from first_mine import first_mine
from msgspec.structs import replace
from rehearsal import rehearsed, simulated

from device_sims.errors import ScenarioUnknown
from device_sims.scenario import Expected, find, shipped
from minesafe.config import load
from minesafe.config import shipped as shipped_mine
from minesafe.model.mine import Mine


@cache
def demo_mine() -> Mine:
    return load(shipped_mine("demo"))


MINES = (first_mine, demo_mine)
"""Where scenarios are played: in the first mine that has what they need."""

FASTER = 100
"""So much faster than it happens, at the least, is a scenario played: 330 times on a free core.

In processor time: what else runs there costs caches and no more, so a third of it is always left.
"""


@cache
def mine_for(scenario: str) -> Mine:
    refused = ScenarioUnknown("no mine to play in")
    for mine in MINES:
        try:
            find(scenario).site(simulated(mine()))
        except ScenarioUnknown as missing:
            refused = missing
        else:
            return mine()
    raise refused


@cache
def came_of(scenario: str) -> Came:
    return rehearsed(mine_for(scenario), find(scenario))


@pytest.mark.timeout(300)  # the longest are an hour of the whole mine: 50 s of a core of their own
@pytest.mark.parametrize("scenario", shipped())
def test_a_scenario_comes_out_as_it_says(scenario: str) -> None:
    assert differences(find(scenario).expected, came_of(scenario)) == []


@pytest.mark.parametrize(
    ("spoilt", "found"),
    [
        ({"order_kinds": ("evacuate",)}, "orders were stop_work, evacuate, must be evacuate"),
        ({"order_kinds": ()}, "orders were stop_work, evacuate, must be none"),
        ({"zone_kinds": ("mine",)}, "no order names a zone of kind mine"),
        ({"no_zone_kinds": ("face",)}, "an order names a zone of kind face"),
        (
            {"alarms": ("forecast:methane", "high:methane", "logic:methane", "low:wind")},
            "no alarm low:wind",
        ),
        ({"alarms": (), "no_alarms": ("high:*",)}, "alarm high:methane at "),
        ({"raised_at_most": 0}, "raised again: high:CH4-T0 1 times"),
        ({"findings": ("link_down",)}, "link_down was not found"),
        ({"everyone_accounted": False}, "everyone is accounted for"),
        ({"closed_within_s": None}, "all clear at "),
    ],
)
def test_what_is_expected_wrongly_is_found(spoilt: dict[str, Any], found: str) -> None:
    wrong: Expected = replace(find("gas-outburst").expected, **spoilt)
    (difference,) = differences(wrong, came_of("gas-outburst"))
    assert difference.startswith(found)


def test_a_mine_in_which_it_does_not_happen_differs_in_everything() -> None:
    calm = replace(find("gas-outburst"), emissions=())
    hasty = replace(calm.expected, closed_within_s=60)
    came = rehearsed(mine_for("gas-outburst"), replace(calm, expected=hasty))
    assert differences(hasty, came) == [
        "orders were none, must be stop_work, evacuate",
        "no order names a zone of kind face; they name none",
        *(f"no alarm {alarm}; there were none" for alarm in calm.expected.alarms),
        "not all clear within 60 s",
    ]


def test_what_is_played_twice_comes_out_the_same() -> None:
    short = replace(find("gas-outburst"), expected=Expected(watched_s=120))
    once, again = (rehearsed(mine_for("gas-outburst"), short) for _ in range(2))
    assert len(once.bodies) > 10
    assert once.bodies == again.bodies


def test_a_scenario_is_played_much_faster_than_it_happens() -> None:
    came = came_of("fan-stop")
    assert came.watched_s / came.real_s > FASTER
