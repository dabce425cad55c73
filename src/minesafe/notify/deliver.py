"""The courier: takes each command of the outbox through its stages, until a receipt settles it.

route → mark → hand over → settle → record. Every command walks by itself: a channel that hangs,
or a phone that is off, delays nobody else. Nothing here is throttled or grouped, and what an
evacuation asks is tried until it works or the order is closed. Repeats are harmless by key: a
command in hand is not taken twice, and one that was being handed over when the server died is
tried again under the same key.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import msgspec

from minesafe.evacuation.telling import ALL_CLEAR
from minesafe.model.commands import Command
from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import FindingKind, Noted, OrderKind, ReceiptStatus
from minesafe.model.order import Order
from minesafe.notify.receipt import noted
from minesafe.ports import Channel, Clock, Findings, Outbox

DEADLINE_S = 10.0
"""Real seconds for one attempt; a channel that takes longer has failed, and the ladder moves."""

LOOK_AGAIN_S = 1.0
"""Real seconds after which the outbox is read unasked: a lost wake-up must not cost an order."""

PAUSES_S = (1.0, 2.0, 5.0, 10.0)
"""Mine's seconds before the second, third, … attempt; the last repeats."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a channel is given."""

    at_once: int
    """Attempts under way at the same time; the rest wait their turn."""
    attempts: int
    """After so many a command is given up: the receipt is final. An evacuation's never is."""


TERMS = {
    "sms": Terms(at_once=400, attempts=60),
    "modem": Terms(at_once=400, attempts=60),
    "horn": Terms(at_once=32, attempts=60),
    "console": Terms(at_once=100, attempts=30),
}
"""The link's own window paces SMS. Horns are tried for ten minutes: nothing reaches more people."""

OrderOf = Callable[[str], Order | None]
"""Finds an order by its id, as it stands now; None for what belongs to no order any more."""

OTHERWISE = Terms(at_once=400, attempts=10)

