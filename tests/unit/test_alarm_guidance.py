"""处置提示 is inherited: rule about several points, else point, its rule row, kind, zone."""

from dataclasses import replace

from story import story_mine

from minesafe.alarms.guidance import of_point, of_rule, of_zones
from minesafe.model.logic import Logic, Node
from minesafe.model.mine import Mine, Name, ZoneKind
from minesafe.web.mine_view import mine_out, words

FACE, WHOLE = Name("先撤人", "Get out"), Name("看一看", "Look")
KIND, OWN = Name("查瓦斯", "Find the gas"), Name("查水泵", "Look at the pump")
PLACE, FIRE = Name("先加热井口", "Heat the portal"), Name("按火灾处置", "A fire")


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


def test_the_row_of_its_place_says_it_before_the_kind() -> None:
    mine = told(kind=KIND)
    first = mine.points[0]
    rules = tuple(replace(r, guidance=PLACE if r.id == first.rule else None) for r in mine.rules)
    placed = replace(mine, rules=rules)
    assert of_point(placed, 0) == PLACE
    own = replace(placed, points=(replace(first, guidance=OWN), *mine.points[1:]))
    assert of_point(own, 0) == OWN


def test_a_rule_about_several_points_says_it_first_and_is_told_to_pages() -> None:
    mine = told(kind=KIND)
    about, never = mine.points[0].id, Node("number")
    fire = Logic("FIRE", "火灾", "Fire", about, never, None, 0.0, "I", "s", "c", guidance=FIRE)
    bare = replace(fire, id="BARE", guidance=None)
    mine = replace(mine, logic=(fire, bare))
    assert of_rule(mine, "FIRE") == FIRE
    assert of_rule(mine, "BARE") == KIND, "else as the point it is about says"
    assert of_rule(mine, "CH4-T1") is None
    shown = {rule.id: rule for rule in mine_out(mine).logic}
    assert (shown["FIRE"].name.en, shown["FIRE"].guidance) == ("Fire", words(FIRE))
