"""What a thumb on a phone sends back, and what it acknowledges."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any

import pytest
from fakes import FindingBook, PaperOutbox
from notify_mine import START, named_mine

from minesafe.model.errors import Refused, StoreUnavailable
from minesafe.model.events import FindingKind, Noted, OrderKind, Origin, ReceiptStatus
from minesafe.model.mine import Duty, Mine, Severity
from minesafe.model.order import Order, ReceiptRow, Step
from minesafe.notify.replies import Replies, read

GARBAGE = (FindingKind.GARBAGE, "sms")
LEADER = "13800000001"


def order(number: int, *asked: str, closed: bool = False) -> Order:
    ladder = Step(0, START, START, tuple((Duty.LEADER, person) for person in asked))
    return Order(
        order=f"o{number}", number=number, order_kind=OrderKind.EVACUATE, severity=Severity.I,
        zones=("FACE",), cause="", subject="CH4", condition="cut_high", value=1.6, limit=1.5,
        issued=START, by=None, origin=Origin.RULE, drill=False, leader=asked[0],
        steps=(ladder,), muster={}, receipts={}, closed=START if closed else None,
    )  # fmt: skip


@dataclass
class PaperDesk:
    """The two things of a desk that replies need."""

    open: list[Order]
    refusal: Exception | None = None
    mine: Mine = field(default_factory=named_mine)
    acknowledged: list[tuple[str, str, Origin]] = field(default_factory=list)
    tested: tuple[str, ...] = ()
    answered: list[str] = field(default_factory=list)
    noted: list[Noted] = field(default_factory=list)

    async def answer_proof(self, person: str, origin: Origin, *, by_number: bool) -> None:
        if person not in self.tested:
            raise Refused("not_asked")
        self.answered.append(person)

    def orders(self) -> list[Order]:
        return self.open

    async def acknowledge_order(self, order: str, by: str, origin: Origin) -> None:
        if self.refusal:
            raise self.refusal
        self.acknowledged.append((order, by, origin))


async def reply(desk: Any, text: str, sender: str = LEADER) -> FindingBook:
    findings = FindingBook()

    async def note(receipt: Noted) -> None:
        desk.noted.append(receipt)

    await Replies(desk, findings, note).take(sender, text)
    return findings


@pytest.mark.parametrize("text", ["1", "\uff11", "\u30001 ", "1。", "1!", "1确认", "1\n", "1 收到"])
async def test_1_acknowledges_when_one_order_is_open(text: str) -> None:
    desk = PaperDesk([order(7, "P1")])
    findings = await reply(desk, text)
    assert desk.acknowledged == [("o7", "P1", Origin.SMS)]
    assert findings.now == {}


@pytest.mark.parametrize(
    "text", ["1 007", "1 7", "\uff11\u3000\uff10\uff10\uff17", "1,007", "1007", "1 007确认。"]
)
async def test_1_and_the_number_names_one_of_several(text: str) -> None:
    desk = PaperDesk([order(6, "P1"), order(7, "P1")])
    await reply(desk, text)
    assert desk.acknowledged == [("o7", "P1", Origin.SMS)]


async def test_a_plain_1_with_two_open_orders_acknowledges_neither() -> None:
    desk = PaperDesk([order(6, "P1"), order(7, "P1")])
    findings = await reply(desk, "1")
    assert desk.acknowledged == []
    assert findings.now[GARBAGE] == "ambiguous"


async def test_orders_that_ask_others_or_are_closed_do_not_make_a_1_ambiguous() -> None:
    desk = PaperDesk([order(5, "P2"), order(6, "P1", closed=True), order(7, "P1")])
    await reply(desk, "1")
    assert desk.acknowledged == [("o7", "P1", Origin.SMS)]


@pytest.mark.parametrize(
    ("text", "sender", "why"),
    [
        ("1", "13999999999", "unknown_sender"),
        ("马上撤", LEADER, "unreadable"),
        ("", LEADER, "unreadable"),
        ("11", LEADER, "unreadable"),
        ("2", LEADER, "unreadable"),
        ("1 009", LEADER, "nothing_asked"),
        ("1", "13800000002", "nothing_asked"),
        ("1 1234", LEADER, "unreadable"),
    ],
)
async def test_what_is_not_understood_is_a_finding_and_acknowledges_nothing(
    text: str, sender: str, why: str
) -> None:
    desk = PaperDesk([order(7, "P1")])
    findings = await reply(desk, text, sender)
    assert desk.acknowledged == []
    assert findings.now[GARBAGE] == why


@pytest.mark.parametrize("sender", ["+8613800000001", "8613800000001", "0086 138-0000-0001"])
async def test_a_carrier_may_put_the_country_before_the_number(sender: str) -> None:
    desk = PaperDesk([order(7, "P1")])
    await reply(desk, "1", sender)
    assert desk.acknowledged == [("o7", "P1", Origin.SMS)]


async def test_a_good_reply_ends_the_finding_of_a_bad_one() -> None:
    desk, findings = PaperDesk([order(7, "P1")]), FindingBook()
    note = PaperOutbox().receipt
    replies = Replies(desk, findings, note)  # type: ignore[arg-type]  # the desk's used part
    await replies.take(LEADER, "?")
    assert GARBAGE in findings.now
    await replies.take(LEADER, "1")
    assert findings.now == {}


async def test_a_second_1_is_no_fault_of_the_leader() -> None:
    desk = PaperDesk([order(7, "P1")], Refused("already_acknowledged"))
    assert (await reply(desk, "1")).now == {}


async def test_who_answers_second_has_it_too() -> None:
    late = order(7, "P1")
    sent = ReceiptRow("k", "P1", "sms", ReceiptStatus.ACCEPTED, 0, START, "")
    desk = PaperDesk([dataclasses.replace(late, receipts={"k": sent})])
    desk.refusal = Refused("already_acknowledged", by="P2")
    findings = await reply(desk, "1")
    assert [(n.key, n.status, n.recipient) for n in desk.noted] == [("k", ReceiptStatus.READ, "P1")]
    assert findings.now == {}


async def test_a_refusal_of_the_desk_is_a_finding_with_its_code() -> None:
    desk = PaperDesk([order(7, "P1")], Refused("not_asked"))
    assert (await reply(desk, "1")).now[GARBAGE] == "not_asked"


async def test_a_reply_the_journal_cannot_take_stays_with_the_carrier() -> None:
    desk = PaperDesk([order(7, "P1")], StoreUnavailable("full"))
    with pytest.raises(StoreUnavailable):
        await reply(desk, "1")


def test_reading_never_trips_over_odd_text() -> None:
    for odd in ("", " ", "1" * 400, "①", "一", "\x00", "1 \U0001f44d", "1 000"):
        read(odd)


@pytest.mark.parametrize("text", ["0", "０", "0。", "1"])
async def test_the_nightly_test_is_answered_where_no_order_asks(text: str) -> None:
    desk = PaperDesk([], tested=("P1",))
    findings = await reply(desk, text)
    assert desk.answered == ["P1"]
    assert findings.now == {}


async def test_a_0_meant_for_the_test_acknowledges_no_order_that_came_meanwhile() -> None:
    desk = PaperDesk([order(7, "P1")], tested=("P1",))
    await reply(desk, "0")
    assert (desk.acknowledged, desk.answered) == ([], ["P1"])


async def test_a_1_is_for_the_order_where_one_asks() -> None:
    desk = PaperDesk([order(7, "P1")], tested=("P1",))
    await reply(desk, "1")
    assert (desk.acknowledged, desk.answered) == ([("o7", "P1", Origin.SMS)], [])
