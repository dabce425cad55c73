"""The journal as a table: made anew at any time, asked by words, written by one server alone."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import asyncpg
import msgspec
import pytest
from first_mine import first_mine
from store_samples import START, finding, frame

from minesafe import afterwards
from minesafe.memory import Memory
from minesafe.model.errors import Refused, SecondWriter
from minesafe.model.events import (
    AlarmMove,
    AlarmMoved,
    AlarmSource,
    AlarmState,
    AnyBody,
    Event,
    LoginRefused,
    PersonMoved,
    RoadwayBlocked,
    Whereabouts,
)
from minesafe.model.mine import Severity
from minesafe.model.search import Found, Search
from minesafe.model.time import SECOND, Micros
from minesafe.store import projection
from minesafe.store.feeds import Writer
from minesafe.store.history import PostgresHistory
from minesafe.store.journal import SqliteJournal

OpenHistory = Callable[..., PostgresHistory]
POINT, PERSON = first_mine().points[0], first_mine().people[0]


@pytest.fixture
def dsn(either_dsn: str) -> str:
    return either_dsn


@pytest.fixture
async def open_history(dsn: str) -> AsyncIterator[OpenHistory]:
    opened: list[PostgresHistory] = []

    def open_it(writer: Writer | None = None, dsn: str = dsn) -> PostgresHistory:
        opened.append(PostgresHistory(dsn, first_mine(), spool="a", journal="a", writer=writer))
        return opened[-1]

    yield open_it
    for history in opened:
        await history.close()


def minute(n: float) -> Micros:
    return START + int(n * 60 * SECOND)


def gas(move: AlarmMove, severity: Severity = Severity.I) -> AlarmMoved:
    return AlarmMoved(
        episode=f"high:{POINT.id}#1",
        move=move,
        state=AlarmState.UNACKED,
        severity=severity,
        source=AlarmSource.POINT,
        subject=POINT.id,
        condition="cut_high",
        active={"cut_high": severity},
        zones=(first_mine().zones[0].id,),
    )


def a_week_of(journal: SqliteJournal, bodies: int = 250) -> list[Event]:
    """Findings, two alarms, one who is seen (entered an hour late), and somebody's odd name."""
    said: dict[int, tuple[AnyBody, Micros]] = {
        10: (gas(AlarmMove.RAISE), minute(10)),
        20: (gas(AlarmMove.EASE, Severity.II), minute(20)),
        30: (LoginRefused(user="a\x00b\\u0000", address="x", reason="wrong_password"), minute(30)),
        90: (
            PersonMoved(
                order="1-001",
                person=PERSON.id,
                whereabouts=Whereabouts.OUT,
                place=None,
                by="DESK",
                reason="在井口100%看见_了",
            ),
            minute(30),
        ),
        91: (RoadwayBlocked(roadway="W01", by="DESK", reason="冒顶"), minute(91)),
    }
    for n in range(1, bodies + 1):
        body, valid = said.get(n, (finding(n), minute(n)))
        journal.append([(body, valid)], now=minute(n), frame=n if n % 3 else None)
    return journal.read(0, bodies)


async def projected(history: PostgresHistory, events: list[Event]) -> None:
    """As the feeder does it: from where the database says it is."""
    through = await history.projected_through()
    while through < len(events):
        through = await history.project(events[through : through + 60])


async def rows(dsn: str) -> list[tuple[object, ...]]:
    connection = await asyncpg.connect(dsn, timeout=5, command_timeout=30)
    query = (
        "SELECT position, recorded, valid, frame, cause, epoch, kind, body, hash FROM events "
        "ORDER BY position"
    )
    try:
        return [(*r[:7], msgspec.json.decode(r[7]), r[8]) for r in await connection.fetch(query)]
    finally:
        await connection.close()


