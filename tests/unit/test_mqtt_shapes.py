"""JSON of any shape, read by a mapping: three gateways of three makers, and what may go wrong."""

import json
import math
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from fakes import FindingBook, HandClock, Inbox
from field import NO, field_mine
from hypothesis import given
from hypothesis import strategies as st
from small_mine import point

from minesafe.links.messages import Message
from minesafe.links.stream.packets import AGAIN, RETAINED, Publish
from minesafe.model.events import FindingKind
from minesafe.model.mine import Dialect, Gateway, Limits, Mine, Presence, Shape, TimeUnit
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND
from minesafe.sources.mqtt.lane import PointLane, Repeats
from minesafe.sources.mqtt.shaped import PresenceEars, ShapedEars

NOW = 1_764_000_000 * SECOND
MS = NOW // 1000

ACME = Gateway(
    "ACME", NO, "acme/7/{point}", "", "", Dialect.JSON,
    Shape(
        "{point}", value="v", time="t", quality="q",
        qualities=(("0", Quality.GOOD), ("GOOD", Quality.GOOD), ("3", Quality.CALIBRATING)),
    ),
    Presence("acme/7", "", ("offline",)),
)  # fmt: skip
"""One value a topic: acme/7/CH4 {"v":0.5,"q":0,"t":1764000000123}."""

BETA = Gateway(
    "BETA", NO, "beta/{site}/up", "", "", Dialect.JSON,
    Shape(
        "{site}-{.sensor.name}", value="reading", points="payload.values", time="ts",
        time_unit=TimeUnit.S, unit="sensor.unit", numbers=(("ON", 1.0), ("OFF", 0.0)),
    ),
    names=(("N2-gas", "GAS"), ("N2-wind", "WIND")), units=(("ch4", "ppm"),),
)  # fmt: skip
"""A list of points within an envelope, seconds, units with each, names of its own."""

GAMMA = Gateway(
    "GAMMA", NO, "gamma/data", "", "", Dialect.JSON,
    Shape("{key}", points="", time="at", time_unit=TimeUnit.ISO),
    names=(("temperature_in_f", "TEMP"),), units=(("temp", "°F"),),
)  # fmt: skip
"""One flat object, a key a point; written times, Fahrenheit."""


def mine() -> Mine:
    def on(device: str, ident: str, kind: str = "ch4") -> Any:
        return replace(point(ident, kind, Limits()), device=device)

    points = (
        on("ACME", "CH4"), on("ACME", "CO"), on("BETA", "GAS"), on("BETA", "WIND", "wind"),
        on("GAMMA", "TEMP", "temp"), on("GAMMA", "O2"),
    )  # fmt: skip
    units = {"ch4": "%CH4", "wind": "m/s", "temp": "℃"}
    kinds = tuple(replace(k, unit=units[k.id]) for k in field_mine().kinds)
    return field_mine(
        kinds=kinds, points=points, gateways=(ACME, BETA, GAMMA), substations=(), outputs=()
    )


@dataclass
class Lane:
    """The three gateways on one lane, with everything to look at."""

    inbox: Inbox = field(default_factory=Inbox)
    book: FindingBook = field(default_factory=FindingBook)
    clock: HandClock = field(default_factory=HandClock)

    def __post_init__(self) -> None:
        self.mine = mine()
        self.ears = [ShapedEars(self.mine, g, self.book) for g in self.mine.gateways]
        by_filter = {e.filter: e for e in self.ears}
        self.lane = PointLane(self.mine, by_filter, self.inbox, self.clock)

    async def hear(self, topic: str, document: object, flags: int = 2) -> list[tuple[Any, ...]]:
        payload = document if isinstance(document, bytes) else json.dumps(document).encode()
        before = len(self.inbox.readings())
        await self.lane.hear([Publish(topic.encode(), payload, flags, b"\0\1")])
        ids = [p.id for p in self.mine.points]
        rows = self.inbox.readings()[before:]
        return [(ids[r[0]], r[1], Quality(r[2]), r[3]) for r in rows]


