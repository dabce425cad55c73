"""Drive decoders with atheris: `python tests/fuzz/run.py TARGET[,TARGET…] -runs=100000 -seed=1`."""

import sys
from pathlib import Path

import atheris

ROOT = Path(__file__).parents[2]


def main() -> None:
    """The first word names targets; the others are libFuzzer's."""
    sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests"), str(ROOT)]
    with atheris.instrument_imports(include=["minesafe.links", "minesafe.sources"]):
        from fuzz.targets import among
    target = among(sys.argv.pop(1).split(","))
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