def as_rows(events: list[Event]) -> list[tuple[object, ...]]:
    """What PostgreSQL cannot hold in a text is told by a sign."""
    told = []
    for e in events:
        body = msgspec.json.decode(msgspec.json.encode(e.body))
        fixed = {k: v.replace("\0", "\ufffd") if isinstance(v, str) else v for k, v in body.items()}
        kind = body["kind"]
        told.append(
            (e.position, e.recorded, e.valid, e.frame, e.cause, e.epoch, kind, fixed, e.hash)
        )
    return told


async def execute(dsn: str, command: str) -> None:
    connection = await asyncpg.connect(dsn, timeout=5, command_timeout=30)
    try:
        await connection.execute(command)
    finally:
        await connection.close()


async def test_the_projection_is_made_anew_from_nothing_beside_a_server_that_writes(
    open_history: OpenHistory,
    dsn: str,
    journal: SqliteJournal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(projection, "CLEARED", 70)
    events = a_week_of(journal)
    server, command = open_history(Writer(1, "server")), open_history()
    await projected(server, events[:200])
    assert await rows(dsn) == as_rows(events[:200])
    await execute(dsn, "DELETE FROM events WHERE position % 2 = 0; UPDATE events SET body = '{}'")
    await command.project_anew()
    assert await command.project(events[200:]) == 130  # cleared from the newest down
    assert await server.project(events[200:]) == 60  # by whoever writes
    assert [row[0] for row in await rows(dsn)] == [n for n in range(1, 61) if n % 2]
    assert await command.project(events[60:]) == 0
    await command.close()  # broken off; and gone on with by the server, from the first record
    assert await server.project(events[200:]) == 0
    await projected(server, events)
    assert await rows(dsn) == as_rows(events)
    again = open_history()
    await again.project_anew()
    assert await again.project(events[250:]) == 180
    await projected(again, events)
    assert await rows(dsn) == as_rows(events)


async def test_the_command_makes_it_anew_and_tells_how_far_it_is(
    dsn: str, journal: SqliteJournal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(afterwards, "PROJECTED", 70)
    events, told = a_week_of(journal), list[tuple[int, int]]()
    mine = replace(first_mine(), database=replace(first_mine().database, dsn=dsn))
    for _ in range(2):
        done = await afterwards.projected(mine, tmp_path, done=lambda *far: told.append(far))
        assert done == 250
        assert await rows(dsn) == as_rows(events)
    assert told == [(n, 250) for n in (70, 140, 210, 250, 0, 70, 140, 210, 250)]
    await execute(dsn, "DELETE FROM events WHERE position > 99; UPDATE feeds SET through = 99")
    assert await afterwards.projected(mine, tmp_path, anew=False) == 250
    assert await rows(dsn) == as_rows(events)


# --- looked for ------------------------------------------------------------------------------

SEARCHES: dict[str, tuple[Search, list[int]]] = {
    "by_a_name_in_chinese": (Search(text="隅角甲烷"), [10, 20]),
    "by_a_name_in_english": (Search(text="Methane corner"), [10, 20]),
    "by_an_id": (Search(text=POINT.id.lower()), [10, 20]),
    "by_a_surname": (Search(text=PERSON.name[0], kinds=("person_moved",)), [90]),
    "by_the_words_of_the_page": (Search(text="超断电值 撤人"), [10]),
    "by_what_somebody_wrote": (Search(text="井口100%看见_了"), [90]),
    "a_sign_is_no_wildcard": (Search(text="井口100_看见_了"), []),
    "words_apart_are_no_word": (Search(text="甲隅"), []),
    "by_kind_and_level": (Search(kinds=("alarm_moved",), severities=("II", "III")), [20]),
    "of_several_things": (Search(about=(POINT.id, f"high:{POINT.id}#1")), [10, 20]),
    "by_whom": (Search(actor="DESK"), [90, 91]),
    "by_when_it_was_true": (Search(valid=(minute(29), minute(31))), [29, 30, 90]),
    "by_when_it_was_taken": (Search(recorded=(minute(89), minute(92))), [89, 90, 91]),
    "by_both": (Search(valid=(minute(29), minute(31)), recorded=(minute(31), minute(999))), [90]),
    "what_nobody_said": (Search(text="瓦斯突出"), []),
}


@pytest.fixture
async def asked(
    open_history: OpenHistory, open_journal: Callable[[], SqliteJournal], tmp_path: Path
) -> Memory:
    """With the database."""
    history, journal = open_history(), open_journal()
    await projected(history, a_week_of(journal))
    return Memory(tmp_path, first_mine, history)


def positions(found: Found) -> list[int]:
    return [event.position for event in found.events]


async def test_records_are_found_alike_with_the_database_and_without(
    asked: Memory, tmp_path: Path
) -> None:
    alone = Memory(tmp_path, first_mine)
    for name, (search, wanted) in SEARCHES.items():
        for newest in (False, True):
            one = replace(search, newest=newest)
            found, read = await asked.find(one), await alone.find(one)
            assert (found.source, read.source) == ("database", "journal")
            order = sorted(wanted, reverse=newest)
            assert (name, positions(found)) == (name, order)
            assert (name, positions(read)) == (name, order)
    for memory in (asked, alone):
        with pytest.raises(Refused, match="no_words"):
            await memory.find(Search(text="…"))


@pytest.mark.parametrize("newest", [False, True])
async def test_pages_follow_one_another_without_a_hole(
    asked: Memory, tmp_path: Path, newest: bool
) -> None:
    for memory in (asked, Memory(tmp_path, first_mine)):
        seen, search = list[int](), Search(kinds=("finding_began",), newest=newest, limit=40)
        while True:
            page = await memory.find(search)
            seen += positions(page)
            if not page.more:
                break
            search = replace(search, after=page.more)
        every = [n for n in range(1, 251) if n not in (10, 20, 30, 90, 91)]
        assert seen == sorted(every, reverse=newest)


async def test_a_projection_that_is_behind_says_so_and_one_that_is_gone_is_not_missed(
    open_history: OpenHistory, journal: SqliteJournal, tmp_path: Path
) -> None:
    events, history = a_week_of(journal), open_history()
    await history.project(events[:15])
    found = await Memory(tmp_path, first_mine, history).find(Search(text="甲烷"))
    assert (positions(found), found.through, found.head) == ([10], 15, 250)
    nowhere = open_history(dsn="postgresql:///t?host=/nowhere&user=minesafe")
    found = await Memory(tmp_path, first_mine, nowhere).find(Search(text="甲烷"))
    assert (positions(found), found.source, found.head) == ([10, 20], "journal", 250)


# --- one writer ------------------------------------------------------------------------------


async def test_an_older_start_and_a_copy_are_refused_and_lose_nothing(
    open_history: OpenHistory, dsn: str, journal: SqliteJournal
) -> None:
    events = a_week_of(journal, 30)
    first, second = open_history(Writer(1, "one")), open_history(Writer(2, "two"))
    await first.write([frame(1)])
    await first.project(events[:10])
    await second.write([frame(2)])  # started again, or taken over by another host
    with pytest.raises(SecondWriter, match=r"start 2 .* we are start 1"):
        await first.write([frame(3)])
    await first.project(events[:11])  # each feed for itself: nobody later has projected yet
    await second.project(events[:20])
    with pytest.raises(SecondWriter, match="start 2"):
        await first.project(events[:30])
    copy = open_history(Writer(2, "copy"))
    for refused in (copy.write([frame(3)]), copy.project(events)):
        with pytest.raises(SecondWriter, match="on a copy"):
            await refused
    assert await second.stored_through() == 2
    assert await second.project(events) == 30
    await open_history(Writer(2, "two")).write([frame(3)])  # the same server, its task begun again
    assert await rows(dsn) == as_rows(events)
