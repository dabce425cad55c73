"""What leaves as a file: to the bit as Parquet, for people as CSV and XLSX, never all at once."""

import asyncio
import csv
import io
import random
import tracemalloc
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import parquet_reader
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from minesafe.exports import Format, streamed
from minesafe.exports.sheets import MOST, pieces
from minesafe.exports.table import Block, Head, Kind, Sheet
from minesafe.model.errors import Refused
from minesafe.model.frame import Readings
from minesafe.model.time import SECOND

ROWS_OF = 500
"""Rows of a block: a few, because memory is traced."""

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = 1_764_000_000 * SECOND + 250_000
HEADS = (
    Head("time", "时间 (Asia/Shanghai)", Kind.TIME),
    Head("name", "名称", Kind.TEXT),
    Head("value", "测值", Kind.NUMBER),
    Head("samples", "样本数", Kind.WHOLE),
)
NAN = float("nan")
ROWS = [
    (AT, "=1+1", 0.52, 60),
    (None, "-王", NAN, None),
    (AT + SECOND, "1-N4 T2", -0.5, 0),
]


def sheet(blocks: list[Block], zone: ZoneInfo = SHANGHAI) -> Sheet:
    async def one_by_one() -> AsyncIterator[Block]:
        for block in blocks:
            yield block

    return Sheet(HEADS, one_by_one(), zone)


async def whole(wanted: Format, blocks: list[Block]) -> bytes:
    return b"".join([part async for part in streamed(sheet(blocks), wanted)])


BLOCKS: list[Block] = [list(zip(*ROWS[:2], strict=True)), [], list(zip(*ROWS[2:], strict=True))]


async def test_csv_opens_by_a_click_and_no_cell_of_it_is_calculated() -> None:
    raw = await whole(Format.CSV, BLOCKS)
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw[3:].decode(), newline="")))
    assert rows[0] == ["时间 (Asia/Shanghai)", "名称", "测值", "样本数"]
    assert rows[1:] == [
        ["2025-11-25 00:00:00.250", "'=1+1", "0.52", "60"],
        ["", "'-王", "", ""],
        ["2025-11-25 00:00:01.250", "1-N4 T2", "-0.5", "0"],
    ]
    gbk = await whole(Format.CSV_GBK, BLOCKS)
    assert gbk.decode("gb18030").encode() == raw[3:]
    assert "王".encode("gbk") in gbk


async def test_a_workbook_holds_times_numbers_and_text_that_is_only_text(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(await whole(Format.XLSX, BLOCKS))
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert rows[0] == [head.words for head in HEADS]
    first = datetime(2025, 11, 25, 0, 0, 0, 250_000)  # noqa: DTZ001  a cell has no zone
    assert rows[1] == [first, "=1+1", 0.52, 60.0]
    assert rows[2:] == [
        ["", "-王", "", ""],
        [first + timedelta(seconds=1), "1-N4 T2", -0.5, 0.0],
    ]


async def test_parquet_is_read_back_to_the_bit_by_its_specification() -> None:
    columns, notes = parquet_reader.read(await whole(Format.PARQUET, BLOCKS))
    assert columns == {
        "time": [AT, None, AT + SECOND],
        "name": ["=1+1", "-王", "1-N4 T2"],
        "value": [0.52, None, -0.5],
        "samples": [60, None, 0],
    }
    assert (notes["timezone"], notes["value"]) == ("Asia/Shanghai", "测值")


CELLS = st.tuples(
    st.none() | st.integers(0, 1 << 51),
    st.text(st.characters(codec="utf-8"), max_size=9),
    st.none() | st.floats(allow_nan=False),
    st.none() | st.integers(-(1 << 62), 1 << 62),
)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=20), max_size=4))
def test_whatever_is_in_the_cells_parquet_gives_it_back(blocks: list[list[tuple]]) -> None:
    columns = [list(zip(*rows, strict=True)) for rows in blocks]
    read, _ = parquet_reader.read(asyncio.run(whole(Format.PARQUET, columns)))
    assert list(zip(*read.values(), strict=True)) == [row for rows in blocks for row in rows]


async def test_clocks_that_are_set_forward_are_followed() -> None:
    """Berlin, 2026-03-29: after 01:59:59 comes 03:00:00."""
    at = int(datetime(2026, 3, 29, 1, 59, 59, tzinfo=ZoneInfo("Europe/Berlin")).timestamp())
    block = [[at * SECOND, (at + 1) * SECOND], ["", ""], [0.0, 0.0], [0, 0]]
    parts = streamed(sheet([block], ZoneInfo("Europe/Berlin")), Format.CSV)
    text = b"".join([part async for part in parts]).decode()
    assert [line[:19] for line in text.split("\r\n")[1:3]] == [
        "2026-03-29 01:59:59",
        "2026-03-29 03:00:00",
    ]


@pytest.mark.parametrize("wanted", Format)
async def test_a_long_export_holds_no_more_than_a_short_one(wanted: Format) -> None:
    """Five times as many rows, the same memory but for what a row group costs in the footer."""

    def many(blocks: int) -> Sheet:
        async def one_by_one() -> AsyncIterator[Block]:
            for n in range(blocks):
                times = [AT + (n * ROWS_OF + i) * SECOND for i in range(ROWS_OF)]
                values = [i / 100 for i in range(ROWS_OF)]
                yield [times, ["T2"] * ROWS_OF, values, [60] * ROWS_OF]

        return Sheet(HEADS, one_by_one(), SHANGHAI)

    async def peak(blocks: int) -> int:
        tracemalloc.start()
        try:
            size = 0
            async for part in streamed(many(blocks), wanted):
                size += len(part)
            assert size > 5_000
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    few = await peak(3)
    assert await peak(15) < 1.5 * few + 500_000


async def test_a_span_is_read_in_pieces_that_lose_and_double_nothing() -> None:
    hand = random.Random(4)
    times = sorted(hand.randrange(10**7) for _ in range(3 * MOST)) + [10**7] * 5
    asked = []

    async def ask(low: int, high: int, most: int) -> Readings:
        found = [t for t in times if low <= t < high][:most]
        asked.append(len(found))
        return Readings.of([(0, 0.0, 0, t, t) for t in found])

    parts = [part async for part in pieces(ask, (0, 10**7 + 1))]
    assert Readings.joined(parts).sampled.tolist() == times
    assert len(asked) < 20

    async def all_at_once(low: int, high: int, most: int) -> Readings:
        return Readings.of([(0, 0.0, 0, 5, 5)] * (most if low <= 5 < high else 0))

    with pytest.raises(Refused, match="ask_shorter"):
        [part async for part in pieces(all_at_once, (0, 100))]
