"""TOML, CSV and GeoJSON become rows that know their lines (the standard parsers do not tell)."""

import csv
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence

from minesafe.config.row import Findings, Row
from minesafe.model.errors import Fault

Path = tuple[str | int, ...]
Lines = dict[str | int, int]

_AT_LINE = re.compile(r"\(at line (\d+)")
_FEATURES = re.compile(r'"features"\s*:\s*\[')
_MARK = b"\xef\xbb\xbf"
_CHINESE = re.compile(r"[一-鿿　-〿＀-￯℃×·—–…“”‘’°±²³‰Ⅰ-Ⅻ①-⑳]")

MOST_ROWS = 20_000
"""Of one list: more than twice the 8,000 cards a positioning system must carry (AQ 6210)."""

_GAP = re.compile(r"[\s,]*")


def decode(findings: Findings, file: str, raw: bytes) -> str:
    """UTF-8, with or without the mark that spreadsheets put in front; a fault otherwise."""
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        what = f"is not UTF-8 text{_looks_like(raw, line)}"
        findings.cannot_read(file, line, what, "save it as UTF-8; spreadsheets offer 'CSV UTF-8'")
        return ""


def _looks_like(raw: bytes, line: int) -> str:
    """Which other coding the first wrong line seems to be in."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ": it looks like UTF-16"
    before, wrong = raw.split(b"\n")[: line - 1], raw.split(b"\n")[line - 1]
    if not is_gbk(wrong):
        return ""
    mixed = any(not text.removeprefix(_MARK).isascii() for text in before)
    return (
        ": from here on it looks like GBK, before it is UTF-8" if mixed else ": it looks like GBK"
    )


def is_gbk(line: bytes) -> bool:
    """Chinese as older spreadsheets save it; GB18030 holds GBK and GB2312."""
    try:
        text = line.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return all(letter.isascii() or is_chinese(letter) for letter in text)


def is_chinese(letter: str) -> bool:
    """Whether it is one that Chinese lists hold beside ASCII."""
    return _CHINESE.match(letter) is not None


# --- TOML ----------------------------------------------------------------------------------


def read_toml(findings: Findings, file: str, text: str) -> Row:
    """The whole file as one row; its tables are parts."""
    try:
        tree = tomllib.loads(text)
    except RecursionError:
        findings.cannot_read(file, 0, "is nested too deeply")
        tree = {}
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        what = f"is not TOML: {_AT_LINE.split(str(error))[0].strip()}"
        findings.cannot_read(file, int(at[1]) if at else text.count("\n") + 1, what)
        tree = {}
    below: dict[Path, Lines] = {}
    for path, line in (toml_lines(text) if tree else {}).items():
        below.setdefault(path[:-1], {})[path[-1]] = line
    return _table(findings, file, tree, (), below, 1)


def _table(
    findings: Findings,
    file: str,
    tree: Mapping[str, object],
    path: Path,
    below: Mapping[Path, Lines],
    line: int,
) -> Row:
    own = below.get(path, {})
    parts: dict[str, list[Row]] = {}
    for key, value in tree.items():
        here: Path = (*path, key)
        at = own.get(key, line)
        for i, table in enumerate(_tables(value)):
            item: Path = (*here, i) if isinstance(value, list) else here
            begin = below.get(here, {}).get(i, at)
            part = _table(findings, file, table, item, below, begin)
            parts.setdefault(key, []).append(part)
    values = {k: v for k, v in tree.items() if k not in parts}
    lines = {str(key): number for key, number in own.items()}
    return Row(findings, file, line, values, lines, parts=parts)


def _tables(value: object) -> list[dict[str, object]]:
    """The tables of an array of tables, a table as a list of one, or none."""
    items = value if isinstance(value, list) else [value]
    tables = [item for item in items if isinstance(item, dict)]
    return tables if len(tables) == len(items) else []


def toml_lines(text: str) -> dict[Path, int]:
    r"""The line of every table and key of a TOML text that parses.

    >>> toml_lines('a = 1\n[[b]]\nc = [\n 1]\n[[b]]\nd = 2')[("b", 1, "d")]
    6
    """
    lines: dict[Path, int] = {}
    here: Path = ()
    counts: dict[Path, int] = {}
    for number, header, tree in _statements(text):
        if header:
            here = _enter(_paths(tree)[-1], header == "[[", counts)
            lines.setdefault(here[:-1] if header == "[[" else here, number)
            lines[here] = number
        else:
            for path in _paths(tree):
                lines.setdefault((*here, *path), number)
    return lines


def _statements(text: str) -> Iterator[tuple[int, str, dict[str, object]]]:
    """Headers and `key = value` statements: first line, "[[", "[" or "", and what it parses to."""
    chunk, first = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        if not chunk and (not line.strip() or line.lstrip().startswith("#")):
            continue
        first = first if chunk else number
        chunk += line + "\n"
        try:
            tree = tomllib.loads(chunk)
        except tomllib.TOMLDecodeError:
            continue  # the value goes on in the next line
        head = chunk.lstrip()
        yield first, "[[" if head.startswith("[[") else "[" * head.startswith("["), tree
        chunk = ""


def _enter(names: Path, many: bool, counts: dict[Path, int]) -> Path:
    """The path of a table, with the number of the item in each array of tables it lies in."""
    path: Path = ()
    for name in (n for n in names if isinstance(n, str)):
        path = (*path, counts[path], name) if path in counts else (*path, name)
    if not many:
        return path
    counts[path] = counts.get(path, -1) + 1
    return (*path, counts[path])


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
    lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if _counts(line)]
    heads: list[str] = []
    head_lines: dict[str, int] = {}
    rows: list[Row] = []
    if len(lines) > MOST_ROWS:
        hint = f"at most {MOST_ROWS}"
        findings.cannot_read(file, 0, f"is longer than a mine's list: {len(lines)} rows", hint)
        return []
    for number, cells in _cells(findings, file, lines):
        if not heads:
            heads = _headings(findings, file, number, cells, aliases or {})
            head_lines = dict.fromkeys(heads, number)
        elif len(cells) > len(heads):
            what = f"has {len(cells)} cells, the heading {len(heads)}"
            findings.faults.append(Fault(file, number, what, "quote a text that holds a comma"))
        else:
            given = {h: c.strip() for h, c in zip(heads, cells, strict=False) if c.strip()}
            rows.append(Row(findings, file, number, given, heads=head_lines))
    if not rows and file not in findings.unreadable:
        findings.cannot_read(file, 0, "holds no rows")
    return rows


def _cells(
    findings: Findings, file: str, lines: Sequence[tuple[int, str]]
) -> Iterator[tuple[int, list[str]]]:
    """The cells of each row and the line it begins in; a row may run over several."""
    reader = csv.reader((line + "\n" for _, line in lines), strict=True)
    begin = 0
    try:
        for cells in reader:
            yield lines[begin][0], cells
            begin = reader.line_num
    except csv.Error as error:
        findings.cannot_read(file, lines[begin][0], f"is not CSV: {error}", "close every quote")


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
    except RecursionError:
        findings.cannot_read(file, 0, "is nested too deeply")
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
    geometry, properties = (_object(_object(value).get(k)) for k in ("geometry", "properties"))
    values = {
        **properties,
        "type": geometry.get("type"),
        "coordinates": geometry.get("coordinates"),
    }
    lines = {k: _key_line(text, k, start, end, line) for k in values}
    return Row(findings, file, lines.get("id", line), values, lines)


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _key_line(text: str, key: str, start: int, end: int, line: int) -> int:
    pattern = re.compile(re.escape(json.dumps(key, ensure_ascii=False)) + r"\s*:")
    found = pattern.search(text, start, end)
    return line + text.count("\n", start, found.start()) if found else line
