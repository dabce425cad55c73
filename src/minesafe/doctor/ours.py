"""What is ours: the revision, the people who log in, the journal, and the server if it runs."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from minesafe.doctor.finding import Found, bad, look, well
from minesafe.embedded.child import holder
from minesafe.model.errors import BrokenJournal, StoreUnavailable
from minesafe.model.mine import Mine, Role
from minesafe.model.time import SECOND, Micros
from minesafe.readiness import LIMITS
from minesafe.store import accounts, approvals, chain
from minesafe.store.machine import copied
from minesafe.watchdog import status
from minesafe.watchdog.watch import boot_id
from minesafe.watchdog.words import WORDS

RESTART = "restart it, keep its log"

STALE_BACKUP_S = 26 * 3600.0
"""A night and two hours: copies are made every night."""


def revision(mine: Mine, data: Path, warnings: int) -> Iterator[Found]:
    """Checked, and approved by two."""
    says = f"revision {mine.revision}, {len(mine.points)} points, {len(mine.people)} people"
    if warnings:
        yield look("config", f"{says}, {warnings} warnings", "read them: minesafe check CONFIG")
    else:
        yield well("config", says)
    if mine.demo:
        yield look("approval", "a demo approves its own", "never let it watch a mine")
        return
    by = approvals.noted(data / "accounts.db", mine.revision)
    if len(by) >= approvals.NEEDED:
        yield well("approval", f"by {', '.join(by)}")
    else:
        have = ", ".join(by) or "nobody"
        yield bad(
            "approval", f"by {have}", f"{approvals.NEEDED} must: minesafe approve CONFIG USER"
        )


def people(mine: Mine, data: Path) -> Iterator[Found]:
    """Whether those who must act can log in."""
    known = accounts.with_password(data / "accounts.db")
    without = [user.name for user in mine.users if user.name not in known]
    if without and not mine.demo:
        yield look(
            "log-ins", f"no password: {', '.join(without)}", "minesafe user password CONFIG NAME"
        )
    else:
        yield well("log-ins", f"{len(mine.users)} users")
    for role in (Role.DISPATCHER, Role.ENGINEER, Role.ADMIN):
        able = [u for u in mine.users if role in u.roles and (mine.demo or u.name in known)]
        if not able:
            yield bad("log-ins", f"no {role} can log in", "name one in users.toml, give a password")


def journal(data: Path) -> Found:
    """Whether the chain holds from its first record to the newest."""
    path = data / "journal.db"
    if not path.exists():
        return look("journal", "there is none yet", "it begins at the first start")
    try:
        return well("journal", f"{chain.verify(path)} records, the chain holds")
    except (BrokenJournal, StoreUnavailable) as error:
        return bad("journal", str(error), "stop, copy the directory aside, find out")


def server(data: Path) -> Found:
    """Whether it runs, and works: by its status row, as the watchdog sees it."""
    pid = holder(data)
    if pid is None:
        return look("server", "does not run", "minesafe run CONFIG, or its unit")
    row = status.read(str(data / "status"), boot_id())
    if row is None:
        return bad("server", f"process {pid} writes no status", RESTART)
    now = time.monotonic()
    wrong = [WORDS["en"][code] for code in status.troubles(row, now, now, LIMITS)]
    if wrong:
        return bad("server", f"process {pid}: {', '.join(wrong)}", RESTART)
    age = now - row.written
    return well(
        "server", f"process {pid}, a frame judged {(row.ages['frame'] or 0) + age:.1f} s ago"
    )


def backup(data: Path, now: Micros) -> Found:
    """Whether there is a copy of last night."""
    last = copied(data)
    if last is None:
        return look("back-up", "none was made", "minesafe backup CONFIG FOLDER, every night")
    hours = (now - last.at) / (3600 * SECOND)
    said = f"{hours:.0f} h old, in {last.to}"
    if hours * 3600 > STALE_BACKUP_S:
        return look("back-up", said, "minesafe backup CONFIG FOLDER, every night")
    return well("back-up", said)


def version() -> Found:
    """Of the program, and of what it runs on."""
    from importlib.metadata import version as installed

    python = ".".join(map(str, sys.version_info[:3]))
    return well("program", f"minesafe {installed('minesafe')}, Python {python}")
