"""Every maker's frames as they come: who is where, who calls, who answers, and in which units.

The frames are built after the makers' public pages (docs/wire.md names them); none is a capture.
"""

import json
import math
import time
from dataclasses import replace
from typing import Any

import pytest
from fakes import FindingBook, HandClock, Inbox, Notes
from hypothesis import given
from hypothesis import strategies as st
from small_mine import roadway, small_mine

from minesafe.model.events import FindingKind
from minesafe.model.frame import TagFlag
from minesafe.model.mine import BaseStation, Level, Mine, Name, Person, Reader
from minesafe.model.quality import Quality
from minesafe.sources.positioning.common import Common
from minesafe.sources.positioning.dialects import TABLE
from minesafe.sources.positioning.sightings import Sighted
from minesafe.sources.positioning.spots import SpotMap
from minesafe.sources.positioning.stations import StationEars
from minesafe.sources.positioning.units import VOTES
from minesafe.sources.wire import Unreadable

NO = Name("", "")
NOW = 1_744_625_585_500_000
UID = "ea221ffdb4fbea42"


def mine(dialect: str, **changes: Any) -> Mine:
    """A (0 … 1000 m, along x) on one level and LOW 40 m below it; two readers at 100 and 900 m."""
    station = BaseStation(
        "BS1", NO, "mqtt", "t", "u", "p", dialect, "auto", "auto", floors=(("2", "L1"), ("3", "L2"))
    )
    station = replace(station, **changes)
    upper = roadway("A", "N0", "N1", 1000.0)
    lower = replace(
        roadway("LOW", "N0", "N1", 1000.0), level="L2", path=((0, 0, -40.0), (1000, 0, -40.0))
    )
    base = small_mine()
    people = [
        Person(f"P{i}", "", tag, "miner", "", "", True) for i, tag in enumerate(("2", UID, "30331"))
    ]
    return replace(
        base,
        levels=(*base.levels, Level("L2", NO, -340.0)),
        roadways=(upper, lower),
        stations=(station,),
        readers=(
            Reader("R1", NO, "BS1", "A", 100.0, 60.0, 0.3, 1.0, "17"),
            Reader("R2", NO, "BS1", "A", 900.0, 60.0, 0.3, 1.0),
        ),
        people=tuple(people),
        zones=(),
        points=(),
    )


def decoder(dialect: str, **changes: Any) -> SpotMap:
    m = mine(dialect, **changes)
    common = Common.of(m, Inbox(), Notes())
    return SpotMap(m, common.roadways, common.snapper, m.stations[0])


def heard(said: object, dialect: str, at: SpotMap | None = None) -> Sighted:
    return (at or decoder(dialect)).decode(json.dumps(said).encode(), NOW)


def tags(sighted: Sighted) -> list[tuple[Any, ...]]:
    """Rows about somebody."""
    return [row for row in sighted.rows if row[0] >= 0]


def pos(x: float, y: float, z: float, **data: object) -> dict[str, object]:
    more = {"mapId": 2, "pos": [x, y, z], "noiseRadius": 0.086, "time": 1744625585087, **data}
    return {"name": "Pos", "uid": UID, "deviceName": "T4", "data": more}


# --- Nooploop-like ----------------------------------------------------------------------------


def test_a_position_is_put_on_its_roadway_with_the_error_it_tells() -> None:
    frame = pos(412.2, 0.05, 1.1, posVar=[0.1, 0.1, 0.2], vel=[0, 0, 0], rxAnchorSn="1e004")
    (row,) = tags(heard(frame, "nooploop"))
    tag, reader, road, chainage, level, x, y, z, error, flags, quality, sampled, received = row
    assert (tag, reader, road, level) == (1, 0, 0, 0)
    assert (chainage, x, y, z) == (pytest.approx(412.2), 412.2, 0.05, 1.1)
    assert error == pytest.approx(math.hypot(0.05, 1.1))
    assert (flags, quality) == (0, Quality.GOOD)
    assert (sampled, received) == (1744625585087_000, NOW)


def test_the_nearest_reader_stands_for_a_system_that_names_only_its_own_anchors() -> None:
    at = decoder("nooploop")
    rows = [tags(heard(pos(x, 0, 0, rxAnchorSn="1e004"), "", at))[0] for x in (80, 990, 450)]
    assert [row[1] for row in rows] == [0, 1, 0]
    assert tags(heard(pos(990, 0, 0, rxAnchorSn="17"), "", at))[0][1] == 0, "named is named"