async def test_a_value_a_topic() -> None:
    lane = Lane()
    assert await lane.hear("acme/7/CH4", {"v": 0.52, "q": 0, "t": MS - 100}) == [
        ("CH4", 0.52, Quality.GOOD, NOW - 100_000)
    ]
    assert await lane.hear("acme/7/CO", {"v": 3, "q": "GOOD"}) == [("CO", 3.0, Quality.GOOD, NOW)]
    assert await lane.hear("acme/7/CO", {"v": "2.5", "q": 3}) == [
        ("CO", 2.5, Quality.CALIBRATING, NOW)
    ]
    assert not lane.book.now


async def test_a_list_of_points_in_an_envelope_with_units_of_their_own() -> None:
    lane = Lane()
    values = [
        {"sensor": {"name": "gas", "unit": "ppm"}, "reading": 5200},
        {"sensor": {"name": "gas"}, "reading": 10_000},
        {"sensor": {"name": "wind", "unit": "m/min"}, "reading": 90.0},
        {"sensor": {"name": "wind"}, "reading": "ON"},
    ]
    heard = await lane.hear("beta/N2/up", {"ts": MS / 1000 - 1, "payload": {"values": values}})
    assert [(p, round(v, 9), q) for p, v, q, _ in heard] == [
        ("GAS", 0.52, Quality.GOOD),
        ("GAS", 1.0, Quality.GOOD),
        ("WIND", 1.5, Quality.GOOD),
        ("WIND", 1.0, Quality.GOOD),
    ]
    assert {at for *_, at in heard} == {NOW - SECOND}, "the envelope's time is that of each"


async def test_a_flat_object_with_a_key_a_point() -> None:
    lane = Lane()
    heard = await lane.hear(
        "gamma/data",
        {"at": "2025-11-24T16:00:00+00:00", "temperature_in_f": 77.0, "O2": 20.9, "fw": "v1.2"},
    )
    assert [(p, round(v, 6), q) for p, v, q, _ in heard] == [
        ("TEMP", 25.0, Quality.GOOD),
        ("O2", 20.9, Quality.OUT_OF_RANGE),
    ]
    assert heard[0][3] == NOW
    assert {s for _, s in lane.book.now} == {"at", "fw"}, "strangers, told once each"
    local = await lane.hear("gamma/data", {"at": "2025-11-25 00:00:00", "O2": 1.0})
    assert local[0][3] == NOW, "a time without an offset is the mine's wall clock, UTC+8"


@pytest.mark.parametrize(
    ("document", "value", "quality", "wrong"),
    [
        ({"v": None, "q": 0}, math.nan, Quality.FAULT, ""),
        ({"v": True, "q": 0}, 1.0, Quality.GOOD, ""),
        ({"q": 0}, math.nan, Quality.FAULT, "no number: nothing"),
        ({"v": "high", "q": 0}, math.nan, Quality.FAULT, "no number: high"),
        ({"v": [1], "q": 0}, math.nan, Quality.FAULT, "no number: a list"),
        ({"v": 1.0, "q": "??"}, 1.0, Quality.FAULT, "quality '??' is in no list"),
        ({"v": 1.0}, 1.0, Quality.FAULT, "quality 'nothing' is in no list"),
        ({"v": 1.0, "q": True}, 1.0, Quality.FAULT, "quality 'True' is in no list"),
        ({"v": 9.0, "q": 0}, 9.0, Quality.OUT_OF_RANGE, ""),
        ({"v": 1.0, "q": 0, "t": "soon"}, 1.0, Quality.CLOCK, "no time: soon"),
        ({"v": 1.0, "q": 0, "t": -5}, 1.0, Quality.CLOCK, "no time: -5"),
        ({"v": 1.0, "q": 0, "t": 10**30}, 1.0, Quality.CLOCK, "no time: a number without end"),
        (b'{"v": NaN, "q": 0}', math.nan, Quality.FAULT, ""),
        (b'{"v": 1e999, "q": 0}', math.nan, Quality.FAULT, ""),
        (b'{"v": ' + b"9" * 400 + b', "q": 0}', math.nan, Quality.FAULT, "*"),
    ],
)
async def test_what_is_no_good_value_has_its_reason(
    document: object, value: float, quality: Quality, wrong: str
) -> None:
    lane = Lane()
    (heard,) = await lane.hear("acme/7/CH4", document)
    assert heard[1] == pytest.approx(value, nan_ok=True)
    assert heard[2:] == (quality, NOW)
    told = lane.book.now.get((FindingKind.GARBAGE, "CH4"), "")
    assert told == wrong or wrong == "*"
    await lane.hear("acme/7/CH4", {"v": 0.5, "q": 0})
    assert not lane.book.now, "heard well again"


