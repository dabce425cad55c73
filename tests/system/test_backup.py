"""A database that is lost, or a whole machine: what is brought back is counted by its number."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import asyncpg
import pytest
from history_line import Line, ask, disk_at, running, until
from small_mine import small_mine
from store_samples import START, finding
from system.parts import new_database, open_folder
from typer.testing import CliRunner

from minesafe.backup import restore, save
from minesafe.cli import app
from minesafe.embedded.postgres import Postgres
from minesafe.model.errors import StoreUnavailable
from minesafe.model.mine import Database, Mine
from minesafe.store.accounts import Accounts
from minesafe.store.chain import verify
from minesafe.store.feeds import Writer


def mine_of(home: Path) -> Mine:
    return replace(small_mine(), database=Database("", str(home / "archive")))


@asynccontextmanager
async def recording(data: Path, mine: Mine) -> AsyncIterator[tuple[Line, str]]:
    """The server's own stores and database, as long as it runs."""
    own = Postgres(data / "postgres", archive=mine.database.archive)
    async with own as dsn, disk_at(data) as disk:
        line = Line(disk, dsn)
        async with running(line.feeder):
            yield line, dsn
        await line.history.close()


async def noted(line: Line, number: int) -> None:
    journal = line.disk.journal
    await line.disk.thread.run(journal.append, [(finding(number), START)], now=START)


async def numbers(dsn: str) -> tuple[object, object]:
    frames = await ask(dsn, "SELECT array_agg(seq ORDER BY seq) FROM frames")
    return frames, await ask(dsn, "SELECT array_agg(position ORDER BY position) FROM events")


async def archived(dsn: str) -> datetime:
    """The log up to this moment lies in the archive; the database's own time of it."""
    connection = await asyncpg.connect(dsn, timeout=10, command_timeout=60)
    try:
        at = await connection.fetchval("SELECT clock_timestamp()")
        await connection.execute("CREATE TABLE IF NOT EXISTS after_it (a int)")
        await connection.execute("INSERT INTO after_it VALUES (1)")
        name = await connection.fetchval("SELECT pg_walfile_name(pg_switch_wal())")
        query = f"SELECT coalesce(last_archived_wal, '') >= '{name}' FROM pg_stat_archiver"
        await until(lambda: connection.fetchval(query))
        return at  # type: ignore[no-any-return]  # a timestamptz
    finally:
        await connection.close()


