"""The measure of the alarm book, small: it loses nothing."""

import pytest

from minesafe.bench.order import book

KEYS = {
    "book_transitions_per_s", "book_lost", "book_on_disk_ms", "book_page_ms", "book_cpu_ms",
    "book_loop_ms", "book_vs_one_by_one",
}  # fmt: skip


def test_the_book_loses_no_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "ALARMS", 300)
    monkeypatch.setattr(book, "ONE_BY_ONE", 30)
    found = book.run(1)
    assert found.keys() == KEYS
    assert found["book_lost"] == 0
