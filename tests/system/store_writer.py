"""A process of its own that writes journal and spool until it is killed or the disk is full."""

import json
import os
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

from store_samples import START, finding, frames, horn_on, large_frame

from minesafe.model.errors import StoreUnavailable
from minesafe.store.chain import verify
from minesafe.store.journal import SqliteJournal
from minesafe.store.spool import SqliteSpool


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def write(folder: Path) -> None:
    """Two records and one command a time, then three frames; says what is on disk."""
    journal = SqliteJournal(folder / "journal.db", ballast_mb=0)
    spool = SqliteSpool(folder / "spool.db", cap_mb=64, ballast_mb=0, reserve_mb=0)
    commands = journal.head[0] // 2
    say(f"ready {os.getpid()}")
    for command in count(commands):
        bodies = [(finding(command), START), (finding(command), START)]
        last = journal.append(bodies, now=START, commands=[horn_on(command)])[-1]
        seq = spool.last_seq()
        spool.commit(frames(seq + 1, seq + 3))
        say(f"{last.position} {command} {spool.last_seq()}")


def nursery(folder: Path) -> None:
    """For each line a child that writes; says when it has died. Starting Python once is enough."""
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            write(folder)
        os.waitpid(child, 0)
        say("died")


def fill(folder: Path) -> None:
    """Until nothing goes in any more; then drain; then whoever took the disk lets go of it."""
    (folder / "somebody-elses.log").write_bytes(bytes(24 << 20))
    spool = SqliteSpool(folder / "spool.db", cap_mb=64, ballast_mb=4)
    journal = SqliteJournal(folder / "journal.db", ballast_mb=1)
    said: dict[str, object] = {"ballast_before": spool.ballast_held}
    said["frames_when_refused"] = until_refused(lambda seq: spool.commit([large_frame(seq, 400)]))
    said["ballast_when_full"] = spool.ballast_held
    said["frames_kept"] = len(spool.after(0, 100_000))
    said["journal_went_on_by"] = until_refused(
        lambda number: journal.append([(finding(number), START)], now=START)
    )
    for seq in range(10, spool.last_seq() + 10, 10):
        spool.drop_through(min(seq, spool.last_seq()))
    said["frames_after_draining"] = len(spool.after(0, 100_000))
    (folder / "somebody-elses.log").unlink()
    said["ballast_at_last"] = spool.restore_ballast() and journal.restore_ballast()
    spool.commit([large_frame(spool.last_seq() + 1, 400)])
    said["journal_records"], said["journal_verified"] = journal.head[0], verify(journal.path)
    say(json.dumps(said))


def until_refused(work: Callable[[int], object]) -> int:
    """The last number that went in."""
    for number in count(1):
        try:
            work(number)
        except StoreUnavailable:
            return number - 1
    raise AssertionError("nothing is refused")


if __name__ == "__main__":
    {"nursery": nursery, "fill": fill}[sys.argv[1]](Path(sys.argv[2]))
