"""处置提示 is inherited: point, else kind, else zone."""

from dataclasses import replace

from story import story_mine

from minesafe.alarms.guidance import of_point, of_zones
from minesafe.model.mine import Mine, Name, ZoneKind

FACE, WHOLE = Name("先撤人", "Get out"), Name("看一看", "Look")
KIND, OWN = Name("查瓦斯", "Find the gas"), Name("查水泵", "Look at the pump")


def told(kind: Name | None = None, point: Name | None = None) -> Mine:
    mine = story_mine()
    zones = {"MINE": WHOLE, "FACE": FACE}
    kinds = tuple(replace(k, guidance=kind or k.guidance) for k in mine.kinds)
    points = (replace(mine.points[0], guidance=point), *mine.points[1:])
    own = tuple(replace(z, guidance=zones.get(z.id)) for z in mine.zones)
    return replace(mine, kinds=kinds, points=points, zones=own)


def test_a_point_says_it_before_its_kind_and_that_before_its_zone() -> None:
    assert of_point(told(), 0) == FACE
    assert of_point(told(kind=KIND), 0) == KIND
    assert of_point(told(kind=KIND, point=OWN), 0) == OWN


def test_the_narrow_zone_says_it_before_the_mine() -> None:
    mine = told()
    assert mine.zones[0].kind is ZoneKind.MINE
    assert of_zones(mine, ("MINE", "FACE")) == FACE
    assert of_zones(mine, ("MINE", "REFUGE")) == WHOLE
    assert of_zones(mine, ("REFUGE", "GONE")) is None
