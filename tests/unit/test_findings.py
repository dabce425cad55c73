"""What is wrong now: begun once, ended once, and never more than can be read."""

from story import START

from minesafe.findings import MOST_SUBJECTS, OVERFLOW, FindingBook
from minesafe.model.events import FindingBegan, FindingEnded, FindingKind
from minesafe.model.time import SECOND

DOWN, GAP = FindingKind.LINK_DOWN, FindingKind.GAP


def report(book: FindingBook, kind: FindingKind, subject: str, on: bool, second: int = 0) -> str:
    """What was journalled: its subject, or nothing."""
    body = book.decide(kind, subject, on, "no answer")
    if body is None:
        return ""
    book.apply(body, START + second * SECOND)
    return body.subject


def test_a_finding_begins_once_and_ends_once() -> None:
    book = FindingBook()
    assert [report(book, DOWN, "S1", on) for on in (False, True, True, False, False)] == [
        "", "S1", "", "S1", "",
    ]  # fmt: skip
    assert book.open() == []


def test_what_is_wrong_is_listed_oldest_first_with_its_time() -> None:
    book = FindingBook()
    report(book, DOWN, "S2", True, 5)
    report(book, GAP, "S2", True, 3)
    report(book, DOWN, "S1", True, 4)
    assert [(f.finding, f.subject, at - START) for f, at in book.open()] == [
        (GAP, "S2", 3 * SECOND), (DOWN, "S1", 4 * SECOND), (DOWN, "S2", 5 * SECOND),
    ]  # fmt: skip


def test_one_kind_that_overflows_leaves_room_for_the_others() -> None:
    book = FindingBook()
    for i in range(MOST_SUBJECTS):
        report(book, DOWN, f"S{i}", True)
    assert report(book, DOWN, "one more", True) == OVERFLOW
    assert report(book, DOWN, "and another", True) == ""
    assert report(book, GAP, "S1", True) == "S1"


def test_the_overflow_stands_until_nothing_of_its_kind_is_known_to_be_wrong() -> None:
    """Nobody counts those it stands for; while others are wrong, they may be too."""
    book = FindingBook()
    for i in range(MOST_SUBJECTS + 1):
        report(book, DOWN, f"S{i}", True)
    assert report(book, DOWN, f"S{MOST_SUBJECTS}", False) == ""
    for i in range(MOST_SUBJECTS - 1):
        assert report(book, DOWN, f"S{i}", False) == f"S{i}"
    assert report(book, DOWN, f"S{MOST_SUBJECTS - 1}", False) == f"S{MOST_SUBJECTS - 1}"
    assert report(book, DOWN, f"S{MOST_SUBJECTS}", False) == OVERFLOW
    assert book.open() == []


def test_the_book_is_what_its_journal_says() -> None:
    book, again = FindingBook(), FindingBook()
    for subject, on in (("S1", True), ("S2", True), ("S1", False), ("S3", True)):
        body = book.decide(DOWN, subject, on, "")
        assert isinstance(body, FindingBegan | FindingEnded)
        book.apply(body, START)
        again.apply(body, START)
    assert again.open() == book.open()
