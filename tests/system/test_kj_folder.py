"""A folder another system writes into: each file once, whole, and never an old one as news."""

import asyncio
import contextlib
import math
import os
import shutil
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes import FindingBook, HandClock, Inbox
from small_mine import point, reader, small_mine

from minesafe.model.events import FindingKind
from minesafe.model.mine import KjHost, Limits, Mine, Name
from minesafe.model.quality import Quality
from minesafe.model.time import MINUTE, SECOND, Micros
from minesafe.sources.files import folder
from minesafe.sources.files.folder import PATIENCE_S
from minesafe.sources.files.host import Brought, HostWatch
from minesafe.sources.files.looker import Looker
from minesafe.sources.files.records import LONGEST
from minesafe.sources.positioning.ranges import Roadways
from minesafe.store.notebook import SqliteNotebook

NO = Name("", "")
GARBAGE, DOWN = FindingKind.GARBAGE, (FindingKind.LINK_DOWN, "KJ1")


def mine(path: Path) -> Mine:
    base = small_mine()
    methane = replace(point("CH4", "ch4", Limits(alarm_high=1.0)), device="KJ1")
    return replace(
        base,
        points=(methane,),
        kj_hosts=(KjHost("KJ1", NO, str(path), "510123", 30.0),),
        readers=(replace(reader("R1", "A", 50.0), station="KJ1"),),
        zones=(),
        server=replace(base.server, timezone="UTC"),
    )


@dataclass
class Site:
    """A host's folder, and what is heard of it look by look."""

    path: Path
    clock: HandClock
    inbox: Inbox
    book: FindingBook
    notes: SqliteNotebook
    looker: Looker[Brought]
    watch: HostWatch

    def write(self, kind: str, *records: str, at: Micros | None = None, end: str = "||") -> Path:
        when = datetime.fromtimestamp((self.clock.now() if at is None else at) / SECOND, UTC)
        body = "".join(f"{r}~\r\n" for r in (f"{when:%Y-%m-%d %H:%M:%S};{len(records)}", *records))
        path = self.path / f"510123_{kind}_{when:%Y%m%d%H%M%S}.TXT"
        path.write_bytes((body + end).encode("gbk"))
        return path

    async def look(self, seconds: float = 1.0) -> None:
        self.clock.turn(seconds)
        await self.watch.look(self.looker)

    def values(self) -> list[float]:
        good = (Quality.GOOD, Quality.CLOCK)
        return [v for _, v, q, _, _ in self.inbox.readings() if q in good]


@contextlib.asynccontextmanager
async def site(home: Path, clock: HandClock | None = None) -> AsyncIterator[Site]:
    path = home / "upload"
    path.mkdir(exist_ok=True)
    clock, inbox, book = clock or HandClock(), Inbox(), FindingBook()
    notes, m, looker = SqliteNotebook(home / "notebook.db"), mine(path), Looker[Brought]("look")
    watch = HostWatch(m, Roadways(m), m.kj_hosts[0], inbox, clock, book, notes, hung_s=0.2)
    try:
        yield Site(path, clock, inbox, book, notes, looker, watch)
    finally:
        looker.close()
        notes.close()


async def test_a_file_is_heard_once_also_over_a_restart(tmp_path: Path) -> None:
    async with site(tmp_path) as s:
        path = s.write("SSSJ", "CH4;0.42;0")
        await s.look()
        await s.look()
        assert s.values() == [0.42]
        assert s.book.now == {}
    async with site(tmp_path, s.clock) as again:
        await again.look()
        assert again.values() == []
        path.write_bytes(path.read_bytes().replace(b"0.42", b"0.43"))
        await again.look()
        assert again.values() == [0.43], "the same name with other content is another file"


async def test_a_half_written_file_is_waited_for_and_then_used_as_far_as_it_goes(
    tmp_path: Path,
) -> None:
    async with site(tmp_path) as s:
        path = s.write("SSSJ", "CH4;0.42;0", end="")
        await s.look()
        assert s.values() == []
        path.write_bytes(path.read_bytes() + b"||\r\n")
        await s.look()
        assert s.values() == [0.42]
        s.clock.turn(30)
        s.write("SSSJ", "CH4;0.44;0", end="CH4;0.")
        await s.look()
        await s.look(PATIENCE_S - 2)
        assert s.values() == [0.42]
        await s.look(3)
        assert s.values() == [0.42, 0.44]
        (words,) = [w for (kind, _), w in s.book.now.items() if kind is GARBAGE]
        assert "_SSSJ_" in words
        assert ":3: " in words


async def test_a_thousand_old_files_are_no_news_and_are_not_opened(tmp_path: Path) -> None:
    async with site(tmp_path) as s:
        now = s.clock.now()
        for minutes in range(1, 1001):
            s.write("SSSJ", "CH4;9.9;0", at=now - minutes * MINUTE)
        await s.look()
        assert s.values() == []
        s.write("SSSJ", "CH4;0.42;0")
        await s.look()
        assert s.values() == [0.42]


async def test_a_backlog_that_is_let_go_is_passed_over_to_its_newest(tmp_path: Path) -> None:
    async with site(tmp_path) as s:
        for seconds in range(300, 0, -30):
            s.write("SSSJ", f"CH4;{seconds / 1000};0", at=s.clock.now() - seconds * SECOND)
        await s.look()
        assert s.values() == [0.03]


