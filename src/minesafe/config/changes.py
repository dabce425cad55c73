"""Other limits laid over a mine's own files, to be read by the same readers.

Points, rules of the pack and rules over time are named by their ids, and of each only what is to be
other is given. It goes through the same checks as if it stood in the mine's files, so it is
refused where it would be refused there, with its own file and line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

from minesafe.config.files import pack_of
from minesafe.config.row import Findings, Named, Row, gather
from minesafe.config.rules import looser
from minesafe.config.text import decode, read_toml
from minesafe.model.errors import Fault
from minesafe.model.mine import Limits, Mine

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


@dataclass(frozen=True, slots=True)
class Overlay:
    """A mine's files with changes laid over them."""

    points: list[Row]
    pack: Row


def overlay(
    findings: Findings, files: Mapping[str, bytes], points: list[Row], changes: Changes
) -> Overlay:
    """The points list and the rule pack, with what is to be other of each row."""
    name = pack_of(files)
    pack = read_toml(findings, name, decode(findings, name, files[name]))
    parts = {**pack.parts}
    for what in ("rule", "window"):
        parts[what] = changes.over(what, pack.parts.get(what, ()))
    return Overlay(changes.over("point", points), replace(pack, parts=parts))


def check_statutory(changes: Changes, mine: Mine, new: Mine) -> None:
    """What the law sets may be tried more strictly, and never more loosely."""
    for ident, row in changes.tables["rule"].rows.items():
        rule = mine.rule[ident]
        for key, (own, law) in looser(new.rule[ident].limits, rule.limits).items():
            if rule.statutory:
                what = f"{key} {own:g} is looser than rule {ident!r} allows"
                row.fault(key, what, f"at most as loose as {law:g} ({rule.source} {rule.clause})")