def test_a_call_holds_until_it_is_taken_back_and_an_answer_is_the_button() -> None:
    at = decoder("nooploop")
    said = [
        {"name": "Call", "uid": UID},
        pos(50, 0, 0),
        {"name": "Ack", "uid": UID, "data": {"reqId": "CallAck"}},
        {"name": "Ack", "uid": UID, "data": {"reqId": "config-7"}},
        {"name": "CancelCall", "uid": UID},
        pos(51, 0, 0),
    ]
    flags = [tags(heard(frame, "", at))[0][9] for frame in said]
    both = TagFlag.SOS | TagFlag.BUTTON
    assert flags == [TagFlag.SOS, TagFlag.SOS, both, TagFlag.SOS, 0, 0]
    call = tags(heard(said[0], "nooploop"))[0]
    assert (call[2], call[11]) == (-1, NOW), "he lives; where is not said"


def test_a_maker_s_map_tells_the_level_where_no_height_is_measured() -> None:
    at = decoder("nooploop")
    roads = [tags(heard(pos(50, 0, None, mapId=m), "", at))[0][2] for m in (2, 3)]
    assert roads == [0, 1]


def test_a_place_off_every_roadway_is_no_place_and_the_tag_still_lives() -> None:
    (row,) = tags(heard(pos(400, 4000, 0), "nooploop"))
    assert (row[2], row[10]) == (-1, Quality.OUT_OF_RANGE)


# --- Pozyx-like ---------------------------------------------------------------------------------


def pozyx(x: float, y: float, z: float, tag: str = "30331", **more: object) -> dict[str, object]:
    coordinates = {"x": x, "y": y, "z": z}
    return {
        "version": "2.0",
        "tagId": tag,
        "timestamp": 1744625585.087,
        "success": True,
        "data": {
            "metrics": {"latency": 28, "rates": {"success": 0.76, "update": 1.04}},
            "coordinates": coordinates,
            "tagData": {"blinkIndex": 127},
            "anchorData": [{"anchorId": "R2", "rss": -81.2}],
        },
        **more,
    }


def test_an_array_in_millimetres_and_seconds() -> None:
    rows = tags(heard([pozyx(412_200, 150, 900), pozyx(90_000, 0, 0, "2")], "pozyx"))
    assert [(r[0], r[1], round(r[3], 3), r[11]) for r in rows] == [
        (2, 1, 412.2, 1744625585_087_000),
        (0, 1, 90.0, 1744625585_087_000),
    ]


def test_a_failed_fix_has_no_place_and_is_a_sign_of_life() -> None:
    said = pozyx(0, 0, 0, success=False)
    said["data"] = {"metrics": {"latency": 28}}
    sighted = heard([said], "pozyx")
    assert [(r[2], r[10]) for r in tags(sighted)] == [(-1, Quality.GOOD)]
    assert sighted.garbled == []


# --- omlox --------------------------------------------------------------------------------------


def omlox(**more: object) -> dict[str, object]:
    return {
        "position": {"type": "Point", "coordinates": [412.2, 0.0, -40.5]},
        "source": "R1",
        "provider_type": "uwb",
        "provider_id": "2",
        "trackables": [],
        "timestamp_generated": "2025-04-14T10:13:05.087Z",
        "crs": "local",
        "accuracy": 0.4,
        "floor": 3,
        **more,
    }


def test_a_geojson_point_of_the_mine_s_own_coordinates() -> None:
    (row,) = tags(heard(omlox(properties={"sos": True, "battery": 11}), "omlox"))
    assert (row[0], row[1], row[2], row[4]) == (0, 0, 1, 1)
    assert row[8] == pytest.approx(0.5)
    assert row[9] == TagFlag.SOS | TagFlag.LOW_BATTERY
    assert row[11] == 1744625585_087_000


def test_degrees_of_the_globe_are_no_place_underground() -> None:
    (row,) = tags(heard(omlox(crs="EPSG:4326"), "omlox"))
    assert row[2] == -1


