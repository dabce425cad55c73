"""The roadways, and the zones of them."""

from device_sims.mine.part import Part


class Node(Part, frozen=True):
    """A node of the roadway graph."""

    id: str
    kind: str
    """junction · portal · face · refuge · end"""
    z: float = 0.0
    """Height, m."""


class Roadway(Part, frozen=True):
    """An edge of the graph; chainage counts metres from `start`."""

    id: str
    start: str
    end: str
    length_m: float
    kind: str
    """intake · return · face · heading · chamber · drift · shaft"""
    air: int
    """+1: air flows start → end, -1: end → start, 0: none of its own."""
    walkable: bool = True
    section_m2: float = 12.0
    door: str = "none"
    """none · closed · regulator"""
    grade: float = 0.0
    """Rise over run from start to end; ±10 for a shaft."""
    path: tuple[tuple[float, float, float], ...] = ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    """Surveyed, m."""


class Interval(Part, frozen=True):
    """A stretch of roadway, metres."""

    roadway: str
    from_m: float
    to_m: float


class Zone(Part, frozen=True):
    """A set of intervals."""

    id: str
    kind: str
    intervals: tuple[Interval, ...]
    limit: int | None = None
    """Most people at once."""
    permitted: tuple[str, ...] = ()
    """Trades that may enter a restricted zone."""
