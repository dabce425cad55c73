"""Gate, lamp-room and attendance terminals (docs/wire.md); decoding is pure."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import msgspec

from minesafe.links.messages import Handler, Message
from minesafe.model.events import CardRead, CardsRead, FindingKind, Through
from minesafe.model.mine import Mine, Terminal
from minesafe.model.time import NEWEST, Micros
from minesafe.ports import Clock, Findings, Passages
from minesafe.sources.clocks import DeviceClock
from minesafe.sources.once import Once
from minesafe.sources.strangers import Strangers
from minesafe.sources.wire import Count, Millis, Unreadable, document, plain


class _Card(msgspec.Struct):
    card: str
    dir: Through
    t: Millis


class _Counts(msgspec.Struct):
    shift: str
    into: Count = msgspec.field(name="in")
    out: Count


class _Report(msgspec.Struct):
    terminal: str
    boot: Count
    seq: Count
    t: Millis
    events: list[_Card]
    counts: _Counts


class _State(msgspec.Struct):
    online: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """One message, decoded."""

    boot: int
    seq: int
    told: CardsRead
    unknown: tuple[str, ...]
    """Cards nobody has."""


def decode(payload: bytes, terminal: str, person_of: Mapping[str, str], received: Micros) -> Heard:
    """Read one message. A card read in the future was read when it was told.

    Raises:
        Unreadable: nothing of it can be used.
    """
    try:
        report = msgspec.convert(document(payload), _Report)
    except msgspec.ValidationError as error:
        raise Unreadable(str(error)) from error
    if report.terminal != terminal:
        raise Unreadable(f"speaks for {plain(report.terminal)}")
    reads = tuple(
        CardRead(person_of[e.card], e.dir, _at(e.t * 1000, received))
        for e in report.events
        if e.card in person_of
    )
    told = CardsRead(
        terminal=terminal,
        reads=reads,
        shift=plain(report.counts.shift),
        went_in=report.counts.into,
        came_out=report.counts.out,
    )
    unknown = tuple(e.card for e in report.events if e.card not in person_of)
    return Heard(report.boot, report.seq, told, unknown)


def _at(read: Micros, received: Micros) -> Micros:
    return read if read - received <= NEWEST else received


class TerminalEars:
    """Hears one terminal's topics.

    Args:
        mine: the revision in force.
        terminal: whom to hear.
        passages: where what was read goes; a handler returns once it is recorded.
        clock: stamps the receipt.
        findings: GARBAGE, UNKNOWN_TAG, GAP, CLOCK_OFF, and LINK_DOWN of the terminal.
    """

    def __init__(
        self, mine: Mine, terminal: Terminal, passages: Passages, clock: Clock, findings: Findings
    ) -> None:
        self._terminal = terminal
        self._person_of = {p.tag: p.id for p in mine.people if p.tag}
        self._passages = passages
        self._clock = clock
        self._findings = findings
        self._once = Once(terminal.id, findings)
        self._its_clock = DeviceClock(terminal.id, findings)
        self._strangers = Strangers(FindingKind.UNKNOWN_TAG, findings)
        self._last: tuple[str, int, int] | None = None
        """Counts as last recorded: a heartbeat that says them again is no news."""

    @property
    def routes(self) -> dict[str, Handler]:
        """What to subscribe to."""
        return {self._terminal.topic: self.report, f"{self._terminal.topic}/state": self.state}

    async def report(self, message: Message) -> None:
        """Cards and counts."""
        now = self._clock.now()
        try:
            if message.retained:
                raise Unreadable("a retained message holds no news")
            if message.cut:
                raise Unreadable(f"{message.cut} bytes is too long")
            heard = decode(message.payload, self._terminal.id, self._person_of, now)
        except Unreadable as error:
            self._findings.began(FindingKind.GARBAGE, self._terminal.id, str(error))
            return
        self._findings.ended(FindingKind.GARBAGE, self._terminal.id)
        self._its_clock.heard((read.at for read in heard.told.reads), now)
        for card in heard.unknown:
            self._strangers.saw(card, f"at {self._terminal.id}", now)
        await self._once.hear(heard.boot, heard.seq, message.payload, self._keeping(heard.told))

    def _keeping(self, told: CardsRead) -> Callable[[], Awaitable[None]]:
        async def keep() -> None:
            counts = (told.shift, told.went_in, told.came_out)
            if told.reads or counts != self._last:
                await self._passages.passed(told)
                self._last = counts

        return keep

    async def state(self, message: Message) -> None:
        """Hello or last will."""
        try:
            state = msgspec.convert(document(message.payload), _State)
        except ValueError as error:
            self._findings.began(FindingKind.GARBAGE, self._terminal.id, f"state: {error}")
            return
        if state.online:
            self._findings.ended(FindingKind.LINK_DOWN, self._terminal.id)
        else:
            self._findings.began(
                FindingKind.LINK_DOWN, self._terminal.id, "the terminal is offline"
            )
