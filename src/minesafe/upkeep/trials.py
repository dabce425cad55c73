"""Test calls 试呼: each day, and on request, every loudspeaker and telephone says whether it works.

A real call by the real way, so that what is proven is what an order will use: broker, terminal,
and what of itself the terminal can hear. Which one did not answer in time, or was not called for
more than a day, is a finding until a call comes through to it, whichever. A fold over the
journal: after a crash nothing is called twice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from minesafe.model.commands import CallOut, Command, key_of
from minesafe.model.errors import Refused
from minesafe.model.events import AnyBody, DevicesCalled, Noted, Origin, ReceiptStatus
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

    HOLDS: ClassVar[Mapping[str, Any]] = {"calls": dict[str, Trial], "_round": Micros}
    AROUND: ClassVar[frozenset[str]] = frozenset({"_mine", "_channel", "_looked"})

    def __init__(self, mine: Mine) -> None:
        self.calls: dict[str, Trial] = {}
        """By device."""
        self._round: Micros = 0
        """When the last round of all of them began."""
        self.take_over(mine)

    def take_over(self, mine: Mine) -> None:
        """Go on under another revision; a device that is gone is forgotten at its next call."""
        self._mine = mine
        self._channel = {b.id: "broadcast" for b in mine.broadcasters}
        self._channel |= {t.id: "telephone" for t in mine.telephones}
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
        elif isinstance(body, Noted) and body.recipient in self.calls:
            self.calls[body.recipient] = _heard(self.calls[body.recipient], body, now)

    def _call(self, round_: str, device: str, now: Micros) -> CallOut:
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
        if call is None or call.round != noted.order or noted.final:
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

    def ask(self, devices: tuple[str, ...], by: str, now: Micros, *, quiet: bool) -> DevicesCalled:
        """Call these now, on request; all where none is named.

        Raises:
            Refused: not_called (no loudspeaker or telephone), order_open.
        """
        for device in devices:
            if device not in self._channel:
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


def _heard(call: Trial, noted: Noted, now: Micros) -> Trial:
    """A call that came through proves the device, whether it was a test or an order's."""
    mine = noted.order == call.round
    if noted.status in CAME_THROUGH or (mine and noted.detail == RANG):
        return replace(call, through=now, why="", failed=False)
    if not mine or noted.status is not ReceiptStatus.FAILED or call.through is not None:
        return call
    return replace(call, why=noted.detail, failed=call.failed or noted.final)
