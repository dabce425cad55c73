"""TOML, CSV and GeoJSON become rows that know their lines (the standard parsers do not tell)."""

import csv
import json
import re
import tomllib
from collections.abc import Iterator, Mapping

from minesafe.config.row import Findings, Row
from minesafe.model.errors import Fault

Path = tuple[str | int, ...]

_AT_LINE = re.compile(r"\(at line (\d+)")
_FEATURES = re.compile(r'"features"\s*:\s*\[')
_GAP = re.compile(r"[\s,]*")


def decode(findings: Findings, file: str, raw: bytes) -> str:
    """UTF-8, with or without the mark that spreadsheets put in front; a fault otherwise."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        hint = "save it as UTF-8; spreadsheets offer 'CSV UTF-8'"
        findings.cannot_read(file, line, "is not UTF-8 text", hint)
        return ""


# --- TOML ----------------------------------------------------------------------------------


def read_toml(findings: Findings, file: str, text: str) -> Row:
    """The whole file as one row; its tables are parts."""
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        what = f"is not TOML: {_AT_LINE.split(str(error))[0].strip()}"
        findings.cannot_read(file, int(at[1]) if at else text.count("\n") + 1, what)
        tree = {}
    return _table(findings, file, tree, (), toml_lines(text) if tree else {})


def _table(
    findings: Findings, file: str, tree: Mapping[str, object], path: Path, lines: dict[Path, int]
) -> Row:
    parts: dict[str, list[Row]] = {}
    for key, value in tree.items():
        many = isinstance(value, list)
        for i, table in enumerate(_tables(value)):
            below = (*path, key, i) if many else (*path, key)
            parts.setdefault(key, []).append(_table(findings, file, table, below, lines))
    values = {k: v for k, v in tree.items() if k not in parts}
    own = {str(p[-1]): n for p, n in lines.items() if len(p) == len(path) + 1 and p[:-1] == path}
    return Row(findings, file, _line(lines, path), values, own, parts=parts)


def _tables(value: object) -> list[dict[str, object]]:
    """The tables of an array of tables, a table as a list of one, or none."""
    items = value if isinstance(value, list) else [value]
    tables = [item for item in items if isinstance(item, dict)]
    return tables if len(tables) == len(items) else []


def _line(lines: Mapping[Path, int], path: Path) -> int:
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def toml_lines(text: str) -> dict[Path, int]:
    r"""The line of every table and key of a TOML text that parses.

    >>> toml_lines('a = 1\n[[b]]\nc = [\n 1]\n[[b]]\nd = 2')[("b", 1, "d")]
    6
    """
    lines: dict[Path, int] = {}
    here: Path = ()
    counts: dict[Path, int] = {}
    for number, chunk in _statements(text):
        if chunk.lstrip().startswith("["):
            here = _header(chunk, counts)
            lines.setdefault(here[:-1] if isinstance(here[-1], int) else here, number)
            lines[here] = number
        else:
            for path in _paths(tomllib.loads(chunk)):
                lines.setdefault((*here, *path), number)
    return lines


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Headers and `key = value` statements, each whole, with its first line."""
    chunk, first = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if not chunk and (not line.strip() or line.lstrip().startswith("#")):
            continue
        first = first if chunk else number
        chunk += line + "\n"
        if _is_whole(chunk):
            yield first, chunk
            chunk = ""


def _is_whole(chunk: str) -> bool:
    try:
        tomllib.loads(chunk)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _header(chunk: str, counts: dict[Path, int]) -> Path:
    """The path of a `[table]` or `[[array of tables]]`, with the number of each array's item."""
    names = next(p for p in reversed(_paths(tomllib.loads(chunk))) if p)
    names = tuple(n for n in names if isinstance(n, str))
    path: Path = ()
    for name in names[:-1]:
        path = (*path, name)
        path = (*path, counts[path]) if path in counts else path
    path = (*path, names[-1])
    if chunk.lstrip().startswith("[["):
        counts[path] = counts.get(path, -1) + 1
        return (*path, counts[path])
    return path


