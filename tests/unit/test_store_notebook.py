"""What sources must not forget is there after a restart, and every owner has his own."""

from pathlib import Path

import pytest

from minesafe.model.errors import StoreUnavailable
from minesafe.store.notebook import SqliteNotebook


def test_notes_outlive_the_process_and_are_forgotten_when_told(tmp_path: Path) -> None:
    book = SqliteNotebook(tmp_path / "notebook.db")
    book.put("calls/BS1", {"10007": "", "10008": ""})
    book.put("files/KJ", {"a.TXT": "1", "b.TXT": "2"})
    book.put("files/KJ", {"a.TXT": "3"})
    book.forget("calls/BS1", ["10007"])
    book.close()
    again = SqliteNotebook(tmp_path / "notebook.db")
    assert again.notes("calls/BS1") == {"10008": ""}
    assert again.notes("files/KJ") == {"a.TXT": "3", "b.TXT": "2"}
    assert again.notes("nobody") == {}
    again.close()


def test_a_notebook_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notebook.db").write_bytes(b"no database" * 100)
    with pytest.raises(StoreUnavailable):
        SqliteNotebook(tmp_path / "notebook.db")
