"""Where each trade works, so that no working place is fuller than its head-count limit."""

from collections import Counter
from collections.abc import Iterable, Sequence

from device_sims.mine import Mine, Person, Reader, Roadway

WORKPLACES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("heading", "掘", "develop"), ("heading", "face")),
    (("face", "coal", "shearer", "support", "采", "支架", "miner"), ("face", "heading")),
    (("electric", "机电", "电工", "pump", "fitter"), ("intake", "drift")),
    (("transport", "belt", "运输", "皮带", "driver"), ("intake", "drift")),
)
"""Words in trade or crew, and the kinds of roadway such people work in, best first."""
ROUND_KINDS = ("face", "heading", "return", "intake", "drift")
"""Where those go who go round."""
ELSEWHERE = ("intake", "return", "drift")
"""Where people work whom nobody foresaw, and those for whom their places have no room."""
WORKING_KINDS = ("face", "heading")
SMALL_KINDS = ("face", "heading", "restricted")
"""Kinds of zone that are filled no further than …"""
SPARE = 4
"""… so many below their head-count limit: room for those who pass."""


def says(person: Person, words: Sequence[str]) -> bool:
    """Whether trade or crew name one of the words."""
    said = f"{person.trade} {person.crew}".lower()
    return any(word in said for word in words)


class Posts:
    """Hands out working places, one person after the other."""

    def __init__(self, mine: Mine) -> None:
        self._mine = mine
        ranged = {r for reader in mine.readers for r in _ranged(reader, mine)}
        walkable = [r for r in mine.roadways if r.walkable]
        self._walkable = [r for r in walkable if r.id in ranged] or walkable
        """Nobody works for long where readers cannot tell in which roadway he is."""
        self._zones: dict[str, list[tuple[str, int]]] = {}
        self._taken: Counter[tuple[str, str]] = Counter()
        """By zone and shift."""
        self._given: Counter[str] = Counter()
        self._crews: set[tuple[str, str]] = set()
        for z in mine.zones:
            if z.kind in SMALL_KINDS and z.limit is not None:
                for i in z.intervals:
                    room = max(1, z.limit - SPARE)
                    self._zones.setdefault(i.roadway, []).append((z.id, room))

    def place(self, person: Person) -> str:
        """A roadway that suits the trade and has room in its zones during his shift.

        A crew stays together where it can.
        """
        groups = [[r for r in g if self._has_room(r, person.shift)] for g in self._suiting(person)]
        best = next((g for g in groups if g), self._walkable)
        chosen = min(best, key=lambda r: (not self._mates(r, person), self._given[r.id])).id
        self._given[chosen] += 1
        self._crews.add((chosen, person.crew))
        self._taken.update((zone, person.shift) for zone, _ in self._zones.get(chosen, ()))
        return chosen

    def _mates(self, r: Roadway, person: Person) -> bool:
        """Whether his crew works there already; those of the haulage are spread over it."""
        return r.kind in WORKING_KINDS and (r.id, person.crew) in self._crews

    def _suiting(self, person: Person) -> Iterable[list[Roadway]]:
        """Groups of roadways, best first."""
        kinds = next((ks for words, ks in WORKPLACES if says(person, words)), ())
        for kind in kinds:
            yield [r for r in self._walkable if r.kind == kind]
        yield [r for r in self._walkable if r.kind in ELSEWHERE]

    def _has_room(self, r: Roadway, shift: str) -> bool:
        return all(
            self._taken[zone, shift] + self._taken[zone, ""] * bool(shift) < room
            for zone, room in self._zones.get(r.id, ())
        )


def _ranged(reader: Reader, mine: Mine) -> Iterable[str]:
    """Roadways in which a reader's distance leaves no doubt: its own, and on to the next fork."""
    yield reader.roadway
    own = mine.roadway[reader.roadway]
    for node, left in (
        (own.start, reader.range_m - reader.chainage_m),
        (own.end, reader.range_m - (own.length_m - reader.chainage_m)),
    ):
        via = own
        while (onward := _onward(via, node, mine)) is not None and left >= onward.length_m:
            yield onward.id
            node = onward.end if node == onward.start else onward.start
            via, left = onward, left - onward.length_m


def _onward(via: Roadway, node: str, mine: Mine) -> Roadway | None:
    """The one roadway that goes on from a node, where there is but one."""
    others = [r for r in mine.roadways if r.id != via.id and node in (r.start, r.end)]
    return others[0] if len(others) == 1 else None
