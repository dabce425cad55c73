"""An edge node of Sparkplug B: born, heard by alias, dead at once; and bytes that are none."""

import math
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from fakes import FindingBook, HandClock, Inbox
from field import NO, field_mine
from hypothesis import given
from hypothesis import strategies as st
from small_mine import point

from device_sims.devices.spb import BAD, GOOD, STALE, Metric, asks_for_birth, payload
from minesafe.links.messages import Message
from minesafe.links.stream.packets import Publish
from minesafe.model.errors import LinkDown
from minesafe.model.events import FindingKind
from minesafe.model.mine import Dialect, EdgeNode, Gateway, Limits
from minesafe.model.quality import Quality
from minesafe.model.time import MINUTE, SECOND
from minesafe.sources.mqtt.lane import PointLane
from minesafe.sources.mqtt.sparkplug.ears import EdgeEars
from minesafe.sources.mqtt.sparkplug.host import Host
from minesafe.sources.mqtt.sparkplug.payload import decode, rebirth
from minesafe.sources.wire import Unreadable

NOW = 1_764_000_000 * SECOND
MS = NOW // 1000
EDGE = Gateway(
    "EDGE", NO, "", "", "", Dialect.SPARKPLUG, edge=EdgeNode("mine", "E1"),
    names=(("S1/Gas/CH4", "CH4"), ("S1/Wind", "WIND")), units=(("ch4", "ppm"),),
)  # fmt: skip
BORN = [
    Metric("bdSeq", value=7, datatype=8),
    Metric("Node Control/Rebirth", value=False, datatype=11),
]
GAS, WIND = Metric("Gas/CH4", 1, 5200.0), Metric("Wind", 2, 1.5, 9)


