"""The folds, from any record on: what the journal made of them so far, on disk, and then the rest.

Alarms, permits, records, findings, duty, cards, orders, musters, ways, receipts and the nightly
proof, over any history; records go through their bytes, as on disk.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import time
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from story import START, Story, mine_with_heading, noted

from minesafe.alarms import decide_act
from minesafe.checkpoints import folds_of
from minesafe.duty import decide_act as decide_duty
from minesafe.evacuation import acts
from minesafe.model.alarm_acts import AskPermit, CloseRecord, EndPermit, Handle
from minesafe.model.duty_acts import HandOver, NameSubstitute
from minesafe.model.errors import BrokenFrame, Refused
from minesafe.model.events import (
    AlarmSource,
    AnyBody,
    CardRead,
    CardsRead,
    FindingKind,
    OrderKind,
    Origin,
    Peril,
    PermitKind,
    ReceiptStatus,
    Through,
    Whereabouts,
)
from minesafe.model.fold import pack, unpack
from minesafe.model.frame import TagFlag
from minesafe.model.mine import Duty, Mine, Name, ReachPolicy, Role, Terminal, TerminalKind
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND
from minesafe.watch import Watch

PEOPLE, STAFF = ("P1", "P2", "P3", "P4"), ("P4", "LEADER2", "HEAD", "DESK", "ENGINEER")
PLACES = [("A", c) for c in (5.0, 30.0, 55.0, 90.0)] + [("B", c) for c in (10.0, 30.0, 50.0)]
POINTS = ("CH4", "CH4-SLOW", "CH4-B", "WIND")
DOORS = tuple(
    Terminal(kind.value, Name("门", "door"), kind, "PORTAL", f"t/{kind}", "u", "p")
    for kind in TerminalKind
)
DAY = START - 3600 * SECOND
"""When the roster's only shift begins."""


def whole() -> Mine:
    base = mine_with_heading()
    night = ReachPolicy(at=time(0, 0), by=time(23, 59))
    policy = replace(base.policy, together_s=60.0, proof=night)
    return replace(base, terminals=DOORS, policy=policy)


MINE = whole()


def pick(some: Any, n: int) -> Any:
    return list(some)[n % len(list(some))]


