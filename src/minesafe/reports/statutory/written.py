"""A statutory report as a document: its cells in words, its number, its signatures, its proof."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from minesafe.model.filing import SIGNERS, Filed
from minesafe.model.mine import Mine
from minesafe.model.time import SECOND, Micros
from minesafe.reports.document import Document, Section, Table
from minesafe.reports.statutory import facts as cells
from minesafe.reports.statutory.changes import changes
from minesafe.reports.statutory.facts import Cell, Facts, Part
from minesafe.reports.statutory.words import told
from minesafe.reports.words import Lang

WIDE = 7
"""A report with a table of more columns lies on its side."""

NOTHING = "—"


class Reader:
    """Puts cells into words of one language, times into the mine's own."""

    def __init__(self, facts: Facts, lang: Lang) -> None:
        self.lang = lang
        self._zone = ZoneInfo(facts.timezone or "UTC")
        self._start, self._end = facts.start, facts.end

    def cell(self, cell: Cell) -> str:
        """One cell; what is not known is a dash."""
        return NOTHING if cell is None else _WORDS[type(cell)](self, cell)

    def row(self, row: Sequence[Cell]) -> tuple[str, ...]:
        """All cells of a row."""
        return tuple(map(self.cell, row))

    def word(self, code: str, **params: object) -> str:
        """A word of the report's own."""
        return told(self.lang, code, **params)

    def clock(self, at: Micros) -> str:
        """A time of the report's day; of another one with its date."""
        local = datetime.fromtimestamp(at // SECOND, self._zone)
        if self._end - self._start <= 25 * 3600 * SECOND and self._start <= at <= self._end:
            return "24:00:00" if at == self._end else f"{local:%H:%M:%S}"
        return f"{local:%m-%d %H:%M:%S}"

    def moment(self, at: Micros) -> str:
        """A time with its date."""
        return f"{datetime.fromtimestamp(at // SECOND, self._zone):%Y-%m-%d %H:%M:%S}"

    def several(self, cell: "cells.Several") -> str:
        """A value and what is about it, by spaces; things of one kind, by commas."""
        kinds = {type(one) for one in cell.cells}
        between = self.word("between") if len(kinds) == 1 else " "
        return between.join(map(self.cell, cell.cells))

    def lasting(self, seconds: float) -> str:
        """Hours, minutes and seconds; under ten seconds to the tenth."""
        if 0 < seconds < 10:
            return f"{seconds:.1f} s"
        minutes, rest = divmod(round(seconds), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


_WORDS: Mapping[type, Callable[[Reader, Any], str]] = {
    cells.Named: lambda r, c: c.en if r.lang == "en" else c.zh,
    cells.Coded: lambda r, c: r.word(c.code, **dict(c.params)),
    cells.Measured: lambda r, c: f"{c.value:.{c.decimals}f}\u00a0{c.unit}".rstrip("\u00a0"),
    cells.At: lambda r, c: r.clock(c.at),
    cells.Lasting: lambda r, c: r.lasting(c.seconds),
    cells.Count: lambda r, c: str(c.number),
    cells.Said: lambda r, c: c.text,
    cells.Several: lambda r, c: r.several(c),
}


def statutory(
    facts: Facts,
    lang: Lang,
    *,
    mine: Mine,
    head: tuple[int, str],
    digest: str,
    filed: Filed | None = None,
    before: Facts | None = None,
) -> Document:
    """Write a report.

    Args:
        facts: what it says.
        lang: the reader's language.
        mine: whose people have signed.
        head: position and hash of the newest record it stands on.
        digest: SHA-256 of what it says.
        filed: its number and signatures; None: a draft, which has neither.
        before: what the number before it said, where there is one.
    """
    r = Reader(facts, lang)
    parts = [*facts.parts] if before is None else [changes(before, facts), *facts.parts]
    name = facts.name
    return Document(
        lang=lang,
        mine=name.en if lang == "en" else name.zh,
        title=r.word(f"title_{facts.series}"),
        subtitle=" · ".join(_subtitle(r, facts, filed)),
        stamp="" if filed else r.word("draft"),
        warning=r.word("simulated") if facts.demo else "",
        made=" · ".join(_made(r, facts, filed)),
        sections=[_section(r, part) for part in parts],
        head=r.word("stands_on", position=head[0]),
        hash=head[1],
        wide=any(len(part.columns) > WIDE for part in facts.parts),
        signing=_signing(r, facts, filed, mine),
        proof=_proof(r, digest, filed),
        date=datetime.fromtimestamp(facts.until // SECOND, ZoneInfo("UTC")).strftime("%Y-%m-%d"),
    )


def _subtitle(r: Reader, facts: Facts, filed: Filed | None) -> Iterator[str]:
    yield facts.day
    if filed is not None:
        short = r.word(f"short_{facts.series}")
        day = facts.day.replace("-", "")
        yield r.word("report_number", short=short, day=day, number=filed.number)
        if filed.number > 1:
            yield r.word("replaces", number=filed.number - 1)
    if not facts.is_over:
        yield r.word("so_far", at=r.moment(facts.until))


def _made(r: Reader, facts: Facts, filed: Filed | None) -> Iterator[str]:
    if filed is not None:
        yield f"{r.word('made')} {r.moment(filed.made)}"
    yield r.word("revision", revision=facts.revision)
    yield r.word("timezone", zone=facts.timezone or "UTC")


def _section(r: Reader, part: Part) -> Section:
    headings = [r.word(code) for code in part.columns]
    table = Table(headings, [r.row(row) for row in part.rows], r.word("none"))
    note = " ".join(r.cell(note) for note in part.notes)
    return Section(r.word(part.code), table, note=note)


def _signing(r: Reader, facts: Facts, filed: Filed | None, mine: Mine) -> list[tuple[str, str]]:
    """A line for each post: who has signed, or room to."""
    people = {p.id: p.name for p in mine.people}
    signed = {s.post: s for s in filed.signatures} if filed else {}
    lines = []
    for post in SIGNERS[facts.series]:
        sign = signed.get(post)
        said = ""
        if sign is not None:
            name = people.get(sign.by, sign.by)
            said = r.word("sign_by", name=name, at=r.moment(sign.at))
        lines.append((r.word(post.value), said))
    return lines


def _proof(r: Reader, digest: str, filed: Filed | None) -> list[str]:
    lines = [r.word("digest", digest=digest)]
    if filed is not None:
        lines.append(r.word("verify", report=filed.report))
    return lines
