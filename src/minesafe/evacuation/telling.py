"""What an order asks of the outside: commands with keys, for people in scope and on the ladder."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from minesafe.alarms.places import zones_at
from minesafe.evacuation.scope import share_ground
from minesafe.model.commands import (
    CallOut,
    Command,
    OrderFacts,
    SendText,
    SetOutput,
    ShowDesk,
    key_of,
)
from minesafe.model.events import LadderStepped, Whereabouts
from minesafe.model.mine import LadderStep, Mine, Output
from minesafe.model.order import MusterRow, Order
from minesafe.model.time import Micros

ROUND = 100
"""Step numbers of the n-th time an order is raised begin at n times this."""

BY_NAME = "tag"
"""The scope channel that can also reach one person: on the way down-wind of every zone, say."""

ALL_CLEAR = 9900
"""Step number of what is told at the end."""


def issue_commands(mine: Mine, order: Order, now: Micros) -> Iterator[Command]:
    """Tell the people in scope, by every channel the policy names, all at once."""
    return _scope_commands(mine, order, order.zones, order.muster, (), now)


def widen_commands(mine: Mine, before: Order, order: Order, now: Micros) -> Iterator[Command]:
    """Tell the zones and the people that came into scope."""
    zones = [z for z in order.zones if z not in before.zones]
    people = [p for p in order.muster if p not in before.muster]
    return _scope_commands(mine, order, zones, people, before.zones, now)


def step_commands(
    mine: Mine, order: Order, stepped: LadderStepped, now: Micros
) -> Iterator[Command]:
    """Ask the people of one rung, by each of its channels at once.

    A rung of an older revision's longer ladder was asked then, and has no channels now.
    """
    rung = rung_of(mine, stepped.step)
    if rung is None:
        return
    about = "raised" if stepped.step >= ROUND else "issued"
    for person in _known(mine, (p for _, p in stepped.asked)):
        for channel in rung.channels:
            yield _to_person(mine, order, stepped.step, person, channel, about, now)


def all_clear_commands(
    mine: Mine, order: Order, still_open: Iterable[Order], now: Micros
) -> Iterator[Command]:
    """Horns off that no other order needs, and word to everyone who was asked."""
    needed = {output.id for other in still_open for output in heard_in(mine, other.zones)}
    for output in heard_in(mine, order.zones):
        if output.id not in needed:
            yield _set(order, ALL_CLEAR, output.id, False, now)
    for person in _known(mine, order.asked):
        yield _to_person(mine, order, ALL_CLEAR, person, "sms", "all_clear", now)


def rung_of(mine: Mine, step: int) -> LadderStep | None:
    """The rung of a step number; None where the ladder of this revision is shorter."""
    ladder = mine.policy.ladder
    return ladder[step % ROUND] if step % ROUND < len(ladder) else None


def _known(mine: Mine, people: Iterable[str]) -> list[str]:
    """Each once; whom this revision does not know has no phone either."""
    return [p for p in dict.fromkeys(people) if p in mine.person_row]


def heard_in(mine: Mine, zones: Iterable[str]) -> list[Output]:
    """Horns that are heard on any ground of the zones.

    By ground and not by name: an order for the mine or a district sounds the horns of the faces
    in it, and one for a face those that are listed for its district.
    """
    wanted = tuple(zones)
    return [o for o in mine.outputs if share_ground(mine, o.zones, wanted)]


def _scope_commands(
    mine: Mine,
    order: Order,
    zones: Sequence[str],
    people: Iterable[str],
    told: Sequence[str],
    now: Micros,
) -> Iterator[Command]:
    """Tell zones by every channel, and by name whom no zone's horn or broadcast reaches.

    Args:
        mine: the mine.
        order: the order as it stands now.
        zones: those to be told.
        people: those to be told.
        told: zones that were told before; their horns sound already.
        now: the time of it.
    """
    step = order.round * ROUND
    for channel in mine.policy.scope_channels:
        outputs = heard_in(mine, zones) if channel == "horn" else []
        sounding = heard_in(mine, told) if channel == "horn" else []
        for output in outputs:
            if output not in sounding:
                yield _set(order, step, output.id, True, now)
        if not outputs:
            for zone in zones:
                yield _call(order, step, zone, channel, now)
    if BY_NAME in mine.policy.scope_channels:
        for person in people:
            if not _is_in(mine, order.muster[person], zones):
                yield _call(order, step, person, BY_NAME, now)


def _is_in(mine: Mine, row: MusterRow, zones: Sequence[str]) -> bool:
    """Whether the person's last known place lies in one of the zones."""
    place = row.place
    return place is not None and not set(zones).isdisjoint(
        zones_at(mine, place.roadway, place.chainage_m)
    )


def _to_person(
    mine: Mine, order: Order, step: int, person: str, channel: str, about: str, now: Micros
) -> Command:
    key = key_of(order.order, step, person, channel)
    if channel == "sms":
        return SendText(
            key=key,
            channel=channel,
            order=order.order,
            step=step,
            recipient=person,
            phone=mine.people[mine.person_row[person]].phone,
            about=about,
            facts=facts_of(order),
            issued=now,
        )
    if channel == "console":
        return ShowDesk(
            key=key, channel=channel, order=order.order, step=step, recipient=person, issued=now
        )
    return _call(order, step, person, channel, now)


def _call(order: Order, step: int, recipient: str, channel: str, now: Micros) -> CallOut:
    return CallOut(
        key=key_of(order.order, step, recipient, channel),
        channel=channel,
        order=order.order,
        step=step,
        recipient=recipient,
        issued=now,
    )


def _set(order: Order, step: int, output: str, on: bool, now: Micros) -> SetOutput:
    return SetOutput(
        key=key_of(order.order, step, output, "horn"),
        channel="horn",
        order=order.order,
        step=step,
        recipient=output,
        on=on,
        issued=now,
    )


def facts_of(order: Order) -> OrderFacts:
    """What a message about the order says, as it stands now."""
    rows = order.muster.values()
    destinations = Counter(r.destination for r in rows if r.destination)
    return OrderFacts(
        number=order.number,
        order_kind=order.order_kind,
        drill=order.drill,
        zones=order.zones,
        subject=order.subject,
        condition=order.condition,
        value=order.value,
        limit=order.limit,
        people=len(order.muster),
        destination=destinations.most_common(1)[0][0] if destinations else "",
        missing=tuple(r.person for r in rows if r.whereabouts is Whereabouts.UNKNOWN),
    )
