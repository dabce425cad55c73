"""A mine as its surveyor would draw it in CAD: centre lines on layers, names beside them."""

from collections.abc import Iterable
from pathlib import Path

import ezdxf
from ezdxf.document import Drawing

from minesafe.model.mine import Mine, Roadway

PLAN = """
[drawing]
names = ["巷道名称"]

[[roadway]]
layer = "巷道-*"
kind = "drift"
section_m2 = 12.0

[[zone]]
layer = "限制区"
kind = "restricted"

[[node]]
layer = "井口"
kind = "portal"
"""

Course = Iterable[tuple[float, float, float]]


def blank() -> Drawing:
    """An empty drawing of metres, with Chinese layers."""
    document = ezdxf.new("R2010")
    for layer in ("巷道-大巷", "巷道名称", "限制区", "井口", "图框"):
        document.layers.add(layer)
    return document


def course(document: Drawing, places: Course, layer: str = "巷道-大巷") -> str:
    """Draw a centre line; returns its handle."""
    return str(
        document.modelspace().add_polyline3d(list(places), dxfattribs={"layer": layer}).dxf.handle
    )


def word(document: Drawing, text: str, x: float, y: float, layer: str = "巷道名称") -> None:
    """Write beside it."""
    document.modelspace().add_text(text, dxfattribs={"layer": layer, "insert": (x, y)})


def drawn(mine: Mine, *, turn: bool = False) -> Drawing:
    """Every roadway as it is; every second the other way round where `turn` says so."""
    document = blank()
    for at, roadway in enumerate(mine.roadways):
        places = roadway.path[::-1] if turn and at % 2 else roadway.path
        course(document, places)
    return document


def saved(document: Drawing, folder: Path, name: str = "plan.dxf") -> Path:
    """The drawing as a file."""
    document.saveas(folder / name)
    return folder / name


def plan(folder: Path, text: str = PLAN) -> Path:
    """What the layers are."""
    (folder / "plan.toml").write_text(text, "utf-8")
    return folder / "plan.toml"


def half_way(roadway: Roadway) -> tuple[float, float, float]:
    """The middle of a roadway's first leg."""
    a, b = roadway.path[0], roadway.path[1]
    return ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2)
