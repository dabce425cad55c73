"""`python -m minesafe.cli`."""

from minesafe.cli import main

main()