def test_coordinates_of_another_origin_are_moved_and_turned() -> None:
    at = decoder("omlox", origin=(500.0, -10.0, -40.0), turn_deg=90.0)
    (row,) = tags(heard(omlox(position={"coordinates": [10, 5, 0]}, floor=None), "", at))
    assert (row[2], round(row[3], 3), round(row[6], 3)) == (1, 495.0, 0.0)


# --- KJ reader ----------------------------------------------------------------------------------


def kj(**more: object) -> dict[str, object]:
    about = {"ip": "10.1.0.7", "devid": "17", "id": "3", "type": 64, "status": 0, "debug": 0}
    lists = {"card": ["2", UID], "emerge": ["0", "1"], "battary": [15, 80]}
    return about | lists | {"time": "2025-04-14 10:13:05", "response": None, "desp": ""} | more


def test_cards_at_a_reader_are_anywhere_in_its_reach() -> None:
    sighted = heard(kj(), "kj")
    rows = tags(sighted)
    assert [(r[0], r[1], r[3], r[8], r[9]) for r in rows] == [
        (0, 0, 100.0, 60.0, TagFlag.LOW_BATTERY),
        (1, 0, 100.0, 60.0, TagFlag.SOS),
    ]
    assert [r[1] for r in sighted.rows if r[0] < 0] == [0], "and the reader lives"


def test_its_time_is_the_mine_s_own() -> None:
    m = mine("kj")
    zoned = replace(m, server=replace(m.server, timezone="Asia/Shanghai"))
    common = Common.of(zoned, Inbox(), Notes())
    at = SpotMap(zoned, common.roadways, common.snapper, zoned.stations[0])
    (row, *_) = tags(heard(kj(time="2025-04-14 18:13:05"), "", at))
    assert row[11] == 1744625585_000_000


@pytest.mark.parametrize(
    ("more", "who"),
    [
        ({"card": 2, "emerge": 0, "battary": 80}, [(0, 0)]),
        ({"card": ["2", "0", None], "emerge": [1, 0, 0], "battary": None}, [(0, 1)]),
        ({"card": [], "emerge": [], "battary": []}, []),
        ({"card": None, "emerge": None, "battary": None}, []),
    ],
)
def test_a_scalar_a_list_a_null_and_an_empty_place(more: Any, who: list[tuple[int, int]]) -> None:
    sighted = heard(kj(**more), "kj")
    assert [(r[0], r[9]) for r in tags(sighted)] == who
    assert sighted.garbled == []


def test_lists_of_different_length_are_told_and_the_cards_are_heard() -> None:
    sighted = heard(kj(emerge=[1]), "kj")
    assert len(tags(sighted)) == 2
    assert "differ in length" in sighted.garbled[0]


def test_a_reader_nobody_listed_is_named() -> None:
    assert heard(kj(devid=99), "kj").unknown_readers == ["99"]


# --- units --------------------------------------------------------------------------------------


def test_metres_or_millimetres_are_found_out_held_and_said() -> None:
    at = decoder("nooploop")
    for i in range(VOTES):
        assert at.units.assumed == ""
        (row,) = tags(heard(pos(300_000 + 1000 * i, 200, 900), "", at))
        assert row[2] == -1 or i == VOTES - 1, "nobody is placed by a guess"
    (row,) = tags(heard(pos(310_000, 200, 900), "", at))
    assert (row[2], row[3]) == (0, pytest.approx(310))
    assert at.units.assumed == "found out: lengths in mm, times in ms"
    assert tags(heard(pos(400, 0, 0), "", at))[0][3] == pytest.approx(0.4), "held"


@pytest.mark.parametrize(
    ("told", "unit", "sampled"),
    [(1744625585.25, "s", 1744625585_250_000), (1744625585250, "ms", 1744625585_250_000)],
)
def test_seconds_and_milliseconds_are_told_apart(told: float, unit: str, sampled: int) -> None:
    at = decoder("nooploop")
    rows = [tags(heard(pos(50, 0, 0, time=told), "", at))[0] for _ in range(VOTES)]
    assert {row[11] for row in rows} == {sampled}
    assert f"times in {unit}" in at.units.assumed
    other = heard(pos(50, 0, 0, time=1744625585 if unit == "ms" else 1744625585250), "", at)
    assert "from a device that tells" in other.garbled[0]
    assert tags(other)[0][11] == NOW


