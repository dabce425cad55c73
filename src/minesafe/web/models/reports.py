"""Statutory reports: their numbers and signatures."""

from typing import Annotated

from pydantic import Field

from minesafe.model.filing import Post, Series
from minesafe.web.models.wire import Wire


class WantedReportIn(Wire):
    """Which report is to be made."""

    series: Series
    day: Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])(-\d\d)?$")]
    """2026-11-26 by the mine's calendar; of a monthly one 2026-11."""


class ReportSignIn(Wire):
    """A signature, with the password again."""

    post: Post
    password: Annotated[str, Field(max_length=200)]


class ReportLineOut(Wire):
    """A line to sign on."""

    post: Post
    by: str | None
    """Person id; null: nobody yet."""
    at: int | None


class ReportOut(Wire):
    """A statutory report that has its number."""

    report: str
    series: Series
    day: str
    number: int
    digest: str
    """SHA-256 of what it says."""
    position: int
    """Of the newest record of the journal it stands on."""
    head: str
    made: int
    by: str
    newest: bool
    """No higher number of its day replaces it."""
    lines: list[ReportLineOut]
