"""Numbers of statutory reports: without a gap, with what they stand on, and who signed."""

import pytest

from minesafe.filing import FilingBook
from minesafe.filing.book import KEPT
from minesafe.model.errors import Refused
from minesafe.model.events import Origin, ReportFiled
from minesafe.model.filing import SIGNERS, Post, Series
from minesafe.model.filing_acts import FileReport, SignReport
from minesafe.model.mine import Role
from minesafe.model.time import SECOND, Micros

NOW: Micros = 1_764_100_000 * SECOND
DAY = 86_400 * SECOND


def act(
    digest: str, *, series: Series = Series.DAILY, day: str = "2025-11-24", ended: Micros = NOW
) -> FileReport:
    return FileReport("DESK", Origin.CONSOLE, series, day, digest, 7, "h", ended)


def file(book: FilingBook, wanted: FileReport, now: Micros = NOW) -> str:
    body = book.decide_file(wanted, now)
    if body is not None:
        book.apply(body, now)
    found = book.newest(wanted.series, wanted.day)
    assert found is not None
    return found.report


def test_numbers_of_a_day_run_without_a_gap_and_the_same_gets_no_second_one() -> None:
    book = FilingBook()
    given = [file(book, act(digest)) for digest in ("a", "a", "b", "b", "a")]
    assert given == [f"daily-20251124-{n}" for n in (1, 1, 2, 2, 3)]
    assert file(book, act("a", day="2025-11-25")) == "daily-20251125-1"
    assert file(book, act("a", series=Series.LEADERS)) == "leaders-20251124-1"
    assert [f.before for f in book.all() if f.day == "2025-11-24"] == ["", "b", "a", ""]


def test_who_signs_signs_what_it_says_and_no_other_line_of_it() -> None:
    book = FilingBook()
    report = file(book, act("a"))

    def sign(post: Post, by: str, *roles: Role) -> None:
        wanted = SignReport(by, Origin.CONSOLE, report, post, roles)
        book.apply(book.decide_sign(wanted), NOW + SECOND)

    sign(Post.CHIEF_ENGINEER, "E", Role.ENGINEER)
    for post, by, role, code in (
        (Post.VENTILATION_HEAD, "E", Role.ENGINEER, "same_person"),
        (Post.CHIEF_ENGINEER, "F", Role.ENGINEER, "line_signed"),
        (Post.MINE_HEAD, "F", Role.ENGINEER, "role_not_allowed"),
    ):
        with pytest.raises(Refused, match=code):
            sign(post, by, role)
    assert [s.by for s in book.get(report).signatures] == ["E"]
    file(book, act("b"))
    with pytest.raises(Refused, match="superseded"):
        sign(Post.MINE_HEAD, "HEAD", Role.LEADER)
    assert Post.VENTILATION_HEAD not in SIGNERS[Series.LEADERS]


def test_after_three_years_a_report_is_listed_no_more_and_its_number_is_not_given_again() -> None:
    book = FilingBook()
    file(book, act("a"))
    late = NOW + KEPT + DAY
    file(book, act("x", day="2028-11-26", ended=late), late)
    assert [f.day for f in book.all()] == ["2028-11-26"]
    with pytest.raises(Refused, match="report_too_old"):
        book.decide_file(act("b"), late)


def test_what_is_filed_names_the_record_it_stands_on() -> None:
    body = FilingBook().decide_file(act("a"), NOW)
    assert isinstance(body, ReportFiled)
    assert (body.stands_on, body.head, body.digest) == (7, "h", "a")
