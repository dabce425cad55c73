"""The hardened SMPP 3.4 client: one transceiver connection to the carrier, kept alive.

The codec is `smpp34`'s; the connection is ours, because `smpp34.Client` acknowledges a deliver_sm
before anyone has it on disk, and a reply "1" that is lost between the two is a leader who believes
he has answered.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from minesafe.links.backoff import Backoff
from minesafe.links.smpp_pdu import CarrierReceipt, Incoming
from minesafe.links.smpp_session import SUBJECT, Hear, Session, SubmitRefused, Timings
from minesafe.model.errors import LinkDown
from minesafe.model.events import FindingKind
from minesafe.model.mine import Carrier
from minesafe.ports import Findings, Reply

__all__ = ["CarrierReceipt", "OnReceipt", "SmppLink", "SubmitRefused", "Timings"]

OnReceipt = Callable[[CarrierReceipt], Awaitable[None]]


class SmppLink:
    """Bound whenever the carrier can be reached; says by findings when it is not."""

    def __init__(
        self, carrier: Carrier, findings: Findings, timings: Timings | None = None
    ) -> None:
        self._carrier = carrier
        self._findings = findings
        self._timings = timings or Timings()
        self._session: Session | None = None
        self._tried = asyncio.Event()
        self._backoff = Backoff(self._timings.first_pause_s, self._timings.longest_pause_s)

    @property
    def bound(self) -> bool:
        """Messages can be submitted now."""
        return self._session is not None

    async def submit(self, phone: str, text: str, *, receipt: bool = True) -> str:
        """Hand a message to the carrier.

        Args:
            phone: digits, with a leading "+" where the country is given.
            text: what to say; longer than 70 UCS-2 characters it travels as a payload.
            receipt: whether the carrier shall report the delivery.

        Returns:
            The carrier's id of the message.

        Raises:
            LinkDown: not connected, or the connection broke before the answer.
            SubmitRefused: the carrier does not take it.
        """
        await self._tried.wait()
        if self._session is None:
            raise LinkDown("not bound to the carrier")
        return await self._session.submit(self._carrier.sender, phone, text, receipt=receipt)

    async def run(self, on_receipt: OnReceipt, on_reply: Reply) -> None:
        """Keep the connection until cancelled.

        A handler that raises `StoreUnavailable` leaves its message with the carrier.
        """

        async def hear(message: CarrierReceipt | Incoming) -> None:
            if isinstance(message, CarrierReceipt):
                await on_receipt(message)
            else:
                await on_reply(message.sender, message.text)

        while True:
            await self._one_session(hear)
            await asyncio.sleep(self._backoff.next_s())

    async def _one_session(self, hear: Hear) -> None:
        try:
            async with self._bound(hear) as session:
                self._findings.ended(FindingKind.LINK_DOWN, SUBJECT)
                await session.run(self._well)
        except (LinkDown, OSError) as e:
            self._findings.began(FindingKind.LINK_DOWN, SUBJECT, str(e))

    @asynccontextmanager
    async def _bound(self, hear: Hear) -> AsyncIterator[Session]:
        try:
            session = await self._connect(hear)
            try:
                await session.bind(self._carrier)
                self._session = session
                self._tried.set()
                yield session
            finally:
                self._session = None
                session.close()
        finally:
            self._tried.set()

    async def _connect(self, hear: Hear) -> Session:
        try:
            async with asyncio.timeout(self._timings.connect_s):
                streams = await asyncio.open_connection(self._carrier.host, self._carrier.port)
        except TimeoutError as e:
            raise LinkDown("no connection in time") from e
        return Session(*streams, self._timings, hear, self._findings)

    def _well(self) -> None:
        self._backoff.reset()
        self._findings.ended(FindingKind.GARBAGE, SUBJECT)
