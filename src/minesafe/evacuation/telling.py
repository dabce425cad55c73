"""What an order asks of the outside: commands with keys, for people in scope and on the ladder."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from msgspec.structs import replace

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
from minesafe.model.events import LadderStepped, PersonSent, Whereabouts
from minesafe.model.mine import LadderStep, Mine, ZoneKind
from minesafe.model.order import MusterRow, Order
from minesafe.model.time import Micros

ROUND = 100
"""Step numbers of the n-th time an order is raised begin at n times this."""

WRITTEN = ("sms", "modem", "mail", "chat")
"""Channels that are given a text."""

PHONES = ("sms", "modem", "call")
"""Channels that end at somebody's phone."""

BY_NAME = "tag"
"""The scope channel that can also reach one person: on the way down-wind of every zone, say."""

ALL_CLEAR = 9900
"""Step number of what is told at the end."""

WAY = 10_000
"""Step number of the n-th time somebody is sent another way: this and n."""


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
    ask = _Ask(order, stepped.step, about, now)
    for person in _known(mine, (p for _, p in stepped.asked)):
        for channel in rung.channels:
            yield ask.person(mine, person, channel)


def all_clear_commands(
    mine: Mine, order: Order, still_open: Iterable[Order], now: Micros
) -> Iterator[Command]:
    """Horns off that no other order needs, and word to everyone who is there or was asked."""
    ask, others = _Ask(order, ALL_CLEAR, "all_clear", now), tuple(still_open)
    for channel in ENDS:
        needed = {d for other in others for d in REACHED_BY[channel](mine, other.zones)}
        for device in REACHED_BY[channel](mine, order.zones):
            if device not in needed:
                yield ask.device(device, channel)
    for person in _known(mine, order.asked):
        yield from (ask.person(mine, person, channel) for channel in written_by(mine))


def way_commands(mine: Mine, order: Order, sent: PersonSent, now: Micros) -> Iterator[Command]:
    """Tell one person his new way, by what reaches a single one underground."""
    if BY_NAME in mine.policy.scope_channels:
        step = WAY + order.muster[sent.person].sent
        yield CallOut(
            key=key_of(order.order, step, sent.person, BY_NAME),
            channel=BY_NAME,
            order=order.order,
            step=step,
            recipient=sent.person,
            issued=now,
            about="way",
            facts=_facts(order, len(order.muster), sent.destination, ()),  # cheap: thousands
            toward=sent.toward,
            destination=sent.destination,
            ways=((sent.person, sent.destination),) if sent.destination else (),
        )


def rung_of(mine: Mine, step: int) -> LadderStep | None:
    """The rung of a step number; None where the ladder of this revision is shorter."""
    ladder = mine.policy.ladder
    return ladder[step % ROUND] if step % ROUND < len(ladder) else None


def written_by(mine: Mine) -> list[str]:
    """The channels by which the ladder writes to people, each once."""
    named = (channel for rung in mine.policy.ladder for channel in rung.channels)
    return [channel for channel in dict.fromkeys(named) if channel in WRITTEN]


def by_phone(mine: Mine) -> list[str]:
    """The channels of the ladder that reach one person's phone, each once."""
    named = (channel for rung in mine.policy.ladder for channel in rung.channels)
    return [channel for channel in dict.fromkeys(named) if channel in PHONES]


def _known(mine: Mine, people: Iterable[str]) -> list[str]:
    """Each once; whom this revision does not know has no phone either."""
    return [p for p in dict.fromkeys(people) if p in mine.person_row]


def horns_in(mine: Mine, zones: Iterable[str]) -> list[str]:
    """Horns that are heard on any ground of the zones.

    By ground and not by name: an order for the mine or a district sounds the horns of the faces
    in it, and one for a face those that are listed for its district. No order cuts power: that
    two people ask for (`switching`).
    """
    wanted = tuple(zones)
    horns = [o for o in mine.outputs if o.kind == "horn"]
    return [o.id for o in horns if share_ground(mine, o.zones, wanted)]


def broadcasters_in(mine: Mine, zones: Iterable[str]) -> list[str]:
    """Broadcasters that are heard on any ground of the zones, as horns are."""
    wanted = tuple(zones)
    return [b.id for b in mine.broadcasters if share_ground(mine, b.zones, wanted)]


def telephones_in(mine: Mine, zones: Iterable[str]) -> list[str]:
    """Telephones that hang in the zones."""
    wanted = set(zones)
    return [t.id for t in mine.telephones if wanted & {*zones_at(mine, t.roadway, t.chainage_m)}]


def _by_zone(_mine: Mine, _zones: Iterable[str]) -> list[str]:
    return []


REACHED_BY = {"horn": horns_in, "broadcast": broadcasters_in, "telephone": telephones_in}
"""The devices by which a channel of the scope tells zones; others are told the zones' names."""

ENDS = ("horn", "broadcast")
"""What tells of the all-clear too: a horn falls silent, a loudspeaker says it."""


