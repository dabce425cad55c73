"""Where somebody who is underground can be rung: the telephone whose bell he may hear."""

from minesafe.model.mine import Mine
from minesafe.model.picture import Picture

BELL_M = 100.0
"""How far along a roadway a bell is taken to be heard; no standard says, a mine measures it."""


def telephone_near(mine: Mine, picture: Picture, person: str) -> str:
    """The telephone nearest to the person's last place on the same roadway; empty: none near."""
    row = mine.person_row.get(person, -1)
    if row < 0 or picture.out[row] or picture.roadway[row] < 0:
        return ""
    roadway = mine.roadways[int(picture.roadway[row])].id
    at = float(picture.chainage[row])
    off = [(abs(t.chainage_m - at), t.id) for t in mine.telephones if t.roadway == roadway]
    metres, nearest = min(off, default=(BELL_M + 1, ""))
    return nearest if metres <= BELL_M else ""
