"""Drive one decoder with atheris: `python tests/fuzz/run.py TARGET -runs=100000 -seed=1`."""

import sys
from pathlib import Path

import atheris

ROOT = Path(__file__).parents[2]


def main() -> None:
    """The first word is the target's; the others are libFuzzer's."""
    sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests/fuzz")]
    with atheris.instrument_imports(include=["minesafe.links", "minesafe.sources"]):
        from targets import TARGETS
    target = TARGETS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
