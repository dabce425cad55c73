"""What the journal promises: order, a chain, and commands with the events that ask for them."""

import asyncio
import random
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import pytest
from store_samples import START, finding, horn_on, noted

from minesafe.model.errors import BrokenJournal, StoreUnavailable
from minesafe.model.events import Event, ReceiptStatus
from minesafe.ports import Journal
from minesafe.store.chain import FIRST, anchor_path, verify
from minesafe.store.following import JournalReader
from minesafe.store.journal import SqliteJournal
from minesafe.store.thread import DiskThread

OpenJournal = Callable[[], SqliteJournal]


def fill(journal: Journal, count: int = 20) -> None:
    for number in range(count):
        journal.append([(finding(number), START)], now=START + number, frame=number + 1)


def tamper(path: Path, *statements: str) -> None:
    """Somebody with the right to write the file."""
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


# --- records --------------------------------------------------------------------------------


def test_records_are_numbered_without_a_gap_and_each_names_the_one_before(
    journal: SqliteJournal,
) -> None:
    first, second = journal.append(
        [(finding(1), START), (finding(2), START - 5)], now=START + 1, frame=7, cause=None
    )
    (third,) = journal.append([(finding(3), START)], now=START + 2, cause=2)
    assert [e.position for e in (first, second, third)] == [1, 2, 3]
    assert [first.previous, second.previous, third.previous] == [FIRST, first.hash, second.hash]
    assert (second.valid, second.recorded, second.frame) == (START - 5, START + 1, 7)
    assert (third.frame, third.cause) == (None, 2)


def test_what_is_written_together_is_there_whole_and_chained_or_not_at_all(
    journal: SqliteJournal, open_journal: OpenJournal
) -> None:
    def write(refused: bool) -> list[Event]:
        (one,) = journal.append([(finding(1), START)], now=START)
        two = journal.append(
            [(finding(2), START)], now=START + 1, cause=one.position, commands=[horn_on()]
        )
        if refused:
            raise StoreUnavailable("no space left on device")
        return [one, *two]

    with pytest.raises(StoreUnavailable, match="no space"):
        journal.together(lambda: write(refused=True))
    assert (journal.read(0, 10), journal.pending(), journal.head) == ([], [], (0, FIRST))
    written = journal.together(lambda: write(refused=False))
    (third,) = journal.append([(finding(3), START)], now=START + 2)
    assert [e.position for e in (*written, third)] == [1, 2, 3]
    assert [e.previous for e in (*written, third)] == [FIRST, *(e.hash for e in written)]
    assert (written[1].cause, len(journal.pending())) == (1, 1)
    assert open_journal().read(0, 10) == [*written, third]


def test_a_restart_reads_what_was_written_and_begins_an_epoch(open_journal: OpenJournal) -> None:
    before = open_journal()
    written = before.append([(finding(1), START)], now=START)
    after = open_journal()
    assert (before.epoch, after.epoch) == (1, 2)
    assert after.read(0, 10) == written
    assert after.append([(finding(2), START)], now=START)[0].epoch == 2
    assert after.identity == before.identity


def test_reading_goes_on_after_a_position(journal: SqliteJournal) -> None:
    fill(journal)
    assert [e.position for e in journal.read(17, 10)] == [18, 19, 20]
    assert [e.position for e in journal.read(5, 2)] == [6, 7]


def test_a_host_of_an_older_epoch_can_write_nothing_any_more(open_journal: OpenJournal) -> None:
    stale, new = open_journal(), open_journal()
    with pytest.raises(StoreUnavailable, match="epoch 2"):
        stale.append([(finding(1), START)], now=START, commands=[horn_on()])
    with pytest.raises(StoreUnavailable, match="epoch 2"):
        stale.sending(horn_on().key, 1)
    assert (new.read(0, 10), new.pending()) == ([], [])


def test_the_last_frame_that_led_to_anything_is_known_after_a_restart(
    open_journal: OpenJournal,
) -> None:
    journal = open_journal()
    assert journal.last_decided() == 0
    journal.append([(finding(1), START)], now=START, frame=41)
    journal.append([(finding(2), START)], now=START)
    assert journal.last_decided() == open_journal().last_decided() == 41