@pytest.mark.parametrize("payload", [b"", b"no", b"\xff", b"[" * 50_000, b"x" * 300_000])
async def test_what_is_no_document_is_told_of_the_gateway(payload: bytes) -> None:
    lane = Lane()
    assert await lane.hear("acme/7/CH4", payload) == []
    assert (FindingKind.GARBAGE, "ACME") in lane.book.now
    await lane.hear("acme/7/CH4", {"v": 0.5, "q": 0})
    assert not lane.book.now


async def test_points_nobody_knows_are_told_and_never_without_bound() -> None:
    lane = Lane()
    for n in range(1000):
        assert await lane.hear(f"acme/7/X{n}", {"v": 1, "q": 0}) == []
    await lane.hear("gamma/data", {f"K{n}": 1.0 for n in range(9_000)} | {"O2": 3.0})
    assert len(lane.book.began_ever) <= 128
    assert lane.inbox.readings()[-1][1] == 3.0


async def test_names_cannot_reach_out_of_their_gateway() -> None:
    """Braces, slashes, wildcards and other gateways' points in a name are only a strange name."""
    lane = Lane()
    for name in ("{site}", "{.x}", "../GAS", "+", "#", "CH4", "a\0b", "$SYS/x", "ACME/CH4"):
        values = [{"sensor": {"name": name}, "reading": 1.0}]
        assert await lane.hear("beta/{.sensor.name}/up", {"payload": {"values": values}}) == []
        assert await lane.hear("gamma/data", {name: 1.0}) == []
    assert {k for k, _ in lane.book.now} == {FindingKind.UNKNOWN_POINT}
    assert all(name.isprintable() for _, name in lane.book.now)


async def test_what_the_broker_kept_is_news_only_by_its_own_time() -> None:
    lane = Lane()
    kept = RETAINED | 2
    assert await lane.hear("acme/7/CH4", {"v": 3.0, "q": 0, "t": MS - 3_600_000}, kept) == []
    assert await lane.hear("acme/7/CH4", {"v": 3.0, "q": 0}, kept) == []
    assert len(await lane.hear("acme/7/CH4", {"v": 0.3, "q": 0, "t": MS - 900}, kept)) == 1
    assert not lane.book.now


async def test_what_comes_again_is_heard_once() -> None:
    lane = Lane()
    lane.lane.repeated = lane.book.repeated
    assert len(await lane.hear("acme/7/CH4", {"v": 0.5, "q": 0})) == 1
    assert await lane.hear("acme/7/CH4", {"v": 0.5, "q": 0}, AGAIN | 2) == []
    assert lane.book.repeats == 1
    assert len(await lane.hear("acme/7/CH4", {"v": 0.5, "q": 0})) == 1, "the same value anew"
    assert len(await lane.hear("acme/7/CH4", {"v": 0.7, "q": 0}, AGAIN | 2)) == 1, "never stored"


def test_repeats_are_remembered_within_a_bound() -> None:
    repeats = Repeats(most=10)
    sent = [Publish(b"t", b"%d" % n, 2, b"\0\1") for n in range(25)]
    for n in range(0, 25, 5):
        repeats.keep(sent[n : n + 5])
    assert [repeats.has(m) for m in sent] == [False] * 15 + [True] * 10


