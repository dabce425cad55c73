"""What the spool promises: nothing committed is lost, and it drains when it is full."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from store_samples import frames, large_frame

from minesafe.model.errors import StoreUnavailable
from minesafe.store.snapshots import Snapshots
from minesafe.store.spool import SpoolReader, SqliteSpool


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[SqliteSpool]:
    spool = SqliteSpool(tmp_path / "spool.db", cap_mb=1, ballast_mb=1, reserve_mb=1)
    yield spool
    spool.close()


def test_frames_come_back_as_they_were_and_in_order(spool: SqliteSpool) -> None:
    spool.commit(frames(1, 3))
    spool.commit(frames(4, 5))
    assert spool.after(0, 100) == frames(1, 5)
    assert spool.after(2, 2) == frames(3, 4)
    assert SpoolReader(spool.path).after(4, 9) == frames(5, 5)


def test_the_last_number_survives_dropping_and_a_restart(spool: SqliteSpool) -> None:
    assert spool.last_seq() == 0
    spool.commit(frames(1, 9))
    spool.drop_through(9)
    again = SqliteSpool(spool.path, cap_mb=1, ballast_mb=1, reserve_mb=1)
    assert (again.last_seq(), again.after(0, 10), again.first_seq()) == (9, [], 0)
    assert again.identity == spool.identity


def test_dropping_leaves_what_is_later(spool: SqliteSpool) -> None:
    spool.commit(frames(1, 9))
    spool.drop_through(6)
    assert (spool.first_seq(), spool.after(0, 10)) == (7, frames(7, 9))


def test_a_full_spool_refuses_says_so_and_drains(spool: SqliteSpool) -> None:
    with pytest.raises(StoreUnavailable, match="the spool is full"):
        fill_up(spool)
    seq = spool.last_seq() + 1
    assert spool.fill() > 0.9
    assert spool.ballast_held, "the disk is not full, only the spool is"
    spool.drop_through(seq - 1)
    assert spool.fill() < 0.1
    spool.commit([large_frame(seq, 500)])
    assert spool.after(0, 10) == [large_frame(seq, 500)]


def fill_up(spool: SqliteSpool) -> None:
    for seq in range(1, 1000):
        spool.commit([large_frame(seq, 500)])


def test_a_number_is_never_given_twice(spool: SqliteSpool) -> None:
    spool.commit(frames(1, 3))
    with pytest.raises(StoreUnavailable):
        spool.commit(frames(3, 4))
    assert (spool.last_seq(), spool.after(0, 10)) == (3, frames(1, 3))


def test_a_broken_frame_is_named_and_passed_over(spool: SqliteSpool) -> None:
    spool.commit(frames(1, 9))
    with sqlite3.connect(spool.path) as other:
        other.execute(
            "UPDATE frames SET frame = CAST(x'00' || substr(frame, 2) AS BLOB) WHERE seq IN (3, 4)"
        )
        other.execute(
            "UPDATE frames SET frame = (SELECT frame FROM frames WHERE seq = 1) WHERE seq = 6"
        )
    other.close()
    assert [f.seq for f in spool.after(0, 100)] == [1, 2, 5, 7, 8, 9]
    assert [f.seq for f in spool.after(2, 2)] == [5]
    assert set(spool.broken) == {3, 4, 6}
    spool.drop_through(5)
    assert set(spool.broken) == {6}


def test_a_ballast_is_held_and_taken_again(spool: SqliteSpool, tmp_path: Path) -> None:
    assert (tmp_path / "spool.ballast").stat().st_blocks * 512 >= 1 << 20
    (tmp_path / "spool.ballast").unlink()
    assert not spool.ballast_held
    spool.drop_through(0)
    assert spool.ballast_held


# --- snapshots ------------------------------------------------------------------------------


def test_the_newest_snapshot_is_read_after_a_restart(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    assert (snapshots.newest(), snapshots.covered) == (None, 0)
    for seq in (10, 20, 30):
        snapshots.write(seq, b"state %d" % seq)
    assert Snapshots(tmp_path).newest() == (30, b"state 30")


def test_frames_are_kept_until_two_snapshots_have_them(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    snapshots.write(10, b"a")
    assert snapshots.covered == 0
    snapshots.write(20, b"b")
    assert snapshots.covered == Snapshots(tmp_path).covered == 10


@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "renamed"])
def test_a_spoilt_snapshot_gives_way_to_the_one_before(tmp_path: Path, damage: str) -> None:
    snapshots = Snapshots(tmp_path)
    snapshots.write(10, b"good state")
    snapshots.write(20, b"spoilt state")
    newest = max(tmp_path.glob("*.snapshot"))
    data = newest.read_bytes()
    ways = {"flip": data[:-3] + b"X" + data[-2:], "cut": data[:-1], "empty": b"", "renamed": data}
    newest.write_bytes(ways[damage])
    if damage == "renamed":
        newest.rename(tmp_path / f"{30:020d}.snapshot")
    assert Snapshots(tmp_path).newest() == (10, b"good state")


def test_a_half_written_snapshot_is_not_one(tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(b"MSS1")
    assert Snapshots(tmp_path).newest() is None