def test_a_journal_of_a_newer_program_is_refused(open_journal: OpenJournal, tmp_path: Path) -> None:
    open_journal()
    tamper(tmp_path / "journal.db", "PRAGMA user_version = 99")
    with pytest.raises(StoreUnavailable, match="newer program"):
        open_journal()


def test_what_is_no_journal_is_refused(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"this is a letter" * 512)
    with pytest.raises(StoreUnavailable, match="not a database"):
        SqliteJournal(tmp_path / "journal.db")
    with pytest.raises(StoreUnavailable, match="no such file"):
        JournalReader(tmp_path / "nothing.db")


def test_when_the_disk_refuses_nothing_was_written(journal: SqliteJournal) -> None:
    fill(journal, 3)
    journal._connection.execute("PRAGMA query_only = on")
    with pytest.raises(StoreUnavailable):
        journal.append([(finding(9), START)], now=START, commands=[horn_on()])
    journal._connection.execute("PRAGMA query_only = off")
    assert (len(journal.read(0, 10)), journal.pending()) == (3, [])
    assert journal.append([(finding(4), START)], now=START)[0].position == 4


# --- the outbox -----------------------------------------------------------------------------


def test_a_command_is_there_with_the_event_that_asks_for_it_and_only_once(
    open_journal: OpenJournal,
) -> None:
    journal = open_journal()
    journal.append([(finding(1), START)], now=START, commands=[horn_on(), horn_on(1)])
    journal.append([(finding(2), START)], now=START, commands=[horn_on()])
    assert open_journal().pending() == [(horn_on(), 0), (horn_on(1), 0)]


def test_an_attempt_that_was_begun_before_a_crash_is_counted(open_journal: OpenJournal) -> None:
    journal = open_journal()
    journal.append([], now=START, commands=[horn_on()])
    journal.sending(horn_on().key, 1)
    assert open_journal().pending() == [(horn_on(), 1)]


@pytest.mark.parametrize(
    ("receipt", "left"),
    [
        (noted(ReceiptStatus.ACCEPTED), 0),
        (noted(ReceiptStatus.DELIVERED), 0),
        (noted(ReceiptStatus.FAILED), 1),
        (noted(ReceiptStatus.FAILED, final=True), 0),
    ],
)
def test_a_command_is_done_when_it_was_taken_or_finally_failed(
    journal: SqliteJournal, receipt: object, left: int
) -> None:
    journal.append([], now=START, commands=[horn_on()])
    journal.sending(horn_on().key, 1)
    event = journal.receipt(receipt, now=START + 1)  # type: ignore[arg-type]  # parametrized
    assert event.body == receipt
    assert len(journal.pending()) == left


def test_what_was_taken_and_never_arrived_is_to_be_told_again_under_its_key(
    journal: SqliteJournal,
) -> None:
    journal.append([], now=START, commands=[horn_on()])
    journal.sending(horn_on().key, 1)
    journal.receipt(noted(ReceiptStatus.ACCEPTED), now=START)
    for _ in range(2):  # carriers repeat themselves
        journal.receipt(noted(ReceiptStatus.FAILED), now=START)
        assert journal.pending() == [(horn_on(), 1)]
    journal.sending(horn_on().key, 2)
    journal.receipt(noted(ReceiptStatus.DELIVERED), now=START)
    journal.receipt(noted(ReceiptStatus.FAILED), now=START)
    assert journal.pending() == []


def test_a_late_or_repeated_receipt_takes_nothing_back(journal: SqliteJournal) -> None:
    journal.append([], now=START, commands=[horn_on()])
    for status in (ReceiptStatus.DELIVERED, ReceiptStatus.ACCEPTED, ReceiptStatus.FAILED):
        journal.receipt(noted(status), now=START)
    assert journal.pending() == []
    query = "SELECT state FROM outbox"
    assert journal._connection.execute(query).fetchone() == ("delivered",)
    assert len(journal.read(0, 10)) == 3


