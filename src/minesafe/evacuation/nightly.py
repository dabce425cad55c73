"""Reachability: each night a real test message goes by the real channels to whoever may be asked.

Who has not answered by morning is a finding, and so is a number from which nobody has ever
answered. A fold over the journal like the orders: after a crash nobody is asked a second time.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from minesafe.duty import DutyBook
from minesafe.evacuation.telling import BY_NAME, written_by
from minesafe.model.commands import CallOut, Command, OrderFacts, SendText, key_of
from minesafe.model.errors import Refused
from minesafe.model.events import (
    AnyBody,
    Noted,
    OrderKind,
    Origin,
    ReachAnswered,
    ReachAsked,
    ReceiptStatus,
    TestSent,
)
from minesafe.model.fold import Fold
from minesafe.model.mine import Mine
from minesafe.model.nightly import NightlyProof, NightlyRow, SentTest
from minesafe.model.time import SECOND, Micros

AHEAD: Micros = 24 * 3600 * SECOND
"""Whoever holds a post of a shift that begins before this may be asked until the next proof."""

LOOK: Micros = 60 * SECOND
"""How often the clock and the roster are looked at."""

DAY = timedelta(days=1)

KEPT = 50
"""Tests whose receipts are shown."""

BETWEEN: Micros = 30 * SECOND
"""So long between two tests of one person by one channel."""


class Nightly(Fold):
    """The newest proof, and every number that has been proven."""

    HOLDS: ClassVar[Mapping[str, Any]] = {
        "proof": NightlyProof | None,
        "proven": dict[str, str],
        "proven_at": dict[str, Micros],
        "tests": dict[str, SentTest],
        "count": int,
    }
    AROUND: ClassVar[frozenset[str]] = frozenset({"_mine", "_duty", "_looked"})

    def __init__(self, mine: Mine, duty: DutyBook) -> None:
        self._mine = mine
        self._duty = duty
        self.proof: NightlyProof | None = None
        self.proven: dict[str, str] = {}
        """The number each person has answered from last."""
        self.proven_at: dict[str, Micros] = {}
        """And when that was."""
        self.tests: dict[str, SentTest] = {}
        """Tests that somebody sent, the newest last."""
        self.count = 0
        self._looked: Micros = 0

    def take_over(self, mine: Mine) -> None:
        """Go on under another revision: a changed number is no proven one."""
        self._mine = mine
        self._looked = 0

    # --- the fold -------------------------------------------------------------------------

    def apply(self, body: AnyBody, now: Micros) -> Iterator[Command]:
        """Take one journalled body; what it asks of the outside."""
        if isinstance(body, ReachAsked):
            rows = {p: NightlyRow(p, phone, None, {}) for p, phone in body.people}
            self.proof = NightlyProof(body.proof, now, body.answer_by, rows)
            yield from _messages(body, now)
            yield from self._calls(body, now)
        elif isinstance(body, TestSent):
            self._keep(body, now)
            yield _test_command(body, now)
        elif isinstance(body, ReachAnswered):
            if body.phone:
                self.proven[body.person] = body.phone
                self.proven_at[body.person] = now
            self._change(body.proof, body.person, lambda row: replace(row, answered=now))
            if body.proof in self.tests:
                test = self.tests[body.proof]
                self.tests[body.proof] = replace(test, answered=now)
        elif isinstance(body, Noted):
            came = {body.channel: body.status}
            self._came(body, now)
            self._change(
                body.order,
                body.recipient,
                lambda row: replace(row, receipts=dict(row.receipts) | came),
            )

    def _keep(self, body: TestSent, now: Micros) -> None:
        """The newest few: older ones are in the journal."""
        self.count += 1
        told = (body.test, body.person, body.phone, body.channel, body.by)
        kept = [*self.tests.items()][1 - KEPT :]
        self.tests = dict(kept) | {body.test: SentTest(*told, now, None, ())}

    def _came(self, noted: Noted, now: Micros) -> None:
        """A receipt of a test; the same status again says nothing new."""
        test = self.tests.get(noted.order)
        if test is not None and noted.status not in (status for status, _, _ in test.came):
            came = (*test.came, (noted.status, now, noted.detail))
            self.tests[noted.order] = replace(test, came=came)

    def _change(self, proof: str, person: str, change: Callable[[NightlyRow], NightlyRow]) -> None:
        known = self.proof
        if known is None or known.proof != proof or person not in known.rows:
            return
        rows = dict(known.rows) | {person: change(known.rows[person])}
        self.proof = replace(known, rows=rows)

    def knows(self, noted: Noted) -> bool:
        """Whether a receipt says only what is known of the proof, or of a test."""
        if (test := self.tests.get(noted.order)) is not None:
            return noted.status in (status for status, _, _ in test.came)
        row = self.proof.rows.get(noted.recipient) if self.proof is not None else None
        same = row is not None and row.receipts.get(noted.channel) is noted.status
        return same and self.proof is not None and noted.order == self.proof.proof

    def _calls(self, asked: ReachAsked, now: Micros) -> Iterator[Command]:
        """The test on the tags of those who have one."""
        for person, _ in asked.people if BY_NAME in asked.channels else ():
            row = self._mine.person_row.get(person)
            if row is not None and self._mine.people[row].tag:
                yield CallOut(
                    key=key_of(asked.proof, 0, person, BY_NAME),
                    channel=BY_NAME,
                    order=asked.proof,
                    step=0,
                    recipient=person,
                    about="proof",
                    issued=now,
                )

    # --- what follows -----------------------------------------------------------------------

    def answered(self, noted: Noted) -> Iterator[ReachAnswered]:
        """A tag's button says that its wearer has the test, once."""
        row = self.proof.rows.get(noted.recipient) if self.proof is not None else None
        if self.proof is None or row is None or noted.order != self.proof.proof:
            return
        if noted.status is ReceiptStatus.READ and row.answered is None:
            yield self.answer(noted.recipient, "", Origin.TAG)

    def on_time(self, now: Micros) -> Iterator[ReachAsked]:
        """Ask when the hour has come, once a night."""
        if self._mine.policy.proof is None or now - self._looked < LOOK:
            return
        self._looked = now
        began, ends = self._night(now)
        asked_since = self.proof is not None and self.proof.asked >= began
        if now < ends and not asked_since:
            people = tuple((p, self._phone(p)) for p in self.on_call(now))
            channels = (*written_by(self._mine), *self._paging())
            if people and channels:
                proof = f"proof-{began // SECOND}"
                yield ReachAsked(proof=proof, people=people, channels=channels, answer_by=ends)

    def _paging(self) -> tuple[str, ...]:
        called = self._mine.paging is not None and BY_NAME in self._mine.policy.scope_channels
        return (BY_NAME,) if called else ()

    def answer(self, person: str, phone: str, origin: Origin) -> ReachAnswered:
        """Somebody answers, from this number, or from none.

        Raises:
            Refused: not_asked.
        """
        test = self._waits(person)
        if test is not None:
            return ReachAnswered(proof=test.test, person=person, phone=phone, origin=origin)
        if self.proof is None or person not in self.proof.rows:
            raise Refused("not_asked")
        return ReachAnswered(proof=self.proof.proof, person=person, phone=phone, origin=origin)

    def _waits(self, person: str) -> SentTest | None:
        """The newest test of a person that came after the proof and has no answer."""
        since = self.proof.asked if self.proof is not None else 0
        tests = (t for t in reversed(self.tests.values()) if t.person == person and t.sent > since)
        return next((t for t in tests if t.answered is None), None)

    def decide_test(self, person: str, channel: str, by: str, now: Micros) -> TestSent:
        """Send somebody a test; the ladder's channels alone reach a person.

        Raises:
            Refused: unknown_person · no_such_channel · test_waits (within half a minute).
        """
        if person not in self._mine.person_row:
            raise Refused("unknown_person")
        if channel not in written_by(self._mine):
            raise Refused("no_such_channel", channel=channel)
        last = next((t for t in reversed(self.tests.values()) if t.person == person), None)
        if last is not None and last.channel == channel and now - last.sent < BETWEEN:
            raise Refused("test_waits", wait_s=(last.sent + BETWEEN - now) // SECOND + 1)
        return TestSent(
            test=f"test-{self.count + 1}",
            person=person,
            phone=self._phone(person),
            channel=channel,
            by=by,
            origin=Origin.CONSOLE,
        )

    # --- what is known ----------------------------------------------------------------------

    def unreached(self, now: Micros) -> dict[str, str]:
        """Who has not answered by morning, and how far the test came with each channel."""
        proof = self.proof
        if proof is None or self._mine.policy.proof is None:
            return {}
        return {p: _how_far(proof.rows[p]) for p in proof.missing(now)}

    def unproven(self, now: Micros) -> dict[str, str]:
        """Who may be asked and has never answered from the number there is now.

        Not who is unreached: that says more, and one alarm a person is enough.
        """
        if self._mine.policy.proof is None:
            return {}
        said = self.unreached(now)
        phones = {p: self._phone(p) for p in self.on_call(now) if p not in said}
        failed = self._failed_tests()
        return {
            p: failed.get(p, phone)
            for p, phone in phones.items()
            if not phone or self._is_new(p, phone) or p in failed
        }

    def _failed_tests(self) -> dict[str, str]:
        """Whose newest test by a channel failed, and by which."""
        newest = {(test.person, test.channel): test for test in self.tests.values()}
        return {p: f"{channel}:failed" for (p, channel), test in newest.items() if test.failed}

    def _is_new(self, person: str, phone: str) -> bool:
        return self.proven.get(person) != phone

    def on_call(self, now: Micros) -> list[str]:
        """Everybody who holds a post now or within a day, each once."""
        posts = (
            person
            for shift in self._duty.roster.between(now, now + AHEAD)
            for _, person in shift.posts
        )
        return [p for p in dict.fromkeys(posts) if p in self._mine.person_row]

    def _phone(self, person: str) -> str:
        return self._mine.people[self._mine.person_row[person]].phone

    def _night(self, now: Micros) -> tuple[Micros, Micros]:
        """When the newest proof was due, and until when its answers count."""
        proof = self._mine.policy.proof
        assert proof is not None
        zone = ZoneInfo(self._mine.server.timezone)
        here = datetime.fromtimestamp(now / SECOND, UTC).astimezone(zone)
        began = datetime.combine(here.date(), proof.at, zone)
        if began > here:
            began -= DAY
        ends = datetime.combine(began.date(), proof.by, zone)
        if ends <= began:
            ends += DAY
        return round(began.timestamp()) * SECOND, round(ends.timestamp()) * SECOND


def _how_far(row: NightlyRow) -> str:
    return " ".join(f"{channel}:{status.value}" for channel, status in row.receipts.items())


def _messages(asked: ReachAsked, now: Micros) -> Iterator[Command]:
    """One written test for each person and channel, under keys of its own."""
    for person, phone in asked.people:
        for channel in asked.channels:
            if channel == BY_NAME:
                continue
            yield SendText(
                key=key_of(asked.proof, 0, person, channel),
                channel=channel,
                order=asked.proof,
                step=0,
                recipient=person,
                phone=phone,
                about="proof",
                facts=NOTHING,
                issued=now,
            )


def _test_command(sent: TestSent, now: Micros) -> SendText:
    return SendText(
        key=key_of(sent.test, 0, sent.person, sent.channel),
        channel=sent.channel,
        order=sent.test,
        step=0,
        recipient=sent.person,
        phone=sent.phone,
        about="proof",
        facts=NOTHING,
        issued=now,
    )


NOTHING = OrderFacts(
    number=0, order_kind=OrderKind.STOP_WORK, drill=True, zones=(), subject="", condition="",
    value=None, limit=None, people=0, destination="",
)  # fmt: skip
"""A test is about no order."""