class Home:
    """A mine's machine, and a disk elsewhere: 300 frames, three records, a copy, and the log."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data, self.mine = folder, folder / "data", mine_of(folder)
        self.log = folder / "log"
        """The archived log as it was when the machine was lost."""
        self.copy = folder
        self.moment = datetime.now(UTC)

    async def record(self) -> None:
        """A copy after frame 100, a moment after 200, lost after 300."""
        self.data.mkdir()
        (self.data / "revisions").mkdir()
        (self.data / "revisions" / "abc").write_text("[limits]", "utf-8")
        Accounts(self.data / "accounts.db", lambda: START).close()
        async with recording(self.data, self.mine) as (line, dsn):
            line.covered = 0  # no snapshot covers anything: the spool keeps what is stored
            await self.until(line, 100, 1)
            made = datetime(2026, 11, 27, 6, tzinfo=UTC)
            self.copy = await save(self.mine, self.data, self.folder / "copies", made)
            await self.until(line, 200, 2)
            self.moment = await archived(dsn)
            await self.until(line, 300, 3)
            await archived(dsn)
        kept = ("cp", "-a", str(self.folder / "archive"), str(self.log))
        await asyncio.to_thread(subprocess.run, kept, check=True)

    async def until(self, line: Line, frame: int, record: int) -> None:
        await line.commit(frame - 99, frame)
        await noted(line, record)
        await until(lambda: line.reaches(frame))
        await until(lambda: line.projects(record))


@pytest.fixture(scope="module")
def home() -> Home:
    home = Home(open_folder())
    with ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, home.record()).result()
    return home


async def test_a_database_that_is_lost_comes_back_to_a_moment_and_the_rest_is_projected_again(
    home: Home,
) -> None:
    shutil.rmtree(home.data / "postgres")
    where = {"until": home.moment, "archive": str(home.log)}
    found = await restore(home.mine, home.copy, home.data, **where)  # type: ignore[arg-type]  # by name
    assert (found.frames, found.events, found.set_aside) == (200, 2, 0)
    assert found.from_copy == (), "journal and spool were not lost"
    async with recording(home.data, home.mine) as (line, dsn):
        line.covered = 0
        await line.commit(301, 320)
        await until(lambda: line.reaches(320))
        await until(lambda: line.projects(3))
        await line.counted(320)
        assert (await numbers(dsn))[1] == [1, 2, 3]


async def test_a_machine_that_is_lost_goes_on_where_its_copy_and_its_log_are(home: Home) -> None:
    """The copies of journal and spool are older than what the log brings the database to."""
    other = home.folder / "other"
    found = await restore(home.mine, home.copy, other, archive=str(home.log))
    assert (found.frames, found.events, found.set_aside) == (300, 1, 2)
    assert {"journal.db", "spool.db", "accounts.db", "revisions"} <= set(found.from_copy)
    assert (other / "revisions" / "abc").read_text("utf-8") == "[limits]"
    assert verify(other / "journal.db") == 1
    mine = replace(home.mine, database=Database(""))
    async with recording(other, mine) as (line, dsn):
        assert await line.disk.thread.run(line.disk.spool.last_seq) == 300, "none is given twice"
        await line.commit(301, 310)
        await noted(line, 4)
        await until(lambda: line.reaches(310))
        await until(lambda: line.projects(2))
        await line.counted(310)
        assert (await numbers(dsn))[1] == [1, 2, 2, 3], "what the journal lost is not deleted"


async def test_a_database_of_the_mines_own_takes_an_older_journal_once_it_is_put_back(
    tmp_path: Path,
) -> None:
    """The machine is lost after the copy, the database elsewhere is not, and knows more."""
    dsn, data, lost = new_database(), tmp_path / "data", tmp_path / "lost"
    mine = replace(small_mine(), database=Database(dsn, ""))
    data.mkdir()
    copy = data
    for copied, writer in ((True, Writer(1, "a")), (False, Writer(7, "b"))):
        async with disk_at(data) as disk:
            line = Line(disk, dsn, writer=writer)
            line.covered = 0
            async with running(line.feeder):
                first = 1 if copied else 101
                await line.commit(first, first + 99)
                await noted(line, first)
                await until(partial(line.reaches, first + 99))
                await until(partial(line.projects, 1 if copied else 2))
            await line.history.close()
        if copied:
            copy = await save(mine, data, tmp_path / "copies", datetime.now(UTC))
    data.rename(lost)
    nowhere = replace(mine, database=Database("postgresql:///t?host=/nowhere&user=x", ""))
    with pytest.raises(StoreUnavailable, match="the files are back"):
        await restore(nowhere, copy, data)
    done = await restore(mine, copy, data)
    assert (done.frames, done.events, done.set_aside) == (200, 1, 1)
    async with disk_at(data) as disk:
        line = Line(disk, dsn, writer=Writer(2, "c"))
        async with running(line.feeder):
            await line.commit(201, 210)
            await noted(line, 2)
            await until(lambda: line.reaches(210))
            await until(lambda: line.projects(2))
        await line.history.close()
        assert line.findings.now == {}
    assert await ask(dsn, "SELECT array_agg(seq ORDER BY seq) FROM frames") == [*range(1, 211)]


async def test_a_spoilt_copy_and_one_of_another_mine_are_refused(home: Home) -> None:
    with pytest.raises(StoreUnavailable, match="not of other"):
        await restore(replace(home.mine, id="other"), home.copy, home.folder / "third")
    closed = home.folder / "closed"
    closed.mkdir(mode=0o700)
    if os.geteuid() == 0:  # as ourselves we read what we copied
        with pytest.raises(StoreUnavailable, match="cannot be read by nobody: chown"):
            await restore(home.mine, home.copy, home.folder / "fourth", archive=str(closed))
    (home.copy / "spool.db").write_bytes(b"")
    with pytest.raises(StoreUnavailable, match=r"spool\.db is not what was copied"):
        await restore(home.mine, home.copy, home.folder / "third")


def test_the_commands_say_what_they_need() -> None:
    for command, word in (("backup", "备份"), ("restore", "恢复")):
        said = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"})
        assert (said.exit_code, word in said.output) == (0, True)
