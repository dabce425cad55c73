"""Two tags on one person, and two people who only work or walk side by side for a while."""

from dataclasses import replace

import pytest
from engine_bench import Bench, Told
from ring_mine import ring_mine
from small_mine import small_mine
from story import Story, story_mine

from minesafe.evacuation import acts
from minesafe.model.alarm_acts import CloseRecord, Handle
from minesafe.model.commands import SendText
from minesafe.model.errors import Refused
from minesafe.model.events import (
    AlarmMove,
    AlarmMoved,
    AlarmSource,
    AlarmState,
    OrderKind,
    Origin,
    Whereabouts,
)
from minesafe.model.mine import Mine, Severity


def asking(mine: Mine) -> Mine:
    return replace(mine, policy=replace(mine.policy, together_s=60.0))


def pacing(second: int) -> float:
    """Up and down the roadway at 1 m/s."""
    return 20.0 + abs(second % 100 - 50)


def walk(bench: Bench, begin: int, end: int, aside: float) -> list[tuple[int, str, bool]]:
    told = list[Told]()
    for second in range(begin, end, 10):
        places = (("P1", pacing(second)), ("P2", pacing(second) + aside))
        seen = [bench.sighting(tag, "A", metres, second) for tag, metres in places]
        told += bench.frame(second, sightings=seen)
    return [(round(at), who, on) for what, who, on, _, at in told if what == "MOVING_AS_ONE"]


def test_a_card_carried_for_somebody_else_is_told_of_both_until_they_part() -> None:
    bench = Bench(asking(small_mine()))
    begun = walk(bench, 0, 200, 0.5)
    assert {(who, on) for _, who, on in begun} == {("P1", True), ("P2", True)}
    assert all(60 <= at <= 90 for at, _, _ in begun)
    ended = walk(bench, 200, 260, 1.5)
    assert {(who, on) for _, who, on in ended} == {("P1", False), ("P2", False)}


def test_who_walks_apart_who_works_side_by_side_and_who_nobody_asks_about_is_left_alone() -> None:
    assert walk(Bench(asking(small_mine())), 0, 600, 1.0) == []
    assert walk(Bench(small_mine()), 0, 600, 0.5) == []
    work = Bench(asking(small_mine()))
    told = [
        row
        for second in range(0, 600, 10)
        for tag in ("P1", "P2")
        for row in work.sees(second, tag, "A", 60.0)
    ]
    assert "MOVING_AS_ONE" not in {what for what, *_ in told}


def test_it_is_an_alarm_of_level_three_of_each_that_a_restart_without_the_rule_ends() -> None:
    story = Story(asking(story_mine()))
    for second in range(0, 120, 2):
        story.at("P1", "A", pacing(second))
        story.at("P2", "A", pacing(second) + 0.4)
        story.passes(2)
    alarms = [a for a in story.watch.book.alarms() if a.episode.startswith("carried")]
    assert {a.subject for a in alarms} == {"P1", "P2"}
    assert {a.severity for a in alarms} == {Severity.III}
    assert not story.watch.reconcile()
    calm = Story(story_mine()).watch
    calm.book = story.watch.book
    assert calm.reconcile()


def walked_together() -> Story:
    """P1 has P2's card in his pocket; everybody else is above."""
    story = Story(asking(ring_mine()))
    for second in range(0, 120, 2):
        story.at("P1", "A", 100 + pacing(second))
        story.at("P2", "A", 100 + pacing(second) + 0.4)
        story.passes(2)
    return story


def writes(story: Story, episode: str, bearer: str) -> None:
    act = Handle("DESK", Origin.CONSOLE, episode, "asked by telephone", False, "card taken", bearer)
    story.does(story.watch.book.records.handle(act))


def case_of(story: Story, person: str) -> str:
    (found,) = [a.episode for a in story.watch.book.alarms() if a.subject == person]
    return found