async def test_a_host_whose_clock_is_off_is_heard_from_its_second_file_on(tmp_path: Path) -> None:
    async with site(tmp_path) as s:
        for n in range(3):
            s.write("SSSJ", f"CH4;0.{n}1;0", at=s.clock.now() - 3 * 60 * MINUTE)
            await s.look(30)
        assert s.values() == [0.11, 0.21]
        assert (FindingKind.CLOCK_OFF, "KJ1") in s.book.now


async def test_a_folder_that_vanishes_is_told_at_once_and_its_points_are_lost(
    tmp_path: Path,
) -> None:
    async with site(tmp_path) as s:
        s.write("SSSJ", "CH4;0.42;0")
        await s.look()
        away = tmp_path / "away"
        s.path.rename(away)
        await s.look()
        assert DOWN in s.book.now
        assert s.inbox.readings()[-1][2] == Quality.COMMS_LOST
        assert math.isnan(s.inbox.readings()[-1][1])
        assert s.inbox.sightings()[-1][10] == Quality.COMMS_LOST
        away.rename(s.path)
        s.clock.turn(30)
        s.write("SSSJ", "CH4;0.43;0")
        await s.look()
        assert DOWN not in s.book.now
        assert s.values() == [0.42, 0.43]


async def test_a_host_that_writes_no_more_is_down_and_each_period_its_points_are_lost(
    tmp_path: Path,
) -> None:
    async with site(tmp_path) as s:
        s.write("SSSJ", "CH4;0.42;0")
        await s.look()
        await s.look(89)
        assert DOWN not in s.book.now
        await s.look(3)
        assert DOWN in s.book.now
        lost = len(s.inbox.readings())
        await s.look(5)
        assert len(s.inbox.readings()) == lost
        await s.look(30)
        assert len(s.inbox.readings()) == lost + 1


async def test_a_share_that_hangs_is_told_and_holds_up_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with site(tmp_path) as s:
        mounted, scan = threading.Event(), os.scandir

        def hangs(path: Path) -> object:
            mounted.wait(20)
            return scan(path)

        monkeypatch.setattr(folder.os, "scandir", hangs)
        s.write("SSSJ", "CH4;0.42;0")
        looking = asyncio.create_task(s.look())
        async with asyncio.timeout(5):
            while DOWN not in s.book.now:  # noqa: ASYNC110  a thread's doing
                await asyncio.sleep(0.02)
        mounted.set()
        await looking
        assert s.values() == [0.42]
        assert DOWN not in s.book.now


async def test_fifty_megabytes_are_not_read_and_the_rest_is(tmp_path: Path) -> None:
    async with site(tmp_path) as s:
        path = s.path / "510123_KGBH_20260301080000.TXT"
        with path.open("wb") as file:
            file.truncate(50 << 20)
        s.write("SSSJ", "CH4;0.42;0")
        await s.look()
        assert s.values() == [0.42]
        assert "too long" in s.book.now[GARBAGE, "KJ1/KGBH"]
        assert path.stat().st_size > LONGEST


async def test_a_broken_record_in_the_middle_costs_itself_and_is_told_with_file_and_line(
    tmp_path: Path,
) -> None:
    async with site(tmp_path) as s:
        path = s.write("SSSJ", "CH4;0.40;0", "CH4", "CH4;0.4x;0", "CH4;0.42;0")
        await s.look()
        assert s.values() == [0.40, 0.42]
        assert s.book.now == {
            (GARBAGE, "KJ1/SSSJ"): f"{path.name}:3: 1 fields, needs 2 (and 1 more)"
        }
        s.clock.turn(30)
        s.write("SSSJ", "CH4;0.43;0")
        await s.look()
        assert s.book.now == {}, "the next whole file ends it"


async def test_other_files_are_none_of_ours(tmp_path: Path) -> None:
    async with site(tmp_path) as s:
        whole = s.write("SSSJ", "CH4;0.42;0")
        for name in (
            whole.name.replace("510123", "999"),
            "x.txt",
            "510123_ABCD_20260301080000.TXT",
        ):
            shutil.copy(whole, s.path / name)
        (s.path / "510123_SSSJ_20990301080000.TXT").mkdir()
        await s.look()
        await s.look()
        assert s.values() == [0.42]
        assert s.book.now == {}


async def test_definitions_are_compared_at_every_start_and_settled_ones_end(tmp_path: Path) -> None:
    async with site(tmp_path) as s:
        s.write("CDDY", "CH4;1201;;;0;4;1.2;;;;;;")
        await s.look()
        differs = (FindingKind.DEFINITION_DIFFERS, "CH4")
        assert "(looser)" in s.book.now[differs]
    async with site(tmp_path, s.clock) as again:
        await again.look()
        assert differs in again.book.now
        again.clock.turn(60)
        again.write("CDDY", "CH4;1201;;;0;4;1.0;;;;;;")
        await again.look()
        assert differs not in again.book.now


async def test_what_changed_between_two_looks_is_judged_in_its_order(tmp_path: Path) -> None:
    async with site(tmp_path) as s:
        at = datetime.fromtimestamp(s.clock.now() / SECOND - 20, UTC)
        s.write("WFSJ", f"CH4;0.4;1.62;{at:%Y-%m-%d %H:%M:%S};;")
        s.write("SSSJ", "CH4;0.42;0")
        await s.look()
        assert s.values() == [1.62, 0.42]
