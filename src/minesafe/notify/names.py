"""Names for ids, in one language. What the configuration does not know keeps its id."""

import re
from dataclasses import dataclass

from minesafe.model.mine import Kind, Mine, Name, Point

LEADING = re.compile(r"^(?:(?:at|in|of) )?(?:the )?")
"""Left over where "Methane at the return corner" loses the methane."""


@dataclass(frozen=True, slots=True)
class Names:
    """Looks names up in one mine."""

    mine: Mine
    language: str
    """zh · en"""

    def of(self, name: Name) -> str:
        """The name in this language, on one line."""
        text: str = getattr(name, self.language)
        return " ".join(text.split())

    def point(self, point_id: str) -> Point | None:
        """The point, if it is one."""
        row = self.mine.point_row.get(point_id)
        return None if row is None else self.mine.points[row]

    def kind(self, point: Point) -> Kind:
        """What the point measures."""
        return self.mine.kind[point.kind]

    def place(self, point: Point) -> str:
        """Where the point is: its name without what it measures, or its roadway's name.

        A switch point keeps its whole name: its state says something about that thing alone.
        """
        whole, kind = self.of(point.name), self.kind(point)
        if kind.states:
            return whole
        bare = LEADING.sub("", whole.replace(self.of(kind.name), "").strip(" -·"))
        if bare:
            return bare
        return self.of(self.mine.roadways[self.mine.roadway_row[point.roadway]].name)

    def zone(self, zone_id: str) -> str:
        """The zone's name."""
        row = self.mine.zone_row.get(zone_id)
        return zone_id if row is None else self.of(self.mine.zones[row].name)

    def person(self, person_id: str) -> str:
        """The person's name."""
        row = self.mine.person_row.get(person_id)
        return person_id if row is None else " ".join(self.mine.people[row].name.split())

    def reader(self, reader_id: str) -> str:
        """The reader's name."""
        row = self.mine.reader_row.get(reader_id)
        return reader_id if row is None else self.of(self.mine.readers[row].name)

    def subject(self, subject_id: str) -> str:
        """The name of whatever an order is about."""
        if (point := self.point(subject_id)) is not None:
            return self.place(point)
        for find in (self.zone, self.person, self.reader):
            if (found := find(subject_id)) != subject_id:
                return found
        return subject_id

    def node(self, node_id: str) -> str:
        """What people call a node; empty where there is none."""
        name = self.mine.node_name.get(node_id)
        return node_id if name is None else self.of(name)
