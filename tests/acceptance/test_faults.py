"""What a lying sensor, clock or reader does to the watch: in virtual time, on the first mine."""

import pytest
from expecting import Came, differences
from first_mine import first_mine
from rehearsal import rehearsed

from device_sims.faults.words import FaultSource
from device_sims.scenario import Expected, Scenario

NO_LIMIT = ("high:*", "low:*")
"""No alarm of a value over or under a limit."""

LEFT = Expected(
    order_kinds=("evacuate",), alarms=("high:methane",), everyone_accounted=False, watched_s=90
)
"""People are still on their way out when the story ends."""

STORIES: dict[str, tuple[FaultSource, Expected]] = {
    "a sensor scaled a hundredfold leaves its range and evacuates by mistake": (
        FaultSource("scaled", "CH4-T1", 20, 60, 100.0),
        LEFT,
    ),
    "spikes over the cut-off are taken for gas: better once too often": (
        FaultSource("spiking", "CH4-T1", 20, 60),
        LEFT,
    ),
    "a slow drift below the limit is seen by nobody": (
        FaultSource("drifting", "CH4-T1", 20, 90, 0.02),
        Expected(no_alarms=("*",), watched_s=90),
    ),
    "a balloon over a face shows calm fresh air": (
        FaultSource("balloon", "face", 20, 100),
        Expected(no_alarms=NO_LIMIT, watched_s=100),
    ),
    "a gateway whose clock is an hour ahead is believed at its receipt, and named": (
        FaultSource("clock_off", "GW1", 20, 60),
        Expected(no_alarms=NO_LIMIT, findings=("clock_off",), watched_s=90),
    ),
    "a dead reader makes its zones' head-counts unknown, and nobody leaves for it": (
        FaultSource("reader_dead", "R3", 20, 90),
        Expected(alarms=("health:reader", "count:face"), no_alarms=NO_LIMIT, watched_s=90),
    ),
    "a district without mains stops its feeds first, and its devices when batteries are empty": (
        FaultSource("power_cut", "mine", 20, 90, 30.0),
        Expected(
            alarms=("*:feed", "health:methane", "health:reader"),
            findings=("link_down", "system_dead"),
            watched_s=90,
        ),
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_a_lie_comes_to_this(story: str) -> None:
    assert differences(STORIES[story][1], came_of(story)) == []


def came_of(story: str) -> Came:
    fault, expected = STORIES[story]
    return rehearsed(first_mine(), Scenario("讹", story, faults=(fault,), expected=expected))
