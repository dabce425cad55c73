"""The straight line on real parts: one gas reading becomes an evacuation, with no hand on it."""

import asyncio
import json
import os
import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path

import asyncpg
import pytest
from system.parts import open_folder
from system.whole import Journal, command, demo_mine

from minesafe.app import Running
from minesafe.config import files_of, load
from minesafe.demo import demo
from minesafe.embedded.cluster import Cluster
from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import (
    AlarmMove,
    AlarmMoved,
    AllClearSigned,
    FindingBegan,
    FindingEnded,
    FindingKind,
    LadderStepped,
    Noted,
    OrderAcknowledged,
    OrderClosed,
    OrderIssued,
    OrderRaised,
    OrderWidened,
    Origin,
    PersonMoved,
    ReceiptStatus,
)
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.time import SECOND, Micros
from minesafe.notify.texts import size
from minesafe.store.spool import SpoolReader

SPEED = 25.0
LEADER, LEADERS_PHONE = "P01", "10000000001"


@contextmanager
def spool_read_along(data: Path) -> Iterator[dict[int, Frame]]:
    """Frames as the spool holds them, read before history has them and they may go."""
    seen: dict[int, Frame] = {}
    over = threading.Event()

    def read() -> None:
        while not (data / "spool.db").exists() and not over.wait(0.05):
            pass
        while not over.wait(0.05):
            try:
                reader = SpoolReader(data / "spool.db")
            except StoreUnavailable:
                continue
            with closing(reader):
                try:
                    new = reader.after(max(seen, default=0), 10_000)
                except StoreUnavailable:
                    assert not seen  # the file is there, its server is about to make the table
                    continue
            seen.update((f.seq, f) for f in new)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def longest_run(frames: dict[int, Frame]) -> list[Frame]:
    """The longest stretch of frames of which none is missing."""
    runs: list[list[Frame]] = [[]]
    for seq in sorted(frames):
        if runs[-1] and runs[-1][-1].seq != seq - 1:
            runs.append([])
        runs[-1].append(frames[seq])
    return max(runs, key=len)


@pytest.mark.timeout(240)
async def test_gas_outburst_from_the_reading_to_the_all_clear_and_its_proof() -> None:
    folder = open_folder()
    data = folder / "data"
    config = demo_mine(folder, all_clear_hold_s=60, walking_m_s=2.5)
    lines: list[str] = []
    journal = Journal(data)
    with spool_read_along(data) as spooled:
        async with demo(
            load(config), data, files=files_of(config), scenario="gas-outburst", speed=SPEED,
            say=lines.append,
        ) as server:  # fmt: skip
            await the_database_dies_and_comes_back(server, data, journal)
            await journal.until(OrderClosed, 120)
            await history_is_what_the_spool_held(server, data, spooled)
    the_journal_tells_the_story(journal)
    the_right_leader_was_told(lines, journal)
    the_proof_holds_and_finds_a_changed_byte(data, journal)


async def the_database_dies_and_comes_back(server: Running, data: Path, journal: Journal) -> None:
    """While the order is open; nobody may notice but whoever looks back."""
    order = await journal.until(OrderIssued, 60)
    async with asyncio.timeout(60):
        while not await stored(server):  # noqa: ASYNC110  another process takes it
            await asyncio.sleep(0.1)
    cluster = Cluster(data / "postgres")
    os.kill(cluster.postmaster(), signal.SIGINT)
    down = {"finding": FindingKind.DATABASE_DOWN, "subject": "history"}
    await journal.until(FindingBegan, 30, **down)
    began = next(o for o in server.desk.orders() if o.order == order.body.order)
    assert began.is_open
    await journal.until(FindingEnded, 60, **down)


async def stored(server: Running) -> int:
    try:
        return await server.history.stored_through()
    except StoreUnavailable:
        return 0


async def history_is_what_the_spool_held(
    server: Running, data: Path, spooled: dict[int, Frame]
) -> None:
    last = server.pipeline.watch.seq
    async with asyncio.timeout(30):
        while await stored(server) < last:  # noqa: ASYNC110  another process takes it
            await asyncio.sleep(0.1)
    rows, highest = await frames_in_the_database(data)
    assert rows == highest >= last

    run = longest_run({seq: frame for seq, frame in spooled.items() if seq <= last})
    first, end = run[0].now + 2 * SECOND, run[-1].now - 2 * SECOND
    assert end - first > 60 * SECOND, "the test itself read too little along"
    mine, early, late = server.mine, first - 3_600 * SECOND, end + 60 * SECOND

    point = mine.point_row["CH4-T0"]
    held = Readings.joined([f.readings for f in run])
    read = await server.history.values(point, early, late, 1_000_000)
    found = _received(read, read.point == point, first, end)
    assert len(found) > 20
    assert found == _received(held, held.point == point, first, end)

    person = mine.person_row[LEADER]
    seen = Sightings.joined([f.sightings for f in run])
    track = await server.history.track(person, early, late, 1_000_000)
    found = _received(track, track.tag == person, first, end)
    assert len(found) > 20
    assert found == _received(seen, seen.tag == person, first, end)


