"""What filed reports say stays as long as a report names it, and no cleaning up costs a report."""

import logging
import os
import time
from pathlib import Path

import pytest

from minesafe.store.kept import ON_ITS_WAY_S, ChangedReport, KeptReports


def aged(path: Path) -> Path:
    long_ago = time.time() - ON_ITS_WAY_S - 60
    os.utime(path, (long_ago, long_ago))
    return path


def test_what_nobody_names_goes_when_it_can_be_on_no_way_to_a_number(tmp_path: Path) -> None:
    kept = KeptReports(tmp_path / "reports")
    named, dropped, new = (kept.put(word) for word in (b"named", b"dropped", b"new"))
    half = tmp_path / "reports" / f"{named}.4711"
    half.write_bytes(b"na")
    for path in (tmp_path / "reports").iterdir():
        if path.stem != new:
            aged(path)
    kept.forget_all_but({named})
    assert kept.get(named) == b"named"
    assert kept.get(new) == b"new", "on its way"
    assert not half.exists(), "a crash left it"
    with pytest.raises(ChangedReport):
        kept.get(dropped)


def test_what_cannot_be_taken_away_is_said_and_keeps_nothing_from_being_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "reports"
    kept = KeptReports(folder)
    old = kept.put(b"old")
    (folder / f"{old}.json").unlink()
    (folder / f"{old}.json").mkdir()  # a folder is none of ours to take away
    aged(folder / f"{old}.json")
    with caplog.at_level(logging.WARNING):
        kept.forget_all_but(())
    assert "stays" in caplog.text
    assert kept.get(kept.put(b"new")) == b"new"
