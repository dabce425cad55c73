"""A sheet as a stream: one block read, made into bytes in a thread, handed on and forgotten."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from enum import StrEnum
from typing import Protocol

from minesafe.exports.csv_form import Csv
from minesafe.exports.parquet_form import Parquet
from minesafe.exports.table import Block, Sheet
from minesafe.exports.xlsx_form import Xlsx


class Format(StrEnum):
    """How a table can be had."""

    CSV = "csv"
    CSV_GBK = "csv-gbk"
    XLSX = "xlsx"
    PARQUET = "parquet"


class Form(Protocol):
    """Makes bytes of blocks. All calls block."""

    def begin(self) -> bytes:
        """What stands before the rows."""

    def add(self, block: Block) -> bytes:
        """One block.

        Raises:
            Refused: ask_shorter, where the format has a bound.
        """

    def end(self) -> Iterator[bytes]:
        """What stands behind them."""


FORMS: Mapping[Format, Callable[[Sheet], Form]] = {
    Format.CSV: lambda sheet: Csv(sheet, "utf-8"),
    Format.CSV_GBK: lambda sheet: Csv(sheet, "gbk"),
    Format.XLSX: Xlsx,
    Format.PARQUET: Parquet,
}

MEDIA: Mapping[Format, str] = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.CSV_GBK: "text/csv; charset=gb18030",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PARQUET: "application/vnd.apache.parquet",
}

EXTENSIONS: Mapping[Format, str] = {
    Format.CSV: "csv",
    Format.CSV_GBK: "csv",
    Format.XLSX: "xlsx",
    Format.PARQUET: "parquet",
}


async def streamed(sheet: Sheet, wanted: Format) -> AsyncGenerator[bytes, None]:
    """The bytes of a sheet, in parts.

    Raises:
        Refused: ask_shorter.
        StoreUnavailable: what is read is away.
    """
    form = await asyncio.to_thread(FORMS[wanted], sheet)
    try:
        if part := await asyncio.to_thread(form.begin):
            yield part
        async for block in sheet.blocks:
            if block and len(block[0]) and (part := await asyncio.to_thread(form.add, block)):
                yield part
        parts = form.end()
        while (last := await asyncio.to_thread(next, parts, None)) is not None:
            yield last
    finally:
        if isinstance(form, Xlsx):
            form.close()