def _received(
    columns: Readings | Sightings, wanted: object, first: Micros, end: Micros
) -> list[str]:
    """What came in between, as text, so that NaN is NaN; in any order.

    By receipt, which follows the frames: how late a sample comes is up to its device.
    """
    mask = wanted & (columns.received >= first) & (columns.received < end)
    return sorted(repr(row) for row, take in zip(columns.rows(), mask, strict=True) if take)


async def frames_in_the_database(data: Path) -> tuple[int, int]:
    """How many frames are stored, and the highest number."""
    dsn = f"postgresql:///postgres?host={data}/postgres/run&user=minesafe"
    connection = await asyncpg.connect(dsn, timeout=10, command_timeout=10)
    try:
        row = await connection.fetchrow("SELECT count(*), max(seq) FROM frames")
    finally:
        await connection.close()
    assert row is not None
    return row[0], row[1]


def the_journal_tells_the_story(journal: Journal) -> None:
    order = journal.event(OrderIssued).body.order
    told = {"order": order, "recipient": LEADER, "channel": "sms"}
    story = [
        journal.event(AlarmMoved, move=AlarmMove.RAISE, subject="CH4-T0"),
        journal.event(OrderIssued, subject="CH4-T0", leader=LEADER),
        journal.event(LadderStepped, order=order, step=0),
        journal.event(Noted, status=ReceiptStatus.ACCEPTED, **told),
        journal.event(OrderAcknowledged, order=order, by=LEADER, origin=Origin.LINK),
        journal.event(AllClearSigned, order=order),
        journal.event(OrderClosed, order=order),
    ]
    assert all(a.position < b.position for a, b in pairwise(story))
    assert journal.has(OrderRaised, order=order, by=None)

    first, second = journal.of(AllClearSigned)
    assert {first.by, second.by} == {LEADER, "P20"}
    assert (first.override, second.override) == ("", "")
    assert set(journal.of(OrderClosed)[0].by) == {first.by, second.by}

    scopes = [*journal.of(OrderIssued), *journal.of(OrderWidened)]
    last = {p.person: p.whereabouts for scope in scopes for p in scope.people}
    last |= {m.person: m.whereabouts for m in journal.of(PersonMoved)}
    assert len(last) >= 5
    assert set(last.values()) <= {"at_refuge", "out"}
    assert all(m.by is None for m in journal.of(PersonMoved)), "nobody was ticked by hand"


def the_right_leader_was_told(lines: list[str], journal: Journal) -> None:
    entries = [json.loads(line) for line in lines if line.startswith("{")]
    messages = [e for e in entries if e["what"] == "sms"]
    first, link, *_ = [m["text"] for m in messages if m["to"] == LEADERS_PHONE]
    number = journal.of(OrderIssued)[0].number
    assert size(first) <= 70
    assert f"{number:03d}" in first
    assert "http://127.0.0.1:" in link
    asked = {person for step in journal.of(LadderStepped) for _, person in step.asked}
    phones = {p.phone for p in load(journal.data.parent / "mine").people if p.id in asked}
    assert {m["to"] for m in messages} <= phones
    assert any(e["what"] == "acknowledged" for e in entries)


def the_proof_holds_and_finds_a_changed_byte(data: Path, journal: Journal) -> None:
    done = command("journal", "verify", data)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{len(journal.events)} records" in done.stdout

    event = journal.event(OrderAcknowledged)
    file = data / "journal.db"
    journal.close()
    with closing(sqlite3.connect(file)) as connection:  # our reading kept the log from folding
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = file.read_bytes()
    at = content.index(f'"position":{event.position},'.encode())
    at = content.index(b"order_acknowledged", at)
    file.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    found = command("journal", "verify", data)
    assert found.returncode == 1
    assert f"record {event.position}:" in found.stderr
    shown = command("journal", "show", data)
    assert shown.returncode == 1
    assert shown.stderr.startswith("journal breaks at record")
