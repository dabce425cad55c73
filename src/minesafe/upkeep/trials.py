"""Test calls 试呼: each day, and on request, every loudspeaker and telephone says whether it works.

A real call by the real way, so that what is proven is what an order will use: broker, terminal,
and what of itself the terminal can hear. Which one did not answer in time, or was not called for
more than a day, is a finding until a call comes through to it, whichever. A horn 汽笛 is made to
sound on request alone, for three seconds, and is read back; an order that comes meanwhile keeps it
sounding. A fold over the journal: after a crash nothing is called twice, and no horn is forgotten.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from minesafe.model.commands import CallOut, Command, SetOutput, key_of
from minesafe.model.errors import Refused
from minesafe.model.events import (
    AnyBody,
    DevicesCalled,
    HornsRested,
    Noted,
    Origin,
    ReceiptStatus,
)
from minesafe.model.fold import Fold
from minesafe.model.mine import Mine
from minesafe.model.time import SECOND, Micros

ABOUT = "test"
"""What a test call is about."""

LOOK: Micros = 10 * SECOND
"""How often the clock is looked at."""

DAY = timedelta(days=1)

ON_REQUEST_S = 120.0
"""So long a call on request has where the mine has no hour for them."""

SOUNDS: Micros = 3 * SECOND
"""So long a horn sounds in a test."""

REST = 1
"""Step number of its end."""

STUCK = "still_sounding"
"""Of a horn that could not be switched off after its test, or not yet."""

RANG = "unanswered"
"""A telephone that does not know tests rings and finds nobody near: it rang, and that was asked."""

CAME_THROUGH = (ReceiptStatus.DELIVERED, ReceiptStatus.READ)


@dataclass(frozen=True, slots=True)
class Trial:
    """The last test call of one device."""

    round: str
    asked: Micros
    answer_by: Micros
    through: Micros | None = None
    """When it came through, this one or any call since."""
    why: str = ""
    """What came of the last attempt that failed."""
    failed: bool = False
    """It was given up, or was failing when the next was made: until one comes through."""

    def failing(self, now: Micros) -> bool:
        """Whether it failed, or its time is over."""
        return self.through is None and (self.failed or now >= self.answer_by)


class Trials(Fold):
    """The last test call of every loudspeaker and telephone."""

    HOLDS: ClassVar[Mapping[str, Any]] = {
        "calls": dict[str, Trial],
        "_round": Micros,
        "_sounding": dict[str, Micros],
    }
    AROUND: ClassVar[frozenset[str]] = frozenset({"_mine", "_channel", "_horns", "_looked"})

    def __init__(self, mine: Mine) -> None:
        self.calls: dict[str, Trial] = {}
        """By device."""
        self._round: Micros = 0
        """When the last round of all of them began."""
        self._sounding: dict[str, Micros] = {}
        """Horns that a test makes sound, and since when."""
        self.take_over(mine)

    def take_over(self, mine: Mine) -> None:
        """Go on under another revision; a device that is gone is forgotten at its next call."""
        self._mine = mine
        self._channel = {b.id: "broadcast" for b in mine.broadcasters}
        self._channel |= {t.id: "telephone" for t in mine.telephones}
        self._horns = frozenset(o.id for o in mine.outputs if o.kind == "horn")
        self._looked: Micros = 0

    # --- the fold -------------------------------------------------------------------------

    def apply(self, body: AnyBody, now: Micros) -> Iterator[Command]:
        """Take one journalled body; what it asks of the outside."""
        if isinstance(body, DevicesCalled):
            if body.by is None:
                self._round = now
            for device in body.devices:
                held = self.calls.get(device)
                failed = held is not None and held.failing(now)
                why = held.why if held is not None and failed else ""
                self.calls[device] = Trial(body.round, now, body.answer_by, None, why, failed)
                yield self._call(body.round, device, now)
        elif isinstance(body, HornsRested):
            for horn in (*body.horns, *body.kept):
                self._sounding.pop(horn, None)
            yield from (_switch(body.round, REST, horn, now) for horn in body.horns)
        elif isinstance(body, Noted) and body.recipient in self.calls:
            self.calls[body.recipient] = _heard(self.calls[body.recipient], body, now)

    def _call(self, round_: str, device: str, now: Micros) -> Command:
        if device in self._horns:
            self._sounding[device] = now
            return _switch(round_, 0, device, now)
        channel = self._channel.get(device, "broadcast")
        return CallOut(
            key=key_of(round_, 0, device, channel),
            channel=channel,
            order=round_,
            step=0,
            recipient=device,
            about=ABOUT,
            issued=now,
        )

    def knows(self, noted: Noted) -> bool:
        """Whether a receipt says only what is known of the call."""
        call = self.calls.get(noted.recipient)
        if call is None or call.round != noted.order or noted.final or noted.step == REST:
            return False
        if noted.status in CAME_THROUGH:
            return call.through is not None
        return noted.status is ReceiptStatus.FAILED and call.why == noted.detail

    # --- what follows -----------------------------------------------------------------------

    def on_time(self, now: Micros, *, quiet: bool) -> Iterator[DevicesCalled]:
        """Call all of them when the hour has come, once a day.

        Args:
            now: the mine's time.
            quiet: whether no order is open: an order's own calls are not to be held up.
        """
        policy = self._mine.policy.test_call
        if policy is None or now - self._looked < LOOK:
            return
        self._looked = now
        began = self._hour(now)
        ends = began + round(policy.within_s * SECOND)
        if quiet and self._channel and now < ends and self._round < began:
            yield self._called(f"test-{began // SECOND}", tuple(self._channel), ends, None)

    def rest(
        self, now: Micros, needed: Callable[[], Collection[str]], *, quiet: bool
    ) -> Iterator[HornsRested]:
        """Let horns fall silent whose test is over, or that an order must not wait for.

        Args:
            now: the mine's time.
            needed: the horns that open orders sound; those go on.
            quiet: whether no order is open.
        """
        over = [h for h, since in self._sounding.items() if not quiet or now - since >= SOUNDS]
        if not over:
            return
        kept = frozenset(needed())
        rounds = {self.calls[horn].round for horn in over}
        for round_ in sorted(rounds):
            its = [horn for horn in over if self.calls[horn].round == round_]
            yield HornsRested(
                round=round_,
                horns=tuple(h for h in its if h not in kept),
                kept=tuple(h for h in its if h in kept),
            )

    def ask(self, devices: tuple[str, ...], by: str, now: Micros, *, quiet: bool) -> DevicesCalled:
        """Call these now, on request; every loudspeaker and telephone where none is named.

        A horn sounds only where it is named: people below hear it.

        Raises:
            Refused: not_called (no loudspeaker, telephone or horn), order_open.
        """
        for device in devices:
            if device not in self._channel and device not in self._horns:
                raise Refused("not_called", device=device)
        if not (devices or self._channel):
            raise Refused("not_called", device="")
        if not quiet:
            raise Refused("order_open")
        policy = self._mine.policy.test_call
        ends = now + round((policy.within_s if policy else ON_REQUEST_S) * SECOND)
        return self._called(f"test-{now}", devices or tuple(self._channel), ends, by)

    @staticmethod
    def _called(
        round_: str, devices: tuple[str, ...], ends: Micros, by: str | None
    ) -> DevicesCalled:
        origin = Origin.RULE if by is None else Origin.CONSOLE
        return DevicesCalled(round=round_, devices=devices, answer_by=ends, by=by, origin=origin)

    def failing(self, now: Micros, since: Micros) -> dict[str, str]:
        """Which device did not answer, and how; which was not called for a day and a round.

        Args:
            now: the mine's time.
            since: when the journal began: before it nobody was to be called.
        """
        policy, found = self._mine.policy.test_call, {}
        for horn in self._horns:
            tried = self.calls.get(horn)
            if tried is not None and tried.failing(now):
                found[horn] = tried.why or "silent"
        for device in self._channel:
            call = self.calls.get(device)
            if call is not None and call.failing(now):
                found[device] = call.why or "silent"
            elif policy is not None and since:
                last = since if call is None else call.through or call.asked
                if now - last > round((DAY.total_seconds() + policy.within_s) * SECOND):
                    found[device] = "overdue"
        return found

    def _hour(self, now: Micros) -> Micros:
        """When the newest round was due, by the mine's wall clock."""
        policy = self._mine.policy.test_call
        assert policy is not None
        zone = ZoneInfo(self._mine.server.timezone)
        here = datetime.fromtimestamp(now / SECOND, UTC).astimezone(zone)
        began = datetime.combine(here.date(), policy.at, zone)
        if began > here:
            began -= DAY
        return round(began.timestamp()) * SECOND


def _switch(round_: str, step: int, horn: str, now: Micros) -> SetOutput:
    """A horn on, or at the step of its rest off again."""
    return SetOutput(
        key=key_of(round_, step, horn, "horn"),
        channel="horn",
        order=round_,
        step=step,
        recipient=horn,
        on=step != REST,
        issued=now,
    )


def _rested(call: Trial, noted: Noted, now: Micros) -> Trial:
    """Whether a horn fell silent again: one that does not is no use in the next order."""
    if noted.status is ReceiptStatus.FAILED:
        return replace(call, through=None, why=STUCK, failed=True)
    if call.why == STUCK and noted.status in CAME_THROUGH:
        return replace(call, through=now, why="", failed=False)
    return call


def _heard(call: Trial, noted: Noted, now: Micros) -> Trial:
    """A call that came through proves the device, whether it was a test or an order's."""
    mine = noted.order == call.round
    if mine and noted.step == REST:
        return _rested(call, noted, now)
    if noted.status in CAME_THROUGH or (mine and noted.detail == RANG):
        return replace(call, through=now, why="", failed=False)
    if not mine or noted.status is not ReceiptStatus.FAILED or call.through is not None:
        return call
    return replace(call, why=noted.detail, failed=call.failed or noted.final)
