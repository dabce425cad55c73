"""Where somebody may have walked to since his last place: what is searched when he is missed.

The same bound as of a head-count beside a dead reader (`bounds`): along every roadway, at twice
the policy's speed. Whoever rode is further; the list of vehicles is asked then, not this.
"""

from minesafe.engine.layout import Layout
from minesafe.model.mine import Interval, Mine
from minesafe.model.picture import Picture, Reach
from minesafe.model.time import SECOND, Micros


def reach(layout: Layout, mine: Mine, picture: Picture, person: int, now: Micros) -> Reach | None:
    """The stretches a person can be on; None of whom it is not known that he is in the mine."""
    roadway, since = int(picture.roadway[person]), int(picture.placed[person])
    if roadway < 0 or picture.out[person]:
        return None
    walked = max(now - since, 0) / SECOND * layout.people.hurry_m_s
    metres = walked + max(float(picture.error[person]), 0.0)
    stretches = layout.ground.reach(roadway, float(picture.chainage[person]), metres)
    return Reach(
        since=since,
        metres=metres,
        stretches=tuple(Interval(mine.roadways[row].id, a, b) for row, a, b in stretches),
    )