def test_a_carriers_receipt_finds_its_command(journal: SqliteJournal) -> None:
    journal.append([], now=START, commands=[horn_on()])
    journal.receipt(noted(ReceiptStatus.ACCEPTED, carrier_id="00A7"), now=START)
    journal.receipt(noted(ReceiptStatus.DELIVERED), now=START)
    assert journal.by_carrier_id("horn", "00A7") == horn_on()
    assert journal.by_carrier_id("sms", "00A7") is None
    assert journal.by_carrier_id("horn", "") is None


def test_a_receipt_of_an_unknown_command_is_recorded_all_the_same(journal: SqliteJournal) -> None:
    assert journal.receipt(noted(ReceiptStatus.DELIVERED), now=START).position == 1


# --- following ------------------------------------------------------------------------------


async def test_followers_see_everything_from_where_they_began(tmp_path: Path) -> None:
    disk = DiskThread()
    journal = await disk.run(SqliteJournal, tmp_path / "journal.db", ballast_mb=0)
    await disk.run(fill, journal, 300)

    async def follow(after: int) -> list[int]:
        seen = []
        async with aclosing(journal.follow(after)) as events:
            async for event in events:
                seen.append(event.position)
                if event.position == 350:
                    break
        return seen

    followers = [asyncio.create_task(follow(after)) for after in (0, 290, 300)]
    for number in range(300, 350):
        await disk.run(journal.append, [(finding(number), START)], now=START)
    seen = [await asyncio.wait_for(follower, 10) for follower in followers]
    await disk.run(journal.close)
    assert seen == [list(range(n + 1, 351)) for n in (0, 290, 300)]
    disk.close()


async def test_following_ends_with_the_journal(tmp_path: Path) -> None:
    disk = DiskThread()
    journal = await disk.run(SqliteJournal, tmp_path / "journal.db", ballast_mb=0)

    async def follow() -> int:
        return len([event async for event in journal.follow(0)])

    follower = asyncio.create_task(follow())
    await disk.run(fill, journal, 1)
    await disk.run(journal.close)
    assert await asyncio.wait_for(follower, 5) <= 1
    disk.close()


# --- the proof ------------------------------------------------------------------------------


def test_an_untouched_journal_verifies_also_while_it_is_written(open_journal: OpenJournal) -> None:
    journal = open_journal()
    assert verify(journal.path) == 0
    fill(journal)
    assert verify(journal.path) == 20
    left_the_machine = journal.head
    fill(open_journal())
    assert verify(journal.path, [left_the_machine]) == 40


def test_every_changed_byte_of_a_record_is_found_and_named(
    open_journal: OpenJournal, tmp_path: Path
) -> None:
    journal = open_journal()
    fill(journal, 6)
    (event,) = journal.read(3, 1)
    query = "SELECT record FROM records WHERE position = 4"
    record = journal._connection.execute(query).fetchone()[0].encode()
    journal.close()
    path = tmp_path / "journal.db"
    whole = path.read_bytes()
    start = whole.index(record + event.hash.encode())
    for at in range(start, start + len(record) + len(event.hash)):
        flip(path, whole, at, 0x01)
        with pytest.raises(BrokenJournal) as broken:
            verify(path)
        assert broken.value.position == 4
    path.write_bytes(whole)
    assert verify(path) == 6


def flip(path: Path, whole: bytes, at: int, bits: int) -> None:
    changed = bytearray(whole)
    changed[at] ^= bits
    path.write_bytes(bytes(changed))


def test_a_byte_flipped_in_the_file_is_found(open_journal: OpenJournal, tmp_path: Path) -> None:
    journal = open_journal()
    fill(journal, 60)
    journal.close()
    path, chance = tmp_path / "journal.db", random.Random(20)
    whole = path.read_bytes()
    texts = [found.start() for found in re.finditer(b'"kind":"finding_began"', whole)]
    assert len(texts) >= 60
    for _ in range(60):
        at = chance.choice(texts) + chance.randrange(-60, 60)
        flip(path, whole, at, 1 << chance.randrange(8))
        with pytest.raises(BrokenJournal):
            verify(path)
    path.write_bytes(whole)
    assert verify(path) == 60


