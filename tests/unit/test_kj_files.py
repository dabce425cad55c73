"""What an installed system writes for its regulators is read as it is written, slips and all.

The files are built after the public source of one product (docs/wire.md); none is a mine's own.
"""

import math
import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_mine import point, reader, small_mine

from minesafe.model.frame import TagFlag
from minesafe.model.mine import KjHost, Limits, Mine, Name, Person
from minesafe.model.quality import Quality
from minesafe.sources.files.decode import HostMap
from minesafe.sources.files.records import MOST_FIELDS, ended, read
from minesafe.sources.files.tables import TABLES
from minesafe.sources.files.told import Told
from minesafe.sources.positioning.ranges import Roadways
from minesafe.sources.wire import Unreadable

NO = Name("", "")
NOW = 1_772_352_000_000_000
"""2026-03-01 08:00:00 UTC."""
T = "2026-03-01 08:00:00"


def mine() -> Mine:
    """Methane, wind and a fan on a host, and a reader of its own."""
    base = small_mine()
    ch4, wind = (k for k in base.kinds if k.id in ("ch4", "wind"))
    fan = replace(ch4, id="fan", states=((0, Name("停", "off")), (1, Name("开", "on"))))
    host = KjHost("KJ1", NO, "/nowhere", "510123", 30.0)
    limits = Limits(alarm_high=1.0, cut_high=1.5, restore_high=1.0)
    points = (
        replace(point("CH4-T1", "ch4", limits), device="KJ1", code="51012301MN0001A1"),
        replace(point("WIND", "wind", Limits()), device="KJ1"),
        replace(point("FAN", "fan", Limits()), device="KJ1"),
    )
    return replace(
        base,
        kinds=(ch4, wind, fan),
        points=points,
        kj_hosts=(host,),
        readers=(replace(reader("R1", "A", 50.0), station="KJ1", code="0017"),),
        people=(Person("P1", "王建国", "101", "miner", "", "", True),),
        zones=(),
        server=replace(base.server, timezone="UTC"),
    )


def host_map() -> HostMap:
    m = mine()
    return HostMap(m, Roadways(m), m.kj_hosts[0])


def file(*records: str, header: str = f"{T};3") -> bytes:
    return "".join(f"{line}~\r\n" for line in (header, *records)).encode() + b"||\r\n"


def told(kind: str, data: bytes, at: HostMap | None = None) -> Told:
    return (at or host_map()).decode(kind, data, NOW)


def values(got: Told) -> list[tuple[int, float, int]]:
    return [(row, value, quality) for row, value, quality, _, _ in got.readings]


CH4 = "51012301MN0001A1"


# --- real time --------------------------------------------------------------------------------


def test_real_time_values_are_those_of_the_header_s_time() -> None:
    got = told("SSSJ", file(f"{CH4};0.42;0", "WIND;1.2;1", "FAN;开;0", header=f"{T};3"))
    assert got.at == NOW
    assert got.readings == [
        (0, 0.42, Quality.GOOD, NOW, NOW),
        (1, 1.2, Quality.GOOD, NOW, NOW),
        (2, 1.0, Quality.GOOD, NOW, NOW),
    ]
    assert (got.faults, got.unknown_points) == ([], [])


@pytest.mark.parametrize(
    ("record", "value", "quality"),
    [
        ("0.42;3", 0.42, Quality.CALIBRATING),
        ("0.42;4", 0.42, Quality.FAULT),
        ("0.42;5", None, Quality.COMMS_LOST),
        (";5", None, Quality.COMMS_LOST),
        ("0.42;77", 0.42, Quality.FAULT),
        ("-0.01;0", None, Quality.FAULT),
        ("999999;0", None, Quality.FAULT),
        ("999999.00;0", None, Quality.FAULT),
        ("nan;0", None, Quality.FAULT),
        ("9;0", 9.0, Quality.OUT_OF_RANGE),
        ("0.42", 0.42, Quality.GOOD),
    ],
)
def test_a_status_and_numbers_that_stand_for_none(
    record: str, value: float | None, quality: Quality
) -> None:
    ((_, got, how),) = values(told("SSSJ", file(f"{CH4};{record}", header=f"{T};1")))
    assert how == quality
    assert math.isnan(got) if value is None else got == value