@dataclass
class Edge:
    """One edge node on a lane, with everything to look at and all that was said to it."""

    inbox: Inbox = field(default_factory=Inbox)
    book: FindingBook = field(default_factory=FindingBook)
    clock: HandClock = field(default_factory=HandClock)
    said: list[tuple[str, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        units = {"ch4": "%CH4", "wind": "m/s", "temp": "℃"}
        kinds = tuple(replace(k, unit=units[k.id]) for k in field_mine().kinds)
        points = tuple(
            replace(point(name, kind, Limits()), device="EDGE")
            for name, kind in (("CH4", "ch4"), ("WIND", "wind"), ("BARE", "temp"))
        )
        mine = field_mine(kinds=kinds, points=points, gateways=(EDGE,), substations=(), outputs=())
        ears = EdgeEars(mine, EDGE, self.book)
        lane = PointLane(mine, dict.fromkeys(ears.filters, ears), self.inbox, self.clock)
        lane.say = self.say
        self.lane = lane

    async def say(self, topic: str, data: bytes) -> None:
        self.said.append((topic, data))

    async def hear(self, kind: str, *metrics: Metric, seq: int | None = None, **how: Any) -> Any:
        device = "/S1" if kind[0] == "D" else ""
        data = how.get("data", payload(how.get("t", MS), metrics, seq))
        before = len(self.inbox.readings())
        topic = f"spBv1.0/mine/{kind}/E1{device}".encode()
        await self.lane.hear([Publish(topic, data, how.get("flags", 0))])
        rows = self.inbox.readings()[before:]
        return [(["CH4", "WIND", "BARE"][r[0]], round(r[1], 6), Quality(r[2])) for r in rows]

    async def born(self) -> Any:
        await self.hear("NBIRTH", *BORN, seq=0)
        return await self.hear("DBIRTH", GAS, WIND, seq=1)

    @property
    def wrong(self) -> set[FindingKind]:
        return {kind for kind, _ in self.book.now}


async def test_a_birth_names_and_data_follow_by_alias() -> None:
    edge = Edge()
    assert await edge.born() == [("CH4", 0.52, Quality.GOOD), ("WIND", 1.5, Quality.GOOD)]
    heard = await edge.hear(
        "DDATA", Metric(alias=1, value=10_000.0), Metric(alias=2, value=2.0), seq=2
    )
    assert heard == [("CH4", 1.0, Quality.GOOD), ("WIND", 2.0, Quality.GOOD)]
    heard = await edge.hear("NDATA", Metric("BARE", value=21, datatype=3), seq=3)
    assert heard == [("BARE", 21.0, Quality.GOOD)], "a metric of the node itself, by name"
    assert not edge.book.now
    assert not edge.said


@pytest.mark.parametrize(
    ("metric", "value", "quality"),
    [
        (Metric(alias=2, value=3.0, quality=GOOD), 3.0, Quality.GOOD),
        (Metric(alias=2, value=3.0, quality=BAD), 3.0, Quality.FAULT),
        (Metric(alias=2, value=3.0, quality=STALE), math.nan, Quality.COMMS_LOST),
        (Metric(alias=2, value=None), math.nan, Quality.FAULT),
        (Metric(alias=2, value=-3, datatype=3), -3.0, Quality.OUT_OF_RANGE),
        (Metric(alias=2, value=-3, datatype=1), -3.0, Quality.OUT_OF_RANGE),
        (Metric(alias=2, value=-3, datatype=4), -3.0, Quality.OUT_OF_RANGE),
        (Metric(alias=2, value=3, datatype=8), 3.0, Quality.GOOD),
        (Metric(alias=2, value=True, datatype=11), 1.0, Quality.GOOD),
        (Metric(alias=2, value=2.5, datatype=9), 2.5, Quality.GOOD),
        (Metric(alias=2, value=math.nan), math.nan, Quality.FAULT),
        (Metric(alias=2, value=math.inf), math.nan, Quality.FAULT),
    ],
)
async def test_every_type_and_quality(metric: Metric, value: float, quality: Quality) -> None:
    edge = Edge()
    await edge.born()
    (heard,) = await edge.hear("DDATA", metric, seq=2)
    assert heard[1] == pytest.approx(value, nan_ok=True)
    assert heard[2] is quality
    assert not edge.book.now


async def test_a_death_takes_all_points_at_once_and_an_older_will_takes_none() -> None:
    edge = Edge()
    await edge.born()
    assert await edge.hear("NDEATH", Metric("bdSeq", value=6, datatype=8)) == []
    assert not edge.book.now, "the will of the session before, late"
    lost = await edge.hear("NDEATH", Metric("bdSeq", value=7, datatype=8))
    assert {name for name, *_ in lost} == {"CH4", "WIND", "BARE"}
    assert {q for *_, q in lost} == {Quality.COMMS_LOST}
    assert edge.book.now == {(FindingKind.LINK_DOWN, "EDGE"): "the edge node is dead"}
    await edge.hear("NBIRTH", Metric("bdSeq", value=8, datatype=8), seq=0)
    assert not edge.book.now


async def test_a_device_that_dies_takes_its_own_points() -> None:
    edge = Edge()
    await edge.born()
    lost = await edge.hear("DDEATH", seq=2)
    assert sorted(lost, key=str) == [
        ("CH4", pytest.approx(math.nan, nan_ok=True), Quality.COMMS_LOST),
        ("WIND", pytest.approx(math.nan, nan_ok=True), Quality.COMMS_LOST),
    ]
    assert not edge.book.now, "the node lives"


async def test_after_a_gap_nothing_by_alias_is_believed_until_it_is_born_again() -> None:
    edge = Edge()
    await edge.born()
    assert await edge.hear("DDATA", Metric(alias=1, value=1.0), seq=5) == []
    assert edge.book.now == {(FindingKind.GAP, "EDGE"): "sequence number 5, not 2"}
    ((topic, command),) = edge.said
    assert topic == "spBv1.0/mine/NCMD/E1"
    assert asks_for_birth(command)
    await edge.hear("DDATA", Metric(alias=1, value=1.0), seq=6)
    assert len(edge.said) == 1, "asked once"
    edge.clock.turn(6)
    await edge.hear("DDATA", Metric(alias=1, value=1.0), seq=7)
    assert len(edge.said) == 2, "and again after a while"
    heard = await edge.hear("DDATA", Metric("Gas/CH4", value=200.0, datatype=10), seq=8)
    assert heard == [("CH4", 0.02, Quality.GOOD)], "a name says whose it is"
    await edge.born()
    assert not edge.book.now
    assert len(await edge.hear("DDATA", Metric(alias=1, value=1.0), seq=2)) == 1


async def test_sequence_numbers_begin_again_after_255() -> None:
    edge = Edge()
    await edge.born()
    for n in range(2, 600):
        assert len(await edge.hear("DDATA", Metric(alias=2, value=1.0), seq=n % 256)) == 1
    assert not edge.book.now


@pytest.mark.parametrize("kind", ["DDATA", "NDATA", "DBIRTH"])
async def test_a_node_that_is_heard_before_its_birth_is_asked_for_it(kind: str) -> None:
    """After a restart of ours."""
    edge = Edge()
    await edge.hear(kind, Metric(alias=1, value=1.0), seq=9)
    assert edge.wrong == {FindingKind.GAP}
    assert [t for t, _ in edge.said] == ["spBv1.0/mine/NCMD/E1"]


async def test_an_alias_nobody_was_born_with_is_asked_for() -> None:
    edge = Edge()
    await edge.born()
    assert await edge.hear("DDATA", Metric(alias=99, value=1.0), seq=2) == []
    assert edge.book.now[FindingKind.GAP, "EDGE"] == "alias 99 of S1 was never born"
    assert len(edge.said) == 1


async def test_what_was_kept_is_stored_behind_what_is_known_and_raises_nothing() -> None:
    edge = Edge()
    old = Metric("Gas/CH4", 1, 30_000.0, historical=True, timestamp=MS - 3_600_000)
    await edge.hear("NBIRTH", *BORN, seq=0)
    assert await edge.hear("DDATA", old, seq=1) == [], "nothing newer is known that it could follow"
    await edge.born()
    heard = await edge.hear("DDATA", replace(old, name=""), seq=2)
    assert heard == [("CH4", 3.0, Quality.GOOD)]
    row = edge.inbox.readings()[-1]
    assert row[3:] == (NOW - 60 * MINUTE, NOW - 60 * MINUTE), "in its own time, an hour ago"
    fresh = replace(old, name="", timestamp=MS - 2_000)
    await edge.hear("DDATA", fresh, seq=3)
    assert edge.inbox.readings()[-1][3:] == (NOW - 2 * SECOND, NOW)
    assert not edge.book.now


async def test_a_thousand_metrics_nobody_knows_fill_no_book() -> None:
    edge = Edge()
    strange = [Metric(f"M{n}", n + 10, 1.0) for n in range(1000)]
    await edge.hear("NBIRTH", *BORN, seq=0)
    assert len(await edge.hear("DBIRTH", *strange, GAS, seq=1)) == 1
    assert len(edge.book.began_ever) <= 64
    assert edge.wrong == {FindingKind.UNKNOWN_POINT}


@pytest.mark.parametrize(
    "data", [b"\x12\xff", b"\x0b", b"\xff" * 20, b"\x12\x02\x65\x00", b"x" * 300_000, b"\x0d\x00"]
)
async def test_bytes_that_are_no_payload_are_told_and_the_next_is_heard(data: bytes) -> None:
    edge = Edge()
    await edge.born()
    assert await edge.hear("DDATA", data=data) == []
    assert edge.wrong == {FindingKind.GARBAGE}
    assert len(await edge.hear("DDATA", Metric(alias=1, value=1.0), seq=2)) == 1
    assert not edge.book.now


def structured(name: str, datatype: int, number: int) -> bytes:
    """A payload of one metric whose value is a structure in a field of its own, and of WIND."""
    inner = b"\x0a" + bytes([len(name)]) + name.encode() + bytes([0x20, datatype])
    inner += (
        (number << 3 | 2).to_bytes(1, "big")
        if number < 16
        else bytes([number << 3 & 0x7F | 0x82, 1])
    )
    inner += b"\x03\x08\x01\x10"
    return b"\x12" + bytes([len(inner)]) + inner + payload(MS, [Metric("Wind", value=1.5)], 2)


@pytest.mark.parametrize(("datatype", "number"), [(16, 17), (19, 18)], ids=["data set", "template"])
async def test_structures_are_passed_over_with_a_finding_and_cost_their_neighbours_nothing(
    datatype: int, number: int
) -> None:
    edge = Edge()
    await edge.born()
    heard = await edge.hear("DDATA", data=structured("Gas/CH4", datatype, number))
    assert [(name, quality) for name, _, quality in heard] == [
        ("CH4", Quality.FAULT), ("WIND", Quality.GOOD),
    ]  # fmt: skip
    assert edge.book.now == {(FindingKind.GARBAGE, "CH4"): f"no number: data type {datatype}"}
    other = Edge()
    await other.born()
    heard = await other.hear("DDATA", data=structured("_types_/Pump", datatype, number))
    assert [name for name, *_ in heard] == ["WIND"]
    assert other.book.now.keys() == {(FindingKind.UNKNOWN_POINT, "S1/_types_/Pump")}


async def test_a_birth_out_of_sequence_and_a_retained_one_are_none() -> None:
    edge = Edge()
    await edge.hear("NBIRTH", *BORN, seq=3)
    assert edge.wrong == {FindingKind.GARBAGE}
    other = Edge()
    await other.hear("NBIRTH", *BORN, seq=0, flags=1)
    await other.hear("NCMD", *BORN, seq=0)
    assert not other.book.now
    assert not other.said


@given(st.binary(max_size=200))
def test_any_bytes_are_a_payload_or_a_clear_no(data: bytes) -> None:
    try:
        read = decode(data)
    except Unreadable:
        return
    for metric in read.metrics:
        for datatype in range(20):
            metric.number(datatype)


KINDS = ["NBIRTH", "NDEATH", "NDATA", "DBIRTH", "DDEATH", "DDATA", "OTHER"]
ANY = [*BORN, GAS, WIND, Metric(alias=1, value=2.0)]


@given(st.data())
async def test_whatever_a_node_sends_in_whatever_order_raises_nothing(data: st.DataObject) -> None:
    edge = Edge()
    for _ in range(data.draw(st.integers(1, 12))):
        kind = data.draw(
            st.sampled_from(["NBIRTH", "NDEATH", "NDATA", "DBIRTH", "DDEATH", "DDATA", "OTHER"])
        )
        metrics = data.draw(
            st.lists(st.sampled_from([*BORN, GAS, WIND, Metric(alias=1, value=2.0)]))
        )
        whole = payload(MS, metrics, data.draw(st.none() | st.integers(0, 300)))
        cut = data.draw(st.integers(0, len(whole)))
        for name, value, quality in await edge.hear(kind, data=whole[: cut or None]):
            assert name
            assert math.isfinite(value) or quality in (Quality.FAULT, Quality.COMMS_LOST)


def test_what_we_ask_with_is_a_payload_like_any_other() -> None:
    read = decode(rebirth(MS))
    (metric,) = read.metrics
    assert (read.timestamp, metric.name, metric.datatype) == (MS, "Node Control/Rebirth", 11)
    assert metric.value == 1


async def test_a_host_that_is_called_offline_says_that_it_is_there() -> None:
    said: list[tuple[str, bytes]] = []

    async def say(topic: str, data: bytes) -> None:
        said.append((topic, data))

    host = Host("small", HandClock())
    state = host.state()
    assert state.topic == "spBv1.0/STATE/small"
    assert state.online == b'{"online":true,"timestamp":%d}' % MS
    assert state.offline == b'{"online":false,"timestamp":%d}' % MS
    host.say = say
    await host.hear(Message(state.topic, state.online, True))
    assert not said
    for lie in (state.offline, b"", b'{"x":' + b"[" * 9_000):
        await host.hear(Message(state.topic, lie, False))
    assert said == [(state.topic, state.online)] * 3
    assert host.state().online != state.online, "each connection has a timestamp of its own"

    async def down(_topic: str, _data: bytes) -> None:
        raise LinkDown("no")

    host.say = down
    await host.hear(Message(state.topic, b"", False))