def _paths(tree: object) -> list[Path]:
    """Every path in a tree, each before those below it."""
    pairs: list[tuple[str | int, object]] = []
    if isinstance(tree, dict):
        pairs = list(tree.items())
    elif isinstance(tree, list):
        pairs = list(enumerate(_tables(tree)))
    return [path for k, v in pairs for path in [(k,), *((k, *p) for p in _paths(v))]]


# --- CSV -----------------------------------------------------------------------------------


def read_csv(
    findings: Findings, file: str, text: str, aliases: Mapping[str, str] | None = None
) -> list[Row]:
    """A row a line; `#` begins a comment line; an empty cell is a value not given.

    Args:
        findings: where faults go.
        file: its name, for faults.
        text: its content.
        aliases: other headings → the key they stand for.
    """
    lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if _counts(line)]
    numbers = [n for n, _ in lines]
    reader = csv.reader(line for _, line in lines)
    heads: list[str] = []
    head_lines: dict[str, int] = {}
    rows: list[Row] = []
    for cells in reader:
        number = numbers[reader.line_num - 1]
        if not heads:
            heads = _headings(findings, file, number, cells, aliases or {})
            head_lines = dict.fromkeys(heads, number)
        elif len(cells) > len(heads):
            what = f"has {len(cells)} cells, the heading {len(heads)}"
            findings.faults.append(Fault(file, number, what, "quote a text that holds a comma"))
        else:
            given = {h: c.strip() for h, c in zip(heads, cells, strict=False) if c.strip()}
            rows.append(Row(findings, file, number, given, heads=head_lines))
    if not rows and text:
        findings.cannot_read(file, 0, "holds no rows")
    return rows


def _counts(line: str) -> bool:
    return bool(line.strip(" \t,")) and not line.lstrip().startswith("#")


def _headings(
    findings: Findings, file: str, line: int, cells: list[str], aliases: Mapping[str, str]
) -> list[str]:
    heads = [aliases.get(c.strip(), c.strip()) for c in cells]
    for twice in {h for h in heads if heads.count(h) > 1}:
        findings.faults.append(Fault(file, line, f"heading {twice!r} stands twice"))
    return heads


# --- GeoJSON -------------------------------------------------------------------------------


def read_geojson(findings: Findings, file: str, text: str) -> list[Row]:
    """A row a feature: its properties, and `coordinates` and `type` of its geometry."""
    begin = _FEATURES.search(text)
    if not text or not begin or not _parses(findings, file, text):
        if text and not begin:
            what = "is not a GeoJSON FeatureCollection"
            findings.cannot_read(file, 1, what, 'it needs "features": [ … ]')
        return []
    return [_feature(findings, file, text, *span) for span in _spans(text, begin.end())]


def _parses(findings: Findings, file: str, text: str) -> bool:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        findings.cannot_read(file, error.lineno, f"is not JSON: {error.msg}")
        return False
    return True


def _spans(text: str, at: int) -> Iterator[tuple[int, int, object]]:
    """Start, end and value of each item of the array that is open at `at`."""
    decoder = json.JSONDecoder()
    while text[at := _gap(text, at)] != "]":
        value, end = decoder.raw_decode(text, at)
        yield at, end, value
        at = end


def _gap(text: str, at: int) -> int:
    found = _GAP.match(text, at)
    return found.end() if found else at


def _feature(findings: Findings, file: str, text: str, start: int, end: int, value: object) -> Row:
    line = text.count("\n", 0, start) + 1
    feature = value if isinstance(value, dict) else {}
    geometry = feature.get("geometry") or {}
    properties = feature.get("properties") or {}
    values = {
        **properties,
        "type": geometry.get("type"),
        "coordinates": geometry.get("coordinates"),
    }
    lines = {k: _key_line(text, k, start, end, line) for k in values}
    return Row(findings, file, lines.get("id", line), values, lines)


def _key_line(text: str, key: str, start: int, end: int, line: int) -> int:
    pattern = re.compile(re.escape(json.dumps(key, ensure_ascii=False)) + r"\s*:")
    found = pattern.search(text, start, end)
    return line + text.count("\n", start, found.start()) if found else line