def test_the_pair_is_named_and_its_case_stays_open_until_somebody_says_which() -> None:
    story = walked_together()
    paired = {a.subject: a.other for a in story.watch.book.alarms() if a.source == "person"}
    assert paired == {"P1": "P2", "P2": "P1"}
    episode = case_of(story, "P1")
    story.acknowledges_alarm(episode, "DESK")
    for _ in range(30):
        story.at("P1", "A", 110)
        story.at("P2", "A", 180)
        story.passes(2)
    assert story.watch.book.alarm(episode) is None
    records = story.watch.book.records
    (record,) = [r for r in records.open().records if r.episode == episode]
    assert (record.other, record.bearers) == ("P2", ("P1", "P2", "both"))
    with pytest.raises(Refused, match="unknown_bearer"):
        writes(story, episode, "P3")
    writes(story, episode, "")
    with pytest.raises(Refused, match="bearer_needed"):
        records.close(CloseRecord("DESK", Origin.CONSOLE, episode))
    writes(story, episode, "P1")
    story.does(records.close(CloseRecord("DESK", Origin.CONSOLE, episode)))
    assert episode not in {r.episode for r in records.open().records}


def ordered_out(story: Story) -> None:
    evacuation, picture = story.watch.evacuation, story.watch.picture()
    kind, origin = OrderKind.EVACUATE, Origin.CONSOLE
    by_hand = evacuation.order_by_hand(kind, (), "smoke", "DESK", origin, picture, story.now)
    story.does(*by_hand)


def test_an_order_counts_two_cards_as_one_body_and_both_wait_to_be_seen() -> None:
    story = walked_together()
    ordered_out(story)
    assert set(story.order.muster) == {"P1", "P2"}
    assert story.order.heads == 1
    texts = [c for c in story.told if isinstance(c, SendText) and c.order == story.order.order]
    assert {c.facts.people for c in texts} == {1}
    for _ in range(15):  # they come to the refuge together, in the same step
        story.at("P1", "C", 40.0)
        story.at("P2", "C", 40.4)
        story.passes(2)
    assert story.order.unaccounted == ("P1", "P2")
    assert story.muster("P1").other == "P2"

    writes(story, case_of(story, "P2"), "P1")
    story.passes(1)
    assert story.muster("P1").whereabouts is Whereabouts.AT_REFUGE  # his tag speaks for him again
    assert story.order.unaccounted == ("P2",)  # and where P2 is, no card tells
    story.dies_and_comes_back()
    story.passes(1)
    assert story.order.unaccounted == ("P2",)
    assert story.order.heads == 1
    story.does(acts.tick(story.order, "P2", Whereabouts.OUT, "DESK", "was at home"))
    assert story.order.unaccounted == ()


def test_two_friends_who_walk_side_by_side_are_two_once_somebody_has_said_so() -> None:
    story = walked_together()
    ordered_out(story)
    writes(story, case_of(story, "P1"), "both")
    story.at("P1", "C", 40.0)
    story.at("P2", "C", 40.4)
    story.passes(2)
    assert story.order.heads == 2
    assert story.order.unaccounted == ()


def test_a_card_that_is_known_to_hang_alone_accounts_for_nobody_wherever_it_hangs() -> None:
    story = Story(ring_mine())
    story.at("P1", "C", 40.0)
    story.passes(2)
    ordered_out(story)
    story.passes(1)
    assert story.muster("P1").whereabouts is Whereabouts.AT_REFUGE
    still = AlarmMoved(
        episode="still:P1#1", move=AlarmMove.RAISE, state=AlarmState.UNACKED,
        severity=Severity.III, source=AlarmSource.PERSON, subject="P1",
        condition="standing_still", active={"standing_still": Severity.III},
    )  # fmt: skip
    story.does(still)
    (record,) = story.watch.book.records.open().records
    assert record.bearers == ("P1", "nobody")
    writes(story, "still:P1#1", "nobody")
    story.passes(1)
    row = story.muster("P1")
    assert (row.whereabouts, row.doubt) == (Whereabouts.UNKNOWN, "card_alone")
    assert story.order.unaccounted == ("P1",)
