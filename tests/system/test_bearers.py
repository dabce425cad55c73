"""Channels that become others while messages are on their way: real carriers, a real outbox."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from desk_on_paper import DeskOnPaper
from disk_outbox import DiskOutbox
from fakes import FindingBook, QuickClock
from notify_mine import SECRET, named_mine, sms
from smsc import Smsc

from minesafe.bearers import Bearers
from minesafe.model.errors import BadConfig
from minesafe.model.events import FindingKind, ReceiptStatus
from minesafe.model.mine import Carrier, Chat, Modem
from minesafe.notify.deliver import Courier

ACCEPTED, DELIVERED, FAILED = (
    ReceiptStatus.ACCEPTED,
    ReceiptStatus.DELIVERED,
    ReceiptStatus.FAILED,
)
ONE, OTHER = "13800000001", "13800000002"


@dataclass
class Room:
    """The telling side of a server."""

    desk: DeskOnPaper
    outbox: DiskOutbox
    findings: FindingBook
    bearers: Bearers

    def goes_by(self, carrier: Carrier | None) -> None:
        """Another revision is in force."""
        self.desk.mine = replace(self.desk.mine, carrier=carrier)
        self.bearers.take_over(self.desk.mine, self.bearers.prepare(self.desk.mine))

    async def tells(self, number: int) -> None:
        await self.outbox.ask(sms(f"P{number}", phone=f"1380000000{number}"))


@asynccontextmanager
async def room(path: Path, carrier: Carrier) -> AsyncIterator[Room]:
    desk = DeskOnPaper(replace(named_mine(), carrier=carrier))
    async with DiskOutbox(path) as outbox:
        findings, clock = FindingBook(), QuickClock()
        bearers = Bearers(desk, outbox, findings, clock, SECRET)
        courier = Courier(outbox, (), clock, findings, {}.get)
        bearers.serve(courier, ())
        works = (courier.run(), bearers.carry(), bearers.carry_by_modem())
        tasks = [asyncio.create_task(work) for work in works]
        yield Room(desk, outbox, findings, bearers)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        bearers.close()


async def until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not so():  # noqa: ASYNC110  what is waited for tells nobody
            await asyncio.sleep(0.01)


def orders(carrier: Smsc) -> list[str]:
    """Whom the orders went to; links are second messages."""
    return [message.phone for message in carrier.inbox if "停产撤人" in message.text]


async def test_what_the_old_carrier_has_is_answered_there_and_the_new_one_takes_the_rest(
    tmp_path: Path,
) -> None:
    async with (
        Smsc(answer_after_s=0.4) as old,
        Smsc(first_id=200001) as new,
        room(tmp_path / "j", old.carrier) as here,
    ):
        await here.tells(1)
        await asyncio.sleep(0.15)
        here.goes_by(new.carrier)
        await here.tells(2)
        await here.outbox.until(ACCEPTED, DELIVERED, ACCEPTED, DELIVERED)
        assert not [n for n in here.outbox.receipts if n.status is FAILED]
    assert (orders(old), orders(new)) == ([ONE], [OTHER]), "each once, and receipts of both"


async def test_of_one_account_the_old_connection_ends_before_the_new_one_begins(
    tmp_path: Path,
) -> None:
    async with Smsc(answer_after_s=0.4) as smsc, room(tmp_path / "j", smsc.carrier) as here:
        await here.tells(1)
        await asyncio.sleep(0.15)
        here.goes_by(replace(smsc.carrier, password="changed", sender="10690002"))
        await here.tells(2)
        await here.outbox.until(ACCEPTED, ACCEPTED)
        assert not [n for n in here.outbox.receipts if n.status is FAILED]
    assert sorted(orders(smsc)) == [ONE, OTHER]
    assert smsc.most_connections == 1
    assert smsc.passwords == [b"secret", b"changed"]


async def test_a_channel_that_is_taken_away_fails_at_once_and_leaves_no_finding(
    tmp_path: Path,
) -> None:
    away = Carrier("127.0.0.1", 1, "mine", "secret", "10690001")
    async with room(tmp_path / "j", away) as here:
        await here.tells(1)
        await here.outbox.until(FAILED)
        assert (FindingKind.LINK_DOWN, "smpp") in here.findings.now
        here.goes_by(None)
        await until(lambda: here.outbox.receipts[-1].final)
        assert here.outbox.receipts[-1].detail == "no_such_channel"
        assert (FindingKind.LINK_DOWN, "smpp") not in here.findings.now


async def test_a_modem_can_be_added_and_says_that_it_is_not_there(tmp_path: Path) -> None:
    async with Smsc() as smsc, room(tmp_path / "j", smsc.carrier) as here:
        here.desk.mine = replace(here.desk.mine, modem=Modem(str(tmp_path / "no-port"), 115_200))
        here.bearers.take_over(here.desk.mine, [])
        await until(lambda: (FindingKind.LINK_DOWN, "modem") in here.findings.now)


async def test_what_cannot_be_had_is_refused_before_anything_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    async with Smsc() as smsc, room(tmp_path / "j", smsc.carrier) as here:
        with pytest.raises(BadConfig):
            here.bearers.prepare(replace(here.desk.mine, chats=(Chat("group", "json://x"),)))
        await here.tells(1)
        await here.outbox.until(ACCEPTED)
