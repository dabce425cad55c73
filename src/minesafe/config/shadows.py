"""`shadow.toml`: limits that judge beside those in force, and tell nobody."""

from collections.abc import Callable

from minesafe.config.changes import Changes, check_statutory
from minesafe.config.row import Row, gather
from minesafe.model.mine import Mine, Name, Shadow

SHADOWS = "shadow.toml"

MOST = 8
"""Each judges every frame again, of the points it is about."""

Shadowed = Callable[[Changes], Mine | None]
"""The mine with other limits; None where they are faulty, which is told."""


def read_shadows(file: Row, mine: Mine, shadowed: Shadowed) -> tuple[Shadow, ...]:
    """Rows of the file, each with the points, rules and rules over time it has otherwise."""
    rows = file.take_parts("shadow")
    shadows = gather(rows, lambda row, ident: _shadow(row, ident, mine, shadowed))
    file.done()
    if len(shadows) > MOST:
        file.fault("shadow", f"{len(shadows)} shadows", f"at most {MOST} judge at once")
    return tuple(shadow for shadow in shadows.values if shadow.id)


def _shadow(row: Row, ident: str, mine: Mine, shadowed: Shadowed) -> Shadow:
    name, changes = row.name(), Changes.read(row)
    told = len(row.findings.faults)
    new = shadowed(changes) if not told else None
    if new is None:
        return Shadow(ident, name, (), (), ())
    check_statutory(changes, mine, new)
    return _of(ident, name, mine, new)


def _of(ident: str, name: Name, mine: Mine, new: Mine) -> Shadow:
    return Shadow(
        ident,
        name,
        tuple(p for was, p in zip(mine.points, new.points, strict=True) if was != p),
        tuple(r for was, r in zip(mine.rules, new.rules, strict=True) if was != r),
        tuple(w for was, w in zip(mine.windows, new.windows, strict=True) if was != w),
    )
