"""A link that becomes another one while messages are on their way: nothing is lost or sent twice.

What was handed to the old link stays with it: its answer is waited for there. What comes after the
change goes to the new one. At the same place (one account, one serial port) two cannot be open
together, so the old one ends first and the new one begins then; elsewhere the old one is listened
to for `LINGER_S` more, because receipts come after messages.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager, suppress
from typing import Generic, Protocol, TypeVar

from minesafe.links.modem import ModemLink
from minesafe.links.smpp_pdu import CarrierReceipt
from minesafe.model.errors import LinkDown
from minesafe.model.events import FindingKind
from minesafe.ports import Findings, Reply

SETTLE_S = 8.0
"""Real seconds the old link is given to answer for what it has; the courier gives an attempt 10."""

LINGER_S = 120.0
"""Real seconds in which receipts of another place are still taken."""


class Telling(Protocol):
    """What can be changed: `links.smpp.SmppLink`, `links.modem.ModemLink`."""

    async def submit(self, phone: str, text: str, *, receipt: bool = True) -> str:
        """As `SmppLink.submit`."""

    async def run(
        self, on_receipt: Callable[[CarrierReceipt], Awaitable[None]], on_reply: Reply
    ) -> None:
        """As `SmppLink.run`."""


S = TypeVar("S", bound=Hashable)
L = TypeVar("L", bound=Telling)


class _Voice:
    """Findings of one link, until it has been replaced: the new one speaks of the same subject."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self.silent = False

    def began(self, kind: FindingKind, subject: str, detail: str = "") -> None:
        if not self.silent:
            self._findings.began(kind, subject, detail)

    def ended(self, kind: FindingKind, subject: str) -> None:
        if not self.silent:
            self._findings.ended(kind, subject)

    def repeated(self, messages: int = 1) -> None:
        self._findings.repeated(messages)


class _Held(Generic[S, L]):
    """One link with its settings, and how many wait for an answer of it."""

    def __init__(self, settings: S, link: L, voice: _Voice) -> None:
        self.settings, self.link, self.voice = settings, link, voice
        self._waiting = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @asynccontextmanager
    async def used(self) -> AsyncIterator[L]:
        self._waiting += 1
        self._idle.clear()
        try:
            yield self.link
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._idle.set()

    async def settled(self) -> None:
        """Until everything is answered, or for as long as it is given."""
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_S):
                await self._idle.wait()


class ChangingLink(Generic[S, L]):
    """The link of the settings in force; a `notify.sms.Submit`.

    Args:
        make: the link of some settings.
        settings: the first; None: there is none yet.
        place: what two links cannot have at the same time.
        findings: takes what is wrong with it.
    """

    def __init__(
        self,
        make: Callable[[S, Findings], L],
        settings: S | None,
        place: Callable[[S], Hashable],
        findings: Findings,
    ) -> None:
        self._make, self._place, self._findings = make, place, findings
        self._held = self._new(settings)
        self._changed = asyncio.Event()
        self._lingering: set[asyncio.Task[None]] = set()

    def _new(self, settings: S | None) -> _Held[S, L] | None:
        if settings is None:
            return None
        voice = _Voice(self._findings)
        return _Held(settings, self._make(settings, voice), voice)

    def change(self, settings: S | None) -> None:
        """Go by other settings from now on; by the same ones nothing happens."""
        if settings != (self._held.settings if self._held else None):
            self._held = self._new(settings)
            self._changed.set()

    @asynccontextmanager
    async def used(self) -> AsyncIterator[L]:
        """The link in force, which is kept until its answer is there.

        Raises:
            LinkDown: there is none.
        """
        held = self._held
        if held is None:
            raise LinkDown("not configured")
        async with held.used() as link:
            yield link

    async def submit(self, phone: str, text: str, *, receipt: bool = True) -> str:
        """As the link's own."""
        async with self.used() as link:
            return await link.submit(phone, text, receipt=receipt)

    async def run(
        self, on_receipt: Callable[[CarrierReceipt], Awaitable[None]], on_reply: Reply
    ) -> None:
        """Keep whichever link is in force, until cancelled."""
        try:
            while True:
                self._changed.clear()
                if (held := self._held) is None:
                    await self._changed.wait()
                else:
                    await self._keep(held, held.link.run(on_receipt, on_reply))
        finally:
            for task in self._lingering:
                task.cancel()
            await asyncio.gather(*self._lingering, return_exceptions=True)

    async def _keep(self, held: _Held[S, L], work: Awaitable[None]) -> None:
        """Run one link until there is another."""
        running = asyncio.ensure_future(work)
        changed = asyncio.ensure_future(self._changed.wait())
        try:
            await asyncio.wait({running, changed}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                running.result()
            elif self._stands_in_the_way(held):
                await held.settled()
            else:
                self._linger(held, running)
                return
        except BaseException:
            await _ended(running)
            raise
        finally:
            changed.cancel()
        await _ended(running)

    def _stands_in_the_way(self, old: _Held[S, L]) -> bool:
        new = self._held
        return new is not None and self._place(new.settings) == self._place(old.settings)

    def _linger(self, held: _Held[S, L], running: "asyncio.Future[None]") -> None:
        held.voice.silent = True
        task = asyncio.create_task(_outlived(running), name="link that was replaced")
        self._lingering.add(task)
        task.add_done_callback(self._lingering.discard)


async def _outlived(running: "asyncio.Future[None]") -> None:
    try:
        await asyncio.wait({running}, timeout=LINGER_S)
    finally:
        await _ended(running)


async def _ended(running: "asyncio.Future[None]") -> None:
    running.cancel()
    await asyncio.wait({running})


class ChangingModem(ChangingLink[S, ModemLink]):
    """A modem rings too; a `notify.calling.Ring`."""

    async def ring(self, phone: str, ended: Callable[[bool], Awaitable[None]]) -> bool:
        """As `ModemLink.ring`."""
        async with self.used() as modem:
            return await modem.ring(phone, ended)
