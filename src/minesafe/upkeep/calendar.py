"""The calendar of the device register: what is to be calibrated, tested, and certified, by when.

The register says when a thing was done last; from then on the journal knows better: a calibration
permit that ended well is a calibration, a call that came through is a test. What is overdue is a
finding, and so an alarm, until it is done.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, TypeAlias
from zoneinfo import ZoneInfo

from minesafe.model.device import Due
from minesafe.model.errors import Refused
from minesafe.model.events import (
    AnyBody,
    DeviceTested,
    FindingKind,
    Noted,
    Origin,
    PermitAsked,
    PermitEnded,
    PermitKind,
    ReceiptStatus,
)
from minesafe.model.fold import Fold
from minesafe.model.mine import Mine, Papers
from minesafe.model.time import SECOND, Micros

SOON = 0.8
"""Of a period; after that a thing is due, though not overdue."""

DONE = "done"
"""How a permit ends whose work was done."""

CAME_THROUGH = (ReceiptStatus.DELIVERED, ReceiptStatus.READ)
"""Receipts of a device that show that it works."""

DAY: Micros = 86_400 * SECOND

Wanted: TypeAlias = Mapping[FindingKind, Mapping[str, str]]
"""Kind of finding → subject → detail."""


class Calendar(Fold):
    """What was done last to each device: a fold over the journal, on top of the register."""

    HOLDS: ClassVar[Mapping[str, Any]] = {
        "_calibrated": dict[str, Micros],
        "_tested": dict[str, Micros],
        "_asked": dict[str, str],
    }
    AROUND: ClassVar[frozenset[str]] = frozenset({"_papers", "_called", "_clock"})

    def __init__(self, mine: Mine) -> None:
        self._calibrated: dict[str, Micros] = {}
        self._tested: dict[str, Micros] = {}
        self._asked: dict[str, str] = {}
        """Open permits for calibration, and of what."""
        self.take_over(mine)

    def take_over(self, mine: Mine) -> None:
        """Go on under another revision: what was done stays done."""
        self._papers = {papers.id: papers for papers in mine.papers}
        self._called = {b.id for b in mine.broadcasters} | {t.id for t in mine.telephones}
        self._called |= {o.id for o in mine.outputs if o.kind == "horn"}
        self._clock = ZoneInfo(mine.server.timezone)

    # --- the fold ---------------------------------------------------------------------------

    def apply(self, body: AnyBody, at: Micros) -> None:
        """Take one journalled body; of most nothing follows."""
        if isinstance(body, PermitAsked):
            if body.permit_kind is PermitKind.CALIBRATION:
                self._asked[body.permit] = body.subject
        elif isinstance(body, PermitEnded):
            subject = self._asked.pop(body.permit, "")
            if subject and body.reason == DONE:
                self._calibrated[subject] = at
        elif isinstance(body, DeviceTested) and body.well:
            self._tested[body.device] = at
        elif isinstance(body, Noted) and body.status in CAME_THROUGH:
            self._heard_of(body.recipient, at)

    def _heard_of(self, recipient: str, at: Micros) -> None:
        if recipient in self._papers or recipient in self._called:  # most are people
            self._tested[recipient] = at

    # --- reading ----------------------------------------------------------------------------

    def papers(self, device: str) -> Papers | None:
        """What the register says of a device."""
        return self._papers.get(device)

    def calibration(self, device: str) -> Due:
        """Its calibration; nothing is asked of a device without papers."""
        papers = self._papers.get(device)
        if papers is None:
            return Due(self._calibrated.get(device), None)
        return self._due(papers.calibrated, self._calibrated.get(device), papers.calibration_days)

    def test(self, device: str) -> Due:
        """Its test call."""
        papers = self._papers.get(device)
        if papers is None:
            return Due(self._tested.get(device), None)
        return self._due(papers.tested, self._tested.get(device), papers.test_days)

    def expires(self, device: str) -> Micros | None:
        """When its certificate is over: at the midnight after its last day."""
        papers = self._papers.get(device)
        if papers is None or papers.valid_until is None:
            return None
        return self._midnight(papers.valid_until + timedelta(days=1))

    def _due(self, written: date | None, known: Micros | None, days: float | None) -> Due:
        """The later of what is written and what is known; never done is due since ever."""
        times = [t for t in (known, self._midnight(written) if written else None) if t is not None]
        last = max(times, default=None)
        if days is None:
            return Due(last, None)
        return Due(last, 0 if last is None else last + round(days * DAY))

    def _midnight(self, day: date) -> Micros:
        """At which a day begins by the mine's wall clock."""
        return int(datetime(day.year, day.month, day.day, tzinfo=self._clock).timestamp()) * SECOND

    # --- deciding ---------------------------------------------------------------------------

    def decide_test(self, device: str, well: bool, note: str, by: str) -> DeviceTested:
        """Somebody tried it.

        Raises:
            Refused: not_tested, where its papers do not ask for it.
        """
        papers = self._papers.get(device)
        if papers is None or papers.test_days is None:
            raise Refused("not_tested", device=device)
        return DeviceTested(
            device=device, well=well, note=note.strip(), by=by, origin=Origin.CONSOLE
        )

    def wanted(self, now: Micros) -> Wanted:
        """What is due, overdue and expired, each with its day by the mine's wall clock."""
        found: dict[FindingKind, dict[str, str]] = {kind: {} for kind in KINDS}
        for device, papers in self._papers.items():
            for kind, day in self._of(device, papers, now):
                found[kind][device] = self._day(day)
        return found

    def _of(self, device: str, papers: Papers, now: Micros) -> Iterator[tuple[FindingKind, Micros]]:
        due = self.calibration(device).due
        if due is not None and now >= due:
            yield FindingKind.CALIBRATION_OVERDUE, due
        elif due is not None and now >= due - self._notice(papers):
            yield FindingKind.CALIBRATION_DUE, due
        test, ends = self.test(device).due, self.expires(device)
        if test is not None and now >= test:
            yield FindingKind.TEST_OVERDUE, test
        if ends is not None and now >= ends:
            yield FindingKind.CERTIFICATE_EXPIRED, ends

    def _notice(self, papers: Papers) -> Micros:
        return round((papers.calibration_days or 0.0) * (1 - SOON) * DAY)

    def _day(self, at: Micros) -> str:
        return datetime.fromtimestamp(at / SECOND, self._clock).date().isoformat() if at else ""


KINDS = (
    FindingKind.CALIBRATION_DUE,
    FindingKind.CALIBRATION_OVERDUE,
    FindingKind.TEST_OVERDUE,
    FindingKind.CERTIFICATE_EXPIRED,
)
"""Findings of the calendar."""
