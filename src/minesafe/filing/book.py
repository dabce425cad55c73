"""The filing book: which report has which number, what it stands on, who has signed.

A number is given by the journal and by nothing else, so there is no gap in it and none twice. The
same data has the same digest and gets no second number; other data gets the next one, and whoever
signed the one before has not signed it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from minesafe.model.errors import Refused
from minesafe.model.events import ReportFiled, ReportSigned
from minesafe.model.filing import ROLE_OF, SIGNERS, Filed, Series, Signature
from minesafe.model.filing_acts import FileReport, SignReport
from minesafe.model.fold import Fold
from minesafe.model.time import SECOND, Micros

FilingBody = ReportFiled | ReportSigned

KEPT: Micros = 1096 * 86_400 * SECOND
"""So long a report is listed, and what it says is kept: the law's longest is two years (AQ
6201-2019, unverified), and a year more. The journal keeps its number and digest for ever."""

MOST = 20_000
"""Reports that are listed; six a day for three years are a third of it. Beyond, the oldest goes."""


class FilingBook(Fold):
    """Reports that are kept, the oldest first."""

    HOLDS: ClassVar[Mapping[str, Any]] = {"_filed": dict[str, Filed], "_newest": dict[str, str]}
    AROUND: ClassVar[frozenset[str]] = frozenset()

    def __init__(self) -> None:
        self._filed: dict[str, Filed] = {}
        self._newest: dict[str, str] = {}
        """Series and day → the report with the highest number."""

    # --- reading ------------------------------------------------------------------------

    def all(self) -> Sequence[Filed]:
        """The newest first."""
        return tuple(reversed(self._filed.values()))

    def get(self, report: str) -> Filed:
        """One report.

        Raises:
            Refused: unknown_report.
        """
        found = self._filed.get(report)
        if found is None:
            raise Refused("unknown_report", report=report)
        return found

    def newest(self, series: Series, day: str) -> Filed | None:
        """The one in force of a day."""
        return self._filed.get(self._newest.get(_key(series, day), ""))

    # --- deciding -----------------------------------------------------------------------

    def decide_file(self, act: FileReport, now: Micros) -> ReportFiled | None:
        """Give it the next number; None where the newest says the same already.

        Raises:
            Refused: report_too_old: its day's numbers are not known any more.
        """
        newest = self.newest(act.series, act.day)
        if newest is not None and newest.digest == act.digest:
            return None
        if now - act.ended > KEPT:
            raise Refused("report_too_old", day=act.day)
        number = 1 if newest is None else newest.number + 1
        return ReportFiled(
            report=f"{_key(act.series, act.day)}-{number}",
            series=act.series,
            day=act.day,
            number=number,
            digest=act.digest,
            stands_on=act.position,
            head=act.head,
            by=act.by,
            origin=act.origin,
        )

    def decide_sign(self, act: SignReport) -> ReportSigned:
        """Sign one line of a report.

        Raises:
            Refused: unknown_report · superseded · no_such_line · role_not_allowed ·
                line_signed · same_person.
        """
        filed = self.get(act.report)
        if self.newest(filed.series, filed.day) != filed:
            raise Refused("superseded", report=self._newest[_key(filed.series, filed.day)])
        if act.post not in SIGNERS[filed.series]:
            raise Refused("no_such_line", post=act.post)
        if ROLE_OF[act.post] not in act.roles:
            raise Refused("role_not_allowed", act="sign_report")
        for signature in filed.signatures:
            if signature.post is act.post:
                raise Refused("line_signed", by=signature.by)
            if signature.by == act.by:
                raise Refused("same_person", by=act.by)
        return ReportSigned(
            report=filed.report, digest=filed.digest, post=act.post, by=act.by, origin=act.origin
        )

    # --- the fold -----------------------------------------------------------------------

    def apply(self, body: FilingBody, valid: Micros) -> None:
        """Take one journalled body."""
        if isinstance(body, ReportFiled):
            self._file(body, valid)
        elif (filed := self._filed.get(body.report)) is not None:
            signature = Signature(body.post, body.by, valid)
            signed = replace(filed, signatures=(*filed.signatures, signature))
            self._filed[body.report] = signed

    def _file(self, body: ReportFiled, valid: Micros) -> None:
        before = self.newest(body.series, body.day)
        self._filed[body.report] = Filed(
            report=body.report,
            series=body.series,
            day=body.day,
            number=body.number,
            digest=body.digest,
            before="" if before is None else before.digest,
            position=body.stands_on,
            head=body.head,
            made=valid,
            by=body.by,
        )
        self._newest[_key(body.series, body.day)] = body.report
        self._forget(valid - KEPT)

    def _forget(self, since: Micros) -> None:
        """What was made before, and what is too many."""
        for report, filed in list(self._filed.items()):
            if filed.made >= since and len(self._filed) <= MOST:
                return
            del self._filed[report]
            key = _key(filed.series, filed.day)
            if self._newest.get(key) == report:
                del self._newest[key]


def _key(series: Series, day: str) -> str:
    """What all numbers of a day have in common."""
    return f"{series.value}-{day.replace('-', '')}"
