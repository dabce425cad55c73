"""The way out: over the roadways as they are now, from everywhere to the surface or a refuge."""

from minesafe.evacuation.ways.ground import Ground
from minesafe.evacuation.ways.ways import Ways
from minesafe.model.way import Way

__all__ = ["Ground", "Way", "Ways"]
