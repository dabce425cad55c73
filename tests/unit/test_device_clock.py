"""Whose clock is off: the device that sends the future, or times of another age."""

import pytest
from fakes import FindingBook

from minesafe.model.events import FindingKind
from minesafe.model.time import MINUTE, SECOND
from minesafe.sources.clocks import DeviceClock

NOW = 1_764_000_000 * SECOND
OFF = (FindingKind.CLOCK_OFF, "GW1")


@pytest.mark.parametrize("sampled", [NOW + 6 * SECOND, NOW + 10**15, NOW - 61 * MINUTE, 0])
def test_a_time_no_backlog_explains_is_a_finding_until_the_next_good_one(sampled: int) -> None:
    book = FindingBook()
    clock = DeviceClock("GW1", book)
    clock.heard([NOW, sampled], NOW)
    assert OFF in book.now
    clock.heard([], NOW)
    assert OFF in book.now
    clock.heard([NOW - SECOND], NOW)
    assert not book.now


def test_what_was_kept_while_the_link_was_down_is_only_late() -> None:
    book = FindingBook()
    DeviceClock("GW1", book).heard([NOW - 50 * MINUTE, NOW + 5 * SECOND], NOW)
    assert not book.began_ever


def test_the_detail_says_how_far_off() -> None:
    book = FindingBook()
    DeviceClock("GW1", book).heard([NOW + 3600 * SECOND, NOW + 10 * SECOND], NOW)
    assert book.now[OFF] == "+3600 s"