async def test_a_clock_an_hour_off_is_told_and_the_value_counts() -> None:
    lane = Lane()
    (heard,) = await lane.hear("acme/7/CH4", {"v": 1.2, "q": 0, "t": MS + 3_600_000})
    assert heard[1:3] == (1.2, Quality.GOOD), "the time rule is the pipeline's"
    assert lane.book.now[FindingKind.CLOCK_OFF, "ACME"] == "+3600 s"
    await lane.hear("acme/7/CH4", {"v": 1.2, "q": 0, "t": MS})
    assert not lane.book.now


@pytest.mark.parametrize("payload", [b"offline", b' "offline" '])
async def test_a_gateway_that_is_gone_has_lost_its_points_at_once(payload: bytes) -> None:
    lane = Lane()
    ears = lane.ears[0]
    assert ACME.presence is not None
    there = PresenceEars(lane.mine, ears, ACME.presence, lane.inbox, lane.clock)
    (hear,) = there.routes.values()
    await hear(Message("acme/7", payload, True))
    assert [(r[0], r[2]) for r in lane.inbox.readings()] == [(0, 2), (1, 2)]
    assert (FindingKind.LINK_DOWN, "ACME") in lane.book.now
    await hear(Message("acme/7", b"online", True))
    assert not lane.book.now


def test_presence_may_lie_in_a_document() -> None:
    lane = Lane()
    presence = Presence("x", "state.up", ("false", "0"))
    there = PresenceEars(lane.mine, lane.ears[0], presence, lane.inbox, lane.clock)
    documents = [b'{"state":{"up":false}}', b'{"state":{"up":0}}', b'{"state":{"up":true}}', b"{}"]
    assert [there._word(d) for d in documents] == ["false", "0", "true", ""]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["v", "q", "t", "ts", "payload", "values", "sensor", "name", "at", "O2"]
            )
            | st.text(max_size=3),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


payloads = st.one_of(
    st.builds(
        lambda v, q, t: json.dumps({"v": v, "q": q, "t": t}).encode(),
        st.floats(-1, 5, allow_nan=False) | st.integers(-9, 9) | st.none() | st.just("1.5"),
        st.sampled_from([0, 3, 9, "GOOD", True, None]),
        st.sampled_from([MS, MS - 5, 0, -1, 2**60, 1.5, None]),
    ),
    st.sampled_from([b"", b"{", b'{"v":1,"q":0', b',"t":1}', b'{"v":1}{"v":2}', b"1\n2", b"null"]),
)


@given(
    st.lists(st.tuples(st.sampled_from(["CH4", "CO", "X"]), payloads, st.booleans()), min_size=4)
)
async def test_many_at_once_are_what_they_are_one_by_one(
    said: list[tuple[str, bytes, bool]],
) -> None:
    sent = [Publish(f"acme/7/{p}".encode(), data, int(kept)) for p, data, kept in said]
    together, alone = Lane(), Lane()
    for lane in (together, alone):  # topics are known
        await lane.hear("acme/7/CH4", {"v": 0.5, "q": 0, "t": MS})
        await lane.hear("acme/7/CO", {"v": 0.5, "q": 0, "t": MS})
    await together.lane.hear(sent)
    for one in sent:
        await alone.lane.hear([one])
    assert repr(together.inbox.readings()) == repr(alone.inbox.readings())


@given(st.lists(json_values.map(lambda d: json.dumps(d).encode()) | st.binary(max_size=60)))
async def test_nothing_a_gateway_sends_raises_anything(payloads: list[bytes]) -> None:
    lane = Lane()
    for payload in payloads:
        for topic in ("acme/7/CH4", "beta/N2/up", "gamma/data"):
            for _, value, quality, at in await lane.hear(topic, payload):
                assert math.isfinite(value) or quality in (Quality.FAULT, Quality.COMMS_LOST)
                assert at >= 0
