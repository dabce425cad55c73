"""The files of a mine become an approved, hashed `Mine`, or every fault in them is told at once."""

from minesafe.config.emit import emit, with_ports
from minesafe.config.files import digests, files_of, gather_files, shipped
from minesafe.config.load import check, check_files, load
from minesafe.config.what_if import what_if

__all__ = [
    "check",
    "check_files",
    "digests",
    "emit",
    "files_of",
    "gather_files",
    "load",
    "shipped",
    "what_if",
    "with_ports",
]
