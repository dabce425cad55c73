"""The story's mine with a cut: an output, the feeder it switches off, and what shows its power."""

from dataclasses import replace

from small_mine import point
from story import story_mine

from minesafe.model.events import Origin
from minesafe.model.mine import Feeder, Limits, Mine, Name, Output
from minesafe.model.switching import AskOutput, ConfirmOutput

NAME = Name("断电", "cut")
LIVE, DEAD = 1.0, 0.0


def mine_with_cut(**changes: object) -> Mine:
    """The story's mine with a feeder of the face, two feeds behind it, and a cut of it."""
    base = story_mine()
    feed = replace(base.kinds[0], id="feed", low=0.0, high=1.0)
    shows = ("FEED-1", "FEED-2")
    return replace(
        base,
        kinds=(*base.kinds, feed),
        points=(*base.points, *(point(p, "feed", Limits()) for p in shows)),
        feeders=(Feeder("KQ", NAME, ("FACE",), shows),),
        outputs=(*base.outputs, Output("CUT", NAME, "cut", "S1", 7, ("FACE",), feeder="KQ")),
        **changes,  # type: ignore[arg-type]  # fields by name
    )


def ask(output: str = "CUT", *, on: bool = True, by: str = "DESK") -> AskOutput:
    return AskOutput(by, Origin.CONSOLE, output, on, "gas beside the motor")


def confirm(number: int = 1, by: str = "ENGINEER") -> ConfirmOutput:
    return ConfirmOutput(by, Origin.CONSOLE, f"output#{number}")