OF_ONE_ALONE = frozenset({"away", "no_answer", "unanswered", "busy", "late"})
"""Failures that say something of one person or device, and nothing of the channel."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Errand:
    """One attempt at one command, as it passes through the stages."""

    command: Command
    attempt: int
    noted: Noted | None = None
    """What came of it, once known; the stages before the last then pass it on untouched."""

    def fail(self, detail: str, *, final: bool = False) -> "Errand":
        """The same errand, failed."""
        status = ReceiptStatus.FAILED
        came = noted(self.command, status, attempt=self.attempt, detail=detail, final=final)
        return replace(self, noted=came)

    @property
    def settled(self) -> bool:
        """Nothing more is to be tried."""
        came = self.noted
        return came is not None and (came.final or came.status is not ReceiptStatus.FAILED)


Stage = Callable[[Errand], Awaitable[Errand]]


class Courier:
    """Works off the outbox over all channels together."""

    def __init__(
        self,
        outbox: Outbox,
        channels: Sequence[Channel],
        clock: Clock,
        findings: Findings,
        order_of: OrderOf,
    ) -> None:
        self._outbox = outbox
        self._order_of = order_of
        self._channels: dict[str, Channel] = {}
        self._room: dict[str, asyncio.Semaphore] = {}
        self._clock = clock
        self._findings = findings
        self._in_hand: dict[str, asyncio.Task[None]] = {}
        self._overdue: set[asyncio.Task[Noted]] = set()
        self._stages: tuple[Stage, ...] = (
            self._route,
            self._mark,
            self._hand_over,
            self._settle,
            self._record,
        )
        self.use(channels)

    def use(self, channels: Sequence[Channel]) -> None:
        """Hand over by these from the next attempt on; one under way ends where it began."""
        self._channels = {channel.name: channel for channel in channels}
        for name in self._channels.keys() - self._room.keys():
            self._room[name] = asyncio.Semaphore(_terms(name).at_once)

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            while True:
                await self._take_new()
                await self._wait_for_more()
        finally:
            await self._put_down()

    async def _take_new(self) -> None:
        """Start on every command that is not in hand.

        Those in hand are read before the outbox is: one settled in between is in the old answer,
        and must not be taken again.
        """
        busy = set(self._in_hand)
        for command, begun in await self._outbox.pending():
            if command.key not in busy:
                task = asyncio.create_task(self._carry(command, begun), name=f"tell {command.key}")
                self._in_hand[command.key] = task
                task.add_done_callback(partial(self._release, command.key))

    async def _carry(self, command: Command, begun: int) -> None:
        """Try until settled."""
        errand = Errand(command, begun)
        if begun > 1:  # what is accepted and fails later, over and over, is paced like the rest
            await self._clock.sleep(_pause(begun))
        while not errand.settled:
            if errand.noted is not None:
                await self._clock.sleep(_pause(errand.attempt))
            errand = Errand(command, errand.attempt + 1)
            for stage in self._stages:
                errand = await stage(errand)

    # --- the stages ----------------------------------------------------------------------

    async def _route(self, errand: Errand) -> Errand:
        """A channel the policy names and this mine has not counts as failed, at once.

        So does what an order asked that was closed since: nobody is called out after the
        all-clear because a carrier came back then.
        """
        command = errand.command
        order = self._order_of(command.order)
        if order is not None and not order.is_open and command.step != ALL_CLEAR:
            return errand.fail("order_closed", final=True)
        if command.channel not in self._channels:
            return errand.fail("no_such_channel", final=True)
        if errand.attempt > _terms(command.channel).attempts and not _evacuates(order):
            return errand.fail("given_up", final=True)  # taken each time, and never delivered
        return errand

    async def _mark(self, errand: Errand) -> Errand:
        """Say on disk that the attempt begins.

        A disk that refuses must not silence us: people are told all the same, at the price of
        being told twice should the server die now.
        """
        if errand.noted is None:
            try:
                await self._outbox.sending(errand.command.key, errand.attempt)
            except StoreUnavailable:
                _log.exception("told without a mark on disk: %s", errand.command.key)
        return errand

    async def _hand_over(self, errand: Errand) -> Errand:
        if errand.noted is not None:
            return errand
        channel = self._channels.get(errand.command.channel)
        if channel is None:  # taken away since it was routed
            return errand.fail("no_such_channel", final=True)
        async with self._room[channel.name]:
            errand = await self._in_time(channel, errand)
        self._report(channel.name, errand.noted)
        return errand

    async def _settle(self, errand: Errand) -> Errand:
        """The last attempt a channel grants makes a failure final, unless it is an evacuation's."""
        if errand.settled or errand.noted is None:
            return errand
        order = self._order_of(errand.command.order)
        last = errand.attempt >= _terms(errand.command.channel).attempts and not _evacuates(order)
        return replace(errand, noted=msgspec.structs.replace(errand.noted, final=last))

    async def _record(self, errand: Errand) -> Errand:
        """Journal the receipt. While the disk refuses, keep it: never tell again instead."""
        while errand.noted is not None:
            try:
                await self._outbox.receipt(errand.noted)
                break
            except StoreUnavailable:
                _log.exception("a receipt waits for the disk: %s", errand.command.key)
                await self._clock.sleep(PAUSES_S[0])
        return errand

    # --- an attempt ----------------------------------------------------------------------

    async def _in_time(self, channel: Channel, errand: Errand) -> Errand:
        """Hand over, and do not wait for a channel that hangs, even in its own cancellation."""
        task = asyncio.create_task(channel.deliver(errand.command, errand.attempt))
        try:
            await asyncio.wait({task}, timeout=DEADLINE_S)
        finally:
            if not task.done():
                self._abandon(task)
        if not task.done():
            return errand.fail("deadline")
        try:
            return replace(errand, noted=task.result())
        except Exception as e:  # a channel with a fault of ours is a failed channel, not our end
            _log.exception("channel %s broke", channel.name)
            self._findings.began(FindingKind.TASK_CRASHED, f"channel:{channel.name}", repr(e))
            return errand.fail("crashed")

    def _abandon(self, task: asyncio.Task[Noted]) -> None:
        task.cancel()
        self._overdue.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[Noted]) -> None:
        self._overdue.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("an overdue attempt broke", exc_info=task.exception())

    def _report(self, channel: str, came: Noted | None) -> None:
        """A refusal of one message says nothing about its channel; any other failure does."""
        if came is None or came.final or came.detail in OF_ONE_ALONE:
            return
        if came.status is ReceiptStatus.FAILED:
            self._findings.began(FindingKind.CHANNEL_DOWN, channel, came.detail)
        else:
            self._findings.ended(FindingKind.CHANNEL_DOWN, channel)

    # --- what is in hand -----------------------------------------------------------------

    def _release(self, key: str, task: asyncio.Task[None]) -> None:
        """Let go of a key; one whose task broke is still pending, and is taken again."""
        del self._in_hand[key]
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("telling broke: %s", key, exc_info=error)
            self._findings.began(FindingKind.TASK_CRASHED, "courier", repr(error))

    async def _wait_for_more(self) -> None:
        try:
            async with asyncio.timeout(LOOK_AGAIN_S):
                await self._outbox.wait()
        except TimeoutError:
            return

    async def _put_down(self) -> None:
        for task in (*self._in_hand.values(), *self._overdue):
            task.cancel()
        await asyncio.gather(*self._in_hand.values(), return_exceptions=True)


def _evacuates(order: Order | None) -> bool:
    """What it asks is tried until it works or the order is closed."""
    return order is not None and order.order_kind is OrderKind.EVACUATE and order.is_open


def _terms(channel: str) -> Terms:
    return TERMS.get(channel, OTHERWISE)


def _pause(attempt: int) -> float:
    return PAUSES_S[min(attempt, len(PAUSES_S)) - 1]
