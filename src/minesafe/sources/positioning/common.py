"""What all positioning stations of a mine share."""

from dataclasses import dataclass
from typing import Self

from minesafe.model.mine import Mine
from minesafe.ports import Intake, Notebook
from minesafe.sources.positioning.ranges import Roadways
from minesafe.sources.positioning.snap import Snapper
from minesafe.sources.positioning.together import Together


@dataclass(frozen=True, slots=True)
class Common:
    """The ground, by tape measure and by coordinates; the way to the disk; what is noted."""

    roadways: Roadways
    snapper: Snapper
    together: Together
    notebook: Notebook

    @classmethod
    def of(cls, mine: Mine, intake: Intake, notebook: Notebook) -> Self:
        """Of one revision."""
        return cls(Roadways(mine), Snapper(mine), Together(intake), notebook)
