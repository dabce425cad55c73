"""docs/alarms.md prints the state table; this holds it to the code."""

from pathlib import Path

from minesafe.alarms import MOVES, Signal
from minesafe.model.events import AlarmState

PAGE = Path(__file__).parents[2] / "docs/alarms.md"
BEGIN, END = "<!-- states -->\n", "<!-- /states -->"


def printed() -> str:
    """Rows are signals, columns the state an alarm is in, cells the state after and the move."""
    head = ["what happens", *(s.value for s in AlarmState)]
    lines = [head, ["---"] * len(head)]
    for signal in Signal:
        cells = [
            f"{step[0].value} *{step[1].value}*" if (step := MOVES.get((state, signal))) else "·"
            for state in AlarmState
        ]
        lines.append([f"`{signal.value}`", *cells])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def test_the_state_table_in_the_docs_is_that_of_the_code() -> None:
    between = PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    assert between == printed(), f"put this between the marks:\n{printed()}"