def test_gbk_and_utf8_a_byte_order_mark_and_lines_without_their_sign() -> None:
    text = f"{T};1\nFAN;停;0\n||"
    for data in (text.encode("gbk"), text.encode(), b"\xef\xbb\xbf" + text.encode()):
        assert values(told("SSSJ", data)) == [(2, 0.0, Quality.GOOD)], data


def test_a_broken_record_costs_itself_alone_and_is_told_with_its_line() -> None:
    got = told("SSSJ", file(f"{CH4};0.42;0", "WIND", f"{CH4};1x;0", "WIND;1.2;0", header=f"{T};4"))
    assert [v[:2] for v in values(got) if not math.isnan(v[1])] == [(0, 0.42), (1, 1.2)]
    assert [line for line, _ in got.faults] == [3, 4]
    assert "needs 2" in got.faults[0][1]
    assert "'1x' is no value" in got.faults[1][1]


def test_half_a_file_is_used_as_far_as_it_goes() -> None:
    data = file(f"{CH4};0.42;0", "WIND;1.2;0", header=f"{T};2")
    cut = data[: data.index(b"WIND;1.") + 4]
    got = told("SSSJ", cut)
    assert values(got)[0] == (0, 0.42, Quality.GOOD)
    assert any("ends without ||" in what for _, what in got.faults)
    assert not ended(cut)
    assert ended(data)


def test_a_count_that_does_not_agree_and_words_behind_the_end_are_told() -> None:
    got = told("SSSJ", file(f"{CH4};0.42;0", header=f"{T};9") + b"more")
    assert [what for _, what in got.faults] == ["goes on behind ||", "says 9 records and has 1"]


def test_a_point_nobody_listed_is_named() -> None:
    assert told("SSSJ", file("99;1;0", header=f"{T};1")).unknown_points == ["99"]


@pytest.mark.parametrize("data", [b"", b"||", b"\r\n~~\r\n||", b"yesterday;1~\r\nA;1;0~||"])
def test_a_file_without_a_time_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        told("SSSJ", data)


# --- events -------------------------------------------------------------------------------------


def test_a_switch_that_changed_is_news_and_one_of_yesterday_is_not() -> None:
    got = told("KGBH", file("FAN;0;2026-03-01 07:59:30", "FAN;1;2026-02-28 07:59:30"))
    assert got.readings == [(2, 0.0, Quality.GOOD, NOW - 30_000_000, NOW)]


def test_a_peak_between_two_files_is_heard_at_its_own_time() -> None:
    got = told("WFSJ", file(f"{CH4};0.4;1.62;2026-03-01 07:59:20;0.2;2026-03-01 07:56:00"))
    assert got.readings == [(0, 1.62, Quality.GOOD, NOW - 40_000_000, NOW)]


def test_an_alarm_of_theirs_brings_its_values_and_a_cut_link_its_silence() -> None:
    alarm = f"{CH4};001;1.02;1.0;1.5;2026-03-01 07:59:10;X;1.31;2026-03-01 07:59:40"
    got = told("YCBJ", file(alarm, "WIND;004;0;0;0;2026-03-01 07:30:00;X", header=f"{T};2"))
    assert [(r, v) for r, v, q in values(got) if q == 0] == [(0, 1.02), (0, 1.31)]
    assert [r for r, _, q in values(got) if q == Quality.COMMS_LOST] == [1]


def test_the_end_of_an_alarm_may_run_into_the_next_field() -> None:
    for end in ("X", "2026-03-01 07:59:50"):
        alarm = f"{CH4};001;1.02;1.0;1.5;2026-03-01 07:59:10;{end}1.31;2026-03-01 07:59:40"
        got = told("YCBJ", file(alarm, header=f"{T};1"))
        assert [v for _, v, _ in values(got)] == [1.02, 1.31]
        assert got.faults == []


# --- definitions ----------------------------------------------------------------------------------