def test_a_counter_of_ticks_is_no_time_and_the_receipt_counts() -> None:
    at = decoder("nooploop")
    rows = [tags(heard(pos(50, 0, 0, time=575889100 + i), "", at))[0] for i in range(VOTES)]
    assert {row[11] for row in rows} == {NOW}
    assert "times in ticks" in at.units.assumed


def test_what_the_configuration_says_is_not_found_out() -> None:
    at = decoder("nooploop", length="mm", time="s")
    assert at.units.assumed == ""
    (row,) = tags(heard(pos(412_200, 0, 0, time=1744625585), "", at))
    assert (row[3], row[11]) == (pytest.approx(412.2), 1744625585_000_000)


# --- ears ---------------------------------------------------------------------------------------


async def test_units_and_calls_are_told_and_a_call_outlives_a_restart() -> None:
    m, inbox, book, notes = mine("nooploop"), Inbox(), FindingBook(), Notes()
    ears = StationEars(m, Common.of(m, inbox, notes), m.stations[0], HandClock(NOW), book)

    async def says(said: object) -> None:
        line = json.dumps(said).encode()
        await ears.keep(ears.decode(line), line)

    await says({"name": "Call", "uid": UID})
    for i in range(VOTES):
        await says(pos(50 + i, 0, 0))
    assert "times in ms" in book.now[FindingKind.UNITS_ASSUMED, "BS1"]
    ears = StationEars(m, Common.of(m, inbox, notes), m.stations[0], HandClock(NOW), book)
    await says(pos(80, 0, 0))
    assert next(row[9] for row in inbox.sightings()[::-1] if row[0] == 1) == TagFlag.SOS
    await says({"name": "CancelCall", "uid": UID})
    assert notes.notes("calls/BS1") == {}


# --- anything at all ------------------------------------------------------------------------------

LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.just("2")
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def spoilt(frame: Any, path: tuple[str | int, ...], value: object) -> Any:
    """The frame with something else at a path, as far as there is one."""
    inner = frame
    for step in path[:-1]:
        try:
            inner = inner[step]
        except (KeyError, IndexError, TypeError):
            return frame
    if isinstance(inner, dict) and path:
        inner[path[-1]] = value
    return frame


FRAMES = {
    "kj": kj,
    "nooploop": lambda: pos(50, 0, 0),
    "pozyx": lambda: pozyx(5, 5, 5),
    "omlox": omlox,
}


@given(st.sampled_from(sorted(TABLE)), st.data())
def test_nothing_a_station_says_raises_anything_but_ours(dialect: str, data: st.DataObject) -> None:
    row = TABLE[dialect]
    paths = [
        p for p in (row.tag, row.time, *row.xyz, row.reader, row.sos, row.battery, row.name) if p
    ]
    frame = spoilt(FRAMES[dialect](), data.draw(st.sampled_from(paths)), data.draw(ANYTHING))
    said = data.draw(st.sampled_from([frame, [frame, frame], data.draw(ANYTHING)]))
    at = decoder(dialect)
    try:
        sighted = at.decode(json.dumps(said).encode(), NOW)
    except Unreadable:
        return
    for line in sighted.rows:
        assert abs(line[11]) <= 8_000_000_000_000_000_000
        assert line[2] == -1 or 0 <= line[3] <= 1000.001


@given(st.sampled_from(sorted(TABLE)), st.binary(max_size=200))
def test_nor_do_bytes(dialect: str, data: bytes) -> None:
    try:
        decoder(dialect).decode(data, NOW)
    except Unreadable:
        return


@pytest.mark.parametrize("dialect", sorted(TABLE))
def test_four_times_as_much_takes_no_more_than_its_share(dialect: str) -> None:
    """Linear, with a margin wide enough for a busy machine; squared would be sixteen."""
    at, frame = decoder(dialect), FRAMES[dialect]()

    def said(n: int) -> bytes:
        lists = {"card": ["2"] * n, "emerge": [0] * n, "battary": [1] * n}
        return json.dumps(frame | lists if dialect == "kj" else [frame] * n).encode()

    once, four = (min(took(at, said(n)) for _ in range(5)) for n in (150, 600))
    assert four < 10 * once


def took(at: SpotMap, message: bytes) -> float:
    began = time.thread_time()
    at.decode(message, NOW)
    return time.thread_time() - began
