"""TOML that people wrote, changed in places: comments and order stay as they were.

tomlkit does it (MIT, kept well); the standard library only reads. It is loaded only here and comes
with the extra `[drawings]`.
"""

from collections.abc import MutableMapping
from typing import Any

from minesafe.config.row import Findings

Table = MutableMapping[str, Any]


def open_toml(findings: Findings, file: str, text: str) -> Table | None:
    """The page, to be changed in place; a fault of `file` where tomlkit is missing."""
    try:
        import tomlkit
    except ImportError:
        what = "changes a TOML file, and tomlkit is not installed"
        findings.cannot_read(file, 0, what, "pip install 'minesafe[drawings]'")
        return None
    return tomlkit.parse(text)


def write_toml(page: Table) -> str:
    """Its text."""
    import tomlkit

    return tomlkit.dumps(page)


def new_table(values: MutableMapping[str, Any]) -> Table:
    """A table to be put into a page."""
    import tomlkit

    table = tomlkit.table()
    table.update(values)
    return table