def _scope_commands(
    mine: Mine,
    order: Order,
    zones: Sequence[str],
    people: Iterable[str],
    told: Sequence[str],
    now: Micros,
) -> Iterator[Command]:
    """Tell zones by every channel, and by name whom no zone's horn or broadcast reaches.

    Whom no tag shows is told by his phone too: he may be anywhere, even above.

    Args:
        mine: the mine.
        order: the order as it stands now.
        zones: those to be told.
        people: those to be told.
        told: zones that were told before; their horns sound already.
        now: the time of it.
    """
    ask = _Ask(order, order.round * ROUND, "raised" if order.round else "issued", now)
    for channel in mine.policy.scope_channels:
        reached = REACHED_BY.get(channel, _by_zone)
        devices, already = reached(mine, zones), reached(mine, told)
        yield from (ask.device(d, channel) for d in devices if d not in already)
        if not devices:
            yield from (ask.zone(mine, zone, channel) for zone in zones)
    if BY_NAME in mine.policy.scope_channels:
        for person in people:
            if person in mine.person_row and not _is_in(mine, order.muster[person], zones):
                yield ask.call(person, BY_NAME, _ways(order, [person]))
    for person in _known(mine, (p for p in people if order.muster[p].known_by)):
        if mine.people[mine.person_row[person]].phone:
            yield from (ask.person(mine, person, channel) for channel in by_phone(mine))


def _ways(order: Order, people: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Where each one's way ends, as far as there is one."""
    rows = ((person, order.muster[person].destination) for person in people)
    return tuple((person, node) for person, node in rows if node)


def _is_in(mine: Mine, row: MusterRow, zones: Sequence[str]) -> bool:
    """Whether the person's last known place lies in one of the zones."""
    place = row.place
    return place is not None and not set(zones).isdisjoint(
        zones_at(mine, place.roadway, place.chainage_m)
    )


@dataclass(frozen=True)
class _Ask:
    """One step of an order, which asks many at once."""

    order: Order
    step: int
    about: str
    now: Micros

    @cached_property
    def facts(self) -> OrderFacts:
        return facts_of(self.order)

    @cached_property
    def spoken(self) -> OrderFacts:
        """Names of those who are missing are not cried through the mine."""
        return replace(self.facts, missing=())

    def _key(self, recipient: str, channel: str) -> str:
        return key_of(self.order.order, self.step, recipient, channel)

    def person(self, mine: Mine, person: str, channel: str) -> Command:
        if channel in WRITTEN:
            return SendText(
                key=self._key(person, channel),
                channel=channel,
                order=self.order.order,
                step=self.step,
                recipient=person,
                phone=mine.people[mine.person_row[person]].phone,
                about=self.about,
                facts=self.facts,
                issued=self.now,
            )
        if channel == "console":
            return ShowDesk(
                key=self._key(person, channel),
                channel=channel,
                order=self.order.order,
                step=self.step,
                recipient=person,
                issued=self.now,
            )
        return self.call(person, channel)

    def device(self, device: str, channel: str) -> Command:
        if channel != "horn":
            return self.call(device, channel)
        return SetOutput(
            key=self._key(device, channel),
            channel=channel,
            order=self.order.order,
            step=self.step,
            recipient=device,
            on=self.about != "all_clear",
            issued=self.now,
        )

    def zone(self, mine: Mine, zone: str, channel: str) -> CallOut:
        """A zone by its name; tags in it are shown each its own way."""
        if channel != BY_NAME:
            return self.call(zone, channel)
        known = mine.zone_row.get(zone)  # an older revision's zone may be gone
        whole = known is not None and mine.zones[known].kind is ZoneKind.MINE
        rows = self.order.muster.items()
        inside = [p for p, row in rows if whole or _is_in(mine, row, (zone,))]
        return self.call(zone, channel, _ways(self.order, inside))

    def call(self, recipient: str, channel: str, ways: tuple[tuple[str, str], ...] = ()) -> CallOut:
        return CallOut(
            key=self._key(recipient, channel),
            channel=channel,
            order=self.order.order,
            step=self.step,
            recipient=recipient,
            issued=self.now,
            about=self.about,
            facts=self.spoken,
            ways=ways,
        )


def facts_of(order: Order) -> OrderFacts:
    """What a message about the order says, as it stands now."""
    rows = order.muster.values()
    destinations = Counter(r.destination for r in rows if r.destination)
    most = destinations.most_common(1)[0][0] if destinations else ""
    missing = tuple(r.person for r in rows if r.whereabouts is Whereabouts.UNKNOWN)
    return _facts(order, order.heads, most, missing)


def _facts(order: Order, people: int, destination: str, missing: tuple[str, ...]) -> OrderFacts:
    return OrderFacts(
        number=order.number,
        order_kind=order.order_kind,
        drill=order.drill,
        zones=order.zones,
        subject=order.subject,
        condition=order.condition,
        value=order.value,
        limit=order.limit,
        people=people,
        destination=destination,
        peril=order.peril or "",
        missing=missing,
    )
