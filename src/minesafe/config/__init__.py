"""The files of a mine become an approved, hashed `Mine`, or every fault in them is told at once."""

from minesafe.config.emit import emit, with_ports
from minesafe.config.files import files_of, shipped
from minesafe.config.load import check, load

__all__ = ["check", "emit", "files_of", "load", "shipped", "with_ports"]
