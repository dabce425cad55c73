"""归档: statutory reports that were numbered, and who signed them."""

from minesafe.model.events.body import Body, Origin
from minesafe.model.filing import Post, Series


class ReportFiled(Body, frozen=True, kw_only=True, tag="report_filed"):
    """A report has its number. What it says is kept beside the journal, under its digest."""

    report: str
    """`<series>-<day>-<number>`."""
    series: Series
    day: str
    """2026-11-26; of a monthly one 2026-11."""
    number: int
    """1, 2, 3 … of its series and day; a higher one replaces the lower."""
    digest: str
    """SHA-256 of what it says."""
    stands_on: int
    """Position of the newest record that was read for it, and that record's hash."""
    head: str
    by: str
    origin: Origin


class ReportSigned(Body, frozen=True, kw_only=True, tag="report_signed"):
    """Somebody signs what a report says, with the password again."""

    report: str
    digest: str
    post: Post
    by: str
    origin: Origin
