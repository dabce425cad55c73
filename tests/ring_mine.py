"""A mine with a portal at either end and a refuge in the middle, for stories of ways out.

P ── A 500 m, intake ── M ── B 600 m, return ── Q        C 50 m from M to the refuge R, for two.
The face is the last 100 m of A.
"""

from dataclasses import replace

from small_mine import METHANE, point, reader, roadway, zone
from story import Story, story_mine

from minesafe.model.mine import Danger, Limits, Mine, Node, NodeKind, ZoneKind

CARBON = Limits(alarm_high=24.0, cut_high=100.0, restore_high=24.0)
FEED = Limits()


def ring_mine(*, holds: int = 2, **changes: object) -> Mine:
    base = story_mine()
    ch4, wind = base.kinds
    rule = base.rules[0]
    fire = replace(rule, id="CO", kind="co", limits=CARBON)
    fan = replace(rule, id="FAN", kind="fan", limits=Limits(cut_low=0.5), scope="mine")
    kinds = (
        replace(ch4, danger=Danger.GAS),
        wind,
        replace(ch4, id="co", high=1000.0, danger=Danger.FIRE),
        replace(wind, id="fan", danger=Danger.AIR),
        replace(wind, id="feed", power=True),
    )
    told: dict[str, object] = {
        "nodes": (
            Node("P", NodeKind.PORTAL, "L1", 0, 0, 0),
            Node("M", NodeKind.JUNCTION, "L1", 500, 0, 0),
            Node("Q", NodeKind.PORTAL, "L1", 1100, 0, 0),
            Node("R", NodeKind.REFUGE, "L1", 500, 50, 0),
        ),
        "roadways": (
            roadway("A", "P", "M", 500.0),
            roadway("B", "M", "Q", 600.0),
            replace(roadway("C", "M", "R", 50.0), air=0),
        ),
        "zones": (
            zone("MINE", ZoneKind.MINE, ("A", 0, 500), ("B", 0, 600), ("C", 0, 50)),
            zone("PORTAL", ZoneKind.PORTAL, ("A", 0.0, 10.0), ("B", 590.0, 600.0)),
            zone("FACE", ZoneKind.FACE, ("A", 400.0, 500.0)),
            zone("REFUGE", ZoneKind.REFUGE, ("C", 30.0, 50.0), limit=holds),
        ),
        "kinds": kinds,
        "rules": (rule, fire, fan),
        "points": (
            replace(point("CH4", "ch4", METHANE), chainage_m=450.0, rule=rule.id),
            replace(point("CO", "co", CARBON), chainage_m=200.0, rule="CO"),
            replace(point("FAN", "fan", Limits(cut_low=0.5)), roadway="B", rule="FAN"),
            replace(point("FEED", "feed", FEED), chainage_m=440.0),
            replace(point("RF-CO", "co", CARBON), roadway="C", chainage_m=40.0, rule="CO"),
        ),
        "readers": (reader("RA", "A", 250.0), reader("RB", "B", 300.0), reader("RC", "C", 40.0)),
    }
    return replace(base, **(told | changes))  # type: ignore[arg-type]  # fields by name


def at_the_face(mine: Mine | None = None) -> Story:
    """P1 … P3 and the leader P4 at the face, everything well."""
    story = Story(mine or ring_mine())
    for name, value in (("CH4", 0.3), ("CO", 3.0), ("FAN", 1.0), ("FEED", 1.0), ("RF-CO", 2.0)):
        story.reads(name, value)
    for i, person in enumerate(("P1", "P2", "P3", "P4")):
        story.at(person, "A", 450.0 + i)
    story.passes(2)
    return story


def ways(story: Story) -> dict[str, tuple[str, str]]:
    """(destination, next node) of everybody in the newest order."""
    return {p: (r.destination, r.toward) for p, r in story.order.muster.items()}
