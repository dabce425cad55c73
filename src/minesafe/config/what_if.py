"""A mine with other limits: what a file of changed limits says, read as the mine's own files.

The file names points, rules of the pack and rules over time by their ids, and gives of each only
what is to be other. It goes through the same readers and checks as if it stood in the mine's
files, so what it says is refused where it would be refused there, with its own file and line.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from minesafe.config.files import gather_files, list_of
from minesafe.config.lists import LISTS
from minesafe.config.load import Checked, check_files, pack_of
from minesafe.config.row import Findings, Named, Row, gather
from minesafe.config.rules import looser
from minesafe.config.text import decode, read_toml
from minesafe.model.errors import BadConfig, Fault
from minesafe.model.mine import Limits, Mine
from minesafe.model.time import Micros

LIMITS = tuple(f.name for f in fields(Limits))
"""Words of a point, and of a rule of the pack."""

OVER_TIME = (
    *("limit", "restore", "window_s", "count", "of", "over_s"),
    *("horizon_s", "target", "slack"),
)
"""Words of a rule over time."""

WORDS = {"point": LIMITS, "rule": LIMITS, "window": OVER_TIME}


@dataclass(slots=True)
class Overlaid(Row):
    """A row of which some keys stand in another file; a fault is told where its key stands.

    One of a key that stands in neither comes of what the other file changes.
    """

    over: Row = field(kw_only=True)

    def _tell(self, book: list[Fault], key: str, line: int, what: str, hint: str) -> None:
        if key in self.values and key not in self.over.values:
            super(Overlaid, self)._tell(book, key, line, what, hint)
        elif book is self.findings.faults:
            self.over.fault(key, what, hint)
        else:
            self.over.warn(key, what, hint)


@dataclass(frozen=True, slots=True)
class Changes:
    """What one file, or one table of it, says: rows by id for each of `WORDS`."""

    tables: Mapping[str, Named[Row]]

    @classmethod
    def read(cls, table: Row) -> "Changes":
        """The tables `[[point]]`, `[[rule]]`, `[[window]]` of a row; unknown words are faults."""
        found = {what: gather(table.take_parts(what), _change(what)) for what in WORDS}
        if not any(found.values()):
            hint = "write [[point]], [[rule]] or [[window]], each with its id"
            table.fault("", "changes nothing", hint)
        return cls(found)

    def over(self, what: str, rows: Sequence[Row]) -> list[Row]:
        """Rows of the mine with what the change gives of each; ids that are nowhere are faults."""
        changes = self.tables[what]
        known = {str(row.values.get("id", "")) for row in rows}
        for row in changes.rows.values():
            row.reference("id", known, what)
        return [
            _overlaid(row, changes.rows[ident])
            if (ident := str(row.values.get("id", ""))) in changes
            else row
            for row in rows
        ]


def _change(what: str) -> "_Taken":
    return _Taken(WORDS[what])


@dataclass(frozen=True, slots=True)
class _Taken:
    """Takes the words a change may give; the readers of the mine's files judge what they say."""

    words: tuple[str, ...]

    def __call__(self, row: Row, ident: str) -> Row:
        row.taken.update(self.words)
        if row.values.keys() <= {"id"}:
            row.fault("id", f"{ident!r} is given no other limit", f"one of: {', '.join(LIMITS)}")
        return row


def _overlaid(row: Row, over: Row) -> Row:
    given = {key: value for key, value in over.values.items() if key != "id"}
    kept = {f.name: getattr(row, f.name) for f in fields(Row)}
    return Overlaid(**(kept | {"values": {**row.values, **given}, "taken": set()}), over=over)


def what_if(
    path: Path,
    changes: Path,
    *,
    now: Micros | None = None,
    environ: Mapping[str, str] | None = None,
) -> tuple[Mine, Mine]:
    """The mine of a directory, as it is and with changed limits; row numbers are the same.

    Args:
        path: the mine's directory.
        changes: a TOML file of `[[point]]`, `[[rule]]` and `[[window]]`.
        now: as for `load`.
        environ: as for `load`.

    Raises:
        BadConfig: with every fault of either.
    """
    findings = Findings()
    files = gather_files(findings, path)
    mine = _whole(check_files(findings, files, now=now, environ=environ))
    said = Findings()
    try:
        text = decode(said, changes.name, changes.read_bytes())
    except OSError as error:
        raise BadConfig([Fault(str(changes), 0, f"cannot be read: {error.strerror}")]) from error
    table = read_toml(said, changes.name, text)
    changed = Changes.read(table)
    table.done()
    return mine, changed_mine(said, files, mine, changed, now=now, environ=environ)


def changed_mine(
    findings: Findings,
    files: Mapping[str, bytes],
    mine: Mine,
    changes: Changes,
    *,
    now: Micros | None = None,
    environ: Mapping[str, str] | None = None,
) -> Mine:
    """A mine of these files with changed limits.

    Args:
        findings: what was found in the changes so far.
        files: those the mine was read from.
        mine: as it is.
        changes: what is to be other.
        now: as for `load`.
        environ: as for `load`.

    Raises:
        BadConfig: with every fault.
    """
    pack = pack_of(files)
    row = read_toml(findings, pack, decode(findings, pack, files[pack]))
    parts = {**row.parts}
    for what in ("rule", "window"):
        parts[what] = changes.over(what, row.parts.get(what, ()))
    file = list_of("points", files)
    points = changes.over("point", LISTS["points"].read(findings, file, files[file]))
    tomls = {pack: replace(row, parts=parts)}
    other = check_files(
        findings, files, lists={"points": points}, tomls=tomls, now=now, environ=environ
    )
    new = _whole(other)
    _check_statutory(changes.tables["rule"].rows.items(), mine, new)
    return new


def _whole(checked: Checked) -> Mine:
    if checked.mine is None:
        raise BadConfig(list(checked.faults))
    return checked.mine


def _check_statutory(rows: Iterable[tuple[str, Row]], mine: Mine, new: Mine) -> None:
    """What the law sets may be tried more strictly, and never more loosely."""
    for ident, row in rows:
        rule = mine.rule[ident]
        for key, (own, law) in looser(new.rule[ident].limits, rule.limits).items():
            if rule.statutory:
                what = f"{key} {own:g} is looser than rule {ident!r} allows"
                row.fault(key, what, f"at most as loose as {law:g} ({rule.source} {rule.clause})")
        if row.findings.faults:
            raise BadConfig(row.findings.faults)
