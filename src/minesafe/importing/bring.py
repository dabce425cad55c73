"""What is brought, laid beside the files in force: what would change, and what is wrong with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from minesafe.config import check_files, gather_files
from minesafe.config.files import INSTEAD, MOST_BYTES, list_of, revision_of
from minesafe.config.lists import LISTS
from minesafe.config.row import Findings, Row
from minesafe.config.text import toml_lines
from minesafe.importing.areas import draw_zones
from minesafe.importing.difference import difference
from minesafe.importing.drawing import Drawing
from minesafe.importing.dxf import read_dxf
from minesafe.importing.geojson import read_features
from minesafe.importing.lists import in_utf8, written
from minesafe.importing.parting import FILES, Pieces, move_points
from minesafe.importing.plan import Plan, read_plan
from minesafe.importing.roadways import lay
from minesafe.importing.toml import open_toml, write_toml
from minesafe.model.errors import BadConfig, Fault
from minesafe.model.mine import Mine
from minesafe.model.revising import Change

ROADS, ZONES = "roadways.geojson", "zones.toml"


@dataclass(frozen=True, slots=True)
class Parcel:
    """Files somebody brings, each optional."""

    points: Path | None = None
    people: Path | None = None
    roster: Path | None = None
    roadways: Path | None = None
    zones: Path | None = None
    plan: Path | None = None
    """What the layers of the two drawings mean."""
    add: bool = False
    """What is not in a list or drawing stays; otherwise the list or drawing is the whole."""
    register: Path | None = None


@dataclass(frozen=True, slots=True)
class Brought:
    """A revision that is not yet anywhere."""

    base: str
    """The revision it was held against."""
    revision: str
    files: Mapping[str, bytes]
    mine: Mine | None
    """None while there is any fault."""
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    """Only those that the base does not have too."""
    changes: tuple[Change, ...]


def bring(directory: Path, parcel: Parcel) -> Brought:
    """Read, lay beside the files of `directory`, check by the configuration's own readers, compare.

    Nothing is written.

    Raises:
        BadConfig: the files of `directory` are themselves not in order.
    """
    quiet = Findings()
    files = gather_files(quiet, directory)
    base = check_files(quiet, files)
    if base.mine is None:
        raise BadConfig(list(base.faults))
    bench = _Bench(Findings(), base.mine, dict(files))
    for name in LISTS:
        bench.take_list(name, getattr(parcel, name), add=parcel.add)
    bench.take_drawings(parcel)
    checked = check_files(bench.findings, bench.files, lists=bench.lists)
    changes = difference(base.mine, checked.mine) if checked.mine else ()
    return Brought(
        base=base.mine.revision,
        revision=revision_of(bench.files),
        files=bench.files,
        mine=checked.mine,
        faults=tuple(bench.found_at(fault) for fault in checked.faults),
        warnings=tuple(
            bench.found_at(warning) for warning in checked.warnings if warning not in base.warnings
        ),
        changes=changes,
    )


@dataclass(slots=True)
class _Bench:
    """Files on the way from one revision to the next."""

    findings: Findings
    mine: Mine
    files: dict[str, bytes]
    lists: dict[str, list[Row]] = field(default_factory=dict)
    spans: list[tuple[str, int, int, str, str]] = field(default_factory=list)
    """File, first line, last line: those lines come from this drawing and this thing in it."""

    # --- lists -------------------------------------------------------------------------------

    def take_list(self, name: str, path: Path | None, *, add: bool) -> None:
        """A list in place of the own one, or laid over it."""
        if path is None:
            return
        which, old = LISTS[name], list_of(name, self.files)
        raw = in_utf8(_read(self.findings, path))
        rows = which.read(self.findings, path.name, raw)
        if add and old.endswith(".toml"):
            what = f"{old} repeats shifts, which no list can be laid over"
            self.findings.cannot_read(path.name, 0, what, "bring the whole roster")
        elif add:
            own = which.read(self.findings, old, self.files[old]) if old in self.files else []
            rows = which.merged(own, rows)
            raw, path = written(rows), path.with_suffix(".csv")
        self.lists[name] = rows
        self.files.pop(old, None)  # a mine need not have kept a register
        self.files[_place_of(name, path)] = raw

    # --- drawings ----------------------------------------------------------------------------

    def take_drawings(self, parcel: Parcel) -> None:
        """Roadways first: zones are held against them."""
        if parcel.roadways is None and parcel.zones is None:
            return
        plan = self._plan(parcel.plan)
        if parcel.roadways is not None:
            self._take_roadways(parcel.roadways, plan, add=parcel.add)
        if parcel.zones is not None:
            self._take_zones(parcel.zones, plan)

    def _plan(self, path: Path | None) -> Plan | None:
        if path is None:
            return None
        levels = [level.id for level in self.mine.levels]
        return read_plan(self.findings, path.name, _read(self.findings, path), levels)

    def _take_roadways(self, path: Path, plan: Plan | None, *, add: bool) -> None:
        raw = _read(self.findings, path)
        if plan is None:
            self._take_own_geojson(path, raw)
            return
        drawing = _draw(self.findings, path, raw, plan)
        text = self.files[ROADS].decode()
        laid = lay(self.findings, drawing, plan, self.mine, text, add=add)
        if laid is None:
            return
        self.files[ROADS] = laid.text.encode()
        self.spans += [(ROADS, n, n, path.name, origin) for n, origin in laid.origins.items()]
        if laid.pieces:
            self._part(laid.pieces)

    def _part(self, pieces: Pieces) -> None:
        """What hangs on a roadway that is parted now follows its pieces.

        But for points that are brought too: who brings them knows the new metres.
        """
        for name, change in FILES.items():
            page = open_toml(self.findings, name, self.files[name].decode())
            if page is not None:
                change(page, pieces)
                self.files[name] = write_toml(page).encode()
        old = list_of("points", self.files)
        own = LISTS["points"].read(self.findings, old, self.files[old])
        rows = move_points(own, pieces)
        if rows != own and "points" not in self.lists:
            self.lists["points"] = rows
            del self.files[old]
            self.files["points.csv"] = written(rows)

    def _take_own_geojson(self, path: Path, raw: bytes) -> None:
        """Without a plan, the file speaks as roadways.geojson does."""
        if path.suffix.lower() == ".dxf":
            what = "is a drawing whose layers nobody has explained"
            self.findings.cannot_read(path.name, 0, what, "give --plan")
            return
        self.files[ROADS] = raw
        self.spans.append((ROADS, 0, raw.count(b"\n") + 1, path.name, ""))

    def _take_zones(self, path: Path, plan: Plan | None) -> None:
        if plan is None:
            what = "is a drawing whose layers nobody has explained"
            self.findings.cannot_read(path.name, 0, what, "give --plan")
            return
        drawing = _draw(self.findings, path, _read(self.findings, path), plan)
        text = self.files[ZONES].decode()
        drawn = draw_zones(self.findings, drawing, plan, self.mine, text)
        if drawn is None:
            return
        self.files[ZONES] = drawn[0].encode()
        self.spans += _zone_spans(drawn[0], path.name, drawn[1])

    # --- faults ------------------------------------------------------------------------------

    def found_at(self, fault: Fault) -> Fault:
        """The same fault, where the person who brought it can mend it."""
        for file, first, last, drawing, origin in self.spans:
            if fault.file == file and first <= fault.line <= last:
                line = 0 if origin else fault.line
                return replace(fault, file=drawing, line=line, cell=origin)
        return fault


def _place_of(name: str, path: Path) -> str:
    """What the mine calls a list of this format."""
    own = next(n for n in INSTEAD if n.partition(".")[0] == name)
    wished = f"{name}{path.suffix.lower()}"
    return wished if wished in (own, *INSTEAD[own]) else own


def _draw(findings: Findings, path: Path, raw: bytes, plan: Plan) -> Drawing:
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = " or ".join(sorted(READERS))
        findings.cannot_read(path.name, 0, "is no drawing this server reads", f"bring {known}")
        return Drawing(path.name)
    return reader(findings, path.name, raw, plan)


READERS: Mapping[str, Callable[[Findings, str, bytes, Plan], Drawing]] = {
    ".dxf": read_dxf,
    ".geojson": read_features,
    ".json": read_features,
}


def _zone_spans(
    text: str, file: str, origins: Mapping[str, str]
) -> list[tuple[str, int, int, str, str]]:
    """Which lines of zones.toml are the zone's, up to the next."""
    import tomllib

    lines = toml_lines(text)
    ids = [str(zone.get("id")) for zone in tomllib.loads(text)["zone"]]
    starts = [lines["zone", row] for row in range(len(ids))]
    ends = [*(start - 1 for start in starts[1:]), text.count("\n") + 1]
    return [
        (ZONES, start, end, file, origins[ident])
        for ident, start, end in zip(ids, starts, ends, strict=True)
        if ident in origins
    ]


def _read(findings: Findings, path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            findings.cannot_read(path.name, 0, f"is larger than {MOST_BYTES >> 20} MiB")
            return b""
        return path.read_bytes()
    except OSError as error:
        findings.cannot_read(path.name, 0, f"cannot be read: {error.strerror}")
        return b""
