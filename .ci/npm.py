"""Runs npm in the pages' folder as their build does: .ci/npm.py run check."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from build_pages import UI, npm_and_environment  # noqa: E402  the root is not a package


def npm(*arguments: str) -> int:
    """Its exit code; what it says goes where ours goes."""
    command, environment = npm_and_environment()
    environment["PYTHON"] = sys.executable  # what the pages' fixtures ask the server's models with
    done = subprocess.run([*command, *arguments], cwd=ROOT / UI, env=environment, check=False)  # noqa: S603  npm by its full path
    return done.returncode


if __name__ == "__main__":
    if not (ROOT / UI / "node_modules").is_dir() and (code := npm("ci")):
        sys.exit(code)
    sys.exit(npm(*sys.argv[1:]))
