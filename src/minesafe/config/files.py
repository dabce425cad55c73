"""Which files make a revision, where they lie, and the hash over them."""

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path

import minesafe
from minesafe.config.row import Findings
from minesafe.config.text import decode, read_toml
from minesafe.config.words import nearest
from minesafe.model.errors import BadConfig, Fault

OWN = (
    "server.toml",
    "roadways.geojson",
    "zones.toml",
    "points.csv",
    "devices.toml",
    "people.csv",
    "roster.toml",
    "users.toml",
    "policy.toml",
)
"""What every mine's directory holds."""

MAY = ("register.csv", "shadow.toml")
"""What it may hold."""

INSTEAD = {
    "points.csv": ("points.xlsx",),
    "people.csv": ("people.xlsx",),
    "roster.toml": ("roster.xlsx", "roster.csv"),
    "register.csv": ("register.xlsx",),
}
"""What may stand in place of a file of `OWN` or `MAY`."""

MOST_BYTES = 64 << 20
"""No file of a mine is larger; one that is would be read into memory whole."""


def shipped(name: str) -> Path:
    """A configuration, rule pack or kinds file that comes with minesafe.

    >>> shipped("kinds.toml").name
    'kinds.toml'

    Raises:
        BadConfig: there is none of that name.
    """
    package = Path(minesafe.__file__).parent
    homes = (package / "shipped", package.parents[1] / "config")
    for home in homes:
        if (home / name).exists():
            return home / name
    known = [str(p.relative_to(home)) for home in homes for p in home.glob("**/*")]
    raise BadConfig([Fault(name, 0, "does not come with minesafe", nearest(name, known))])


def gather_files(findings: Findings, directory: Path) -> dict[str, bytes]:
    """Every file of the revision, read once: what is hashed is what is read.

    The mine's own `kinds.toml`, `logic.toml` and `rules/<pack>.toml` stand before the shipped ones.
    """
    if not directory.is_dir():
        findings.cannot_read(str(directory), 0, "is no directory", "name a mine's directory")
        return {}
    names = [_which(findings, directory, name) for name in (*OWN, *MAY)]
    names = [name for name in names if name not in MAY or (directory / name).exists()]
    files = {name: _read(findings, directory, name) for name in names}
    for name in ("kinds.toml", "logic.toml", _pack(files["server.toml"])):
        files[name] = _shared(findings, directory, name)
    return files


def _which(findings: Findings, directory: Path, name: str) -> str:
    """The file, or what stands in its place; two at once would be two truths."""
    there = [n for n in (name, *INSTEAD.get(name, ())) if (directory / n).exists()]
    if len(there) > 1:
        findings.cannot_read(there[1], 0, f"stands beside {there[0]}", "keep one of the two")
    return there[0] if there else name


def list_of(name: str, files: Collection[str]) -> str:
    """The file of a revision that holds a list (points, people, roster).

    >>> list_of("roster", {"server.toml": b"", "roster.xlsx": b""})
    'roster.xlsx'
    """
    own = next(n for n in INSTEAD if n.partition(".")[0] == name)
    return next((n for n in INSTEAD[own] if n in files), own)


def _read(findings: Findings, directory: Path, name: str) -> bytes:
    try:
        if (size := (directory / name).stat().st_size) > MOST_BYTES:
            what = f"is larger than a mine's file: {size >> 20} MiB"
            findings.cannot_read(name, 0, what, f"at most {MOST_BYTES >> 20} MiB")
            return b""
        return (directory / name).read_bytes()
    except FileNotFoundError:
        others = [p.name for p in directory.iterdir() if p.name not in OWN]
        hint = nearest(name, others) if others else ""
        known = f"or give {' or '.join(INSTEAD[name])}" if name in INSTEAD else ""
        findings.cannot_read(name, 0, "is missing", hint if "did" in hint else known)
    except OSError as error:
        findings.cannot_read(name, 0, f"cannot be read: {error.strerror}")
    return b""


def pack_of(files: Collection[str]) -> str:
    """The rule pack of a revision's files.

    >>> pack_of(["server.toml", "rules/coal-cn.toml"])
    'rules/coal-cn.toml'
    """
    return next((name for name in files if name.startswith("rules/")), "")


def _pack(server: bytes) -> str:
    """The rule pack's file; faults of server.toml itself are told where it is read in full."""
    quiet = Findings()
    row = read_toml(quiet, "server.toml", decode(quiet, "server.toml", server))
    return f"rules/{row.values.get('rules', 'coal-cn')}.toml"


def _shared(findings: Findings, directory: Path, name: str) -> bytes:
    own = directory / name
    try:
        return own.read_bytes() if own.exists() else shipped(name).read_bytes()
    except BadConfig as bad:
        for fault in bad.faults:
            findings.cannot_read(fault.file, fault.line, fault.what, fault.hint)
    except OSError as error:
        findings.cannot_read(name, 0, f"cannot be read: {error.strerror}")
    return b""


def digests(files: Mapping[str, bytes]) -> tuple[tuple[str, str], ...]:
    """(name, SHA-256 in hex) of every file, by name."""
    return tuple((name, hashlib.sha256(raw).hexdigest()) for name, raw in sorted(files.items()))


def revision_of(files: Mapping[str, bytes]) -> str:
    """16 hex characters that change with any byte of any file."""
    lines = "".join(f"{name}\0{digest}\n" for name, digest in digests(files))
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


def files_of(directory: Path) -> dict[str, bytes]:
    """Every file of the revision, content by name: what is approved, and kept for later.

    Raises:
        BadConfig: a file is missing or cannot be read.
    """
    findings = Findings()
    files = gather_files(findings, directory)
    if findings.faults:
        raise BadConfig(findings.faults)
    return files
