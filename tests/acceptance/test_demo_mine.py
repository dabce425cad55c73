"""The shipped demo mine through a little of a shift, in virtual time: nothing is amiss."""

from dataclasses import replace

import pytest
from expecting import differences
from msgspec.structs import replace as with_fields
from rehearsal import rehearsed

from device_sims.scenario import find
from minesafe.config import load, shipped

WATCHED_S = 180.0


@pytest.mark.parametrize("shift", ["夜班", "早班"])
def test_a_quiet_shift_of_the_demo_is_quiet(shift: str) -> None:
    mine = load(shipped("demo"))
    begins = next(i for i, s in enumerate(mine.shifts) if s.name == shift)
    mine = replace(mine, shifts=mine.shifts[begins:])
    quiet = find("quiet-shift")
    quiet = with_fields(quiet, expected=with_fields(quiet.expected, watched_s=WATCHED_S))
    came = rehearsed(mine, quiet)
    assert differences(quiet.expected, came) == []