@pytest.mark.parametrize(
    ("what", "position", "statements"),
    [
        ("removed", 5, ["DELETE FROM records WHERE position = 5"]),
        (
            "removed and closed up",
            5,
            [
                "DELETE FROM records WHERE position = 5",
                "UPDATE records SET position = position - 1 WHERE position > 5",
            ],
        ),
        (
            "exchanged",
            5,
            [
                "UPDATE records SET position = 99 WHERE position = 5",
                "UPDATE records SET position = 5 WHERE position = 6",
                "UPDATE records SET position = 6 WHERE position = 99",
            ],
        ),
        (
            "inserted",
            21,
            ["INSERT INTO records SELECT 21, record, hash FROM records WHERE position = 20"],
        ),
        ("tail cut off", 18, ["DELETE FROM records WHERE position > 17"]),
        (
            "tail cut off, head mended",
            18,
            [
                "DELETE FROM records WHERE position > 17",
                "UPDATE head SET count = 17, hash = (SELECT hash FROM records WHERE position = 17)",
            ],
        ),
        ("all gone", 1, ["DELETE FROM records", "UPDATE head SET count = 0"]),
        ("head gone", 0, ["DELETE FROM head"]),
    ],
)
def test_what_is_done_to_the_rows_is_found(
    open_journal: OpenJournal, tmp_path: Path, what: str, position: int, statements: list[str]
) -> None:
    journal = open_journal()
    fill(journal)
    columns = "position, record, hash"
    tamper(
        tmp_path / "journal.db",
        *(s.replace("INTO records SELECT", f"INTO records ({columns}) SELECT") for s in statements),
    )
    with pytest.raises(BrokenJournal) as broken:
        verify(tmp_path / "journal.db")
    assert broken.value.position == position, what


def test_a_journal_that_was_cut_and_carried_on_still_gives_itself_away(
    open_journal: OpenJournal, tmp_path: Path
) -> None:
    fill(open_journal())
    tamper(
        tmp_path / "journal.db",
        "DELETE FROM records WHERE position > 17",
        "UPDATE head SET count = 17, hash = (SELECT hash FROM records WHERE position = 17)",
    )
    fill(open_journal())
    with pytest.raises(BrokenJournal, match="not the record that was witnessed") as broken:
        verify(tmp_path / "journal.db")
    assert broken.value.position == 20


def test_an_older_copy_put_back_is_found(open_journal: OpenJournal, tmp_path: Path) -> None:
    journal = open_journal()
    fill(journal, 5)
    journal.close()
    shutil.copy(tmp_path / "journal.db", tmp_path / "copy.db")
    journal = open_journal()
    fill(journal, 5)
    journal.close()
    shutil.copy(tmp_path / "copy.db", tmp_path / "journal.db")
    with pytest.raises(BrokenJournal, match="cut off"):
        verify(tmp_path / "journal.db")
    fill(open_journal(), 20)
    with pytest.raises(BrokenJournal, match="not the record that was witnessed"):
        verify(tmp_path / "journal.db")


def test_a_lost_anchor_is_found(journal: SqliteJournal) -> None:
    fill(journal)
    anchor_path(journal.path).unlink()
    with pytest.raises(BrokenJournal, match="anchor of epoch 1"):
        verify(journal.path)


def test_only_a_head_that_left_the_machine_proves_a_chain_made_anew(
    open_journal: OpenJournal, tmp_path: Path
) -> None:
    journal = open_journal()
    fill(journal)
    seen_elsewhere = journal.head
    journal.close()
    for path in tmp_path.iterdir():
        path.unlink()
    forged = open_journal()
    for number in range(20):
        forged.append([(finding(number + 100), START)], now=START)
    assert verify(forged.path) == 20
    with pytest.raises(BrokenJournal):
        verify(forged.path, [seen_elsewhere])
