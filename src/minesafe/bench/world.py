"""How fast the simulated mine runs: measured by its own process, whose figures are passed on."""

import json
import subprocess
import sys

from minesafe.model.errors import LinkDown

PATIENCE_S = 300.0


def run(seed: int) -> dict[str, float]:
    """Measure physics and people without wires; the simulators say the rest once they measure it.

    Returns:
        What `python -m device_sims bench` prints: `virtual_per_real_s_no_wires`, mine seconds a
        real second, and of what mine (`tags`, `slaves`, `points`, `roadways`, `cells`).

    Raises:
        LinkDown: the simulators ended without figures.
    """
    command = (sys.executable, "-m", "device_sims", "bench", "--seed", str(seed))
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter and arguments, no shell
            command, capture_output=True, text=True, timeout=PATIENCE_S, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise LinkDown(f"the simulators did not measure: {error}") from error
    figures: dict[str, float] = json.loads(done.stdout)
    return figures
