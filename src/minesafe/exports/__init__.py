"""What is taken away: history as CSV, XLSX and Parquet, block by block, however long it is."""

from minesafe.exports.stream import EXTENSIONS, FORMS, MEDIA, Format, streamed
from minesafe.exports.table import Sheet

__all__ = ["EXTENSIONS", "FORMS", "MEDIA", "Format", "Sheet", "streamed"]