def test_definitions_that_differ_are_told_and_a_looser_limit_is_called_so() -> None:
    got = told(
        "CDDY",
        file(
            f"{CH4};1201;甲烷;;0;4;1.2;;1.5;0.8;;;D-1",
            "WIND;W;风速;m/s;0;15;;;;;;;",
            header="KJ1031X;煤矿安全监控系统;模拟",
        ),
    )
    assert got.differs == {
        "CH4-T1": "alarm_high 1.2 there, 1 here (looser); restore_high 0.8 there, 1 here",
        "WIND": "unit m/s there,  here",
        "FAN": "is not defined there",
    }


def test_a_card_of_somebody_else_is_told() -> None:
    got = told("RYXX", file("101;王建国", "777;谁", header="h"))
    assert got.differs == {"P1": ""}
    assert got.unknown_tags == ["777"]
    assert told("RYXX", file("101;李明", header="h")).differs["P1"].startswith("card 101 is '李明'")


# --- the personnel set ----------------------------------------------------------------------------


def test_cards_at_readers_readers_that_live_and_a_call_for_help() -> None:
    at = host_map()
    (seen,) = told("RYSS", file("101;0017;2026-03-01 07:59:58", header=f"{T};1"), at).sightings
    assert (seen[:4], seen[8], seen[9]) == ((0, 0, 0, 50.0), 20.0, 0)
    assert seen[11] == NOW - 2_000_000
    (call,) = told("RYQJ", file(f"101;0017;{T};X", header=f"{T};1"), at).sightings
    assert call[9] == TagFlag.SOS
    (again,) = told("RYSS", file("101;0017", header=f"{T};1"), at).sightings
    assert again[9] == TagFlag.SOS, "until it is taken back"
    told("RYQJ", file(f"101;0017;{T};{T}", header=f"{T};1"), at)
    (after,) = told("RYSS", file("101;0017", header=f"{T};1"), at).sightings
    assert after[9] == 0
    states = told("JZXX", file("0017;0", "0017;1", "9;0", header=f"{T};3"), at)
    assert [s[10] for s in states.sightings] == [Quality.GOOD, Quality.COMMS_LOST]
    assert states.unknown_points == ["9"]


def test_what_the_other_system_thinks_is_looked_through_and_judged_anew_here() -> None:
    got = told("RYCY", file("A1;20;25;2026-03-01 07:00:00;X", "A1;20", header=f"{T};2"))
    assert (got.readings, got.sightings) == ([], [])
    assert [line for line, _ in got.faults] == [3]


# --- anything -------------------------------------------------------------------------------------

WORDS = st.sampled_from([CH4, "WIND", "FAN", "101", "0017", "X", T, "0", "5", "-0.01", "", "1e400"])
FIELDS = st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=15).map(";".join)


@given(st.sampled_from(sorted(TABLES)), st.lists(FIELDS, max_size=8), st.binary(max_size=12))
def test_nothing_in_a_file_raises_anything_but_ours(kind: str, lines: list[str], tail: Any) -> None:
    data = "~\r\n".join([f"{T};{len(lines)}", *lines]).encode("gb18030", "replace") + tail
    try:
        got = told(kind, data)
    except Unreadable:
        return
    assert all(abs(row[3]) < 2**62 for row in got.readings)
    assert len(got.faults) <= len(data) + 2


@given(st.sampled_from(sorted(TABLES)), st.binary(max_size=300))
def test_nor_do_bytes(kind: str, data: bytes) -> None:
    try:
        told(kind, data)
    except Unreadable:
        return


def test_a_record_of_a_million_fields_is_no_record() -> None:
    sheet = read(b"h~" + b";" * 1_000_000 + b"~||")
    assert sheet.records == ()
    assert f"more than {MOST_FIELDS}" in sheet.faults[0][1]


def test_four_times_the_records_take_no_more_than_their_share() -> None:
    """Linear, with a margin wide enough for a busy machine; squared would be sixteen."""
    at = host_map()

    def took(records: int) -> float:
        data = file(*[f"{CH4};0.42;0"] * records, header=f"{T};{records}")
        began = time.thread_time()
        told("SSSJ", data, at)
        return time.thread_time() - began

    once, four = (min(took(n) for _ in range(3)) for n in (2_000, 8_000))
    assert four < 10 * once
