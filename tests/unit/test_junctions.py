"""What people are told of a junction: the sign there, never an id of the files."""

from dataclasses import replace
from pathlib import Path

from notify_mine import facts, named_mine

from minesafe import config
from minesafe.model.commands import CallOut
from minesafe.model.mine import Mine, Name, NodeKind
from minesafe.notify.spoken import spoken
from minesafe.web.mine_view import mine_out

DEMO = Path(__file__).parents[2] / "config/demo"


def signed(name: Name | None) -> Mine:
    """The small mine, its roadways as people call them, and a sign at the fork."""
    mine = named_mine()
    roads = (Name("运输大巷", "haulage main"), Name("硐室联络巷", "refuge cross-cut"))
    return replace(
        mine,
        nodes=tuple(replace(n, name=name) if n.id == "N1" else n for n in mine.nodes),
        roadways=tuple(
            replace(r, name=called) for r, called in zip(mine.roadways, roads, strict=True)
        ),
    )


def test_a_junction_goes_by_its_sign_else_by_the_roadways_that_meet_there() -> None:
    sign = Name("北翼岔口", "north fork")
    assert signed(sign).node_name["N1"] == sign
    assert signed(None).node_name["N1"] == Name(
        "运输大巷与硐室联络巷岔口", "junction of haulage main and refuge cross-cut"
    )


def test_a_refuge_or_portal_goes_by_its_zone_and_an_end_by_its_roadway() -> None:
    mine = signed(None)
    assert mine.node_name["N0"].zh == "副井口"
    assert mine.node_name["N2"].zh == "北一避险硐室"
    bare = replace(mine, zones=())
    assert bare.node_name["N0"].zh == "运输大巷井口"
    assert bare.node_name["N2"].en == "refuge at refuge cross-cut"


def test_tag_and_page_say_the_same_words_of_the_next_junction() -> None:
    mine = signed(Name("北翼岔口", "north fork"))
    command = CallOut(
        key="o1/1000/P1/tag", channel="tag", order="o1", step=1000, recipient="P1", issued=0,
        about="way", facts=facts(), toward="N1", destination="N2",
    )  # fmt: skip
    assert spoken(mine, command, "zh") == "路线有变!改走北翼岔口方向,撤往北一避险硐室!"
    assert "towards north fork, to North 1 refuge" in spoken(mine, command, "en")
    shown = {node.id: node.name.zh for node in mine_out(mine).nodes}
    assert shown["N1"] == "北翼岔口"


def test_every_junction_of_the_demo_has_a_sign_of_its_own() -> None:
    mine = config.load(DEMO)
    junctions = [n for n in mine.nodes if n.kind is NodeKind.JUNCTION]
    assert all(n.name is not None for n in junctions)
    names = list(mine.node_name.values())
    for language in ("zh", "en"):
        said = [getattr(name, language) for name in names]
        assert len(set(said)) == len(said)
        assert not set(said) & {n.id for n in mine.nodes}
