"""Whole reads by loops, compiled or not: the packets, readings and findings there are without."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest
from fakes import FindingBook, HandClock, Inbox
from field import NO, field_mine
from hypothesis import given, settings
from hypothesis import strategies as st
from small_mine import point

from minesafe.embedded.kernels import Compiled
from minesafe.engine.kernels.compiled import uncompiled
from minesafe.links.stream import cutting, train
from minesafe.links.stream.known import LONGEST, MOST, PROBES, Known, Quick, hashed
from minesafe.links.stream.packets import (
    AGAIN,
    Control,
    Malformed,
    Publish,
    Splitter,
    _packet,
    acknowledge,
    publish,
)
from minesafe.links.stream.train import QuickSplitter, Train
from minesafe.model.mine import Dialect, Gateway, Limits, Mine, Shape, TimeUnit
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND
from minesafe.sources.mqtt import scanning
from minesafe.sources.mqtt.lane import PointLane, Repeats
from minesafe.sources.mqtt.rows import Columns
from minesafe.sources.mqtt.shaped import ShapedEars

NOW = 1_764_000_000 * SECOND
TOPICS = ("acme/7/CH4", "acme/7/CO", "beta/GAS", "acme/7/nobody", "acme/7/O2", "else/where")


@pytest.fixture(scope="module", params=["python", "compiled"])
def quick(request: pytest.FixtureRequest) -> Quick:
    if request.param == "python":
        return Quick(uncompiled(cutting.cut), uncompiled(scanning.scan))
    loops: Compiled = request.getfixturevalue("loops")
    return loops.quick


@pytest.fixture(autouse=True)
def _every_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train, "WORTH_IT", 0)


# --- packets --------------------------------------------------------------------------------------

messages = st.builds(
    lambda topic, payload, number, retain: publish(topic, payload, number=number, retain=retain),
    st.sampled_from(TOPICS) | st.text(max_size=5),
    st.binary(max_size=200),
    st.integers(0, 0xFFFF),
    st.booleans(),
)
controls = st.builds(lambda kind: _packet(kind << 4, b"\0\1"), st.sampled_from([2, 4, 9, 13]))
nonsense = st.sampled_from(
    [
        b"\x32\x04\x00\x01a\x00",
        b"\x34\x06\x00\x01a\x00\x01!",
        b"\x30\xff\xff\xff\xff\x01",
        b"\x30\x01\x00",
        b"\x32\x06\x00\x01a\x00\x00!",
    ]
) | st.binary(max_size=9)


def fed(splitter: Splitter, pieces: Sequence[bytes]) -> tuple[list[Publish], list[Control], bool]:
    heard: list[Publish] = []
    told: list[Control] = []
    try:
        for piece in pieces:
            more, others = splitter.feed(piece)
            heard += more
            told += others
    except Malformed:
        return heard, told, False
    return heard, told, True


@given(
    st.lists(messages | messages | messages | controls, max_size=20),
    st.none() | nonsense,
    st.lists(st.integers(0, 5_000), max_size=6),
)
def test_however_the_stream_is_cut_the_loop_finds_the_same_packets(
    quick: Quick, packets: list[bytes], last: bytes | None, places: list[int]
) -> None:
    known = Known(quick)
    for topic in TOPICS[:3]:
        known.learn(topic.encode())
    data = b"".join(packets) + (last or b"")
    marks = [0, *sorted(p % (len(data) + 1) for p in places), len(data)]
    pieces = [data[a:b] for a, b in pairwise(marks)]
    assert fed(QuickSplitter(known), pieces) == fed(Splitter(), pieces)


def test_a_train_is_its_messages_and_their_acknowledgements(quick: Quick) -> None:
    known = Known(quick)
    known.learn(b"acme/7/CO")
    said = [publish("acme/7/CO" if n % 3 else "b", b"%d" % n, number=n % 5) for n in range(200)]
    heard, _ = QuickSplitter(known).feed(b"".join(said))
    plain, _ = Splitter().feed(b"".join(said))
    assert isinstance(heard, Train)
    assert list(heard) == list(plain)
    assert heard[7] == plain[7]
    assert heard[-1] == plain[-1]
    assert heard.acknowledgements == acknowledge([m.number for m in plain if m.number])
    assert heard.topic.tolist() == [0 if n % 3 else -1 for n in range(200)]


def test_the_loops_are_taken_up_between_two_reads(quick: Quick) -> None:
    later = Quick()
    known = Known(later)
    known.learn(b"acme/7/CO")
    splitter, read = QuickSplitter(known), publish("acme/7/CO", b"{}", number=1) * 3
    before, _ = splitter.feed(read + read[:5])
    later.take(quick)
    after, _ = splitter.feed(read[5:])
    assert not isinstance(before, Train)
    assert isinstance(after, Train)
    assert list(before) == list(after)


def test_topics_are_found_however_many_and_nobody_can_make_it_slow(quick: Quick) -> None:
    known = Known(quick)
    topics = [f"mine/{n}" for n in range(2_000)]
    assert [known.learn(t.encode()) for t in topics] == list(range(2_000))
    assert known.learn(b"mine/7") == 7
    assert known.learn(b"x" * (LONGEST + 1)) == -1
    heard, _ = QuickSplitter(known).feed(b"".join(publish(t, b"", number=1) for t in topics))
    assert isinstance(heard, Train)
    assert heard.topic.tolist() == list(range(2_000))

    slots = len(known.table.slots)
    alike = (b"%d" % n for n in range(10_000_000))
    same = [t for t, _ in zip(_of_one_place(alike, slots), range(2 * PROBES), strict=False)]
    for topic in same:
        known.learn(topic)
    found, _ = QuickSplitter(known).feed(b"".join(publish(t.decode(), b"", number=1) for t in same))
    assert isinstance(found, Train)
    assert [m.topic for m in found] == same, "who finds no place is read plainly"
    assert (found.topic < 0).any()
    assert MOST > 2_000


def _of_one_place(topics: Iterator[bytes], slots: int) -> Iterator[bytes]:
    return (topic for topic in topics if hashed(topic) % slots == 5)


# --- readings -------------------------------------------------------------------------------------

ACME = Gateway(
    "ACME", NO, "acme/7/{point}", "", "", Dialect.JSON,
    Shape("{point}", value="v", time="t", quality="q",
          qualities=(("0", Quality.GOOD), ("GOOD", Quality.GOOD), ("3", Quality.CALIBRATING))),
    units=(("ch4", "ppm"),),
)  # fmt: skip
BETA = Gateway(
    "BETA", NO, "beta/{point}", "", "", Dialect.JSON,
    Shape("{point}", value="value", time="ts", time_unit=TimeUnit.S),
)  # fmt: skip


def mine() -> Mine:
    rows = (("ACME", "CH4", "ch4"), ("ACME", "CO", "wind"), ("BETA", "GAS", "ch4"))
    points = tuple(replace(point(i, kind, Limits()), device=device) for device, i, kind in rows)
    units = {"ch4": "%CH4", "wind": "m/s", "temp": "℃"}
    kinds = tuple(replace(k, unit=units[k.id]) for k in field_mine().kinds)
    return field_mine(kinds=kinds, points=points, gateways=(ACME, BETA), substations=(), outputs=())


MINE = mine()


@dataclass
class Heard:
    """Both gateways on one lane behind one splitter."""

    splitter: Splitter
    known: Known
    inbox: Inbox = field(default_factory=Inbox)
    book: FindingBook = field(default_factory=FindingBook)

    def __post_init__(self) -> None:
        self.ears = [ShapedEars(MINE, g, self.book, self.known) for g in MINE.gateways]
        by_filter = {e.filter: e for e in self.ears}
        self.lane = PointLane(MINE, by_filter, self.inbox, HandClock())

    def hear(self, data: bytes) -> None:
        messages, _ = self.splitter.feed(data)
        work = self.lane.hear(messages)
        with pytest.raises(StopIteration):
            work.send(None)

    @property
    def said(self) -> tuple[list[bytes], object, object]:
        rows = [batch.readings.to_bytes() for batch in self.inbox.batches]
        return rows, self.book.now, self.book.began_ever


def both(quick: Quick) -> tuple[Heard, Heard]:
    known = Known(quick)
    return Heard(QuickSplitter(known), known), Heard(Splitter(), Known())


numbers = st.from_regex(
    r"-?(0|[1-9][0-9]{0,3}|[1-9][0-9]{14,20}|0[0-9])(\.[0-9]{0,4}|\.[0-9]{10,20})?"
    r"([eE][+-]?([0-9]|[12][0-9]|400))?",
    fullmatch=True,
)
words = st.sampled_from(
    [
        '"x"',
        '"GOOD"',
        "true",
        "false",
        "null",
        "nul",
        "NaN",
        "{}",
        "[1]",
        '"\\u0041"',
        '"é"',
        '"',
        "",
    ]
)
times = st.integers(NOW // 1000 - 9_000, NOW // 1000).map(str) | st.just("1764000000")
spaces = st.sampled_from(["", "", "", " ", "\n", "\t \r", "\x0b"])
keys = st.sampled_from(["v", "q", "t", "value", "ts", "n", "", "V", "\\u0076", "é"])
parts = st.builds(
    lambda key, said, s: f'{s}"{key}"{s}:{s}{said}{s}', keys, numbers | words | times, spaces
)
plain_documents = st.builds(
    lambda v, q, t, more: "{" + ",".join([f'"v":{v}', f'"q":{q}', f'"t":{t}', *more]) + "}",
    numbers,
    st.sampled_from(["0", "3", "7", "-1", "0.0", "256", '"GOOD"']),
    times | numbers,
    st.lists(parts, max_size=2),
)
wild = st.builds(
    lambda said, tail: "{" + ",".join(said) + tail,
    st.lists(parts, max_size=4),
    words | st.just("}"),
)
documents = st.one_of(
    plain_documents,
    plain_documents,
    st.builds(lambda v, t: f'{{"value":{v},"ts":{t}}}', numbers, times),
    wild,
    st.text(max_size=6),
).map(str.encode)
reads = st.lists(
    st.tuples(
        st.sampled_from(TOPICS), documents, st.sampled_from([0x32, 0x32, 0x32, 0x30, 0x33, 0x3A])
    ),
    min_size=1,
    max_size=12,
)


def wire(read: list[tuple[str, bytes, int]]) -> bytes:
    out = []
    for n, (topic, payload, first) in enumerate(read):
        name = struct.pack(">H", len(topic)) + topic.encode()
        number = struct.pack(">H", n + 1) if first & 6 else b""
        out.append(_packet(first, name + number + payload))
    return b"".join(out)


@settings(max_examples=300)
@given(st.lists(reads, min_size=1, max_size=3))
def test_a_read_says_by_the_loop_what_it_says_without(
    quick: Quick, said: list[list[tuple[str, bytes, int]]]
) -> None:
    """To the byte, and with the same findings; whatever is in the messages, and beside which."""
    ours, plain = both(quick)
    for read in (MET, *said):
        for side in (ours, plain):
            side.hear(wire(read))
        assert ours.said == plain.said


MET = [
    (topic, b'{"v":1,"q":0,"t":1764000000000,"value":1,"ts":1764000000}', 0x32) for topic in TOPICS
]


def test_what_nearly_every_sensor_writes_takes_the_quick_way(quick: Quick) -> None:
    """And what is beside it in the same read does not: those run one by one, in their place."""
    ours, plain = both(quick)
    said = [
        ("acme/7/CO", b'{"v":%d.25,"q":0,"t":%d,"n":%d}' % (n, NOW // 1000 - n, 10**17 + n), 0x32)
        for n in range(40)
    ]
    said[7] = ("acme/7/CO", b'{"v":"7.25","q":"GOOD"}', 0x32)
    said[20] = ("acme/7/CO", b"{", 0x32)
    for side in (ours, plain):
        side.hear(wire(MET))
        side.hear(wire(said))
    assert ours.said == plain.said
    ears = ours.ears[0]
    trains, _ = ours.splitter.feed(wire(said))
    assert isinstance(trains, Train)
    scanner = ears._reader._scanner
    assert scanner is not None
    parts = list(scanner.read(trains, NOW))
    assert [len(p.point) if isinstance(p, Columns) else 1 for p in parts] == [7, 1, 12, 1, 19]


def test_of_a_plain_train_no_message_is_looked_at_by_itself(
    quick: Quick, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, _ = both(quick)
    ours.hear(wire(MET))
    read = [("acme/7/CO", b'{"v":%d,"q":0,"t":%d}' % (n, NOW // 1000), 0x32) for n in range(30)]
    made: list[object] = []
    plainly = Train._publish

    def counted(train: Train, *row: int) -> Publish:
        made.append(row)
        return plainly(train, *row)

    monkeypatch.setattr(Train, "_publish", counted)
    before = len(ours.inbox.readings())
    ours.hear(wire(read))
    assert len(ours.inbox.readings()) == before + 30
    assert not made


def test_what_comes_again_is_heard_once_whichever_way_it_came(quick: Quick) -> None:
    ours, _ = both(quick)
    read = [("acme/7/CO", b'{"v":%d,"q":0,"t":%d}' % (n, NOW // 1000), 0x32) for n in range(30)]
    ours.hear(wire(MET))
    ours.hear(wire(read))
    before = len(ours.inbox.readings())
    ours.hear(wire([(topic, payload, 0x3A) for topic, payload, _ in read]))
    assert len(ours.inbox.readings()) == before
    fresh = ("acme/7/CO", b'{"v":99,"q":0,"t":%d}' % (NOW // 1000), 0x32 | AGAIN)
    ours.hear(wire([fresh]))
    assert len(ours.inbox.readings()) == before + 1


def test_a_train_of_long_messages_is_not_kept_for_the_sake_of_its_marks(quick: Quick) -> None:
    known, repeats = Known(quick), Repeats()
    known.learn(b"acme/7/CO")
    heard, _ = QuickSplitter(known).feed(publish("acme/7/CO", b"x" * 5_000, number=1) * 3)
    repeats.keep(heard)
    assert not any(isinstance(kept, Train) for kept in repeats._known)
    assert repeats.has(heard[0])
