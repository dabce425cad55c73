"""What people call a node: what the sign there says, as far as the mine's files know it.

Its own name comes first, then that of the refuge or portal it is, then the roadways that meet
there. Nobody underground knows a node by its id.
"""

from collections.abc import Iterator, Mapping, Sequence

from minesafe.model.mine.names import Name
from minesafe.model.mine.places import Node, NodeKind, Roadway, Zone, ZoneKind

SHELTERS = {NodeKind.REFUGE: ZoneKind.REFUGE, NodeKind.PORTAL: ZoneKind.PORTAL}
"""People know these by the zone around them."""

MEETING = Name("{a}与{b}岔口", "junction of {a} and {b}")

ENDING: Mapping[NodeKind, Name] = {
    NodeKind.PORTAL: Name("{a}井口", "portal of {a}"),
    NodeKind.REFUGE: Name("{a}避难硐室", "refuge at {a}"),
    NodeKind.FACE: Name("{a}工作面", "face at {a}"),
    NodeKind.JUNCTION: Name("{a}端头", "end of {a}"),
    NodeKind.END: Name("{a}端头", "end of {a}"),
}
"""Where one roadway alone is to be told of."""


def names_of_nodes(
    nodes: Sequence[Node], roadways: Sequence[Roadway], zones: Sequence[Zone]
) -> dict[str, Name]:
    """The name of each node by its id; a node that nothing leads to is called by its id."""
    meeting: dict[str, list[Roadway]] = {node.id: [] for node in nodes}
    for road in roadways:
        for end in dict.fromkeys((road.start, road.end)):
            meeting.setdefault(end, []).append(road)
    return {node.id: node.name or _name(node, meeting[node.id], zones) for node in nodes}


def _name(node: Node, meeting: Sequence[Roadway], zones: Sequence[Zone]) -> Name:
    shelter = next(_around(node, {road.id for road in meeting}, zones), None)
    if shelter is not None:
        return shelter
    if not meeting:
        return Name(node.id, node.id)
    first, last = meeting[0].name, meeting[-1].name
    form = MEETING if len(meeting) > 1 and node.kind is NodeKind.JUNCTION else ENDING[node.kind]
    return Name(form.zh.format(a=first.zh, b=last.zh), form.en.format(a=first.en, b=last.en))


def _around(node: Node, roadways: set[str], zones: Sequence[Zone]) -> Iterator[Name]:
    wanted = SHELTERS.get(node.kind)
    for zone in zones:
        if zone.kind is wanted and any(i.roadway in roadways for i in zone.intervals):
            yield zone.name
