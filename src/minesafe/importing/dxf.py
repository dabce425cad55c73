"""DXF, as CAD programs write a mining plan (采掘工程平面图), becomes a drawing.

ezdxf reads it (MIT, kept well; libraries of our own would know a tenth of the entities). It is
loaded only here: it comes with the extra `[drawings]` and takes a second.
"""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from minesafe.config.row import Findings
from minesafe.importing.drawing import FLAT_M, MOST_ITEMS, Drawing, Item, Place
from minesafe.importing.plan import Plan

if TYPE_CHECKING:
    from ezdxf.entities.dxfentity import DXFEntity

CURVES = frozenset({"LINE", "LWPOLYLINE", "POLYLINE", "ARC", "SPLINE", "ELLIPSE"})
MARKS = frozenset({"POINT", "CIRCLE", "INSERT"})
WORDS = frozenset({"TEXT", "MTEXT", "ATTRIB"})

DEEPEST = 5
"""Blocks within blocks; drawings by hand have two."""


def read_dxf(findings: Findings, file: str, raw: bytes, plan: Plan) -> Drawing:
    """All that stands in the model space on layers the plan names, blocks taken apart."""
    try:
        from ezdxf import recover
        from ezdxf.lldxf.const import DXFError
    except ImportError:
        what = "cannot be read: ezdxf is not installed"
        findings.cannot_read(file, 0, what, "pip install 'minesafe[drawings]'")
        return Drawing(file)
    try:
        document, audit = recover.read(BytesIO(raw))
    except (OSError, DXFError, ValueError, KeyError, IndexError, TypeError) as error:
        findings.cannot_read(file, 0, f"is no DXF drawing: {str(error)[:120]}", "save it as DXF")
        return Drawing(file)
    for trouble in audit.errors[:20]:
        findings.cannot_read(file, 0, f"is damaged: {trouble.message[:120]}", "repair it in CAD")
    return _drawing(findings, file, document.modelspace(), plan)


def _drawing(findings: Findings, file: str, entities: "Iterable[DXFEntity]", plan: Plan) -> Drawing:
    lines: list[Item] = []
    rings: list[Item] = []
    marks: list[Item] = []
    words: list[Item] = []
    for count, entity in enumerate(_apart(entities, DEEPEST)):
        if count >= MOST_ITEMS:
            what = f"holds more than {MOST_ITEMS} entities"
            findings.cannot_read(file, 0, what, "leave out what is no roadway and no zone")
            break
        kind = entity.dxftype()
        if kind in CURVES and (item := _curve(entity, plan)):
            (rings if _is_ring(entity) else lines).append(item)
        elif kind in MARKS:
            marks.append(_mark(entity, plan))
        elif kind in WORDS:
            words.append(_mark(entity, plan))
    return Drawing(file, tuple(lines), tuple(rings), tuple(marks), tuple(words))


def _apart(entities: "Iterable[DXFEntity]", deep: int) -> "Iterator[DXFEntity]":
    """Every entity, and after a block what is in it where it stands."""
    for entity in entities:
        yield entity
        if deep and entity.dxftype() == "INSERT":
            yield from _apart(entity.virtual_entities(), deep - 1)  # type: ignore[attr-defined]  # an INSERT's own


def _is_ring(entity: "DXFEntity") -> bool:
    return bool(getattr(entity, "is_closed", False) or getattr(entity, "closed", False))


def _curve(entity: "DXFEntity", plan: Plan) -> Item | None:
    from ezdxf import path

    course = path.make_path(entity)
    if not len(course):
        return None
    corners = [plan.place(*p) for p in course.flattening(FLAT_M / plan.metres, segments=4)]
    if _is_ring(entity) and corners[0] == corners[-1]:
        corners.pop()
    return Item(_layer(entity), _origin(entity), _without_repeats(corners))


def _without_repeats(places: list[Place]) -> tuple[Place, ...]:
    return tuple(p for i, p in enumerate(places) if not i or p != places[i - 1])


def _mark(entity: "DXFEntity", plan: Plan) -> Item:
    dxf = entity.dxf
    key = next(k for k in ("insert", "location", "center") if dxf.hasattr(k))
    place = plan.place(*dxf.get(key))
    return Item(_layer(entity), _origin(entity), (place,), _text(entity))


def _text(entity: "DXFEntity") -> str:
    if entity.dxftype() == "MTEXT":
        plain: str = entity.plain_text()  # type: ignore[attr-defined]  # an MTEXT's own
        return " ".join(plain.split())
    return str(entity.dxf.get("text", "")).strip()


def _layer(entity: "DXFEntity") -> str:
    return str(entity.dxf.layer)


def _origin(entity: "DXFEntity") -> str:
    return f"{_layer(entity)}#{entity.dxf.handle or 'in a block'}"
