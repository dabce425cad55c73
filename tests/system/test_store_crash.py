"""A server that is killed in the middle of writing, twenty times over; a disk that is full."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from minesafe.store.chain import verify
from minesafe.store.journal import SqliteJournal
from minesafe.store.spool import SqliteSpool

ROOT = Path(__file__).parents[2]
WRITER = Path(__file__).with_name("store_writer.py")


def python(*arguments: str | Path) -> list[str]:
    return [sys.executable, str(WRITER), *map(str, arguments)]


def environment() -> dict[str, str]:
    given = os.environ.get("PYTHONPATH", "")
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests"), given])
    return {**os.environ, "PYTHONPATH": path}


class Nursery:
    """Starts writers that say what is on disk once they were told that it is; then they die."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            python("nursery", folder),
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def killed_while_writing(self, after_s: float) -> list[int]:
        """The last record, command and frame a writer said are on disk."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write("\n")
        stdin.flush()
        writer = int(stdout.readline().removeprefix("ready"))
        time.sleep(after_s)
        os.kill(writer, signal.SIGKILL)
        lines = list(iter(stdout.readline, "died\n"))
        return [int(word) for word in lines[-1].split()] if lines else [0, 0, 0]

    def close(self) -> None:
        self._process.communicate()


def test_killed_twenty_times_it_has_everything_it_was_told_is_on_disk(tmp_path: Path) -> None:
    chance = random.Random(6)
    told = [0, 0, 0]
    nursery = Nursery(tmp_path)
    for epoch in range(1, 21):
        told = max(told, nursery.killed_while_writing(chance.uniform(0, 0.15)))
        records = verify(tmp_path / "journal.db")
        journal = SqliteJournal(tmp_path / "journal.db", ballast_mb=0)
        spool = SqliteSpool(tmp_path / "spool.db", cap_mb=64, ballast_mb=0, reserve_mb=0)
        pending = len(journal.pending())
        assert records >= told[0]
        assert records == 2 * pending, "two records and their command come together or not at all"
        assert spool.last_seq() >= told[2]
        stored = [frame.seq for frame in spool.after(0, 1_000_000)]
        assert stored == list(range(1, spool.last_seq() + 1))
        assert (spool.broken, journal.epoch) == ({}, 2 * epoch)
        journal.close()
        spool.close()
    nursery.close()
    assert told[0] > 100, "the writer had time to write something"


@pytest.fixture
def tiny_disk() -> list[str]:
    """How to run something with a disk of 56 MB of its own at /mnt."""
    mount = 'mount -t tmpfs -o size=56m tmpfs /mnt && exec "$@"'
    return ["unshare", "--user", "--map-root-user", "--mount", "sh", "-ec", mount, "sh"]


def test_a_full_disk_spends_the_ballast_and_the_spool_still_drains(tiny_disk: list[str]) -> None:
    done = subprocess.run(
        [*tiny_disk, *python("fill", "/mnt")],
        env=environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    said = json.loads(done.stdout)
    assert said["ballast_before"] is True
    assert said["ballast_when_full"] is False
    assert said["frames_when_refused"] == said["frames_kept"] > 0
    assert said["journal_went_on_by"] > 0, "the journal has its own ballast"
    assert said["frames_after_draining"] == 0
    assert said["ballast_at_last"] is True
    assert said["journal_records"] == said["journal_verified"]
