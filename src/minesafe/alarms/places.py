"""Which zones an alarm is about."""

from minesafe.model.mine import Mine
from minesafe.model.picture import Picture


def zones_at(mine: Mine, roadway: str, chainage_m: float) -> tuple[str, ...]:
    """Ids of the zones that hold a place, both ends of an interval included."""
    stretches = mine.zones_on.get(roadway, ())
    here = (zone for zone, i in stretches if i.from_m <= chainage_m <= i.to_m)
    return tuple(dict.fromkeys(here))


def zones_of_point(mine: Mine, row: int) -> tuple[str, ...]:
    """Ids of the zones a point hangs in."""
    point = mine.points[row]
    return zones_at(mine, point.roadway, point.chainage_m)


def zones_of_person(mine: Mine, picture: Picture, row: int) -> tuple[str, ...]:
    """Ids of the zones a person is in as far as is known."""
    return tuple(mine.zones[z].id for z in picture.inside[row].nonzero()[0])
