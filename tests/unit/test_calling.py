"""Calling one person: by his mobile and by the telephone near him, whichever comes further."""

from dataclasses import replace

import pytest
from notify_mine import call
from small_mine import small_mine
from story import Story, story_mine

from minesafe.model.commands import Command
from minesafe.model.events import Noted, ReceiptStatus
from minesafe.model.mine import Mine, Name, Telephone
from minesafe.notify.calling import CallChannel
from minesafe.notify.nearby import BELL_M, telephone_near
from minesafe.notify.receipt import noted

ACCEPTED, DELIVERED, FAILED = (
    ReceiptStatus.ACCEPTED,
    ReceiptStatus.DELIVERED,
    ReceiptStatus.FAILED,
)


class Way:
    """A way of calling that ends as it is told."""

    name = "call"

    def __init__(self, status: ReceiptStatus, *, final: bool = False) -> None:
        self._status, self._final = status, final

    async def deliver(self, command: Command, attempt: int) -> Noted:
        return noted(command, self._status, attempt=attempt, final=self._final)


@pytest.mark.parametrize(
    ("one", "other", "status"),
    [
        (Way(FAILED, final=True), Way(ACCEPTED), ACCEPTED),
        (Way(DELIVERED), Way(ACCEPTED), DELIVERED),
        (Way(FAILED, final=True), Way(FAILED, final=True), FAILED),
    ],
)
async def test_of_two_ways_the_one_that_came_further_counts(
    one: Way, other: Way, status: ReceiptStatus
) -> None:
    assert (await CallChannel(lambda: [one, other]).deliver(call(), 1)).status is status


async def test_it_is_tried_again_while_one_way_may_still_work() -> None:
    ways = [Way(FAILED, final=True), Way(FAILED)]
    assert not (await CallChannel(lambda: ways).deliver(call(), 1)).final


def with_telephones(*places: tuple[str, str, float]) -> Mine:
    called = tuple(
        Telephone(i, Name(i, i), road, metres, "1", f"t/{i}", "", "") for i, road, metres in places
    )
    return replace(story_mine(), telephones=called)


def test_the_telephone_whose_bell_somebody_hears_is_the_nearest_on_his_roadway() -> None:
    story = Story(with_telephones(("FAR", "A", 5.0), ("NEAR", "A", 60.0), ("OTHER", "B", 1.0)))
    story.at("P1", "A", 70)
    story.passes(2)
    assert telephone_near(story.mine, story.watch.picture(), "P1") == "NEAR"


def test_nobody_is_rung_who_was_never_seen_or_is_too_far_off() -> None:
    long = replace(small_mine().roadways[0], length_m=2 * BELL_M + 100.0)
    mine = with_telephones(("T", "A", 0.0))
    story = Story(replace(mine, roadways=(long, *mine.roadways[1:])))
    story.at("P1", "A", BELL_M + 1)
    story.passes(2)
    picture = story.watch.picture()
    assert telephone_near(story.mine, picture, "P1") == ""
    assert telephone_near(story.mine, picture, "P2") == ""
    assert telephone_near(story.mine, picture, "NOBODY") == ""