def reads(story: Story, n: int) -> None:
    quality = pick((Quality.GOOD, Quality.GOOD, Quality.FAULT, Quality.CALIBRATING), n // 4)
    story.reads(pick(POINTS, n), pick((0.1, 0.9, 1.2, 1.7), n // 16), quality)
    story.passes(2)


def walks(story: Story, n: int) -> None:
    story.at(pick(PEOPLE, n), *pick(PLACES, n // 4))
    story.passes(3)


def time_passes(story: Story, n: int) -> None:
    story.places.pop(pick(PEOPLE, n // 7), None)
    story.passes(pick((5, 31, 61, 130, 700), n), step=30)


def presses(story: Story, n: int) -> None:
    story.second += 1
    flag = pick(TagFlag, n // 4)
    story.hears(story.readings(), story.sightings(flag, only=pick(PEOPLE, n)))


def orders(story: Story, n: int) -> None:
    evacuation, picture = story.watch.evacuation, story.watch.picture()
    zones = pick((("FACE",), ("HEADING",), ()), n)
    kind = OrderKind.EVACUATE if not zones else pick(OrderKind, n // 3)
    wish = (kind, zones, "by telephone", "DESK", Origin.CONSOLE, picture, story.now)
    peril, drill = pick(Peril, n // 6), n % 5 == 0
    story.does(*evacuation.order_by_hand(*wish, peril=peril, drill=drill))


def ground(story: Story, n: int) -> None:
    hazards = story.watch.evacuation.guide.hazards
    story.does(hazards.decide(pick("AB", n), bool(n // 2 % 2), "DESK", "a fall"))


def answered(story: Story, n: int) -> None:
    for command in [c for c in story.told if c.channel == pick(("sms", "horn", "tag", "call"), n)]:
        story.hears_back(noted(command, pick(ReceiptStatus, n // 4)))


def done_to_an_order(story: Story, n: int) -> None:
    order, by = pick(story.orders, n), pick(STAFF, n // 2)
    person = pick(order.muster or ("P1",), n // 3)
    where, policy = pick(Whereabouts, n // 5), MINE.policy
    deeds: tuple[Callable[[], list[AnyBody]], ...] = (
        lambda: [acts.acknowledge(order, by, Origin.SMS)],
        lambda: [acts.tick(order, person, where, by, "seen")],
        lambda: [acts.add_visitor(order, f"V{n}", by)],
        lambda: [
            acts.tick(order, one, Whereabouts.OUT, by, "counted") for one in order.unaccounted
        ],
        lambda: list(acts.sign_all_clear(order, policy, "P4", Role.LEADER, "drained", story.now)),
        lambda: list(acts.sign_all_clear(order, policy, by, Role.DISPATCHER, "x", story.now)),
        lambda: [acts.permit_reentry(order, policy, by, Role.LEADER, "checked", order.order)],
    )
    story.does(*pick(deeds, n // 11)())


def ends(story: Story, n: int) -> None:
    """Everyone is counted, and two sign."""
    order = pick([o for o in story.orders if o.is_open], n)
    story.does(*(acts.tick(order, p, Whereabouts.OUT, "DESK", "seen") for p in order.unaccounted))
    for by, role in (("P4", Role.LEADER), ("DESK", Role.DISPATCHER)):
        order = story.order_of(order.order)
        story.does(*acts.sign_all_clear(order, MINE.policy, by, role, "drained", story.now))


def done_to_an_alarm(story: Story, n: int) -> None:
    book = story.watch.book
    episode = pick([*book._episodes.items(), ("x", 1)], n)
    said = "DESK", Origin.CONSOLE, f"{episode[0]}#{episode[1]}"
    point = AlarmSource.POINT, pick(POINTS, n // 3)
    permits = [p.permit for p in book.permits.open()]
    deeds: tuple[Callable[[], AnyBody], ...] = (
        lambda: book.decide_acknowledgement(said[2], "DESK", Origin.CONSOLE),
        lambda: decide_act(book, Handle(*said, "drained", False, "fan", ""), story.now),
        lambda: decide_act(book, CloseRecord(*said), story.now),
        lambda: decide_act(
            book, AskPermit("ENGINEER", said[1], pick(PermitKind, n), *point, "x", 20), story.now
        ),
        lambda: decide_act(book, EndPermit("ENGINEER", said[1], pick(permits, n)), story.now),
    )
    story.does(pick(deeds, n // 7)())


def found(story: Story, n: int) -> None:
    subject, on = pick(("S1", "GW", "sms"), n // 2), n % 3 > 0
    story._keep(story.watch.finding(story.now, pick(FindingKind, n // 5), subject, on, "x"))


def cards(story: Story, n: int) -> None:
    read = CardRead(pick(PEOPLE, n), pick(Through, n // 4), story.now - n * SECOND)
    story.does(
        CardsRead(
            terminal=pick(DOORS, n // 8).id, reads=(read,), shift="day", went_in=n, came_out=1
        )
    )


def on_duty(story: Story, n: int) -> None:
    duty, person = pick(((Duty.LEADER, "P4"), (Duty.DEPUTY, "LEADER2")), n)
    said = "HEAD", Origin.CONSOLE
    act = pick(
        (
            NameSubstitute(*said, duty, DAY, person, pick(STAFF, n // 2), "ill"),
            HandOver(*said, DAY, "P4", "LEADER2", "all well"),
        ),
        n // 10,
    )
    story.does(decide_duty(story.watch.duty, act, story.watch.picture(), story.now))


HAPPENS: Mapping[str, Callable[[Story, int], None]] = {
    f.__name__: f
    for f in (
        reads, walks, time_passes, presses, orders, ground, answered, done_to_an_order, ends,
        done_to_an_alarm, found, cards, on_duty,
    )
}  # fmt: skip

HISTORY = st.lists(
    st.tuples(st.sampled_from(sorted(HAPPENS)), st.integers(0, 9_999)), min_size=4, max_size=30
)


def lived(history: list[tuple[str, int]]) -> Story:
    story = Story(MINE)
    for point in (*POINTS, "FAN"):
        story.reads(point, 0.5)
    for person, place in zip(PEOPLE, PLACES, strict=False):
        story.at(person, *place)
    story.passes(3)
    for what, n in history:
        with suppress(Refused, ZeroDivisionError):  # of nothing, nothing can be picked
            HAPPENS[what](story, n)
    return story


def held(watch: Watch) -> dict[str, dict[str, Any]]:
    return {name: fold.held() for name, fold in folds_of(watch).items()}


def fold(watch: Watch, records: list[tuple[AnyBody, int, int]]) -> Watch:
    """As read from disk."""
    for body, valid, at in records:
        again = msgspec.json.decode(msgspec.json.encode(body), type=AnyBody)
        watch.apply(again, valid, at)
        watch.now = max(watch.now, at)
    return watch


@given(HISTORY, st.floats(0, 1))
def test_from_a_checkpoint_after_any_record_the_rest_makes_what_all_makes(
    history: list[tuple[str, int]], part: float
) -> None:
    story = lived(history)
    cut = round(part * len(story.journal))
    before = fold(Watch(MINE), story.journal[:cut])
    data = pack(folds_of(before), MINE.revision, "hash", before.now, before.approved)

    again = Watch(MINE)
    unpack(data, folds_of(again), MINE.revision, "hash")
    assert held(again) == held(before)
    again.now = before.now
    fold(again, story.journal[cut:])
    everything = held(fold(Watch(MINE), story.journal))
    assert held(again) == everything
    assert held(story.watch) == everything, "and so does the server that never stopped"
    order = again.evacuation.orders
    assert order.all() == story.watch.evacuation.orders.all()


@pytest.mark.parametrize(
    ("spoil", "revision", "head"),
    [
        (lambda data: data, "another", "hash"),
        (lambda data: data, MINE.revision, "of another record"),
        (lambda data: data[:-9], MINE.revision, "hash"),
        (lambda _: b"", MINE.revision, "hash"),
        (lambda _: msgspec.msgpack.encode({"format": 1}), MINE.revision, "hash"),
    ],
)
def test_a_checkpoint_in_doubt_is_dropped_and_nothing_has_changed(
    spoil: Callable[[bytes], bytes], revision: str, head: str
) -> None:
    full, fresh = lived([("orders", 2), ("found", 1)]).watch, Watch(MINE)
    data = spoil(pack(folds_of(full), MINE.revision, "hash", full.now, ""))
    before = held(fresh)
    with pytest.raises(BrokenFrame):
        unpack(data, folds_of(fresh), revision, head)
    assert held(fresh) == before


def test_no_fold_and_nothing_of_one_is_forgotten() -> None:
    """Whoever adds to a fold has to say whether the journal made it."""
    watch = Watch(MINE)
    known = {id(watch.folds), id(watch.evacuation), *map(id, folds_of(watch).values())}
    for name, one in folds_of(watch).items():
        has = set(vars(one)) | {a for a in one.HOLDS if a not in vars(one)}
        assert has == set(one.HOLDS) | one.AROUND, name
    parts = (watch, watch.folds, watch.book, watch.duty, watch.evacuation, watch.evacuation.guide)
    for part in parts:
        named = [v for v in vars(part).values() if type(v).__module__.startswith("minesafe.")]
        assert not [v for v in named if hasattr(v, "apply") and id(v) not in known]
